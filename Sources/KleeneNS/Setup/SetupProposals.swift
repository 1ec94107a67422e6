import Extraction
import Rows
import Text

/// What `init` proposes, and why: a function of what has been answered and found out.
struct SetupProposals {
    let answers: SetupAnswers
    let knowledge: SetupKnowledge

    init(_ answers: SetupAnswers, _ knowledge: SetupKnowledge) {
        self.answers = answers
        self.knowledge = knowledge
    }

    /// A proposal with its reason.
    struct Proposal: Equatable {
        var value: [String]
        var reason: String
    }

    // MARK: Tables

    /// The schemas in which there are tables, as `schema` names them.
    var schemas: [String] {
        var seen: [String] = []
        for table in knowledge.tables ?? [] {
            guard let name = table.schema ?? table.catalog, !seen.contains(where: { $0.isExactly(name) }) else {
                continue
            }
            seen.append(name)
        }
        return seen
    }

    /// The tables to choose from: the likeliest first, then in the order of their names.
    var tables: [SetupOption] {
        let likely = Dictionary(
            knowledge.likely.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        func rank(_ table: CatalogTable) -> Int { likely[table.table.lowercased()] ?? knowledge.likely.count }
        let all = (knowledge.tables ?? []).inSchema(answers.text(.schema)).sorted { first, second in
            if rank(first) != rank(second) { return rank(first) < rank(second) }
            return (first.table.lowercased(), first.table) < (second.table.lowercased(), second.table)
        }
        return all.map { SetupOption($0.table, $0.type == "TABLE" ? "" : $0.type.lowercased()) }
    }

    /// The table that is meant, as the source lists it; nil where it lists none such, or several.
    var table: TableName? {
        guard let name = answers.text(.table) else { return nil }
        let wanted = TableName(catalog: nil, schema: answers.text(.schema), name: name)
        guard let listed = knowledge.tables?.map(\.name) else { return wanted }
        guard case .one(let found) = TableLookup(.unicode).find(wanted, among: listed) else { return nil }
        return found
    }

    // MARK: Columns

    var columns: [SetupOption] {
        (knowledge.columns?.columns ?? []).map { column in
            let marks = [
                column.key.map { _ in "key" }, column.custom ? "custom" : nil, column.calculated ? "calculated" : nil,
            ]
            return SetupOption(column.name, ([column.type] + marks.compactMap(\.self)).joined(separator: ", "))
        }
    }

    /// Whether the source says of which kind a column is; as long as nobody has asked it, NetSuite does.
    var hasKinds: Bool { knowledge.columns.map { $0.kinds?.isEmpty == false } ?? knowledge.isNetSuite }

    /// What the words of `columns` come to; nil where there are none, or nobody has listed the table's columns.
    var chosenColumns: [ChosenWord]? {
        guard let words = answers[.columns], !words.isEmpty, let listing = knowledge.columns else { return nil }
        return ColumnChoice(words).meanings(in: listing)
    }

    /// How many columns the words choose, and by what; none where all of them are names.
    var chosenWords: [String] {
        guard let chosen = chosenColumns, let listing = knowledge.columns,
            ColumnChoice(chosen.map(\.word)).names == nil
        else { return [] }
        return chosen.sentences(listed: listing.columns.count, kinds: listing.kinds)
    }

    /// Whether a column is read, as far as that can be known.
    func reads(_ column: String) -> Bool {
        guard let words = answers[.columns], !words.isEmpty else { return true }
        guard let chosen = chosenColumns else {
            // Which columns are of a kind, only the source knows.
            let hasKind = words.contains { ColumnKind(word: $0.hasPrefix("!") ? String($0.dropFirst()) : $0) != nil }
            return !hasKind && ColumnChoice(words).mayTake(column)
        }
        return chosen.columns.contains { $0.lowercased() == column.lowercased() }
    }

    /// The columns as the source spells them; nil where one is missing.
    private func listed(_ names: [String]) -> [String]? {
        guard let all = knowledge.columns?.columns.map(\.name) else { return names }
        let found = names.compactMap { name in all.first { $0.lowercased() == name.lowercased() } }
        return found.count == names.count ? found : nil
    }

    var uniqueColumns: Proposal? {
        if let best = knowledge.keys?.best {
            return Proposal(value: best.columns, reason: "The data prove it: it \(best.verdict).")
        }
        let declared = (knowledge.columns?.columns ?? []).filter { $0.key != nil }
            .sorted { ($0.key ?? 0) < ($1.key ?? 0) }.map(\.name)
        if !declared.isEmpty {
            return Proposal(value: declared, reason: "The source says that this is the table's key.")
        }
        guard let known = knowledge.known, !known.uniqueColumns.isEmpty, let columns = listed(known.uniqueColumns)
        else {
            return nil
        }
        return Proposal(value: columns, reason: "By this its rows are known in other companies' accounts.")
    }

    var incrementalKey: Proposal? {
        if let key = knowledge.known?.incrementalKey, let column = listed([key]) {
            return Proposal(value: column, reason: "Other companies use this column.")
        }
        if let column = knowledge.columns?.columns.first(where: \.lastModified) {
            return Proposal(value: [column.name], reason: "The source marks it as the time of a row's last change.")
        }
        let named = candidates.first { name in
            let name = name.lowercased()
            return name.contains("modif") || name.contains("updat") || name.contains("changed")
        }
        return named.map {
            Proposal(value: [$0], reason: "By its name it is the time of a row's last change; nobody has proven that.")
        }
    }

    /// Columns that could be an incremental key.
    private var candidates: [String] {
        (knowledge.columns?.columns ?? []).filter { $0.incrementalKeyCandidate || $0.lastModified }.map(\.name)
    }

    /// The columns to choose an incremental key from, the best first.
    var incrementalKeys: [SetupOption] {
        let best = incrementalKey?.value ?? []
        let types = Dictionary(
            (knowledge.columns?.columns ?? []).map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        return (best + candidates.filter { !best.contains($0) }).map { SetupOption($0, types[$0] ?? "") }
    }

    /// What goes with what is known of the table: rows that are replaced need to be known, and to say when they changed.
    var loadMethod: Proposal {
        if uniqueColumns != nil, incrementalKey != nil {
            return Proposal(
                value: [LoadMethod.upsert.rawValue], reason: "Its rows can be identified, and tell when they changed.")
        }
        return Proposal(
            value: [LoadMethod.dropCreateLoad.rawValue],
            reason: "Nothing tells which of its rows have changed, so each run reads all of them.")
    }

    // MARK: Names

    private var shortName: String {
        TableName(catalog: nil, schema: answers.text(.schema), name: answers.text(.table) ?? "").shortName
    }

    var name: String { Self.unused(shortName.lowercased(), among: knowledge.takenNames) }

    var destinationTable: String { Self.unused(shortName.lowercased(), among: knowledge.takenTables) }

    /// The name, or with the first number that makes it another.
    private static func unused(_ name: String, among taken: Set<String>) -> String {
        guard taken.contains(name.lowercased()) else { return name }
        var number = 2
        while taken.contains("\(name)_\(number)".lowercased()) { number += 1 }
        return "\(name)_\(number)"
    }
}
