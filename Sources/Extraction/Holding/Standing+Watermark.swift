import Rows
import Text

/// Whether a watermark holds for an extract as it is now: what it was earned on, against what a run would read.
extension Standing {
    /// What the run goes on from, as far as the source is known: without the watermark where it begins again.
    ///
    /// - Throws: where the table holds rows that are not this extract's, or the watermark is another source's, or was earned
    ///   on something else.
    package func judged(for extract: TableExtract, knowing sight: SourceSight) throws -> Standing {
        let standing = try judged(for: extract, source: sight.identity, resolved: sight.table)
        try standing.checkBasis(for: extract, knowing: sight)
        return standing
    }

    /// Refuses a watermark that was earned on something else; of what was judged. A backfill does not go by it.
    func checkBasis(for extract: TableExtract, knowing sight: SourceSight) throws {
        guard let state, extract.backfill == nil else { return }
        if let failure = state.staleness(startOf: extract) { throw failure }
        let changes = changes(for: extract, knowing: sight)
        guard changes.isEmpty else {
            throw state.staleness(changes, kind: sight.keyKind ?? state.basis.kind, for: extract)
        }
    }

    /// Whether there is nothing about the watermark for a person to accept: it holds whatever the source says.
    package func holds(for extract: TableExtract) -> Bool {
        guard let judged = try? judged(for: extract, source: nil), let state = judged.state else { return false }
        // What the source declares as the key now, and which table a name means, only it can tell.
        let isOpen = extract.uniqueColumns.isEmpty && vouched?.uniqueColumns != nil
        return !isOpen && state.basis.table.isExactly(extract.table.description)
            && state.staleness(startOf: extract) == nil && judged.openCondition(extract) == nil
            && judged.changes(for: extract, knowing: SourceSight()).isEmpty
    }

    /// What is different for the watermark, for a sentence; empty where nothing is, as far as the source is known.
    private func changes(for extract: TableExtract, knowing sight: SourceSight) -> String {
        guard let key = extract.watermarkKey, var mine = state?.basis else { return "" }
        let basis = ExtractState.Basis(
            extract, key: sight.key ?? key, kind: sight.keyKind ?? mine.kind)
        // A later one leaves rows in the table, and none out of it.
        mine.start = basis.start
        // As the source lists it, one table has one name, however it is written down.
        if let theirs = vouched?.resolvedTable,
            theirs.mayBe(sight.table ?? extract.table, ignoringCase: sight.table == nil)
        {
            mine.table = basis.table
        }
        var now = basis
        if isOfSameColumns(extract, knowing: sight) ?? true {
            mine.columns = basis.columns
        } else if let held = holding?.columns, let read = sight.columns,
            [mine.columns, basis.columns].contains(where: { $0.map { ColumnChoice($0).names == nil } ?? false })
        {
            // What patterns came to says more than the patterns.
            mine.columns = held.filter { $0.absent == nil }.map(\.sourceName)
            now.columns = read
        }
        var changes = mine.changes(to: now)
        let chosen = extract.uniqueColumns.isEmpty ? nil : extract.uniqueColumns
        if let unique = vouched?.uniqueColumns, let now = sight.uniqueColumns ?? chosen,
            Set(unique.map { FoldedName($0) }) != Set(now.map { FoldedName($0) })
        {
            changes += changes.isEmpty ? "" : "; "
            changes +=
                unique.isEmpty
                ? "rows were not told apart" : "rows were told apart by \(unique.joined(separator: ", "))"
        }
        return changes
    }

    /// Whether the columns are those that the watermark was earned on: all of them, and a list of them all, are the same. Nil
    /// where only the source can tell.
    private func isOfSameColumns(_ extract: TableExtract, knowing sight: SourceSight) -> Bool? {
        func folded(_ names: [String]) -> Set<FoldedName> { Set(names.map { FoldedName($0) }) }
        let then = state?.basis.columns
        if then.map(folded) == extract.columns.map(folded) { return true }
        guard let held = heldColumnNames else { return false }
        let now = sight.columns ?? extract.columns.flatMap { ColumnChoice($0).names }
        return now.map { folded($0) == held }
    }

    /// On what it depends whether the watermark holds, in a sentence; nil where that is known without asking the source.
    func openCondition(_ extract: TableExtract) -> String? {
        guard let state, extract.watermarkKey != nil, isOfSameColumns(extract, knowing: SourceSight()) == nil else {
            return nil
        }
        if [state.basis.columns, extract.columns].compactMap({ $0 }).contains(where: { ColumnChoice($0).names == nil })
        {
            return
                "The watermark was set with other \"columns\" (\(state.basis.columns.map { Sentence.list($0) } ?? "all of them")): "
                + "if those that they take now are not the same columns, the run is refused."
        }
        return
            "The watermark was set when only some columns were read (\((state.basis.columns ?? []).joined(separator: ", "))): "
            + "if the source has more than these, the run is refused."
    }
}
