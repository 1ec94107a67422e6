/// Whose rows a destination table holds.
extension Standing {
    /// Why rows of a table are not an extract's own.
    struct Foreignness {
        /// Whose, such as `rows of the table customer`.
        var rows: String
        /// What this run reads in their place, for a sentence; nil where the table itself is another one.
        var ours: String?
        var kind: FailureClass = .configuration
        /// Whether `state accept --other-source` lets it through, and in what words.
        var accepts: String?

        func failure(_ extract: TableExtract) -> Failure {
            let table = "\"\(extract.destinationTable)\""
            let fate =
                switch extract.loadMethod {
                case .append: "add to them"
                case .upsert: "add to them and replace them"
                case .dropCreateLoad, .truncateLoad: "replace them"
                }
            var message = "The table \(table) holds \(rows)"
            message += ours.map { ", and the extract \"\(extract.name)\" reads \($0)." } ?? "."
            var advice = "Choose another \(extract.setting("destination_table")); or drop the table; "
            if let accepts, !extract.isByFlags {
                advice += "or `kleene-ns state accept \(extract.name) --other-source`, \(accepts); "
            }
            advice += "or say \(extract.adoption) to let kleene-ns \(fate)."
            return Failure(kind, message, advice: advice)
        }
    }

    /// Nil where the rows are the extract's own, or there are none.
    func foreignness(to extract: TableExtract, source: SourceIdentity?, resolved: TableName?) -> Foreignness? {
        guard let table, table.holdsRows, let holding else { return nil }
        if table.isReplaced {
            return Foreignness(
                rows:
                    "rows, and it is not the table that kleene-ns has loaded: another program dropped and made it again, "
                    + "or put another one in its place",
                kind: .destination, accepts: "if they are the same rows")
        }
        if let theirs = holding.source, let source, !theirs.isSame(as: source) {
            return Foreignness(
                rows: "rows of \(theirs.words)", ours: "\(source.words)",
                accepts: "if it is the same source under another name")
        }
        if isOtherTable(holding, extract, resolved: resolved, ignoringCase: source?.ignoresCase ?? true) {
            return Foreignness(
                rows: "rows of the source's table \(holding.sourceTable), loaded by the extract \"\(holding.extract)\"",
                ours: "the table \(extract.table)", accepts: "if it is the same table under another name")
        }
        if holding.extract != extract.name, holding.generation != nil, holding.filter != extract.filter {
            let condition = holding.filter.map { "those rows of \(holding.sourceTable) for which \($0)" }
            return Foreignness(
                rows:
                    "\(condition ?? "all rows of \(holding.sourceTable)"), loaded by the extract \"\(holding.extract)\"",
                ours: extract.filter.map { "those for which \($0)" } ?? "all of them",
                accepts: "if the one extract takes the place of the other")
        }
        if holding.extract != extract.name, holding.generation != nil,
            !StartDate.areSame(holding.start, extract.incremental?.start)
        {
            func words(_ start: String?) -> String { start.map { "those from \($0) on" } ?? "all of them" }
            return Foreignness(
                rows:
                    "rows of \(holding.sourceTable), loaded by the extract \"\(holding.extract)\", \(words(holding.start))",
                ours: words(extract.incremental?.start), accepts: "if the one extract takes the place of the other")
        }
        if holding.extract != extract.name, holding.generation != nil, !choosesSameColumns(holding, extract) {
            return Foreignness(
                rows: "rows of \(holding.sourceTable), loaded by the extract \"\(holding.extract)\"",
                ours: "other columns of it", accepts: "if the one extract takes the place of the other")
        }
        return nil
    }

    private func choosesSameColumns(_ holding: TableHolding, _ extract: TableExtract) -> Bool {
        func set(_ names: [String]?) -> Set<FoldedName>? { names.map { Set($0.map { FoldedName($0) }) } }
        return set(holding.chosenColumns) == set(extract.columns)
    }

    private func isOtherTable(
        _ holding: TableHolding, _ extract: TableExtract, resolved: TableName?, ignoringCase: Bool
    ) -> Bool {
        if let resolved, let theirs = holding.resolvedTable {
            // NetSuite lists a table under the names of company and role, which people change; it asks by the name alone.
            guard ignoringCase else { return !theirs.mayBe(resolved, ignoringCase: false) }
            return FoldedName(theirs.name) != FoldedName(resolved.name)
        }
        if holding.sourceTable == extract.table.description { return false }
        guard let theirs = holding.table else {
            // An older version kept the words alone.
            let mine = extract.table
            return ![mine, TableName(schema: mine.schema, name: mine.name), TableName(name: mine.name)]
                .contains { FoldedName($0.description) == FoldedName(holding.sourceTable) }
        }
        return !theirs.mayBe(extract.table, ignoringCase: true)
    }

    /// Rows that an extract has loaded under another `where` stay where they are not replaced.
    func filterNote(_ extract: TableExtract) -> String? {
        guard holdsRows, let holding, holding.extract == extract.name, holding.generation != nil,
            holding.filter != extract.filter, !extract.loadMethod.replacesAllRows
        else { return nil }
        return
            "The rows of \"\(extract.destinationTable)\" were loaded with another \(extract.setting("where")) "
            + "(\(holding.filter ?? "none")): those that are outside of it now stay. To be rid of them, drop the table: the "
            + "next run reads everything."
    }

    /// Rows from before a later start stay.
    func startNote(_ extract: TableExtract) -> String? {
        guard holdsRows, let state, let start = extract.incremental?.start, StartDate.isBefore(state.basis.start, start)
        else { return nil }
        return
            "The extract was begun with rows from \(state.basis.start ?? "the beginning") on: those of "
            + "\"\(extract.destinationTable)\" from before \(start) stay, and are not read or compared again."
    }

    /// The same rows under another name of the extract: told, since a watermark stays with its name.
    func renamingNote(_ extract: TableExtract) -> String? {
        guard holdsRows, let holding, holding.extract != extract.name else { return nil }
        return
            "The table \"\(extract.destinationTable)\" was loaded by the extract \"\(holding.extract)\" before, from the same "
            + "table."
            + (extract.watermarkKey != nil && state == nil
                ? " Its watermark stays with that name, so this run reads everything." : "")
    }
}
