import CSQLite
import Rows
import SQLite

/// The way of a row out of staging whose rows wait packed: the blocks of a chunk's table as batches again.
///
/// Used by one thread.
struct PackedReader {
    private let statement: SQLiteStatement
    let unpacker: PackedUnpacker

    /// - Parameters:
    ///   - table: As SQL.
    ///   - only: The places of the columns that are wanted; nil for all, with those that kleene-ns adds.
    init(_ shape: StagedShape, of table: String, only: [Int]? = nil, in database: SQLiteDatabase) throws(SQLiteError) {
        unpacker = PackedUnpacker(shape, only: only)
        statement = try database.prepare(Self.sql(table))
    }

    /// A reader of one block after another, by their numbers: those that come while it reads too.
    init(following shape: StagedShape, of table: String, in database: SQLiteDatabase) throws(SQLiteError) {
        unpacker = PackedUnpacker(shape)
        // No table of blocks has a key of its own: SQLite numbers them from 1, in the order in which they came.
        statement = try database.prepare(Self.sql(table) + " WHERE rowid = ?")
    }

    private static func sql(_ table: String) -> String { "SELECT rows, cells, run, started FROM \(table)" }

    /// Calls a function with batch after batch; each is good for the call.
    func eachBatch(_ body: (RowBatch) throws -> Void) throws {
        let batch = unpacker.makeBatch()
        while try statement.step() {
            let (cells, texts) = (unsafe bytes(1), unsafe [2, 3].map { unsafe bytes($0) })
            try unsafe unpacker.unpack(cells, rows: rows, texts, into: batch)
            try body(batch)
            batch.firstRow += batch.rowCount
            batch.removeAll()
        }
    }

    /// Copies one block, of a reader that follows; false where it is not there.
    ///
    /// Nothing is held behind it: the table may be changed, or dropped.
    func copy(_ number: Int, into block: PackedBlock) throws -> Bool {
        defer { unsafe _ = sqlite3_reset(statement.handle) }
        try statement.bind(.integer(Int64(number)), at: 1)
        guard try statement.step() else { return false }
        block.removeAll()
        block.rows = rows
        unsafe block.cells.put(bytes(1))
        for (buffer, column) in zip(block.texts, [2, 3] as [Int32]) { unsafe buffer.put(bytes(column)) }
        return true
    }

    // MARK: The block at which the statement stands

    private var rows: Int { unsafe Int(sqlite3_column_int64(statement.handle, 0)) }

    /// The bytes of a blob or a text; none where there is neither.
    private func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        // The bytes first, then how many: the other order may count another encoding's.
        let start = unsafe sqlite3_column_blob(statement.handle, column)
        return unsafe UnsafeRawBufferPointer(
            start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement.handle, column)))
    }
}
