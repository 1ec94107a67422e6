/// One configured unit of work: one source table into one destination table.
package struct TableExtract: Codable, Sendable, Equatable {
    package var name: String
    package var table: TableName
    /// The columns to read, in the destination's order; nil for all that the source lists.
    package var columns: [String]?
    package var extractType: ExtractType
    package var loadMethod: LoadMethod
    /// The columns that identify a row; empty for those that the source declares.
    package var uniqueColumns: [String] = []
    /// How the key is followed; nil for a full extract.
    package var incremental: Incremental?
    /// A condition in the source's SQL: rows for which it is not true are not read.
    package var filter: String?
    package var chunking = Chunking()
    /// The range of the incremental key that a backfill reads, as the user wrote it; nil for a run that goes on from the
    /// watermark.
    package var backfill: Backfill?
    package var destinationTable: String
    package var decimal: DecimalStorage
    /// Whether `_kleene_run_id` and `_kleene_extracted_at` are added to each row.
    package var addsMetadataColumns: Bool
    /// Whether a table that kleene-ns did not create may be replaced or added to.
    package var adoptsTable: Bool
    /// What becomes of it when the source's columns change; nil for what the load method does by itself.
    package var drift: DriftPolicy?

    /// How a read is cut into chunks.
    package struct Chunking: Codable, Hashable, Sendable {
        /// About so many rows a chunk; nil for one chunk, unless there are several readers.
        package var rows: Int?
        /// The column whose ranges are chunks; nil for a single unique column of whole numbers, else the incremental key.
        package var key: String?

        package init(rows: Int? = nil, key: String? = nil) {
            self.rows = rows
            self.key = key
        }

        /// Where there are several readers and nothing else is said.
        package static let defaultRows = 200_000
    }

    /// A range of the incremental key, from the one value on to below the other.
    package struct Backfill: Codable, Hashable, Sendable {
        package var from: String
        package var to: String

        package init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

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
    /// The id of the run that read the row.
    package static let runID = "_kleene_run_id"
    /// When that run began, UTC.
    package static let extractedAt = "_kleene_extracted_at"
    package static let names = [runID, extractedAt]
    /// Tables and columns that begin like this are ours.
    package static let prefix = "_kleene_"
}
