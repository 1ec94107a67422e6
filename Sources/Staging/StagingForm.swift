package import Extraction
package import Rows
package import SQLite

/// How the rows of a run lie in their file.
package protocol StagingForm: Sendable {
    /// Bytes of a page.
    var pageSize: Int { get }
    /// Whether each chunk is on the disk when it is complete, so that a later run can go on.
    var isDurable: Bool { get }

    /// Writes what an empty file says of itself. Without a transaction before it, and behind it.
    func begin(_ database: SQLiteDatabase) throws
    /// The name of a chunk's table, as SQL.
    func table(_ chunk: Int) -> String
    /// Makes the table of a chunk that begins.
    func create(_ chunk: Int, _ shape: StagedShape, for run: RunIdentity, in database: SQLiteDatabase) throws
    /// Writes down that a chunk is whole, in the transaction that has its last rows.
    func complete(_ chunk: CompletedChunk, in database: SQLiteDatabase) throws
    /// Writes down a chunk that has no rows yet, or its new range; false where the form has no room for several.
    func put(_ chunk: Chunk, in database: SQLiteDatabase) throws -> Bool

    /// What takes the rows of a chunk whose table is there.
    func writer(of chunk: Int, _ order: StagingOrder, _ shape: StagedShape, in database: SQLiteDatabase) throws
        -> any StagedWriting
    /// Calls a function with the rows of a chunk's table, batch after batch; each is good for the call. The columns that kleene-ns adds
    /// are the last.
    func eachBatch(
        of table: String, _ shape: StagedShape, in database: SQLiteDatabase, _ body: (RowBatch) throws -> Void) throws
    /// A table in which SQL finds the values of some columns of a chunk's rows, in the order in which they came, until the file is closed.
    func table(_ chunk: Int, holding columns: [String], _ shape: StagedShape, in database: SQLiteDatabase) throws
        -> String
}

/// Rows that lie there as rows of SQLite.
extension StagingForm {
    package func writer(of chunk: Int, _ order: StagingOrder, _ shape: StagedShape, in database: SQLiteDatabase) throws
        -> any StagedWriting
    {
        try RowWriter(
            into: table(chunk), shape: shape, of: order.extract.table, run: order.run, database: database)
    }

    package func eachBatch(
        of table: String, _ shape: StagedShape, in database: SQLiteDatabase, _ body: (RowBatch) throws -> Void
    ) throws {
        try StagedReader(shape, of: table, in: database).eachBatch(body)
    }

    package func table(
        _ chunk: Int, holding columns: [String], _ shape: StagedShape, in database: SQLiteDatabase
    ) throws -> String { table(chunk) }
}
