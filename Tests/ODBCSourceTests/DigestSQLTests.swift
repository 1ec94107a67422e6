import Extraction
import Testing

@testable import ODBCSource

/// Sums of buckets as each source's SQL.
@Suite struct DigestSQLTests {
    private func dialect(_ arithmetic: ODBCDialect.Arithmetic) -> ODBCDialect {
        var dialect = ODBCDialect(identifierQuote: "\"", catalogSeparator: nil)
        dialect.arithmetic = arithmetic
        if case .sqlite = arithmetic { dialect.moments = .text }
        return dialect
    }

    private func query(_ bucketing: Bucketing, _ values: [DigestValue]) -> DigestQuery {
        DigestQuery(
            table: TableName(name: "t"), bucketing: bucketing, values: values,
            condition: .compare("n", .atMost, .integer(9)))
    }

    @Test(
        arguments: [
            (.postgreSQL(hasRanges: true), #""id" - "id" % 100"#, #"SUM("n")"#),
            (.mariaDB, #""id" - "id" % 100"#, #"SUM("n")"#),
            (.oracle, #""id" - MOD("id", 100)"#, #"SUM("n")"#),
            (.odbc, #""id" - {fn MOD("id", 100)}"#, #"SUM(CAST("n" AS DECIMAL(38, 0)))"#),
            (.sqlServer, #""id" - "id" % 100"#, #"SUM(CAST("n" AS DECIMAL(38, 0)))"#),
            (.sqlite(inHalves: true), #""id" - "id" % 100"#, #"SUM("n" >> 32), SUM("n" & 4294967295)"#),
        ] as [(ODBCDialect.Arithmetic, String, String)])
    func numbersAreGroupedByTheirRemainder(arithmetic: ODBCDialect.Arithmetic, bucket: String, sum: String) throws {
        let (sql, parts) = try dialect(arithmetic).digests(
            query(.widths("id", width: 100), [.smallest("id"), .sum("n"), .present("m")]))
        #expect(
            sql
                == "SELECT \(bucket), COUNT(*), MIN(\"id\"), \(sum), COUNT(\"m\") FROM \"t\" WHERE \"n\" <= 9 GROUP BY \(bucket)"
        )
        #expect(parts.count == 3)
    }

    @Test func anIndexedKeyOfSQLiteIsReadRangeByRange() throws {
        var asked = query(.widths("id", width: 100), [.sum("n")])
        asked.extent = 1...199
        asked.isIndexed = true
        let (sql, _) = try dialect(.sqlite(inHalves: false)).digests(asked)
        #expect(
            sql == #"SELECT 0, COUNT(*), SUM("n") FROM "t" WHERE ("id" < 100) AND "n" <= 9 UNION ALL "#
                + #"SELECT 100, COUNT(*), SUM("n") FROM "t" WHERE ("id" >= 100) AND "n" <= 9"#)
    }

    /// One statement sums the rows that are compared and counts those that have changed since.
    @Test func rowsThatAreCountedApartHaveABucketOfTheirOwn() throws {
        var asked = query(.widths("id", width: 100), [.sum("n")])
        asked.apart = .compare("at", .above, .integer(5))
        asked.condition = nil
        let bucket = #"CASE WHEN "at" > 5 THEN 1 ELSE "id" - "id" % 100 END"#
        #expect(
            try dialect(.postgreSQL(hasRanges: true)).digests(asked).sql
                == #"SELECT \#(bucket), COUNT(*), SUM("n") FROM "t" GROUP BY \#(bucket)"#)
        asked.bucketing = .whole
        let whole = #"CASE WHEN "at" > 5 THEN 1 ELSE 0 END"#
        #expect(
            try dialect(.oracle).digests(asked).sql
                == #"SELECT \#(whole), COUNT(*), SUM("n") FROM "t" GROUP BY \#(whole)"#)
        asked.bucketing = .widths("id", width: 1)
        #expect(try !dialect(.oracle).digests(asked).sql.contains("CASE"))
    }

    @Test func onlyPostgreSQLIsToldNotToSort() {
        let settings = dialect(.postgreSQL(hasRanges: true)).digestSettings
        #expect(
            settings?.begin
                == "SELECT set_config('enable_sort', 'off', false), CASE WHEN current_setting('jit_inline_above_cost', true) "
                + "IS NOT NULL THEN set_config('jit_inline_above_cost', '-1', false) END")
        #expect(settings?.end == "RESET enable_sort")
        #expect(dialect(.oracle).digestSettings == nil)
    }

    @Test(
        arguments: [
            (.postgreSQL(hasRanges: true), #"SUM(COALESCE("n", 7))"#), (.oracle, #"SUM(COALESCE("n", 7))"#),
            (.odbc, #"SUM(CAST(COALESCE("n", 7) AS DECIMAL(38, 0)))"#),
            (.sqlite(inHalves: true), #"SUM(COALESCE("n", 7) >> 32), SUM(COALESCE("n", 7) & 4294967295)"#),
        ] as [(ODBCDialect.Arithmetic, String)])
    func nullCountsAsTheNumberThatIsDrawn(arithmetic: ODBCDialect.Arithmetic, sum: String) throws {
        let (sql, _) = try dialect(arithmetic).digests(query(.whole, [.sum("n", ofNull: 7)]))
        #expect(sql == #"SELECT 0, COUNT(*), \#(sum) FROM "t" WHERE "n" <= 9"#)
    }

    /// What a source refuses is asked for in plainer words once, and then no more.
    @Test func plainerWordsComeToAnEnd() {
        let undefined = "42883"
        #expect(
            ODBCDialect.Arithmetic.postgreSQL(hasRanges: true).plainer(after: undefined)
                == .postgreSQL(hasRanges: false))
        #expect(ODBCDialect.Arithmetic.postgreSQL(hasRanges: true).plainer(after: "57014") == nil)
        #expect(ODBCDialect.Arithmetic.postgreSQL(hasRanges: false).plainer(after: undefined) == nil)
        #expect(ODBCDialect.Arithmetic.sqlite(inHalves: false).plainer(after: nil) == .sqlite(inHalves: true))
        #expect(
            ODBCDialect.Arithmetic.sqlite(inHalves: true).plainer(after: nil) == nil
                && ODBCDialect.Arithmetic.oracle.plainer(after: undefined) == nil
        )
    }

    @Test func monthsAreFoundByHalves() throws {
        let cuts = ["2026-01-01", "2026-02-01", "2026-03-01"].compactMap { KeyValue($0, kind: .date) }
        let (sql, _) = try dialect(.oracle).digests(query(.cuts("at", .date, cuts), []))
        #expect(
            sql.hasPrefix(
                #"SELECT CASE WHEN "at" IS NULL THEN NULL ELSE CASE WHEN "at" < DATE '2026-02-01' THEN CASE WHEN "at" < DATE "#
                    + #"'2026-01-01' THEN 0 ELSE 1 END ELSE CASE WHEN "at" < DATE '2026-03-01' THEN 2 ELSE 3 END END END, COUNT(*)"#
            ))
    }

    @Test func momentsAreAddedUpByTheirDigitsWhereTheSourceCan() throws {
        let values: [DigestValue] = [.days("at", .timestamp), .times("at", .timestamp)]
        let (oracle, _) = try dialect(.oracle).digests(query(.whole, values))
        #expect(
            oracle
                == #"SELECT 0, COUNT(*), SUM(TO_NUMBER(TO_CHAR("at", 'YYYYMMDD'))), SUM(TO_NUMBER(TO_CHAR("at", 'HH24MISS'))) "#
                + #"FROM "t" WHERE "n" <= 9"#)
        let seconds = [
            true: #"tsrange_subdiff("at"::timestamp, timestamp 'epoch')"#,
            false: #"date_part('epoch', "at"::timestamp)"#,
        ]
        for (hasRanges, seconds) in seconds {
            let (postgreSQL, _) = try dialect(.postgreSQL(hasRanges: hasRanges)).digests(
                query(.whole, [.seconds("at"), .present("m")]))
            #expect(
                postgreSQL
                    == #"SELECT 0, COUNT(*), SUM(CASE WHEN isfinite("at") THEN floor(\#(seconds))::bigint END), "#
                    + #"COUNT("m") FROM "t" WHERE "n" <= 9"#)
        }
        let (other, parts) = try dialect(.odbc).digests(query(.whole, values))
        #expect(other == #"SELECT 0, COUNT(*) FROM "t" WHERE "n" <= 9"# && parts == [nil, nil])
    }

    /// Where each count is dear, one sum tells the NULLs of columns apart; elsewhere the same number comes of exact counts.
    @Test func valuesOfSeveralColumnsAreCountedByTheirWeights() throws {
        let columns = WeighedColumns(names: ["a", "b", "c", "d", "e"], weights: [1, 10, 100, 1000, 10000])
        let (postgreSQL, parts) = try dialect(.postgreSQL(hasRanges: true)).digests(query(.whole, [.weighed(columns)]))
        #expect(
            postgreSQL.hasPrefix(
                #"SELECT 0, COUNT(*), SUM(CASE WHEN "a" IS NULL THEN CASE WHEN "b" IS NULL THEN 0 ELSE 10 END "#
                    + #"ELSE CASE WHEN "b" IS NULL THEN 1 ELSE 11 END END + "#
            ))
        #expect(postgreSQL.hasSuffix(#"+ CASE WHEN "e" IS NULL THEN 0 ELSE 10000 END) FROM "t" WHERE "n" <= 9"#))
        #expect(parts == [[.init(sql: String(postgreSQL.dropFirst(20).dropLast(24)), factor: 1)]])
        let (_, others) = try dialect(.oracle).digests(query(.whole, [.weighed(columns)]))
        #expect(others[0]?.map(\.sql) == ["a", "b", "c", "d", "e"].map { "COUNT(\"\($0)\")" })
        #expect(others[0]?.map(\.factor) == [1, 10, 100, 1000, 10000])
    }
}
