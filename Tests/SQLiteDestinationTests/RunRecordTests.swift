import Extraction
import Foundation
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

@Suite struct RunRecordTests {
    private func makeRecord(_ number: Int, extract: TableExtract = makeExtract()) -> RunRecord {
        let start = Timestamp(Date(timeIntervalSince1970: 1_700_000_000 + Double(number)))
        var record = RunRecord(extract, run: RunIdentity(startedAt: start, salt: UInt32(number)), version: "1.2.3")
        record.failure = Failure(.connection, "It was \"away\".", advice: "Wait.", sqlState: "08001", nativeCode: -3)
        record.notes = ["ä note"]
        return record
    }

    @Test func comeBackAsTheyWentInLatestFirst() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        let records = (0..<5).map { makeRecord($0, extract: makeExtract(name: $0 == 2 ? "other" : "e")) }
        for record in records { try destination.record(record) }
        #expect(try destination.runs(limit: 3) == Array(records.reversed().prefix(3)))
        #expect(try destination.runs(extract: "other", limit: 9) == [records[2]])
        #expect(try destination.runs(extract: "none", limit: 9) == [])
        #expect(try destination.run(id: records[1].runID) == records[1])
        #expect(try destination.run(id: "x") == nil)
    }

    @Test func aLoadThatIsInStaysInTheBooksWhateverFailsBehindIt() throws {
        let folder = try Folder()
        let loaded = try runExtract(makeExtract(), rows: sampleRows(3), into: folder.file())
        var failed = RunRecord(makeExtract(), run: loaded.run, version: "test")
        failed.failure = Failure(.driverCrashed, "It died.")
        let destination = SQLiteFile(path: folder.file())
        try destination.record(failed)
        #expect(try destination.run(id: loaded.run.id)?.status == .succeeded)
    }

    @Test func aLoadRecordsItsRunWithTheRows() throws {
        let folder = try Folder()
        let loaded = try runExtract(makeExtract(), rows: sampleRows(3), into: folder.file())
        let record = try #require(try SQLiteFile(path: folder.file()).run(id: loaded.run.id))
        #expect(record.status == .succeeded)
        #expect(record.rowsInTable == 3)
        #expect(record.finishedAt != nil)
        #expect(
            try query(folder.file(), "SELECT run_id, status, rows_in_table FROM _kleene_runs")
                == [[.text(loaded.run.id), .text("succeeded"), .integer(3)]])
        #expect(
            try query(folder.file(), "SELECT name, loaded_by FROM _kleene_tables") == [
                [.text("t"), .text(loaded.run.id)]
            ])
    }

    @Test func withoutAFileOrRecordsThereIsASentenceAndNoFileIsMade() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        #expect(
            failure { _ = try destination.runs(limit: 1) }?.message.contains("There is no destination file") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.file()))
        try change(folder.file(), "CREATE TABLE a (b)")
        let before = contents(folder.file())
        #expect(failure { _ = try destination.runs(limit: 1) }?.message.contains("no record of any run") == true)
        #expect(contents(folder.file()) == before)
    }

    @Test(arguments: ["PRAGMA application_id = 7", "CREATE TABLE _kleene_format AS SELECT 4 AS version"])
    func nothingIsRecordedInAFileThatIsNotOurs(sql: String) throws {
        let folder = try Folder()
        try change(folder.file(), "CREATE TABLE a (b)", "PRAGMA journal_mode = WAL", sql)
        let before = contents(folder.file())
        #expect(failure { try SQLiteFile(path: folder.file()).record(makeRecord(1)) }?.kind == .destination)
        #expect(contents(folder.file()) == before)
    }

    @Test func preparingMakesNoFile() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        let lease = try destination.lease(makeExtract())
        #expect(!FileManager.default.fileExists(atPath: folder.file()))
        lease.end(keepsStaging: false)
    }

    @Test func readingRunsWorksWhileALoadHoldsTheWriteLock() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        try destination.record(makeRecord(1))
        let other = try SQLiteDatabase(path: folder.file(), access: .readWrite)
        try other.query("BEGIN IMMEDIATE")
        #expect(try destination.runs(limit: 5).count == 1)
    }

    @Test func checksPassWhereAllIsWellAndSayWhatIsNot() throws {
        let folder = try Folder()
        let good = SQLiteFile(path: folder.file()).checks()
        #expect(good.map(\.name) == ["SQLite", "destination file", "write-ahead log", "free space"])
        #expect(good.allSatisfy { $0.status == .pass && $0.cure == nil && !$0.detail.isEmpty })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        let bad = SQLiteFile(path: folder.path + "/no/out.db").checks()
        #expect(bad.filter { $0.status == .fail }.map(\.name) == ["destination file", "write-ahead log", "free space"])
        #expect(bad.allSatisfy { $0.status == .pass || $0.cure?.isEmpty == false })
    }
}
