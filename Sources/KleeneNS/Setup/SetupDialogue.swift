import ArgumentParser
import Extraction
import Logging
import SuiteAnalytics
import Text

/// Goes through the course: asks a person, or takes what flags say, looks at the source, and writes the file.
struct SetupDialogue {
    let context: CommandContext
    let place: SetupPlace
    /// The answers of flags.
    private let given: SetupAnswers
    private(set) var answers: SetupAnswers
    private var knowledge: SetupKnowledge
    private let input: LineInput?
    private let login = SetupLogin()

    /// - Parameter given: The answers of flags.
    init(_ context: CommandContext, _ place: SetupPlace, given: SetupAnswers) {
        self.context = context
        self.place = place
        self.given = given
        answers = given
        knowledge = place.knowledge
        knowledge.isAttended = context.terminal.isAttended
        input = knowledge.isAttended ? LineInput(context.interruption) : nil
    }

    private var course: SetupCourse { SetupCourse(answers, knowledge) }
    private var judgement: SetupJudgement {
        SetupJudgement(answers: answers, knowledge: knowledge, directory: place.directory)
    }

    mutating func run(isFresh: Bool) throws -> ExitStatus {
        if knowledge.isAttended { try greet(isFresh: isFresh) } else { answers = course.filled(stopsAtLook: true) }
        spell()
        try refuse(judgement.flaws)
        while true {
            switch course.next {
            case .ask(let question):
                guard let input else { throw missing }
                try ask(question, input)
            case .look(let look):
                // Offline first: a login is not tried for answers that are not all there.
                if !knowledge.isAttended {
                    if !missingQuestions.isEmpty { throw missing }
                    try refuseIdle()
                }
                try perform(look)
                if !knowledge.isAttended { answers = course.filled(stopsAtLook: true) }
            case .done:
                try refuseIdle()
                return try finish()
            }
        }
    }

    private mutating func greet(isFresh: Bool) throws {
        if isFresh { try place.draft.remove() }
        let draft = try place.draft.read()
        if let draft { answers = draft.overridden(by: answers) }
        say(
            "Answers make \(place.file). An empty line takes what is in brackets, < goes back, Ctrl-C stops and loses nothing."
        )
        if let draft {
            say(
                "\(Sentence.count(draft.topics.count, "earlier answer", "is", "are")) taken from "
                    + "\(place.draft.path); --fresh begins from the start."
            )
        }
    }

    /// Flags that come to nothing: where a person answers, it is said; else nobody would notice.
    private func refuseIdle() throws {
        let words = "comes to nothing with the other answers; leave it out."
        let flaws = course.idle(given.topics).map { SetupJudgement.Flaw(topic: $0, message: words) }
        guard knowledge.isAttended else { return try refuse(flaws) }
        for topic in flaws.compactMap(\.topic) { say("\(topic.flag) comes to nothing with the other answers.") }
    }

    /// Flags, or a draft, that cannot be right.
    private func refuse(_ flaws: [SetupJudgement.Flaw]) throws {
        guard !flaws.isEmpty else { return }
        var lines: [String] = []
        for (place, flaw) in flaws.enumerated() {
            // The first that is said of an answer is the plainest.
            if let topic = flaw.topic, flaws[..<place].contains(where: { $0.topic == topic && $0 != flaw }) { continue }
            let line = "  " + (flaw.topic.map { $0.flag + ": " } ?? "") + flaw.message
            if !lines.contains(line) { lines.append(line) }
        }
        let advice =
            "`kleene-ns init --help` lists the flags" + (knowledge.isAttended ? "; --fresh forgets a draft" : "")
        throw Failure(.configuration, "These answers are not valid (\(advice)):\n" + lines.joined(separator: "\n"))
    }

    /// What only a person knows, whatever is taken for the rest.
    private var missingQuestions: [SetupQuestion] { SetupCourse(course.filled(stopsAtLook: false), knowledge).missing }

