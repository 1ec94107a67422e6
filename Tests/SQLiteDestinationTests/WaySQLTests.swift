import Extraction
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// The statements of the ways that replace groups and remove rows, and what they do where a table's own collation differs.
@Suite struct WaySQLTests {
    private func definition() throws -> TableDefinition {
        try TableDefinition(makeExtract(), columns: [Column(name: "a\"b", type: .text)], columnLimit: 100)
    }

    @Test func namesAndMarksAreQuoted() throws {
        let definition = try definition()
        #expect(
            definition.removeSQL(keysIn: "s.r", on: ["a\"b", "c"])
                == #"DELETE FROM main."t" WHERE ("a""b" COLLATE BINARY, "c" COLLATE BINARY) IN (SELECT "a""b", "c" FROM s.r)"#
        )
        #expect(
            definition.removeSQL(keysIn: "s.r", on: ["a\"b", "c"], rowID: "rowid")
                == #"DELETE FROM main."t" WHERE rowid IN (SELECT there.rowid FROM s.r AS staged CROSS JOIN main."t" AS there "#
                + #"ON there."a""b" COLLATE BINARY = staged."a""b" AND there."c" COLLATE BINARY = staged."c")"#)
        #expect(
            definition.markSQL(keysIn: "s.r", on: ["c"], mark: .init(column: "gone", value: "it's"))
                == #"UPDATE main."t" SET "gone" = 'it''s' WHERE "gone" IS NULL AND ("c" COLLATE BINARY) IN (SELECT "c" FROM s.r)"#
        )
        #expect(
            definition.removeGroupsSQL(of: "g", in: "s.r", "h")
                == #"DELETE FROM main."t" WHERE "g" COLLATE BINARY IN (SELECT "h" FROM s.r) OR ("g" IS NULL AND EXISTS "#
                + #"(SELECT 1 FROM s.r WHERE "h" IS NULL))"#)
    }

    /// `A` and `a` are two groups and two keys, whatever the table's own columns take for the same.
    @Test(arguments: [false, true]) func textIsComparedAsTheSourceDeliveredIt(removes: Bool) throws {
        let folder = try Folder()
        try change(
            folder.file(), "CREATE TABLE t (id INTEGER, name TEXT COLLATE NOCASE)",
            "INSERT INTO t VALUES (1, 'A'), (2, 'a')")
        let destination = SQLiteFile(path: folder.file())
        let extract = makeExtract(.append, adopts: true)
        let lease = try destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let staging = try lease.stage(extract, columns: sampleColumns, run: makeRun())
        try staging.write(makeBatch([[.integer(3), .text("a")]]))
        let sealed = try staging.finish()
        var record = RunRecord(extract, run: sealed.order.run, version: "test")
        record.status = .succeeded
        let change = TableChange(
            "t", removes ? .remove(on: ["name"], marking: nil) : .replaceGroups(by: "name", marking: nil), rows: sealed,
            run: record,
            terms: TableTerms(extract: extract, plan: sealed.order.plan, columns: sealed.columns, source: nil))
        #expect(try destination.commit(Change(change))[0].rowsRemoved == 1)
        #expect(
            try query(folder.file(), "SELECT id FROM t ORDER BY id")
                == (removes ? [[.integer(1)]] : [[.integer(1)], [.integer(3)]]))
    }
}
