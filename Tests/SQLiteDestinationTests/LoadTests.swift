import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

@Suite struct LoadTests {
    @Test(arguments: methodsForAnyRows)
    func firstLoadMakesTheTable(method: LoadMethod) throws {
        let folder = try Folder()
        let loaded = try runExtract(makeExtract(method), rows: sampleRows(3), into: folder.file())
        #expect(loaded.result.rowsInTable == 3)
        #expect(
            try query(folder.file(), "SELECT * FROM t ORDER BY id")
                == (0..<3).map { [.integer($0), .text("row \($0)")] })
        #expect(try query(folder.file(), "PRAGMA application_id") == [[.integer(0x6B6C_6E73)]])
        #expect(try query(folder.file(), "PRAGMA journal_mode") == [[.text("wal")]])
        #expect(try query(folder.file(), "PRAGMA page_size") == [[.integer(8192)]])
        #expect(try query(folder.file(), "PRAGMA integrity_check") == [[.text("ok")]])
    }

    @Test(arguments: [(LoadMethod.dropCreateLoad, 2), (.truncateLoad, 2), (.append, 5)])
    func secondLoadReplacesOrAdds(method: LoadMethod, rows: Int) throws {
        let folder = try Folder()
        try runExtract(makeExtract(method), rows: sampleRows(3), into: folder.file())
        let loaded = try runExtract(makeExtract(method), rows: sampleRows(2, prefix: "new"), into: folder.file())
        // Nobody counts a table that rows are added to.
        #expect(loaded.result.rowsInTable == (method == .append ? nil : rows))
        #expect(loaded.result.rowsAdded == 2)
        #expect(try query(folder.file(), "SELECT count(*) FROM t WHERE name LIKE 'new%'") == [[.integer(2)]])
        #expect(try query(folder.file(), "SELECT count(*) FROM t") == [[.integer(Int64(rows))]])
    }

    @Test(arguments: methodsForAnyRows)
    func emptyResultLeavesAnEmptyTable(method: LoadMethod) throws {
        let folder = try Folder()
        let loaded = try runExtract(makeExtract(method), batches: [], into: folder.file())
        #expect(loaded.result.rowsInTable == 0)
        #expect(try query(folder.file(), "SELECT count(*) FROM t") == [[.integer(0)]])
    }

    @Test func metadataColumnsComeLastAndNameTheRun() throws {
        let folder = try Folder()
        let loaded = try runExtract(makeExtract(metadata: true), rows: sampleRows(2), into: folder.file())
        #expect(
            try query(folder.file(), "SELECT name FROM pragma_table_info('t')")
                == [[.text("id")], [.text("name")], [.text("_kleene_run_id")], [.text("_kleene_extracted_at")]])
        #expect(
            try query(folder.file(), "SELECT DISTINCT _kleene_run_id, _kleene_extracted_at FROM t")
                == [[.text(loaded.run.id), .text(loaded.run.startedAt.text)]])
    }

    @Test func dropCreateLoadTakesNewColumnsAndCase() throws {
        let folder = try Folder()
        try runExtract(makeExtract(), rows: sampleRows(3), into: folder.file())
        try runExtract(
            makeExtract(table: "T"), rows: [[.double(1.5)]], columns: [Column(name: "other", type: .double)],
            into: folder.file())
        #expect(try query(folder.file(), "SELECT * FROM t") == [[.real(1.5)]])
        #expect(
            try query(folder.file(), "SELECT name FROM sqlite_schema WHERE tbl_name = 'T' OR tbl_name = 't'") == [
                [.text("T")]
            ])
    }

    @Test func restartForgetsWhatWasStaged() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        let extract = makeExtract()
        let lease = try destination.lease(extract)
        let staging = try lease.stage(extract, columns: sampleColumns, run: makeRun())
        try staging.write(makeBatch(sampleRows(10)))
        try staging.forget(chunk: 1)
        // Another layout, as after a restart with wider slots.
        try staging.write(makeBatch(sampleRows(4), isLong: true))
        let sealed = try staging.finish()
        #expect(sealed.rows == 4)
        #expect(try destination.load(sealed, record: RunRecord(extract, run: makeRun(), version: "")).rowsInTable == 4)
        lease.end(keepsStaging: false)
        #expect(try query(folder.file(), "SELECT count(*) FROM t") == [[.integer(4)]])
    }

    // MARK: What hangs on a table

    private func decorate(_ path: String) throws {
        try change(
            path, "CREATE INDEX by_name ON t(name)", "CREATE UNIQUE INDEX by_id ON t(id)",
            "CREATE INDEX by_expression ON t(lower(name)) WHERE id > 0", "CREATE TABLE log (line)",
            "CREATE TRIGGER logs AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.name); END",
            "CREATE VIEW v AS SELECT id, name FROM t", "CREATE VIEW w AS SELECT count(*) AS n FROM v")
    }

    private static let decorations =
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE '%kleene%' ORDER BY name"

    @Test(arguments: methodsForAnyRows)
    func indexesTriggersAndViewsSurvive(method: LoadMethod) throws {
        let folder = try Folder()
        try runExtract(makeExtract(method), rows: sampleRows(3), into: folder.file())
        try decorate(folder.file())
        let before = try query(folder.file(), Self.decorations)
        let rows = (10..<15).map { [.integer($0), .text("x")] as [Cell?] }
        let loaded = try runExtract(makeExtract(method), rows: rows, into: folder.file())
        let after = try query(folder.file(), Self.decorations)
        // Apart from the table itself, whose text may differ in layout.
        #expect(after.filter { $0[1] != .text("t") } == before.filter { $0[1] != .text("t") })
        #expect(after.count == before.count)
        #expect(try query(folder.file(), "SELECT n FROM w") == [[.integer(method == .append ? 8 : 5)]])
        #expect(try query(folder.file(), "SELECT count(*) FROM log") == [[.integer(0)]])
        #expect(loaded.notes.contains { $0.contains("Triggers do not fire") && $0.contains("\"logs\"") })
        #expect(try query(folder.file(), "PRAGMA integrity_check") == [[.text("ok")]])
        try change(folder.file(), "INSERT INTO t VALUES (99, 'fires again')")
        #expect(try query(folder.file(), "SELECT line FROM log") == [[.text("fires again")]])
    }

    @Test func whatNoLongerFitsIsNotedAndTheRestStays() throws {
        let folder = try Folder()
        try runExtract(makeExtract(), rows: sampleRows(3), into: folder.file())
        try decorate(folder.file())
        let columns = [Column(name: "id", type: .integer), Column(name: "title", type: .text)]
        let loaded = try runExtract(
            makeExtract(), rows: [[.integer(1), .text("a")], [.integer(1), .text("b")]], columns: columns,
            into: folder.file())
        let left = try query(folder.file(), "SELECT name FROM sqlite_schema WHERE tbl_name = 't' AND type <> 'table'")
        #expect(left == [[.text("logs")]])
        for index in ["by_name", "by_id", "by_expression"] {
            #expect(loaded.notes.contains { $0.contains("index \"\(index)\" no longer fits") && $0.contains("CREATE") })
        }
        #expect(loaded.notes.contains { $0.contains("trigger \"logs\" was kept") })
        #expect(loaded.result.rowsInTable == 2)
        #expect(!loaded.notes.contains { $0.contains("row ") })
    }

    @Test(arguments: ["IGNORE", "REPLACE"], [LoadMethod.truncateLoad, .append])
    func constraintThatDropsRowsIsCaught(resolution: String, method: LoadMethod) throws {
        let folder = try Folder()
        try change(
            folder.file(), "CREATE TABLE t (id INTEGER, name TEXT, UNIQUE (id) ON CONFLICT \(resolution))",
            "INSERT INTO t VALUES (1, 'old')")
        let refused = failure {
            try runExtract(
                makeExtract(method, adopts: true), rows: [[.integer(7), .text("a")], [.integer(7), .text("b")]],
                into: folder.file())
        }
        #expect(refused?.kind == .destination)
        #expect(refused?.message.contains("2 rows were staged") == true)
        #expect(try query(folder.file(), "SELECT * FROM t") == [[.integer(1), .text("old")]])
    }

    @Test func constraintThatRefusesRowsIsASentence() throws {
        let folder = try Folder()
        try change(folder.file(), "CREATE TABLE t (id INTEGER UNIQUE, name TEXT)")
        let refused = failure {
            try runExtract(
                makeExtract(.append), rows: [[.integer(7), .text("a")], [.integer(7), .text("b")]], into: folder.file())
        }
        #expect(refused?.message.contains("UNIQUE constraint failed: t.id (SQLITE_CONSTRAINT_UNIQUE)") == true)
        #expect(refused?.advice.contains("drop the table: the next run makes it again") == true)
        #expect(try query(folder.file(), "SELECT count(*) FROM t") == [[.integer(0)]])
    }

    @Test func columnsGoByNameIntoATableOfAnotherOrder() throws {
        let folder = try Folder()
        try change(
            folder.file(),
            "CREATE TABLE t (extra TEXT DEFAULT 'd', NAME TEXT NOT NULL, id INTEGER PRIMARY KEY, twice AS (id * 2))")
        try runExtract(makeExtract(.truncateLoad), rows: [[.integer(4), .text("a")]], into: folder.file())
        #expect(
            try query(folder.file(), "SELECT * FROM t") == [[.text("d"), .text("a"), .integer(4), .integer(8)]])
    }

    @Test func nullForTheRowNumberIsRefused() throws {
        let folder = try Folder()
        try change(folder.file(), "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
        let refused = failure {
            try runExtract(
                makeExtract(.append), rows: [[.integer(1), .text("a")], [nil, .text("b")]], into: folder.file())
        }
        #expect(refused?.kind == .drift)
        #expect(try query(folder.file(), "SELECT count(*) FROM t") == [[.integer(0)]])
    }

    @Test(arguments: [Cell.text("a\u{FFFE}"), .text("\u{FFFF}"), .wide("a\u{FFFF}b")])
    func textThatAUTF16DestinationWouldChangeIsRefused(cell: Cell) throws {
        let folder = try Folder()
        try change(folder.file(), "PRAGMA encoding = 'UTF-16le'", "CREATE TABLE other (a)")
        let failure = failure { try runExtract(makeExtract(), rows: [[.integer(1), cell]], into: folder.file()) }
        #expect(failure?.kind == .data)
        #expect(failure?.message.contains("column \"name\" in row 1") == true, "\(failure?.message ?? "")")
    }

    /// SQLite would take the log for the new file's own.
    @Test func aFirstLoadHeedsNoLogOfAFileThatIsGone() throws {
        let folder = try Folder()
        let path = folder.file()
        try runExtract(makeExtract(), rows: sampleRows(3, prefix: "old"), into: path)
        do {
            // A reader keeps the log from being emptied.
            let reader = try SQLiteDatabase(path: path, access: .readOnly)
            try reader.query("BEGIN")
            #expect(try reader.count("t") == 3)
            try runExtract(makeExtract(), rows: sampleRows(500, prefix: "older"), into: path)
            try reader.query("COMMIT")
        }
        #expect((contents(path + "-wal")?.count ?? 0) > 0)
        try FileManager.default.removeItem(atPath: path)
        let loaded = try runExtract(makeExtract(), rows: sampleRows(2, prefix: "new"), into: path)
        #expect(loaded.result.rowsInTable == 2)
        #expect(try query(path, "PRAGMA integrity_check") == [[.text("ok")]])
        #expect(try query(path, "SELECT name FROM t ORDER BY id") == [[.text("new 0")], [.text("new 1")]])
        #expect(try query(path, "SELECT count(*) FROM _kleene_runs") == [[.integer(1)]])
    }

    @Test func utf16DestinationTakesTheSameText() throws {
        let folder = try Folder()
        try change(
            folder.file(), "PRAGMA encoding = 'UTF-16le'", "CREATE TABLE other (a)", "INSERT INTO other VALUES (1)")
        try runExtract(makeExtract(), rows: [[.integer(1), .text("\u{FEFF}né🌍")]], into: folder.file())
        #expect(try query(folder.file(), "SELECT name FROM t") == [[.text("\u{FEFF}né🌍")]])
        // A file that had tables before stays its maker's.
        #expect(try query(folder.file(), "PRAGMA application_id") == [[.integer(0)]])
    }

    @Test func strangeNamesAreOnlyNames() throws {
        let folder = try Folder()
        let table = "a \"b\"; DROP TABLE x; -- [c] 'd' é"
        let columns = [Column(name: "select", type: .integer), Column(name: "\"; --", type: .text)]
        let path = folder.file("a?b#c%41 d.db")
        for method in methodsForAnyRows {
            try runExtract(
                makeExtract(method, name: "../x y", table: table), rows: sampleRows(1), columns: columns, into: path)
        }
        #expect(try query(path, "SELECT count(*) FROM \(Identifier.quote(table))") == [[.integer(2)]])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).contains("a?b#c%41 d.db"))
    }
}