    private var missing: Failure {
        let lines = missingQuestions.map { question in
            var words = question.title
            if case .choice(let options) = question.kind {
                words += ": " + options.map(\.value).joined(separator: ", ")
            }
            return "  \(question.topic.flag)  \(words)"
        }
        return Failure(
            .configuration,
            "There is nobody to ask, and only a person knows the answers of these flags; give them, or run `kleene-ns init` on "
                + "a terminal:\n" + lines.joined(separator: "\n") + (example.map { "\nFor example:\n  " + $0 } ?? ""))
    }

    /// A command that answers all that nobody has answered by what is proposed; nil where something is for a person to know, as
    /// the account is wherever no mock server has one.
    private var example: String? {
        var proposed = self
        proposed.answers = given
        proposed.spell()
        while let open = proposed.course.questions.first(where: { proposed.answers[$0.topic] == nil }) {
            let likely = open.topic == .table ? knowledge.likely.first.map { [$0] } : nil
            guard let answer = open.proposal ?? likely ?? open.fallback else { return nil }
            proposed.answers[open.topic] = answer
            proposed.spell()
        }
        let flags = place.flags + proposed.answers.flags(proposed.course.questions.map(\.topic))
        return place.command(flags)
    }

    private func say(_ text: String) { context.terminal.say(text, wraps: true) }

    // MARK: Asking

    private mutating func ask(_ question: SetupQuestion, _ input: LineInput) throws {
        var narrowed: [Int]?
        var isShown = false
        let isHidden = if case .secret = question.kind { true } else { false }
        while true {
            let page = SetupPage(question: question, narrowed: narrowed, width: context.terminal.width ?? 80)
            if !isShown { for line in page.lines { context.terminal.say(line) } }
            context.terminal.prompt(page.prompt)
            let line = try input.line(isHidden: isHidden)
            switch question.reading(line) {
            case .answer(let answer):
                guard try take(answer, question.topic) else { break }
                return
            case .typed:
                guard try keep(line, question) else { break }
                return
            case .narrowed(let places):
                (narrowed, isShown) = (places, false)
                continue
            case .back:
                if let before = course.topic(before: question.topic) { try forget(before) }
                return
            case .prove:
                answers[.prove] = [SetupCourse.yes]
                return
            case .fault(let sentence): say(sentence)
            }
            isShown = true
        }
    }

    /// Whether the answer can be right; a wrong one is said to be so.
    private mutating func take(_ answer: [String], _ topic: SetupTopic) throws -> Bool {
        let before = answers
        answers[topic] = answer
        let flaws = judgement.flaws(of: topic)
        guard flaws.isEmpty else {
            answers = before
            // What is said of a place in a file has it as its subject.
            for flaw in flaws { say(flaw.first?.isLowercase == true ? "This \(flaw)" : flaw) }
            return false
        }
        spell()
        if topic == .columns { sayColumns() }
        if topic == .table || topic == .schema { (knowledge.columns, knowledge.keys) = (nil, nil) }
        if topic != .finish { knowledge.hasSeenPlan = false }
        try remember()
        return true
    }

    /// What globs and kinds come to.
    private func sayColumns() { for sentence in course.proposals.chosenWords { say(sentence) } }

    /// Puts a typed secret into its file.
    private mutating func keep(_ line: String, _ question: SetupQuestion) throws -> Bool {
        guard case .secret(let file) = question.kind else { return false }
        context.terminal.conceal(Redactor([Secret(line)]))
        let flaws = SecretFlaw.flaws(of: line)
        guard flaws.isEmpty else {
            say("What was typed \(flaws.joined(separator: ", and ")). Type it again.")
            return false
        }
        try SecretFile.write(line, to: file, in: place.directory)
        say("\(file) has it; only you can read it.")
        return try take(["file:" + file], question.topic)
    }

