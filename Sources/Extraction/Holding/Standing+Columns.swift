/// What a watermark's run and the table's columns were, held against what they would be now.
extension Standing {
    /// The columns that the table was filled with from the very table that an extract reads; nil where nobody knows, or there
    /// is no such table any more.
    package func heldColumns(by extract: TableExtract) -> [HeldColumn]? {
        guard let table, !table.isReplaced, let holding else { return nil }
        if let columns = holding.columns { return columns }
        // An older version did not keep them, and made its tables with its own columns last: what follows is a person's.
        guard holding.table == nil,
            let end = table.columns.firstIndex(where: { FoldedName($0) == FoldedName(MetadataColumn.runID) })
        else { return nil }
        return table.columns[..<end].map { HeldColumn(name: $0, type: nil) }
    }

    /// What is different for the watermark, for a sentence; empty where nothing is.
    func changes(to basis: ExtractState.Basis, plan: ReadPlan) -> String {
        guard var mine = state?.basis else { return "" }
        // As the source lists it, one table has one name, however it is written down.
        if let theirs = vouched?.resolvedTable, theirs.mayBe(plan.table, ignoringCase: false) {
            mine.table = basis.table
        }
        // All columns, and a list of them all, are the same.
        if let held = heldColumnNames, held == Set(plan.columns.map { FoldedName($0) }) { mine.columns = basis.columns }
        var changes = mine.changes(to: basis)
        if let unique = vouched?.uniqueColumns,
            Set(unique.map { FoldedName($0) }) != Set(plan.uniqueColumns.map { FoldedName($0) })
        {
            changes += changes.isEmpty ? "" : "; "
            changes +=
                unique.isEmpty
                ? "rows were not told apart" : "rows were told apart by \(unique.joined(separator: ", "))"
        }
        return changes
    }

    private var heldColumnNames: Set<FoldedName>? {
        guard let columns = holding?.columns else { return nil }
        return Set(columns.filter { $0.absent == nil }.map { FoldedName($0.name) })
    }
}
