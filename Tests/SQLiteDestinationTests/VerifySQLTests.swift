import Extraction
import Foundation
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
                + #"r."n" IS NOT d."n" FROM temp.kleene_there AS t JOIN temp.kleene_rows AS r ON r."id" = t."id" "#
                + #"JOIN main."t" AS d ON d.rowid = t.kleene_place WHERE (r."id" IS NOT d."id") OR (r."n" IS NOT d."n") LIMIT 5"#
        )
        #expect(
            sql.missingSQL(hasKeys: true, limit: 5)
                == #"SELECT r."id" FROM temp.kleene_rows AS r WHERE NOT EXISTS (SELECT 1 FROM temp.kleene_there AS k WHERE "#
                + #"k."id" = r."id") AND EXISTS (SELECT 1 FROM temp.kleene_keys AS k WHERE k."id" = r."id") LIMIT 5"#)
    }

    /// SQLite refuses a chain of a thousand terms.
    @Test func manyTermsLieInGroups() {
        let text = VerifySQL.any((0..<1200).map { "a = \($0)" })
        #expect(text.components(separatedBy: " OR ").count == 1200)
        #expect(text.hasPrefix("((a = 0) OR (a = 1)"))
    }
}