    private mutating func forget(_ topic: SetupTopic) throws {
        answers[topic] = nil
        if topic == .table || topic == .schema { (knowledge.columns, knowledge.keys) = (nil, nil) }
        if topic == .login { (knowledge.tables, knowledge.columns, knowledge.keys) = (nil, nil, nil) }
        try remember()
    }

    private func remember() throws {
        var kept = answers
        kept[.finish] = nil
        try place.draft.write(kept)
    }

    /// Names as the source spells them, and what is known without it.
    private mutating func spell() {
        if !place.isAdding { knowledge.isNetSuite = answers.text(.profile) != "odbc" }
        knowledge.likely = knowledge.isNetSuite ? KnownTables.likely : []
        knowledge.known = answers.text(.table).flatMap { knowledge.isNetSuite ? KnownTables.table($0) : nil }
        knowledge.secretFiles = SecretFile.all(in: place.directory)
        if knowledge.tables != nil, let table = course.proposals.table { answers[.table] = [table.name] }
        guard let names = knowledge.columns?.columns.map(\.name) else { return }
        for topic in [SetupTopic.columns, .uniqueColumns, .incrementalKey] {
            answers[topic] = answers[topic]?.map { name in
                names.first { $0 == name } ?? names.first { $0.lowercased() == name.lowercased() } ?? name
            }
        }
    }

    // MARK: Looking

    private mutating func perform(_ look: SetupLook) throws {
        do {
            try see(look)
            context.terminal.show(progress: nil)
            spell()
            let flaws = judgement.flaws
            guard !flaws.isEmpty else {
                // Answered before anybody could say what it comes to.
                if look == .columns, knowledge.isAttended { sayColumns() }
                return
            }
            guard knowledge.isAttended else { return try refuse(flaws) }
            for flaw in flaws {
                say(flaw.message)
                if let topic = flaw.topic { answers[topic] = nil }
            }
        } catch let failure as Failure {
            context.terminal.show(progress: nil)
            // A refused login is not repeated by whoever presses a key.
            guard knowledge.isAttended, ![.interrupted, .credentials].contains(failure.kind) else { throw failure }
            context.report(failure)
            switch look {
            case .tables, .columns: answers[.login] = nil
            case .keys: answers[.prove] = nil
            case .plan: knowledge.hasSeenPlan = true
            }
        }
    }

    private mutating func see(_ look: SetupLook) throws {
        let source = try source()
        switch look {
        case .tables:
            knowledge.tables = try source.tables()
            if knowledge.isAttended { say("Signed in: \(Sentence.count(knowledge.tables?.count ?? 0, "table")).") }
        case .columns, .keys:
            guard let table = course.proposals.table else {
                answers[.table] = nil
                return
            }
            if look == .columns {
                knowledge.columns = try source.columns(of: table)
            } else {
                knowledge.keys = try source.keys(of: table)
            }
        case .plan:
            let name = SetupDocument(answers: answers, knowledge: knowledge).extractName
            let plan = try source.plan(of: name)
            context.terminal.show(progress: nil)
            knowledge.hasSeenPlan = true
            guard context.output.format == .table, !context.output.quiet else { return }
            // `plan` shows the SQL as well, which may fill a screen.
            if let plan { try context.show(try Listing([plan]).selecting(Self.shownOfPlan)) }
        }
    }

    private func source() throws -> SetupSource {
        SetupSource(
            context: context, place: place,
            configuration: try place.existing.map { try adding(to: $0) } ?? judgement.configuration(file: place.file),
            source: SetupDocument(answers: answers, knowledge: knowledge).sourceText, login: login)
    }

    private static let shownOfPlan = [
        "source_table", "destination_table", "extract_type", "load_method", "unique_columns", "window", "chunks",
        "table",
        "reasons", "failure",
    ]

    // MARK: Writing

    /// The file that is there, with the extract as far as it is answered.
    private func adding(to existing: Configuration) throws -> Configuration {
        guard let extract = SetupDocument(answers: answers, knowledge: knowledge).extract else { return existing }
        return try Self.configuration(try place.adding(extract), of: place)
    }

