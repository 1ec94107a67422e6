import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// SIGKILL at every named point of a load: the table is as before or as after, and the next run does the job.
@Suite struct KillTests {
    /// Rows of the run that is killed: many enough that the log spills pages before the commit.
    private static let rows = 30_000

    /// Those that a load in one piece passes; the others are reached by the whole program.
    private static let points = Failpoint.allCases.filter {
        ![
            .stagingBatch, .stagingChunk, .stagingResumed, .loadSynchronized, .loadNamed, .booksWritten,
            .booksCommitted,
        ].contains($0)
    }

    /// Those that a load into a file that is not there yet passes: it copies no rows.
    private static let firstPoints =
        points.filter { ![.loadDropped, .loadCreated, .loadFilled, .loadRebuilt].contains($0) }
        + [.loadSynchronized, .loadNamed]

    @Test(arguments: points, methodsForAnyRows)
    func leavesTheOldOrTheNewTable(point: Failpoint, method: LoadMethod) async throws {
        let folder = try Folder()
        let path = folder.file()
        try runExtract(makeExtract(method), rows: sampleRows(5), into: path)
        try change(
            path, "CREATE INDEX by_name ON t(name)", "CREATE TABLE log (a)",
            "CREATE TRIGGER logs AFTER INSERT ON t BEGIN INSERT INTO log VALUES (1); END",
            "CREATE VIEW v AS SELECT id FROM t")
        let schema = "SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name"
        let before = try query(path, schema)
        let result = await #expect(processExitsWith: .failure) {
            [path = path as String, name = point.rawValue as String, methodName = method.rawValue as String] in
            unsafe setenv("KLEENE_NS_FAILPOINT", name, 1)
            let method = try #require(LoadMethod(rawValue: methodName))
            try runExtract(makeExtract(method), rows: sampleRows(30_000), into: path)
            // Not every load passes every point.
            exit(99)
        }
        let isPassed = result?.exitStatus == .exitCode(99)
        #expect(isPassed || result?.exitStatus == .signal(SIGKILL))
        if method == .dropCreateLoad { #expect(!isPassed) }
        let full = method == .append ? Self.rows + 5 : Self.rows
        let isAfter = isPassed || [.loadCommitted, .loadCheckpointed].contains(point)
        let count = isAfter ? full : 5
        #expect(try query(path, "SELECT count(*) FROM t") == [[.integer(Int64(count))]])
        #expect(try query(path, "SELECT count(*) FROM v") == [[.integer(Int64(count))]])
        #expect(try query(path, schema) == before)
        #expect(try query(path, "SELECT count(*) FROM _kleene_runs") == [[.integer(isAfter ? 2 : 1)]])
        #expect(try query(path, "PRAGMA integrity_check") == [[.text("ok")]])
        let next = try runExtract(makeExtract(method), rows: sampleRows(7), into: path)
        let rows = method == .append ? count + 7 : 7
        #expect(next.result.rowsAdded == 7)
        #expect(try query(path, "SELECT count(*) FROM t") == [[.integer(Int64(rows))]])
        #expect(try query(path, schema) == before)
    }

