import Extraction
import Rows
import SQLite

/// Rows that wait for a load packed: as chunks, with a block of bytes for each batch in the place of its rows.
struct PackedForm: StagingForm {
    let chunks: ChunkForm

    /// Of blocks that are written and read as a whole.
    var pageSize: Int { 65536 }
    var isDurable: Bool { chunks.isDurable }

    func begin(_ database: SQLiteDatabase) throws { try chunks.begin(database, isPacked: true) }

    func table(_ chunk: Int) -> String { chunks.table(chunk) }

    func create(_ chunk: Int, _ shape: StagedShape, for run: RunIdentity, in database: SQLiteDatabase) throws {
        try database.query(
            "CREATE TABLE \(table(chunk)) (rows INTEGER NOT NULL, cells BLOB NOT NULL, run TEXT NOT NULL, started TEXT NOT NULL)"
        )
    }

    func complete(_ chunk: CompletedChunk, in database: SQLiteDatabase) throws {
        try chunks.complete(chunk, in: database)
    }

    func put(_ chunk: Chunk, in database: SQLiteDatabase) throws -> Bool { try chunks.put(chunk, in: database) }

    func writer(of chunk: Int, _ order: StagingOrder, _ shape: StagedShape, in database: SQLiteDatabase) throws
        -> any StagedWriting
    {
        try PackedWriter(
            into: table(chunk), shape: shape, of: order.extract.table, run: order.run, database: database)
    }

    func eachBatch(
        of table: String, _ shape: StagedShape, in database: SQLiteDatabase, _ body: (RowBatch) throws -> Void
    ) throws {
        try PackedReader(shape, of: table, in: database).eachBatch(body)
    }

    /// A table of its own, which the next call makes anew; nothing of it is kept with the chunk.
    func table(
        _ chunk: Int, holding columns: [String], _ shape: StagedShape, in database: SQLiteDatabase
    ) throws -> String {
        let places = shape.places(of: columns)
        let narrow = shape.only(places)
        let keys = "keys_\(chunk)"
        // One transaction: each row by itself would be one, with a word to the disk where chunks have theirs.
        try database.query("BEGIN")
        try database.query("DROP TABLE IF EXISTS \(keys)")
        try database.query(narrow.createSQL(keys))
        let writer = try RowWriter(
            into: keys, shape: narrow, of: chunks.order.extract.table, run: nil, database: database)
        try PackedReader(shape, of: table(chunk), only: places, in: database).eachBatch { try writer.write($0) }
        try database.query("COMMIT")
        return keys
    }
}
