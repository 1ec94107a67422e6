/// What to answer where columns that identify a row are asked for.
package struct KeyProposal {
    private let table: TableName
    private let known: TableKnowledge?

    /// - Parameter known: What is publicly known of the table.
    package init(_ table: TableName, _ known: TableKnowledge?) {
        self.table = table
        self.known = known
    }

    /// Sentences.
    package var advice: String {
        guard let columns = known?.uniqueColumns, !columns.isEmpty else {
            return "`kleene-ns keys \(table)` finds columns that identify a row; name them with \"unique_columns\" "
                + "(--unique-columns). Each run proves that they do."
        }
        let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        return
            "Write \"unique_columns\": [\(list)] (--unique-columns), by which its rows are known elsewhere; each run proves "
            + "that they do, and `kleene-ns keys \(table)` does so at once."
    }
}
