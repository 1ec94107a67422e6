import Extraction
import Rows
import SQLite
import Staging
import TestSupport
import Testing

@testable import SQLiteDestination

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

    @Test func rowsOfAGroupThatComeAgainAreFoundByTheirNumbers() throws {
        let definition = try definition()
        let numbers = RowNumbers(there: "rowid", here: "oid")
        #expect(
            definition.findSameSQL(in: "s.r", group: "g", on: ["g", "i"], numbers)
                == #"INSERT INTO temp.kleene_same SELECT there.rowid, staged.oid FROM main."t" AS there CROSS JOIN s.r AS staged "#
                + #"ON there."g" COLLATE BINARY = staged."g" AND typeof(there."g") = typeof(staged."g") "#
                + #"AND there."i" COLLATE BINARY = staged."i" AND typeof(there."i") = typeof(staged."i") "#
                + #"WHERE there."g" COLLATE BINARY IN (SELECT "g" FROM s.r)"#)
        #expect(
            definition.removeOthersSQL(of: "g", in: "s.r", "h", numbers)
                == #"DELETE FROM main."t" WHERE ("g" COLLATE BINARY IN (SELECT "h" FROM s.r) OR ("g" IS NULL AND EXISTS "#
                + #"(SELECT 1 FROM s.r WHERE "h" IS NULL))) AND rowid NOT IN (SELECT there FROM temp.kleene_same)"#)
        let plain = try TableDefinition(makeExtract(), columns: sampleColumns, columnLimit: 100)
        #expect(
            plain.updateSameSQL(from: "s.r", unique: ["id"], clearing: "gone", numbers)
                == #"UPDATE main."t" AS there SET ("name") = (SELECT staged."name" FROM s.r AS staged "#
                + #"WHERE staged.oid = (SELECT here FROM temp.kleene_same AS same WHERE same.there = there.rowid)), "gone" = NULL "#
                + #"WHERE there.rowid IN (SELECT there FROM temp.kleene_same)"#)
        #expect(plain.updateSameSQL(from: "s.r", unique: ["id", "NAME"], clearing: nil, numbers) == nil)
        #expect(
            plain.updateSameSQL(from: "s.r", unique: ["id", "name"], clearing: "gone", numbers)
                == #"UPDATE main."t" AS there SET "gone" = NULL WHERE there.rowid IN (SELECT there FROM temp.kleene_same)"#
        )
        #expect(
            definition.addOthersSQL(from: "s.r", numbers).hasSuffix(
                " FROM s.r WHERE oid NOT IN (SELECT here FROM temp.kleene_same)"))
    }

    /// Where rows stay where they are, the indexes over their keys are left alone; where a constraint of the table might take one row
    /// for another, and where it has no numbers, the group goes and comes as a whole.
    @Test(arguments: [
        ("(id INTEGER, name TEXT)", [1, 3, 4]), ("(id INTEGER, name TEXT UNIQUE)", [1, 2, 3]),
        ("(id INTEGER, name TEXT, PRIMARY KEY (id, name)) WITHOUT ROWID", []),
    ]) func rowsOfAGroupThatComeAgainStayWhereTheyAre(table: String, numbers: [Int64]) throws {
        let folder = try Folder()
        try change(
            folder.file(), "CREATE TABLE t \(table)", "INSERT INTO t VALUES (1, 'a'), (1, 'b'), (2, 'c')")
        let destination = SQLiteFile(path: folder.file())
        var extract = makeExtract(.append, adopts: true)
        extract.uniqueColumns = ["id", "name"]
        let lease = try destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let staging = try lease.stage(extract, columns: sampleColumns, run: makeRun())
        try staging.write(
            makeBatch([[.integer(1), .text("a")], [.integer(2), .text("c")], [.integer(1), .text("d")]]))
        let sealed = try staging.finish()
        var record = RunRecord(extract, run: sealed.order.run, version: "test")
        record.status = .succeeded
        let change = TableChange(
            "t", .replaceGroups(by: "id", marking: nil), rows: sealed, run: record,
            terms: TableTerms(extract: extract, plan: sealed.order.plan, columns: sealed.columns, source: nil))
        let result = try destination.commit(Change(change))[0]
        #expect((result.rowsReplaced, result.rowsAdded, result.rowsRemoved) == (2, 1, 1))
        let rows = try query(folder.file(), "SELECT id || name FROM t ORDER BY 1").map { $0[0] }
        #expect(rows == [.text("1a"), .text("1d"), .text("2c")])
        guard !numbers.isEmpty else { return }
        #expect(
            try query(folder.file(), "SELECT rowid FROM t ORDER BY rowid").map { $0[0] } == numbers.map { .integer($0) }
        )
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
