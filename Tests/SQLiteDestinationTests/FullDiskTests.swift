import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// What happens where writing stops: by a file size limit, which a user's quota resembles, and by a full file system.
@Suite struct FullDiskTests {
    @Test(arguments: [40_000, 400_000, 1_500_000], methodsForAnyRows)
    func aLimitOnFilesIsASentenceAndTheTableStays(limit: Int, method: LoadMethod) async throws {
        let folder = try Folder()
        let path = folder.file()
        try runExtract(makeExtract(method), rows: sampleRows(5), into: path)
        // Its pages go into the log as well, so the load needs more than staging does.
        try change(path, "CREATE INDEX by_name ON t(name)", "PRAGMA wal_checkpoint(TRUNCATE)")
        let before = contents(path)
        let child = await #expect(processExitsWith: .exitCode(41), observing: [\.standardErrorContent]) {
            [path = path as String, limit = limit as Int, methodName = method.rawValue as String] in
            signal(SIGXFSZ, SIG_IGN)
            var bound = rlimit(rlim_cur: UInt(limit), rlim_max: UInt(limit))
            #if canImport(Glibc)
                unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &bound)
            #endif
            let method = try #require(LoadMethod(rawValue: methodName))
            let refused = failure { try runExtract(makeExtract(method), rows: sampleRows(60_000), into: path) }
            FileHandle.standardError.write(Data((refused?.description ?? "no failure").utf8))
            exit(refused?.kind == .destination ? 41 : 42)
        }
        let said = String(decoding: child?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.contains("SQLITE_") && said.contains("Free space"), "\(said)")
        #expect(try query(path, "SELECT count(*) FROM t") == [[.integer(5)]])
        #expect(contents(path) == before)
        #expect(try runExtract(makeExtract(method), rows: sampleRows(9), into: path).result.rowsAdded >= 9)
    }

    /// The size of the file system that a test mounts, in KiB; only the superuser may, so others skip it.
    @Test(.enabled(if: geteuid() == 0), arguments: [600, 2400, 3600, 4800])
    func aFullFileSystemIsASentenceAndTheTableStays(kilobytes: Int) throws {
        let folder = try Folder()
        guard try Self.mount(kilobytes, at: folder) else { return }
        defer { Self.unmount(folder) }
        let path = folder.file()
        try runExtract(makeExtract(), rows: sampleRows(5), into: path)
        var settings = SQLiteFile.Settings()
        // Only what SQLite itself meets.
        settings.freeBytes = { _ in nil }
        let refused = failure {
            try runExtract(makeExtract(), batches: [makeBatch(sampleRows(60_000))], into: path, settings: settings)
        }
        if let refused {
            #expect(refused.message.contains("database or disk is full"))
            #expect(refused.advice.contains("Free space"))
            #expect(try query(path, "SELECT count(*) FROM t") == [[.integer(5)]])
        } else {
            #expect(kilobytes > 3000)
        }
        #expect(try query(path, "PRAGMA integrity_check") == [[.text("ok")]])
        #expect(try runExtract(makeExtract(), rows: sampleRows(9), into: path).result.rowsInTable == 9)
    }

    @Test(.enabled(if: geteuid() == 0))
    func aFirstLoadThatHasNoRoomLeavesNoFile() throws {
        let folder = try Folder()
        guard try Self.mount(600, at: folder) else { return }
        defer { Self.unmount(folder) }
        let refused = failure { try runExtract(makeExtract(), rows: sampleRows(60_000), into: folder.file()) }
        #expect(refused?.message.contains("database or disk is full") == true)
        #expect(contents(folder.file()) == nil)
        #expect(try runExtract(makeExtract(), rows: sampleRows(9), into: folder.file()).result.rowsInTable == 9)
    }

    /// There is room for what is staged, and not for the file that is made of it.
    @Test(.enabled(if: geteuid() == 0))
    func aFirstLoadOfChunksThatHasNoRoomLeavesNoFileAndKeepsThem() throws {
        let folder = try Folder()
        guard try Self.mount(1200, at: folder) else { return }
        defer { Self.unmount(folder) }
        var settings = SQLiteFile.Settings()
        // Only what SQLite itself meets.
        settings.freeBytes = { _ in nil }
        let destination = SQLiteFile(path: folder.file(), settings: settings)
        let extract = makeIncremental()
        let lease = try destination.lease(extract)
        let plan = makePlan(extract, kind: .integer, chunks: 2)
        let staging = try lease.stage(plan, columns: keyedColumns, run: plan.run, goingOn: false)
        for chunk in 1...2 {
            let ids = Int64(chunk * 9000)..<Int64(chunk * 9000 + 9000)
            try staging.write(makeBatch(ids.map { (id: Int64) in row(id, "the row \(id) of many", id) }), chunk: chunk)
            try staging.complete(chunk: chunk, order: chunk)
        }
        let sealed = try staging.seal()
        var record = RunRecord(extract, run: plan.run, version: "test")
        record.status = .succeeded
        let refused = failure { _ = try destination.load(sealed, record: record) }
        #expect(refused?.message.contains("database or disk is full") == true)
        #expect(contents(folder.file()) == nil)
        lease.end(keepsStaging: true)
        #expect(destination.glance(at: extract)?.completed == [1: 9000, 2: 9000])
        let side = try FileManager.default.contentsOfDirectory(atPath: folder.file() + ".kleene")
        #expect(!side.contains { $0.hasPrefix("new-") })
    }

    @Test(.enabled(if: geteuid() == 0))
    func chunksThatWereWholeStayWhereTheNextHasNoRoom() throws {
        let folder = try Folder()
        guard try Self.mount(600, at: folder) else { return }
        defer { Self.unmount(folder) }
        let destination = SQLiteFile(path: folder.file())
        let extract = makeIncremental()
        let lease = try destination.lease(extract)
        let run = makeRun()
        let staging = try lease.stage(
            makePlan(extract, kind: .integer, chunks: 2, run: run), columns: keyedColumns, run: run,
            goingOn: false)
        func rows(_ range: Range<Int64>) -> RowBatch {
            makeBatch(range.map { (id: Int64) in row(id, "row \(id)", id) })
        }
        try staging.write(rows(0..<1000), chunk: 1)
        try staging.complete(chunk: 1, order: 1)
        let refused = failure {
            try staging.write(rows(1000..<60_000), chunk: 2)
            try staging.complete(chunk: 2, order: 2)
        }
        #expect(refused?.message.contains("database or disk is full") == true)
        lease.end(keepsStaging: true)

        let next = try destination.lease(extract)
        let staged = try #require(destination.glance(at: extract))
        #expect(staged.completed == [1: 1000])
        let resumed = try next.stage(staged.plan, columns: staged.columns, run: makeRun(), goingOn: true)
        try resumed.write(rows(1000..<1100), chunk: 2)
        try resumed.complete(chunk: 2, order: 1)
        var record = RunRecord(extract, run: makeRun(), version: "test")
        record.status = .succeeded
        #expect(try destination.load(resumed.seal(), record: record).rowsInTable == 1100)
        next.end(keepsStaging: false)
    }

    private static func shell(_ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// A file system of this size in the folder's place; a sandbox may forbid that even to the superuser.
    private static func mount(_ kilobytes: Int, at folder: Folder) throws -> Bool {
        try shell("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", folder.path) == 0
    }

    private static func unmount(_ folder: Folder) { _ = try? shell("umount", folder.path) }
}