    @Test(arguments: firstPoints)
    func leavesNoTableOrAWholeOneAtTheFirstLoad(point: Failpoint) async throws {
        let folder = try Folder()
        let path = folder.file()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, name = point.rawValue as String] in
            unsafe setenv("KLEENE_NS_FAILPOINT", name, 1)
            try runExtract(makeExtract(), rows: sampleRows(30_000), into: path)
        }
        if [.loadNamed, .loadCommitted, .loadCheckpointed].contains(point) {
            #expect(try query(path, "SELECT count(*) FROM t") == [[.integer(30_000)]])
        } else if FileManager.default.fileExists(atPath: path) {
            #expect(try query(path, "SELECT count(*) FROM sqlite_schema") == [[.integer(0)]])
        }
        #expect(try runExtract(makeExtract(), rows: sampleRows(7), into: path).result.rowsInTable == 7)
        #expect(try query(path, "PRAGMA application_id") == [[.integer(0x6B6C_6E73)]])
    }

    /// Those that a load of chunks into a file that is not there yet passes: the rows go into a side file first.
    private static let chunkPoints: [Failpoint] = [
        .loadOpened, .loadBegun, .loadDropped, .loadCreated, .loadFilled, .loadRebuilt, .loadRecorded,
        .loadSynchronized,
        .loadNamed, .loadCommitted, .loadCheckpointed,
    ]

    @Test(arguments: chunkPoints, [LoadMethod.dropCreateLoad, .truncateLoad, .append, .upsert])
    func leavesNoFileOrAWholeOneAtTheFirstLoadOfChunks(point: Failpoint, method: LoadMethod) async throws {
        let folder = try Folder()
        let path = folder.file()
        let extract = FirstLoadTests.extract(method)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, name = point.rawValue as String, methodName = method.rawValue as String] in
            unsafe setenv("KLEENE_NS_FAILPOINT", name, 1)
            let extract = FirstLoadTests.extract(try #require(LoadMethod(rawValue: methodName)))
            let isIncremental = extract.incremental != nil
            // Ten rows are in both.
            let chunks = [(1, Int64(0)..<3010), (2, 3000..<6000)].map { number, ids in
                ChunkRows(number, order: number, ids.map { (id: Int64) in row(id, "row", id) })
            }
            try runChunks(
                extract, kind: isIncremental ? .integer : nil, chunks,
                state: isIncremental ? makeState(extract, through(5999)) : nil, into: path)
        }
        let isAfter = [.loadNamed, .loadCommitted, .loadCheckpointed].contains(point)
        #expect(FileManager.default.fileExists(atPath: path) == isAfter)
        let destination = SQLiteFile(path: path)
        let lease = try destination.lease(extract)
        func sideFiles() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: path + ".kleene").filter { !$0.hasPrefix("lock-") }
        }
        // What was built halfway is gone; what was staged is there, and is gone on with unless it is loaded.
        #expect(try sideFiles().allSatisfy { $0.hasPrefix("staging-") })
        let staged = destination.glance(at: extract)
        #expect(staged?.completed == (isAfter ? nil : [1: 3010, 2: 3000]))
        if let staged {
            let run = makeRun()
            let staging = try lease.stage(staged.plan, columns: staged.columns, run: run, goingOn: true)
            var record = RunRecord(extract, run: run, version: "test")
            record.status = .succeeded
            record.resumedFrom = staged.plan.run.id
            _ = try destination.load(staging.seal(), record: record)
        }
        lease.end(keepsStaging: false)
        #expect(try sideFiles() == [])
        let rows = method.replacesAllRows ? 6010 : 6000
        #expect(try query(path, "SELECT count(*), max(id) FROM t") == [[.integer(Int64(rows)), .integer(5999)]])
        #expect(try destination.runs(limit: 9).map(\.rowsInTable) == [rows])
        #expect(
            try destination.states().map(\.watermark) == (isAfter && !method.replacesAllRows ? [through(5999)] : []))
        #expect(try query(path, "PRAGMA integrity_check") == [[.text("ok")]])
    }

    /// What people edit, and what a run leaves that loaded nothing.
    @Test(arguments: [Failpoint.booksWritten, .booksCommitted], [false, true])
    func booksAreAsBeforeOrAsAfter(point: Failpoint, isEdit: Bool) async throws {
        let folder = try Folder()
        let path = folder.file()
        let extract = makeIncremental()
        try runChunks(extract, [ChunkRows([row(1, "a", 3)])], state: makeState(extract, through(3)), into: path)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, name = point.rawValue as String, isEdit = isEdit as Bool] in
            unsafe setenv("KLEENE_NS_FAILPOINT", name, 1)
            let destination = SQLiteFile(path: path)
            if isEdit {
                try destination.edit(StateEditing(["e"], action: "reset", at: Timestamp(Date()))) { _, _ in nil }
            } else {
                try destination.record(RunRecord(makeIncremental(), run: makeRun(), version: "test"))
            }
        }
        let destination = SQLiteFile(path: path)
        let isAfter = point == .booksCommitted
        #expect(try destination.state(of: "e")?.watermark == (isEdit && isAfter ? nil : through(3)))
        #expect(try destination.stateEdits(of: "e").count == (isEdit && isAfter ? 1 : 0))
        #expect(try destination.runs(limit: 9).count == (!isEdit && isAfter ? 2 : 1))
        // The lock went with its holder.
        try destination.edit(StateEditing(["e"], action: "reset", at: Timestamp(Date()))) { _, _ in nil }
        #expect(try destination.states().isEmpty)
    }
}
