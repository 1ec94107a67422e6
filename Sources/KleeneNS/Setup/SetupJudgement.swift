import Extraction
import Rows
import Text

/// What is wrong with answers: by the questions that they answer, by what the source lists, and by the decoder that will read the
/// file.
struct SetupJudgement {
    let answers: SetupAnswers
    let knowledge: SetupKnowledge
    /// Where relative paths start.
    let directory: String

    struct Flaw: Equatable {
        /// Nil for what no single answer is to blame for.
        var topic: SetupTopic?
        var message: String
    }

    private var course: SetupCourse { SetupCourse(answers, knowledge) }

    /// The flaws of one answer.
    func flaws(of topic: SetupTopic) -> [String] { flaws.filter { $0.topic == topic }.map(\.message) }

    var flaws: [Flaw] {
        (course.questions.flatMap(flaws) + unknownNames + faults).reduce(into: []) { flaws, flaw in
            if !flaws.contains(flaw) { flaws.append(flaw) }
        }
    }

    private func flaws(_ question: SetupQuestion) -> [Flaw] {
        guard let answer = answers[question.topic] else { return [] }
        switch question.kind {
        case .choice(let options):
            guard let text = answer.first, options.contains(where: { $0.value == text }) else {
                return [
                    Flaw(
                        topic: question.topic,
                        message: "\"\(answer.first ?? SetupAnswers.none)\" is none of "
                            + "\(options.map(\.value).joined(separator: ", ")).")
                ]
            }
            return []
        case .secret: return answer.flatMap { placeFlaws($0, question.topic) }
        case .text, .one, .many: return []
        }
    }

    /// Never repeats the answer: it may be the secret itself.
    private func placeFlaws(_ text: String, _ topic: SetupTopic) -> [Flaw] {
        SecretSpelling(text) == nil
            ? [
                Flaw(
                    topic: topic,
                    message:
                        "names no place. Write \(SecretSpelling.forms); the secret itself belongs neither into an argument "
                        + "nor into the configuration.")
            ] : []
    }

    // MARK: Names

    private var unknownNames: [Flaw] {
        var flaws: [Flaw] = []
        let proposals = course.proposals
        if let table = answers.text(.table), let tables = knowledge.tables, proposals.table == nil {
            let listed = tables.inSchema(answers.text(.schema))
            // As the table is looked up: by its name in any case, in the schema that was answered.
            let isThere = listed.contains { $0.table.lowercased() == table.lowercased() }
            let guess = NearestName.of(table, among: listed.map(\.table)).map { " Did you mean \"\($0)\"?" } ?? ""
            flaws.append(
                Flaw(
                    topic: .table,
                    message: isThere
                        ? "The source lists several tables \"\(table)\": `kleene-ns tables` shows them; spell it as there, or "
                            + "name its schema."
                        : "The source lists no table \"\(table)\".\(guess) `kleene-ns tables` lists them."))
        }
        // As they were answered: the file has columns more that rows are known by.
        flaws +=
            ColumnChoice(answers[.columns] ?? []).faults.map { Flaw(topic: .columns, message: $0.message) } + leftOut
        guard let listing = knowledge.columns else { return flaws }
        let names = listing.columns.map(\.name)
        flaws += idleWords(listing, proposals.chosenColumns ?? [])
        for topic in [SetupTopic.uniqueColumns, .incrementalKey] {
            for name in answers[topic] ?? [] where !names.contains(where: { $0.lowercased() == name.lowercased() }) {
                flaws.append(Flaw(topic: topic, message: Self.unknown(name, names)))
            }
        }
        return flaws
    }

    private static func unknown(_ name: String, _ names: [String]) -> String {
        let guess = NearestName.of(name, among: names).map { " Did you mean \"\($0)\"?" } ?? ""
        return "The table has no column \"\(name)\".\(guess)"
    }

    /// Words of `columns` that take nothing, and words that leave nothing.
    private func idleWords(_ listing: CatalogTableColumns, _ chosen: [ChosenWord]) -> [Flaw] {
        let names = listing.columns.map(\.name) + (listing.kinds ?? []).map(\.rawValue)
        let idle = chosen.filter { !$0.isExcluded && $0.columns.isEmpty }.map { word in
            let message =
                word.meaning == .name
                ? ColumnChoice.unsaidKind(word.word, in: listing) ?? Self.unknown(word.word, names)
                : "\"\(word.word)\" takes no column of the table."
            return Flaw(topic: .columns, message: message)
        }
        guard idle.isEmpty, !chosen.isEmpty, chosen.columns.isEmpty else { return idle }
        return [Flaw(topic: .columns, message: "No column of the table is left.")]
    }

    /// Columns that are needed and that a word of `columns` leaves out by their names.
    private var leftOut: [Flaw] {
        let words = answers[.columns] ?? []
        return [SetupTopic.uniqueColumns, .incrementalKey].flatMap { topic in
            (answers[topic] ?? []).compactMap { name in
                let word = words.first { $0.lowercased() == "!" + name.lowercased() }
                return word.map { Flaw(topic: topic, message: "The columns leave \"\(name)\" out, by \"\($0)\".") }
            }
        }
    }

    // MARK: The decoder

    /// What the file's decoder says of what has been answered; that something is still to come is no fault.
    private var faults: [Flaw] {
        // The places of secrets are judged before they are written.
        let places = SetupTopic.places(of: answers)
        guard places.allSatisfy({ topic in (answers[topic] ?? []).allSatisfy { SecretSpelling($0) != nil } }) else {
            return places.flatMap { topic in (answers[topic] ?? []).flatMap { placeFlaws($0, topic) } }
        }
        do {
            _ = try configuration()
            return []
        } catch let invalid as InvalidConfiguration {
            return invalid.faults.compactMap { fault in
                Self.topics(at: fault.path).first { answers[$0] != nil }.map { Flaw(topic: $0, message: fault.message) }
            }
        } catch {
            return [Flaw(topic: nil, message: "\(error)")]
        }
    }

    /// The configuration that the answers come to.
    ///
    /// - Throws: `InvalidConfiguration` with all that is wrong or missing.
    func configuration(file: String = "kleene-ns.json") throws -> Configuration {
        let text = try JSONText(SetupDocument(answers: answers, knowledge: knowledge).text.utf8)
        return try Configuration(text.value, repeated: text.repeated, file: file, directory: directory)
    }

    /// The topics of which one answers a place of the configuration.
    static func topics(at path: String) -> [SetupTopic] {
        let parts = path.split(separator: ".").map { String($0.prefix { $0 != "[" }) }
        guard parts.count > 2 else { return [] }
        if parts[1] == "source", parts[2] == "attributes" { return [.attributes, .truststore] }
        if parts[1] == "destination" {
            switch parts[2] {
            case "path", "type": return [.destination]
            case "service", "port": return [.postgresHost]
            default: return [SetupTopic("postgres-" + parts[2])]
            }
        }
        return [SetupTopic(key: parts[parts.count - 1])]
    }
}
