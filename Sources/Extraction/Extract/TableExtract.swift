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
    /// The extract whose rows its own are part of; nil for none. It has no window of its own then.
    package var follows: Follows?
    /// How rows that the source has deleted leave the table; nil where nobody says.
    package var deletes: Deletes?
    /// Whether a run reads its keys only, to find rows that the source no longer has; nil for no.
    package var sweeps: Bool?
    /// The columns whose values are masked before they are staged, as they are written; nil for none.
    package var masks: [String: ColumnMask]?
    /// Those of the masked columns that the table may lack, because other tables are meant too; nil for none.
    package var masksWhereThere: [String]?
    /// What columns are called in the destination, by the source's names as they are written; nil where none is renamed.
    package var renames: [String: String]?
    /// A condition in the source's SQL: rows for which it is not true are not read.
    package var filter: String?
    package var chunking = Chunking()
    /// The range of the incremental key that a backfill reads, as the user wrote it; nil for a run that goes on from the
    /// watermark.
    package var backfill: Backfill?
    package var destinationTable: String
    package var decimal: DecimalStorage
    /// What becomes of values of columns of time that are not ISO 8601; nil: they are noted.
    package var oddTimes: OddTimeValues?
    /// Whether `_kleene_run_id` and `_kleene_extracted_at` are added to each row.
    package var addsMetadataColumns: Bool
    /// Whether a table that kleene-ns did not create may be replaced or added to.
    package var adoptsTable: Bool
    /// What becomes of it when the source's columns change; nil for what the load method does by itself.
    package var drift: DriftPolicy?
    /// The least share of the rows there that a load may replace them by; nil for `ShrinkGuard.defaultShare`.
    package var leastShare: Double?
    /// Whether the source is asked how many rows a full read must bring; nil for yes.
    package var countsRows: Bool?
    /// Where it is written; nil for a configuration.
    package var origin: ExtractOrigin?

    /// How a read is cut into chunks.
    package struct Chunking: Codable, Hashable, Sendable {
        /// About so many rows a chunk; nil for `defaultRows`.
        package var rows: Int?
        /// The column whose ranges are chunks; nil for the first unique column of whole numbers, else the incremental key.
        package var key: String?

        package init(rows: Int? = nil, key: String? = nil) {
            self.rows = rows
            self.key = key
        }

        /// Where nothing else is said. A read of fewer rows is one chunk, and costs what it did without chunks.
        package static let defaultRows = 200_000

        /// Rows of a chunk where nobody says how many.
        ///
        /// A run whose time is limited has to complete chunks within it, or it would never get any further: at a slow hundred
        /// rows a second, one chunk takes half of the limit.
        package static func rows(_ settings: RunSettings) -> Int {
            if let timeLimit = settings.timeLimit {
                return min(defaultRows, max(100, min(timeLimit, defaultRows) * 50))
            }
            return settings.connections > 1 ? defaultRows : settings.chunkRows
        }
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