    private static func configuration(_ bytes: [UInt8], of place: SetupPlace) throws -> Configuration {
        let text = try JSONText(bytes)
        do {
            return try Configuration(text.value, repeated: text.repeated, file: place.file, directory: place.directory)
        } catch var invalid as InvalidConfiguration {
            invalid.faults = invalid.faults.map { $0.located(in: text, of: place.file) }
            throw invalid
        }
    }

    private func finish() throws -> ExitStatus {
        let document = SetupDocument(answers: answers, knowledge: knowledge)
        let choice = answers.text(.finish)
        if choice == SetupCourse.stop {
            say("Nothing is written. \(place.draft.path) has the answers.")
            return .done
        }
        guard let extract = document.extract else {
            throw Failure(.internal, "An extract without a table was answered.")
        }
        let bytes = place.isAdding ? try place.adding(extract) : Array(document.text.utf8)
        // Whatever is written is what the next command takes.
        let configuration = try Self.configuration(bytes, of: place)
        // Of the file as it was: once it is written, the extract would be added to it a second time.
        let source = try source()
        try place.write(bytes)
        try place.draft.remove()
        let asked = course.questions.map(\.topic)
        let flags =
            place.flags + answers.flags(asked + SetupTopic.unasked(of: answers).filter { !asked.contains($0) })
        let name = document.extractName
        if context.output.format == .table, !context.output.quiet {
            try context.writeLines(
                SetupEnding(
                    place: place, name: name, command: place.command(flags),
                    isForCron: place.mock != nil
                        || !configuration.secrets.contains { ScheduleForm.cron.misses($0.place) }
                )
                .text)
        } else if context.output.format != .table {
            try context.show(
                Listing(
                    columns: ["file", "extract"], rows: [[Listing.Cell(place.file), Listing.Cell(name)]]))
        }
        guard choice == SetupCourse.load else { return .done }
        let isSignedIn = knowledge.isAttended && course.isSignedIn
        if isSignedIn { try showFirstRows(of: source) }
        login.end()
        let status = try perform(["extract", name] + place.flags)
        guard status == .done, knowledge.isAttended, !isSignedIn, let table = answers.text(.table) else {
            return status
        }
        return try perform(
            ["preview", table, "--limit", "5"] + (answers.text(.schema).map { ["--schema", $0] } ?? [])
                + (firstColumns.map { ["--columns", $0.joined(separator: ",")] } ?? []) + place.flags)
    }

    /// On the login that there is. That there is nothing to show keeps nobody from loading.
    private func showFirstRows(of source: SetupSource) throws {
        guard let table = course.proposals.table else { return }
        do {
            let rows = try source.rows(of: table, columns: firstColumns)
            context.terminal.show(progress: nil)
            try context.show(Listing(rows))
        } catch let failure as Failure where failure.kind != .interrupted && failure.kind != .credentials {
            context.terminal.show(progress: nil)
            context.report(failure)
        }
    }

    /// So many that a row fits on a line; nil for all.
    private var firstColumns: [String]? {
        let words = answers[.columns].flatMap { $0.isEmpty ? nil : $0 }
        let chosen = course.proposals.chosenColumns?.columns
        // What nobody has listed, `preview` chooses by the same words.
        if let words, chosen == nil, ColumnChoice(words).names == nil { return words }
        var names = (answers[.uniqueColumns] ?? []) + (answers[.incrementalKey] ?? [])
        let all = chosen ?? words ?? knowledge.columns?.columns.map(\.name) ?? []
        for name in all where names.count < 5 && !names.contains(name) { names.append(name) }
        return names.isEmpty || names.contains { $0.contains(",") } ? nil : names
    }

    private func perform(_ arguments: [String]) throws -> ExitStatus {
        guard let command = try KleeneNSCommand.parseAsRoot(arguments) as? any ReportingCommand else {
            throw Failure(.internal, "\(arguments[0]) is no command that reports.")
        }
        return try command.perform(context)
    }
}
