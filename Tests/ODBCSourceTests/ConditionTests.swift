import Extraction
import Testing

@testable import ODBCSource

/// Conditions as a source reads them.
@Suite struct ConditionTests {
    private func dialect(
        _ moments: ODBCDialect.Moments = .standard, quote: String? = "\"", backslashes: ODBCDialect.Backslashes = .plain
    ) -> ODBCDialect {
        var dialect = ODBCDialect(identifierQuote: quote, catalogSeparator: ".")
        dialect.moments = moments
        dialect.backslashes = backslashes
        return dialect
    }

    private func value(_ text: String, _ kind: KeyKind) throws -> KeyValue { try #require(KeyValue(text, kind: kind)) }

    @Test(
        arguments: [
            (ODBCDialect.Moments.standard, "2026-11-23 08:15:00", "TIMESTAMP '2026-11-23 08:15:00'"),
            (.standard, "2026-11-23 08:15:00.25", "TIMESTAMP '2026-11-23 08:15:00.25'"),
            (
                .functions, "2026-11-23 08:15:00",
                "TO_TIMESTAMP('2026-11-23 08:15:00.0', 'YYYY-MM-DD HH24:MI:SS.FF')"
            ),
            (
                .functions, "2026-11-23 08:15:00.000000001",
                "TO_TIMESTAMP('2026-11-23 08:15:00.000000001', 'YYYY-MM-DD HH24:MI:SS.FF')"
            ),
            (.text, "2026-11-23 08:15:00.5", "'2026-11-23 08:15:00.5'"),
        ])
    func timesAreWrittenAsTheSourceReadsThem(_ moments: ODBCDialect.Moments, _ text: String, _ sql: String) throws {
        #expect(try dialect(moments).literal(try value(text, .timestamp)) == sql)
    }

    @Test(
        arguments: [
            (ODBCDialect.Moments.standard, "DATE '2026-11-23'"), (.functions, "TO_DATE('2026-11-23', 'YYYY-MM-DD')"),
            (.text, "'2026-11-23'"),
        ])
    func daysAreWrittenWithoutATime(_ moments: ODBCDialect.Moments, _ sql: String) throws {
        #expect(try dialect(moments).literal(try value("2026-11-23", .date)) == sql)
    }

    @Test func groupsAreNamedByTheirKeysOrByACondition() throws {
        let list = Condition.among("transaction", [.integer(3), .integer(-4)])
        #expect(try dialect().sql(list) == #""transaction" IN (3, -4)"#)
        #expect(try dialect().sql(.among("name", [.text("it's")])) == #""name" IN ('it''s')"#)
        #expect(try dialect().sql(.among("name", [])) == "1 = 0")
        let rows = Condition.amongRows(
            "transaction", of: TableName(schema: "s", name: "transaction"), column: "id",
            where: .all([.written("a = 1 OR b = 2"), .compare("d", .above, .integer(7))]))
        let sql = #""transaction" IN (SELECT "id" FROM "s"."transaction" WHERE (a = 1 OR b = 2) AND "d" > 7)"#
        #expect(try dialect().sql(rows) == sql)
        #expect(try dialect().sql(.any([list, rows])) == #""transaction" IN (3, -4) OR \#(sql)"#)
        #expect(
            try dialect().sql(.all([.written("x"), .any([list, rows])]))
                == #"(x) AND ("transaction" IN (3, -4) OR \#(sql))"#)
    }

    /// With OR between them PostgreSQL goes through no index.
    @Test func subselectsOfOneColumnAreUnited() throws {
        let (lines, headers) = (TableName(schema: "s", name: "lines"), TableName(schema: "s", name: "headers"))
        let changed = Condition.amongRows("h", of: headers, column: "id", where: .compare("d", .above, .integer(3)))
        let dated = Condition.amongRows("h", of: lines, column: "h", where: .compare("d", .above, .integer(7)))
        let (first, second) = (
            #"SELECT "id" FROM "s"."headers" WHERE "d" > 3"#, #"SELECT "h" FROM "s"."lines" WHERE "d" > 7"#
        )
        #expect(try dialect().sql(.any([changed])) == #""h" IN (\#(first))"#)
        #expect(try dialect().sql(.any([changed, dated])) == #""h" IN (\#(first) UNION \#(second))"#)
        #expect(
            try dialect().sql(.all([.written("x"), .any([changed, dated])]))
                == #"(x) AND ("h" IN (\#(first) UNION \#(second)))"#)
        // What is not of one column stays as it is.
        for other in [Condition.amongRows("g", of: lines, column: "h", where: nil), .among("h", [.integer(1)])] {
            let sql = try "\(dialect().sql(changed)) OR \(dialect().sql(other))"
            #expect(try dialect().sql(.any([changed, other])) == sql)
        }
    }

    /// Whatever comes behind it: a parenthesis, another clause, or what psqlodbc adds.
    @Test(arguments: ["a = 1 -- the ones", "a = 1 --", "a = 1 # MariaDB's", "a = '--'"])
    func commentOfAConditionEndsWithItsLine(_ text: String) throws {
        let written = Condition.written(text)
        #expect(try dialect().sql(written) == text + "\n")
        #expect(try dialect().sql(.all([written])) == "(\(text)\n)")
        #expect(try dialect().sql(.all([written, .isNull("d")])) == "(\(text)\n) AND \"d\" IS NULL")
        let table = TableName(schema: "s", name: "t")
        #expect(
            try dialect().sql(.amongRows("p", of: table, column: "id", where: written))
                == #""p" IN (SELECT "id" FROM "s"."t" WHERE \#(text)"# + "\n)")
        #expect(try dialect().sql(.written("a = 1")) == "a = 1")
    }

    @Test func numbersAreWrittenWhole() throws {
        #expect(try dialect().literal(.integer(.min)) == "-9223372036854775808")
        #expect(try dialect().literal(.integer(0)) == "0")
    }

    @Test(
        arguments: [
            ("it's", .plain, "'it''s'"), ("''", .plain, "''''''"), (#"a\b"#, .plain, #"'a\b'"#),
            (#"a\b"#, .escapeString, #"E'a\\b'"#), (#"a\b"#, .hexadecimal, "_utf8mb4 X'615C62'"),
            (#"\'"#, .escapeString, #"E'\\'''"#), (#"\é"#, .hexadecimal, "_utf8mb4 X'5CC3A9'"), ("", .plain, "''"),
            ("é𝄞\n;--", .plain, "'é𝄞\n;--'"), ("it's", .escapeString, "'it''s'"), ("it's", .hexadecimal, "'it''s'"),
        ] as [(String, ODBCDialect.Backslashes, String)])
    func textIsQuoted(_ text: String, _ backslashes: ODBCDialect.Backslashes, _ sql: String) throws {
        #expect(try dialect(backslashes: backslashes).literal(.text(text)) == sql)
    }

    /// Letters of several parts are one Character to Swift, and a quote under an accent is still a quote to SQL.
    @Test func aQuoteUnderAnAccentIsStillDoubled() throws {
        #expect(try dialect().literal(.text("a'\u{301}b")).utf8.elementsEqual("'a''\u{301}b'".utf8))
        #expect(
            try dialect(backslashes: .escapeString).literal(.text("\\\u{301}")).utf8.elementsEqual(
                "E'\\\\\u{301}'".utf8))
        #expect(try dialect().sql(.isNull("a\"\u{301}")).utf8.elementsEqual("\"a\"\"\u{301}\" IS NULL".utf8))
    }

    @Test func aNulIsRefused() {
        #expect(throws: Failure.self) { try dialect().literal(.text("a\u{0}b")) }
    }

    @Test func identifiersAreQuotedAsTheDriverSays() throws {
        let condition = Condition.compare("a\"b", .atLeast, .integer(1))
        #expect(try dialect().sql(condition) == #""a""b" >= 1"#)
        #expect(try dialect(quote: "`").sql(.isNull("a`b")) == "`a``b` IS NULL")
        #expect(try dialect(quote: nil).sql(.compare("k", .below, .integer(1))) == "k < 1")
    }

    @Test func nestingKeepsItsMeaning() throws {
        let range = Condition.all([.compare("k", .above, .integer(1)), .compare("k", .atMost, .integer(9))])
        #expect(try dialect(quote: nil).sql(range) == "k > 1 AND k <= 9")
        #expect(try dialect(quote: nil).sql(.any([range, .isNull("k")])) == "(k > 1 AND k <= 9) OR k IS NULL")
        #expect(
            try dialect(quote: nil).sql(.all([.any([range, .isNull("k")]), .compare("id", .below, .integer(5))]))
                == "((k > 1 AND k <= 9) OR k IS NULL) AND id < 5")
        #expect(try dialect(quote: nil).sql(.all([.any([.isNull("k")])])) == "k IS NULL")
        #expect(try dialect().sql(.all([])) == "1 = 1")
        #expect(try dialect().sql(.any([])) == "1 = 0")
        #expect(try dialect(quote: nil).sql(.any([.all([]), .isNull("k")])) == "(1 = 1) OR k IS NULL")
    }

    @Test func whatAUserWroteIsInParenthesesBesideOthers() throws {
        let written = Condition.written("a = 1 OR b = 2")
        #expect(try dialect(quote: nil).sql(.all([written, .isNull("k")])) == "(a = 1 OR b = 2) AND k IS NULL")
        #expect(try dialect(quote: nil).sql(.all([written])) == "(a = 1 OR b = 2)")
        #expect(try dialect(quote: nil).clause(written) == " WHERE a = 1 OR b = 2")
        #expect(try dialect().clause(nil) == "")
        #expect(try dialect().clause(.all([])) == "")
        // A comment at its end would take the rest of the statement along.
        #expect(
            try dialect(quote: nil).sql(.all([.written("a = 1 -- why"), .isNull("k")]))
                == "(a = 1 -- why\n) AND k IS NULL")
    }

    @Test func aggregatesAskOnce() throws {
        let table = TableName(schema: "s", name: "t")
        #expect(
            try dialect().extent(of: "k", kind: .integer, in: table, where: .isNull("k"))
                == #"SELECT MIN("k"), MAX("k"), COUNT(*) FROM "s"."t" WHERE "k" IS NULL"#)
        #expect(
            try dialect().maximum(of: "k", kind: .timestamp, in: table, where: nil) == #"SELECT MAX("k") FROM "s"."t""#)
    }
}
