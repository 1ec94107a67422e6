/// One configured unit of work: one source table into one destination table.
package struct TableExtract: Codable, Sendable, Equatable {
    package var name: String
    package var table: TableName
    /// The columns to read, in the destination's order; nil for all that the source lists.
    package var columns: [String]?
    package var extractType: ExtractType
    package var loadMethod: LoadMethod
    package var destinationTable: String
    package var decimal: DecimalStorage
    /// Whether `_kleene_run_id` and `_kleene_extracted_at` are added to each row.
    package var addsMetadataColumns: Bool
    /// Whether a table that kleene-ns did not create may be replaced or added to.
    package var adoptsTable: Bool

    package init(
        name: String, table: TableName, columns: [String]? = nil, extractType: ExtractType = .full,
        loadMethod: LoadMethod = .dropCreateLoad, destinationTable: String, decimal: DecimalStorage = .text,
        addsMetadataColumns: Bool = true, adoptsTable: Bool = false
    ) {
        self.name = name
        self.table = table
        self.columns = columns
        self.extractType = extractType
        self.loadMethod = loadMethod
        self.destinationTable = destinationTable
        self.decimal = decimal
        self.addsMetadataColumns = addsMetadataColumns
        self.adoptsTable = adoptsTable
    }
}

/// The columns that kleene-ns adds to each row.
package enum MetadataColumn {
    /// The id of the run that loaded the row.
    package static let runID = "_kleene_run_id"
    /// When that run began, UTC.
    package static let extractedAt = "_kleene_extracted_at"
    package static let names = [runID, extractedAt]
    /// Tables and columns that begin like this are ours.
    package static let prefix = "_kleene_"
}
