package import Extraction
import Files
package import Rows
import SQLite

/// All rows of a run, staged and proven: they wait to be loaded, and change no more.
///
/// `@unchecked Sendable`: as `StagingFile`.
package final class SealedFile: StagedTable, @unchecked Sendable {
    private let file: StagingFile
    package let summary: StagedRows

    init(_ file: StagingFile, summary: StagedRows) {
        self.file = file
        self.summary = summary
    }

    package var columns: [Column] { file.order.columns }
    package var order: StagingOrder { file.order }
    package var shape: StagedShape { file.terms.shape }
    package var drift: Drift? { file.terms.drift }
    /// What has loaded rows while they were read; nil where nothing has.
    package var follower: (any StagingFollower)? { file.follower }
    package var path: String { file.path }
    /// How the rows lie in their file.
    package var form: any StagingForm { file.form }
    /// The tables of the chunks in the order of their reads, as SQL.
    package var tables: [String] { file.completed.map { file.form.table($0.number) } }
    package var rowCount: Int { file.rowCount }
    /// The text encoding of the file, as SQLite names it. An older kleene-ns gave it the destination's.
    package var encoding: String {
        get throws {
            try trying("Looking at the staged rows of \(order.extract.table)") {
                try SQLiteDatabase(path: path, access: .snapshot).value("PRAGMA encoding")?.text ?? StagingFile.encoding
            }
        }
    }
    /// Bytes of the file.
    package var byteCount: Int { FileSystem.size(of: file.path) }

    /// Loads the rows. Where they turn out to be damaged, no later run goes on with them.
    package func distrustingDamage<Result>(_ body: () throws -> Result) throws -> Result {
        try file.distrustingDamage(body)
    }

    /// Has no later run go on with the rows.
    package func distrust() { file.distrust() }

    /// Keeps the rows for a person to say what becomes of them: a guard has stopped their load.
    package func keepStopped() throws { try file.keepStopped() }

    /// Says that the rows are where they were to go.
    package func markLoaded() { file.markLoaded() }

    package func eachBatch(_ body: (RowBatch) throws -> Void) throws {
        for table in tables { try eachBatch(of: table, body) }
    }

    /// The same rows of one of the tables.
    package func eachBatch(of table: String, _ body: (RowBatch) throws -> Void) throws {
        try trying("Reading the staged rows of \(order.extract.table)") {
            try distrustingDamage {
                let database = try SQLiteDatabase(path: path, access: .snapshot)
                try form.eachBatch(of: table, shape, in: database, body)
            }
        }
    }
}
