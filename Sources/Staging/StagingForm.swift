package import Extraction
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
}
