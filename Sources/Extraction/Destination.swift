package import Rows

/// What went into staging.
package struct StagedRows: Sendable, Equatable {
    package var rows: Int
    /// Things a person should know, such as NaN values that the destination stores as NULL.
    package var notes: [String]

    package init(rows: Int, notes: [String]) {
        self.rows = rows
        self.notes = notes
    }
}

/// Where a run's rows wait for the load. One thread at a time; may move between threads.
package protocol StagingTable: AnyObject, Sendable {
    /// Adds the rows of a batch.
    func write(_ batch: RowBatch) throws
    /// Forgets all rows, for a read that starts again.
    func restart() throws
    /// Ends staging: all rows are there.
    func seal() throws -> StagedRows
}

/// What a load did.
package struct LoadResult: Sendable, Equatable {
    /// Rows in the destination table after the load.
    package var rowsInTable: Int
    /// Things a person should know, such as an index that no longer fits.
    package var notes: [String]

    package init(rowsInTable: Int, notes: [String]) {
        self.rowsInTable = rowsInTable
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
    /// Opens staging for a result of these columns. Refuses columns that the destination table cannot take.
    func stage(_ extract: TableExtract, columns: [Column], run: RunIdentity) throws -> Staging
    /// Brings the staged rows and the run record into the destination, in one transaction.
    func load(_ staging: Staging, record: RunRecord) throws -> LoadResult
    /// Records a run that loaded nothing.
    func record(_ record: RunRecord) throws
    /// Gives the extract's lock back and removes its staging.
    func release(_ extract: TableExtract)
}
