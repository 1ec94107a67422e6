/// What to answer where columns that identify a row are asked for.
package struct KeyProposal {
    private let extract: TableExtract
    private let known: TableKnowledge?

    /// - Parameter known: What is publicly known of the table.
    package init(_ extract: TableExtract, _ known: TableKnowledge?) {
        self.extract = extract
        self.known = known
    }

    /// Sentences.
    package var advice: String {
        guard let columns = known?.uniqueColumns, !columns.isEmpty else {
            return "\(extract.keysCommand) finds columns that identify a row; name them with "
                + "\(extract.setting("unique_columns")). Each run proves that they do."
        }
        return
            "\(extract.isByFlags ? "Give" : "Write") \(extract.setting("unique_columns", columns)), by which its rows are known "
            + "elsewhere; each run proves that they do, and \(extract.keysCommand) does so at once."
    }
}
