package import Rows

/// What is in staging when all chunks are there.
package struct StagedRows: Sendable, Equatable {
    package var rows: Int
    /// The largest value of the incremental key; nil without one, or where no row has a key.
    package var largestKey: KeyValue?
    /// Rows whose incremental key is NULL.
    package var rowsWithoutKey: Int
    /// Things a person should know, such as NaN values that the destination stores as NULL.
    package var notes: [String]

    package init(rows: Int, largestKey: KeyValue? = nil, rowsWithoutKey: Int = 0, notes: [String]) {
        self.rows = rows
        self.largestKey = largestKey
        self.rowsWithoutKey = rowsWithoutKey
        self.notes = notes
    }
}

/// Where a run's rows wait for the load. One thread at a time; may move between threads.
package protocol StagingTable: AnyObject, Sendable {
    /// Adds the rows of a batch to a chunk.
    func write(_ batch: RowBatch, chunk: Int) throws
    /// Forgets the rows of a chunk, which will be read again.
    func forget(chunk: Int) throws
    /// Puts a whole chunk on the disk: from now on a crash does not lose it.
    ///
    /// - Parameter order: Place of its read among all of the run; of two reads of a row the later wins.
    func complete(chunk: Int, order: Int) throws
    /// Replaces a chunk without rows by two.
    func split(_ chunk: Chunk, other: Chunk) throws
    /// Ends staging: all rows are there.
    ///
    /// - Throws: where the unique columns do not identify the rows of a chunk.
    func seal() throws -> StagedRows
}

/// What a load would do with a destination table.
package struct TableOutlook: Codable, Sendable, Equatable {
    /// A sentence.
    package var text: String
    /// The statement that makes the table; nil where it is there, or the types are not known before the first read.
    package var statement: String?

    package init(text: String, statement: String? = nil) {
        self.text = text
        self.statement = statement
    }
}

/// What a load did.
package struct LoadResult: Sendable, Equatable {
    /// Rows in the destination table after the load; nil where counting them would cost more than the load.
    package var rowsInTable: Int?
    /// Rows that the table did not have before.
    package var rowsAdded: Int
    /// Things a person should know, such as an index that no longer fits.
    package var notes: [String]

    package init(rowsInTable: Int?, rowsAdded: Int, notes: [String]) {
        self.rowsInTable = rowsInTable
        self.rowsAdded = rowsAdded
        self.notes = notes
    }
}

/// Where rows go: one local database.
///
/// All failures are thrown as `Failure`.
package protocol Destination {
    associatedtype Staging: StagingTable

    /// Everything that can be refused before the source is touched: a file that is not ours, no permission, another run
    /// at the same extract. Holds the extract's lock from here to `release`.
    func prepare(_ extract: TableExtract) throws
    /// What of `prepare` can be refused without a lock, and without a byte changed.
    func examine(_ extract: TableExtract) throws
    /// The same as `staged`, for a look: without the extract's lock, without a wait, and without a byte changed.
    func glance(at extract: TableExtract) -> StagedPlan?
    /// What a load would do with the destination table: make it, make it anew, or keep it.
    ///
    /// - Throws: where it would refuse the plan.
    func outlook(for extract: TableExtract, plan: ReadPlan) throws -> TableOutlook
    /// How an extract and its table stand: the watermark, what the books say of the table, and what is there now.
    func standing(of extract: TableExtract) throws -> Standing
    /// What an earlier run of the same extract has staged and not loaded; nil where there is nothing that can be gone on
    /// with.
    func staged(_ extract: TableExtract) throws -> StagedPlan?
    /// Opens staging for the chunks of a plan, whose results have these columns. What was staged before is thrown away,
    /// unless the plan is the one that it belongs to. Refuses columns that the destination table cannot take.
    func stage(_ extract: TableExtract, plan: ReadPlan, columns: [Column], run: RunIdentity, resuming: Bool) throws
        -> Staging
    /// Brings the staged rows, the run record and the watermark into the destination, in one transaction.
    ///
    /// - Parameter isGuarded: Whether it is stopped, with nothing changed and the staging kept, where the extract's
    ///   `ShrinkGuard` refuses it.
    func load(_ staging: Staging, record: RunRecord, state: ExtractState?, isGuarded: Bool) throws -> LoadResult
    /// Records a run that loaded nothing.
    func record(_ record: RunRecord) throws
    /// Gives the extract's lock back, and removes its staging unless a later run is to go on with it.
    func release(_ extract: TableExtract, keepsStaging: Bool)
}
