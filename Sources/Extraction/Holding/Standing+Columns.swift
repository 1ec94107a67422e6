/// The columns that a destination table was filled with.
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

    /// The same with how they were chosen.
    package func heldChoice(by extract: TableExtract) -> HeldChoice? {
        guard let columns = heldColumns(by: extract) else { return nil }
        var choice = HeldChoice(columns, words: holding?.chosenColumns)
        choice.names = holding?.doubtfulNames ?? []
        return choice
    }

    /// The source's names of those that are still read; nil where nobody knows.
    var heldColumnNames: Set<FoldedName>? {
        guard let columns = holding?.columns else { return nil }
        return Set(columns.filter { $0.absent == nil }.map { FoldedName($0.sourceName) })
    }
}
