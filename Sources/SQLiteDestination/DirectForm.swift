import Extraction
import SQLite
import Staging

/// Rows of a file that becomes the destination itself, which is not there yet: they lie in the destination's table, beside the
/// books, and are written once.
struct DirectForm: StagingForm {
    let definition: TableDefinition

    var pageSize: Int { SQLiteFile.pageSize }
    /// Who is killed leaves nothing that anybody goes on with.
    var isDurable: Bool { false }

    func begin(_ database: SQLiteDatabase) throws {
        try database.query("BEGIN")
        try Bookkeeping.create(in: database)
        try database.query("COMMIT")
    }

    func table(_ chunk: Int) -> String { Identifier.quote(definition.name) }

    func create(_ chunk: Int, _ shape: StagedShape, for run: RunIdentity, in database: SQLiteDatabase) throws {
        try database.query(definition.createSQL(maker: run.id))
    }

    func complete(_ chunk: CompletedChunk, in database: SQLiteDatabase) throws {}

    func put(_ chunk: Chunk, in database: SQLiteDatabase) throws -> Bool { false }
}
