import Extraction
import Foundation
import Rows
import SQLiteDestination
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
        func shell(_ arguments: String...) throws -> Int32 {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = arguments
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        // A sandbox may forbid mounting even to the superuser.
        guard try shell("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", folder.path) == 0 else { return }
        defer { _ = try? shell("umount", folder.path) }
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
}
