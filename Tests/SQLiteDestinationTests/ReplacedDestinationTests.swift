import Extraction
import Foundation
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// Rows are staged for one file, and another lies there when they are loaded: what is there then counts.
@Suite struct ReplacedDestinationTests {
    private let folder: Folder
    private var path: String { folder.file() }

    init() throws {
        folder = try Folder()
        let extract = makeIncremental()
        try runChunks(
            extract, [ChunkRows([row(1, "a", 3)])], state: makeState(extract, through(3)), into: folder.file())
    }

    /// Stages a row in two chunks, lets somebody replace the file, and loads; then lets the next run look what is staged.
    private func load(_ extract: TableExtract = makeIncremental(), after replace: () throws -> Void) throws -> Failure?
    {
        let destination = SQLiteFile(path: path)
        let lease = try destination.lease(extract)
        let isIncremental = extract.extractType == .incremental
        let plan = makePlan(
            extract, kind: isIncremental ? .integer : nil, chunks: 2, watermark: isIncremental ? through(3) : nil)
        let staging = try lease.stage(plan, columns: keyedColumns, run: plan.run, goingOn: false)
        try staging.write(makeBatch([row(2, "b", 9)]), chunk: 1)
        for chunk in 1...2 { try staging.complete(chunk: chunk, order: chunk) }
        let sealed = try staging.seal()
        try replace()
        var record = RunRecord(extract, run: plan.run, version: "test")
        record.status = .succeeded
        let refused = failure {
            _ = try destination.load(
                sealed, record: record, state: isIncremental ? makeState(extract, through(9)) : nil)
        }
        lease.end(keepsStaging: refused != nil)
        return refused
    }

    private func remove() throws {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    @Test(arguments: [
        ("PRAGMA application_id = 7", "belongs to another program"),
        ("CREATE TABLE _kleene_format AS SELECT 99 AS version", "written by a newer kleene-ns"),
        ("CREATE VIEW t AS SELECT 1 AS id", "is a view"),
        ("CREATE TABLE t AS SELECT 1 AS id, 'a' AS name, 2 AS k", "kleene-ns did not make it"),
    ])
    func isRefusedAndNotTouched(sql: String, words: String) throws {
        let refused = try load {
            try remove()
            try change(path, sql, "CREATE TABLE theirs (a)", "INSERT INTO theirs VALUES (1)")
        }
        #expect(refused?.message.contains(words) == true, "\(refused?.description ?? "nothing was refused")")
        #expect(try query(path, "SELECT a FROM theirs") == [[.integer(1)]])
        let ours = "SELECT count(*) FROM sqlite_schema WHERE name IN ('t', '_kleene_watermarks') AND type = 'table'"
        let before = sql.hasPrefix("CREATE TABLE t ") ? 1 : 0
        #expect(try query(path, ours) == [[.integer(Int64(before))]])
    }

    /// Without the watermark the rows below it would be missing, so nothing of the window is loaded.
    @Test func aWindowIsNotLoadedIntoAFileWithoutItsWatermark() throws {
        let refused = try load { try remove() }
        #expect(refused?.message.contains("absent now; nothing was loaded") == true)
        #expect(contents(path) == nil)
    }

    /// The watermark is there, and what it vouches for is not.
    @Test(arguments: ["DROP TABLE t", "DELETE FROM t", "ALTER TABLE t RENAME TO kept"])
    func aWindowIsNotLoadedIntoATableThatHasLostItsRows(sql: String) throws {
        let refused = try load { try change(path, sql) }
        #expect(
            refused?.message.contains("absent now; nothing was loaded") == true, "\(refused?.description ?? "loaded")")
        #expect(
            try query(path, "SELECT count(*) FROM sqlite_schema WHERE name = 't'").first == [
                .integer(sql.hasPrefix("DELETE") ? 1 : 0)
            ])
    }

    /// Another extract was faster.
    @Test func aTableThatAnotherExtractHasFilledMeanwhileIsLeftAlone() throws {
        var full = makeExtract(.truncateLoad)
        full.uniqueColumns = ["id"]
        let refused = try load(full) {
            try change(path, "DROP TABLE t")
            var other = makeExtract(name: "other")
            other.table = TableName(schema: "s", name: "another")
            try runExtract(other, rows: sampleRows(4), into: path)
        }
        #expect(refused?.kind == .configuration, "\(refused?.description ?? "loaded")")
        #expect(try query(path, "SELECT count(*) FROM t") == [[.integer(4)]])
    }

    /// The same where the rows were staged in the file that would become the destination.
    @Test func aWindowInOneChunkDoesNotBecomeAFileWithoutItsWatermark() throws {
        try remove()
        let extract = makeIncremental()
        let refused = failure {
            try runChunks(
                extract, [ChunkRows([row(2, "b", 9)])], watermark: through(3), state: makeState(extract, through(9)),
                into: path)
        }
        #expect(refused?.message.contains("absent now; nothing was loaded") == true)
        #expect(contents(path) == nil)
    }

    @Test func aWholeTableIsLoadedIntoWhateverIsThere() throws {
        var full = makeExtract(.upsert)
        full.uniqueColumns = ["id"]
        #expect(try load(full) { try remove() } == nil)
        #expect(try table(path) == ["2 b 9"])
        #expect(try SQLiteFile(path: path).runs(limit: 9).count == 1)
    }

    /// The watermark that the run began at is gone with the file; what is staged fits a file of any encoding.
    @Test func whatIsStagedIsKeptForAFileOfAnotherEncoding() throws {
        let refused = try load {
            try remove()
            try change(path, "PRAGMA encoding = 'UTF-16le'", "CREATE TABLE theirs (a)")
        }
        #expect(refused?.message.contains("The watermark") == true, "\(refused?.description ?? "loaded")")
        #expect(SQLiteFile(path: path).glance(at: makeIncremental()) != nil)
        try runChunks(makeIncremental(), [ChunkRows([row(1, "ä", 1)])], into: path)
        #expect(try table(path) == ["1 ä 1"])
    }
}
