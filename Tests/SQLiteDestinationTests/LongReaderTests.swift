import Extraction
import Foundation
import SQLite
import TestSupport
import Testing

@testable import SQLiteDestination

/// Other programs that have the destination open while a load wants it.
@Suite struct LongReaderTests {
    private let folder: Folder
    private let extract = makeExtract()

    init() throws { folder = try Folder() }

    /// A file in rollback mode, as another program makes it.
    private func makeRollbackFile() throws {
        try change(folder.file(), "CREATE TABLE other (x)", "INSERT INTO other VALUES (1)")
        try #require(try query(folder.file(), "PRAGMA journal_mode").first?.first == .text("delete"))
    }

    @Test(arguments: ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
    func destinationInRollbackModeIsWaitedForWhileItIsHeld(_ begin: String) throws {
        try makeRollbackFile()
        let holder = try SQLiteDatabase(path: folder.file(), access: .readWrite)
        try holder.query(begin)
        var settings = SQLiteFile.Settings()
        settings.busySeconds = 1
        let refused = failure {
            try runExtract(extract, batches: [makeBatch(sampleRows(3))], into: folder.file(), settings: settings)
        }
        #expect(refused?.kind == .destination, "\(String(describing: refused))")
        #expect(
            refused?.description.contains("Another program held the file locked") == true,
            "\(String(describing: refused))")
        let held = Held(database: holder)
        Thread.detachNewThread {
            usleep(700_000)
            _ = try? held.database.query("ROLLBACK")
        }
        settings.busySeconds = 30
        try runExtract(extract, batches: [makeBatch(sampleRows(3))], into: folder.file(), settings: settings)
        #expect(try query(folder.file(), "SELECT count(*) FROM t").first?.first == .integer(3))
    }

    private struct Held: @unchecked Sendable { let database: SQLiteDatabase }

    @Test func logThatGrowsBehindALongReaderIsNoted() throws {
        let text = String(repeating: "x", count: 4000)
        let rows = (0..<3000).map { [.integer(Int64($0)), .text(text)] as [Cell?] }
        func load() throws -> [String] { try runExtract(extract, rows: rows, into: folder.file()).result.notes }
        #expect(try load() == [])
        let reader = try SQLiteDatabase(path: folder.file(), access: .readOnly)
        try reader.query("BEGIN")
        _ = try reader.value("SELECT count(*) FROM t")
        let notes = try load()
        #expect(notes.contains { $0.contains("-wal has") && $0.contains("MB") }, "\(notes)")
        try reader.query("ROLLBACK")
        #expect(try load() == [])
    }
}
