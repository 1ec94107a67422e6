import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import TestSupport
import Testing

/// `Fixtures/format-1.db` was written by kleene-ns 0.1.0 as it was before watermarks (8396547): two runs of three extracts, of
/// which one fails. Its own program refuses the file once it is of a later format, which a person has tried.
@Suite struct MigrationTests {
    /// A copy of the old file.
    private func old(_ folder: Folder) throws -> String {
        let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/format-1.db")
        try FileManager.default.copyItem(at: fixture, to: URL(filePath: folder.file()))
        return folder.file()
    }

    @Test func anOldFileIsReadWithoutAByteChanged() throws {
        let folder = try Folder()
        let path = try old(folder)
        let before = contents(path)
        let destination = SQLiteFile(path: path)
        let runs = try destination.runs(limit: 9)
        #expect(runs.map(\.extract) == ["broken", "log", "items", "broken", "log", "items"])
        #expect(runs.map(\.status) == [.failed, .succeeded, .succeeded, .failed, .succeeded, .succeeded])
        #expect(runs[1].rowsInTable == 40 && runs[1].rowsAdded == nil && runs[1].watermarkAfter == nil)
        #expect(runs[0].failure?.kind == .statement)
        #expect(try destination.run(id: runs[2].runID) == runs[2])
        #expect(try destination.states().isEmpty)
        #expect(try destination.stateEdits(of: nil).isEmpty)
        try destination.admit(makeIncremental())
        #expect(contents(path) == before)
    }

    @Test func anOldFileIsGoneOnWith() throws {
        let folder = try Folder()
        let path = try old(folder)
        let columns = "id, itemid, _kleene_run_id, _kleene_extracted_at"
        let items = try query(path, "SELECT \(columns) FROM items ORDER BY id")
        let log = try query(path, "SELECT \(columns) FROM item_log ORDER BY rowid")
        // Its own tables are known as such: no adoption is asked for.
        var append = makeExtract(.append, name: "log", table: "item_log", metadata: true)
        append.columns = ["id", "itemid"]
        append.table = TableName(name: "item")
        var columnsOfItems = sampleColumns
        columnsOfItems[1].name = "itemid"
        try runExtract(append, rows: sampleRows(3), columns: columnsOfItems, into: path)
        #expect(try query(path, "SELECT version FROM _kleene_format") == [[.integer(3)]])
        #expect(try query(path, "SELECT \(columns) FROM items ORDER BY id") == items)
        #expect(try Array(query(path, "SELECT \(columns) FROM item_log ORDER BY rowid").prefix(40)) == log)
        #expect(try query(path, "SELECT count(*) FROM item_log") == [[.integer(43)]])
        let state = makeState(makeIncremental(), through(3))
        try runChunks(makeIncremental(), [ChunkRows([row(1, "a", 3)])], state: state, into: path)
        let destination = SQLiteFile(path: path)
        #expect(try destination.state(of: "e") == state)
        #expect(try destination.runs(limit: 99).count == 8)
        try destination.edit(StateEditing(["e"], action: "reset", at: Timestamp(Date()))) { _, _ in nil }
        #expect(try destination.stateEdits(of: "e").count == 1)
        #expect(try query(path, "PRAGMA integrity_check") == [[.text("ok")]])
    }

    /// Killed in the middle of the step from one format to the other, a file is of the one or of the other.
    @Test(arguments: [Failpoint.booksWritten, .booksCommitted])
    func aKillLeavesAFileOfOneFormat(point: Failpoint) async throws {
        let folder = try Folder()
        let path = try old(folder)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, name = point.rawValue as String] in
            unsafe setenv("KLEENE_NS_FAILPOINT", name, 1)
            try SQLiteFile(path: path).record(RunRecord(makeExtract(), run: makeRun(), version: "test"))
        }
        let isNew = point == .booksCommitted
        #expect(try query(path, "SELECT version FROM _kleene_format") == [[.integer(isNew ? 3 : 1)]])
        let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('_kleene_watermarks', '_kleene_edits')"
        #expect(try query(path, tables) == [[.integer(isNew ? 2 : 0)]])
        try SQLiteFile(path: path).record(RunRecord(makeExtract(), run: makeRun(), version: "test"))
        #expect(try query(path, "SELECT version FROM _kleene_format") == [[.integer(3)]])
        #expect(try SQLiteFile(path: path).runs(limit: 99).count == (isNew ? 8 : 7))
    }
}
