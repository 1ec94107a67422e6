import Extraction
import Foundation
import SQLite
import Testing

@testable import SQLiteDestination

/// The statements that hold staged rows against a table.
@Suite struct VerifySQLTests {
    private let sql = VerifySQL(
        table: #"main."t""#, unique: ["id"], columns: ["id", "n"], hasGone: true, rowNumber: "rowid")
    private var leaving: VerifySQL {
        var sql = sql
        sql.aside = [.init(table: VerifySQL.aside(0), names: ["id"], columns: ["head"])]
        return sql
    }

    @Test func rowsThatAreGoneOrMovingAreNoRows() {
        var range = BucketRange("id", .integer)
        range.lower = .integer(10)
        range.upper = .integer(20)
        #expect(
            leaving.scope([range])
                == #"d."_kleene_deleted_at" IS NULL AND ((d."id" >= 10 AND d."id" < 20)) "#
                + #"AND NOT EXISTS (SELECT 1 FROM temp.kleene_aside_1 AS k WHERE k."id" = d."head")"#)
        #expect(sql.scope([.all]) == #"d."_kleene_deleted_at" IS NULL"#)
        #expect(sql.scope([]) == #"d."_kleene_deleted_at" IS NULL AND (false)"#)
    }

    @Test func valuesAreComparedAsTheyLieThere() {
        #expect(
            sql.differentSQL(version: VersionKey(column: "n"), limit: 5)
                == #"SELECT r."id", ifnull(r."n" > d."n", d."n" IS NULL AND r."n" IS NOT NULL), r."id" IS NOT d."id", "#
                + #"r."n" IS NOT d."n" FROM temp.kleene_there AS t JOIN temp.kleene_rows AS r ON r."id" IS t."id" "#
                + #"JOIN main."t" AS d ON d.rowid = t.kleene_place WHERE (r."id" IS NOT d."id") OR (r."n" IS NOT d."n") LIMIT 5"#
        )
        #expect(
            sql.missingSQL(hasKeys: true, limit: 5)
                == #"SELECT r."id" FROM temp.kleene_rows AS r WHERE NOT EXISTS (SELECT 1 FROM temp.kleene_there AS k WHERE "#
                + #"k."id" IS r."id") AND EXISTS (SELECT 1 FROM temp.kleene_keys AS k WHERE k."id" IS r."id") LIMIT 5"#)
    }

    /// Each of some keys is found by an index, in the table and among staged rows; without it, keys times rows are compared.
    @Test(arguments: ["INTEGER", "TEXT", "NUMERIC", ""]) func keysAreFoundByAnIndex(type: String) throws {
        let database = try SQLiteDatabase(path: ":memory:", access: .create)
        let sql = VerifySQL(
            table: "main.t", unique: ["a", "b"], columns: ["a", "b"], hasGone: false, rowNumber: "rowid")
        for table in ["t", VerifySQL.rows] { try database.query("CREATE TABLE \(table) (a \(type), b TEXT)") }
        let affinity = Affinity(declaredType: type)
        for statement in sql.createKeysSQL(VerifySQL.keys, [affinity, .text]) { try database.query(statement) }
        try database.query(VerifySQL.indexSQL(on: VerifySQL.rows, sql.unique, isUnique: true))
        try database.query(sql.createThereSQL(scope: sql.scope(nil, hasKeys: true)))
        try database.query(VerifySQL.indexSQL(on: VerifySQL.there, sql.unique, isUnique: false))
        for statement in [
            sql.createThereSQL(scope: sql.scope(nil, hasKeys: true)), sql.missingSQL(hasKeys: true, limit: 9),
            sql.extraSQL(limit: 9), sql.differentSQL(version: nil, limit: 9),
        ] {
            if statement.hasPrefix("CREATE") { try database.query("DROP TABLE \(VerifySQL.there)") }
            let plan = try database.query("EXPLAIN QUERY PLAN " + statement).compactMap { $0.last?.text }
            #expect(plan.count { $0.hasPrefix("SCAN") } == 1 && plan.contains { $0.hasPrefix("SEARCH") }, "\(plan)")
            if statement.hasPrefix("CREATE") {
                try database.query(statement)
                try database.query(VerifySQL.indexSQL(on: VerifySQL.there, sql.unique, isUnique: false))
            }
        }
    }

    /// A few keys of a large table: nothing of it is read but their rows.
    @Test func keysAreFoundByTheIndexOfTheTable() throws {
        let database = try SQLiteDatabase(path: ":memory:", access: .create)
        var sql = VerifySQL(
            table: "main.t", unique: ["a", "b"], columns: ["a", "b"], hasGone: true, rowNumber: "rowid")
        sql.isIndexed = true
        try database.query("CREATE TABLE t (a INTEGER, b TEXT COLLATE NOCASE, _kleene_deleted_at TEXT)")
        try database.query("CREATE UNIQUE INDEX u ON t (a COLLATE BINARY, b COLLATE BINARY)")
        try database.query(
            "INSERT INTO t VALUES (1, 'x', NULL), (1, 'X', NULL), (2, NULL, NULL), (2, NULL, NULL), (3, 'y', 'gone')")
        for statement in sql.createKeysSQL(VerifySQL.keys, [.integer, .text]) { try database.query(statement) }
        try database.query("INSERT INTO \(VerifySQL.keys) VALUES (1, 'X'), (2, NULL), (3, 'y'), (9, 'z')")
        let statement = sql.createThereSQL(scope: sql.scope(nil, hasKeys: true))
        let plan = try database.query("EXPLAIN QUERY PLAN " + statement).compactMap { $0.last?.text }
        #expect(plan.filter { $0.hasPrefix("SCAN") } == ["SCAN k"], "\(plan)")
        try database.query(statement)
        let found = try database.query("SELECT a, b FROM \(VerifySQL.there) ORDER BY a, b")
        #expect(found == [[.integer(1), .text("X")], [.integer(2), .null], [.integer(2), .null]])
    }

    @Test func ofRowsThatWereReadTwiceTheLaterOneStays() throws {
        let database = try SQLiteDatabase(path: ":memory:", access: .create)
        try database.query("CREATE TABLE \(VerifySQL.rows) (a INTEGER, b TEXT, v TEXT)")
        try database.query(VerifySQL.indexSQL(on: VerifySQL.rows, ["a", "b"], isUnique: true))
        try database.query(
            "INSERT OR REPLACE INTO \(VerifySQL.rows) VALUES (1, NULL, 'old'), (1, 'x', 'old'), (1, NULL, 'new'), (1, 'x', 'new'), "
                + "(2, NULL, 'one')")
        try database.query(VerifySQL.removeOlderNullsSQL(from: VerifySQL.rows, ["a", "b"], number: "rowid"))
        #expect(
            try database.query("SELECT v FROM \(VerifySQL.rows) ORDER BY a, b").map { $0[0].text } == [
                "new", "new", "one",
            ])
    }

    /// SQLite refuses a chain of a thousand terms.
    @Test func manyTermsLieInGroups() {
        let text = VerifySQL.any((0..<1200).map { "a = \($0)" })
        #expect(text.components(separatedBy: " OR ").count == 1200)
        #expect(text.hasPrefix("((a = 0) OR (a = 1)"))
    }
}
