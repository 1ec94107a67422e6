import Extraction
import SQLite

/// Rows that wait for a load: a table a chunk, and a book that says which of them are whole.
struct ChunkForm: StagingForm {
    let order: StagingOrder
    /// The source that the rows come from, in words that are the same in every run.
    let source: String?

    /// Of files whose rows are only ever added at their end.
    var pageSize: Int { 16384 }
    var isDurable: Bool { order.plan.isResumable }

    func begin(_ database: SQLiteDatabase) throws { try begin(database, isPacked: false) }

    func begin(_ database: SQLiteDatabase, isPacked: Bool) throws {
        try StagingBook.create(in: database, order, source: source, isPacked: isPacked)
    }

    func table(_ chunk: Int) -> String { Self.table(chunk) }

    static func table(_ chunk: Int) -> String { "rows_\(chunk)" }

    func create(_ chunk: Int, _ shape: StagedShape, for run: RunIdentity, in database: SQLiteDatabase) throws {
        try database.query(shape.createSQL(table(chunk)))
    }

    func complete(_ chunk: CompletedChunk, in database: SQLiteDatabase) throws {
        try StagingBook.complete(chunk, in: database)
    }

    func put(_ chunk: Chunk, in database: SQLiteDatabase) throws -> Bool {
        try StagingBook.put(chunk, in: database)
        return true
    }
}
