import Foundation
import TestSupport
import Testing

/// Values of every kind, from a PostgreSQL source into both kinds of destination: each that differs is found, and nothing else.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["KLEENE_PG_HOST"] != nil, "there is no PostgreSQL beside the tests"))
struct VerifyValuesTests {
    typealias Place = PostgresDestinationProcessTests.PostgresPlace

    enum Kind: String, Sendable { case sqlite, postgresql }

    private let directory: TemporaryDirectory
    private let source: PostgreSQL
    private let table = "verify_" + UUID().uuidString.prefix(8).lowercased()
    private let schema = "verify_\(UInt64.random(in: .min ... .max))"

    init() throws {
        directory = try TemporaryDirectory()
        source = try PostgreSQL()
    }

    private func configure(_ kind: Kind, _ extract: String) throws {
        if kind == .postgresql { _ = try Place.ask("CREATE SCHEMA IF NOT EXISTS \(schema)") }
        let destination =
            kind == .sqlite
            ? #"{"type": "sqlite", "path": "\#(directory.path("d.db"))"}"# : Place.member(schema)
        try """
        {
          "source": {
            "profile": "odbc", "driver": "PostgreSQL Unicode",
            "attributes": {"Server": "\(source.host)", "Port": "\(source.port)", "Database": "\(source.database)"},
            "user": "\(source.user)", "password": {"env": "PGTEST"}
          },
          "destination": \(destination),
          "defaults": {"lag": 0},
          "extracts": [{"name": "e", "table": "\(table)", "destination_table": "t", \(extract)}]
        }
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    private func run(_ arguments: String..., code: Int32 = 0) throws -> Program.Result {
        let program = Program(
            directory: directory.url,
            environment: [
                "PGTEST": source.password, "XDG_STATE_HOME": directory.path("home"),
                "DESTINATION_PASSWORD": Place.environment["KLEENE_PG_PASSWORD"] ?? "",
            ])
        let result = try program.run(arguments)
        #expect(result.code == code, "\(result.all)")
        return result
    }

    private func verify(_ flags: String..., code: Int32) throws -> [String: Any] {
        let program = Program(
            directory: directory.url,
            environment: [
                "PGTEST": source.password, "XDG_STATE_HOME": directory.path("home"),
                "DESTINATION_PASSWORD": Place.environment["KLEENE_PG_PASSWORD"] ?? "",
            ])
        let result = try program.run(["verify", "--format", "json"] + flags)
        #expect(result.code == code, "\(result.all)")
        let all = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
        return try #require(all?.first)
    }

    /// `kind key columns` of each difference.
    private func found(_ result: [String: Any]) -> Set<String> {
        let names = ["id", "a", "b"]
        return Set(
            (result["differences"] as? [[String: Any]] ?? []).map { difference in
                let key = difference["key"] as? [String: Any] ?? [:]
                let values = names.compactMap { key[$0].map { "\($0)" } }.joined(separator: "/")
                let columns = (difference["columns"] as? [String] ?? []).joined(separator: ",")
                return "\(difference["kind"] ?? "") \(values)\(columns.isEmpty ? "" : " " + columns)"
            })
    }

    private func change(_ kind: Kind, _ sql: String) throws {
        if kind == .sqlite {
            let said = try sqlite(directory.path("d.db"), sql)
            #expect(said.isEmpty, "\(said)")
        } else {
            _ = try Place.ask("SET search_path = \(schema); " + sql)
        }
    }

    private func everyType() throws {
        try source.run(
            """
            CREATE TABLE \(table) (id bigint PRIMARY KEY, i int, n numeric(20,5), m numeric, f double precision, r real,
              s text, c varchar(40), b boolean, ts timestamp, d date, tm time, u uuid, y bytea, j json, big numeric(38,0));
            INSERT INTO \(table) SELECT g, g * 7, g / 3.0, (g / 7.0)::numeric, g / 3.0, g / 3.0,
              'ä€𝄞 ' || g, CASE g % 5 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'c' || g END, g % 2 = 0,
              timestamp '2026-01-01' + g * interval '1 hour 1.25 seconds', date '2026-01-01' + g, time '00:00:01.5' + g * interval '1 second',
              md5(g::text)::uuid, decode(md5(g::text), 'hex'), json_build_object('g', g), 10::numeric ^ 30 + g
              FROM generate_series(1, 3000) g;
            INSERT INTO \(table) (id) VALUES (-5);
            INSERT INTO \(table) (id, i, f, r, ts, d, s) VALUES
              (4000, -2147483648, 'NaN', '-Infinity', '0044-03-15 12:00:00', '0044-03-15', E'tab\\tline\\nend '),
              (4001, 2147483647, '-0', 1e-38, '2026-12-31 23:59:59.999999', '9999-12-31', repeat('ü', 5000));
            """)
    }

    /// More than are told of a look whose ranges were cut by what the table holds.
    @Test(arguments: [Kind.sqlite, .postgresql])
    func ofManyRangesThatDifferEachIsLookedAt(kind: Kind) throws {
        try source.run(
            """
            CREATE TABLE \(table) (id bigint PRIMARY KEY, i int);
            INSERT INTO \(table) SELECT g, g % 7 FROM generate_series(1, 70000) g;
            """)
        try configure(kind, #""load_method": "truncate_load", "unique_columns": ["id"]"#)
        _ = try run("extract", "--quiet")
        try change(kind, "DELETE FROM t WHERE id % 17 = 3 OR id > 65000")
        let result = try verify(code: 7)
        // 3,824 of the first 65,000, and all of the others.
        #expect(
            result["missing"] as? Int == 8824 && result["extra"] as? Int == 0 && result["different"] as? Int == 0,
            "\(result.filter { $0.key != "differences" })")
        _ = try run("verify", "--repair", "--quiet")
        #expect(try verify(code: 0)["outcome"] as? String == "equal")
    }

    @Test(arguments: [Kind.sqlite, .postgresql])
    func valuesOfEveryKindAreEqualUntilTheyAreNot(kind: Kind) throws {
        try everyType()
        try configure(kind, #""load_method": "truncate_load", "unique_columns": ["id"]"#)
        _ = try run("extract", "--quiet")
        for flags in [[], ["--full"]] {
            let result = flags.isEmpty ? try verify(code: 0) : try verify("--full", code: 0)
            #expect(result["outcome"] as? String == "equal", "\(result)")
        }
        let text = kind == .sqlite
        try change(
            kind,
            """
            UPDATE t SET n = \(text ? "'1.00001'" : "1.00001") WHERE id = 10; UPDATE t SET f = f + 1e-9 WHERE id = 11;
            UPDATE t SET s = NULL WHERE id = 12; UPDATE t SET c = '' WHERE id = 15; UPDATE t SET c = NULL WHERE id = 16;
            UPDATE t SET b = \(text ? "1 - b" : "NOT b") WHERE id = 17; UPDATE t SET d = '2030-01-01' WHERE id = 18;
            UPDATE t SET u = '00000000-0000-0000-0000-000000000000' WHERE id = 19; UPDATE t SET y = \(text ? "x'00'" : "'\\\\x00'") WHERE id = 20;
            UPDATE t SET i = i + 1 WHERE id = 21; UPDATE t SET s = s || ' ' WHERE id = 4001; UPDATE t SET ts = NULL, r = 5 WHERE id = 4000;
            UPDATE t SET big = \(text ? "'1'" : "1") WHERE id = 22; UPDATE t SET s = 'A' WHERE id = -5;
            UPDATE t SET ts = \(text ? "'2026-01-02 00:00:30.000001'" : "timestamp '2026-01-02 00:00:30.000001'") WHERE id = 24;
            DELETE FROM t WHERE id = 23;
            """)
        let result = try verify("--full", code: 7)
        let planted: Set = [
            "different 10 n", "different 11 f", "different 12 s", "different 15 c", "different 16 c", "different 17 b",
            "different 18 d", "different 19 u", "different 20 y", "different 21 i", "different 4001 s",
            "different 4000 r,ts", "different 22 big", "different -5 s", "missing 23", "different 24 ts",
        ]
        #expect(found(result) == planted, "\(found(result).symmetricDifference(planted))")
        #expect(try verify("--full", "--repair", code: 0)["outcome"] as? String == "repaired")
        #expect(try verify("--full", code: 0)["outcome"] as? String == "equal")
    }

    /// Keys of text, whose buckets are months; a row that is stale lies in another month on each side.
    @Test(arguments: [Kind.sqlite, .postgresql])
    func keysOfTextAreComparedByMonths(kind: Kind) throws {
        try source.run(
            """
            CREATE TABLE \(table) (a text NOT NULL, b text NOT NULL, v text, at timestamp, PRIMARY KEY (a, b));
            INSERT INTO \(table) SELECT 'ä''' || g % 50, 'K' || g, 'v' || g, timestamp '2025-01-01' + g * interval '3 hours'
              FROM generate_series(1, 4000) g;
            INSERT INTO \(table) VALUES ('null', 'x', 'v', NULL), ('k1', 'case', 'v', '2025-05-05'), ('K1', 'case', 'v', '2025-05-05');
            """)
        try configure(
            kind,
            #""load_method": "upsert", "unique_columns": ["a", "b"], "extract_type": "incremental", "incremental_key": "at""#
        )
        _ = try run("extract", "--quiet")
        let equal = try verify(code: 0)
        #expect(equal["buckets"] as? Int ?? 0 > 15 && equal["rows_read"] as? Int == 0, "\(equal)")
        try change(
            kind,
            """
            UPDATE t SET at = '2025-01-05 00:00:00', v = 'old' WHERE b = 'K2000'; DELETE FROM t WHERE b = 'K3000' OR b = 'x';
            UPDATE t SET b = 'CASE' WHERE a = 'k1' AND b = 'case';
            """)
        let result = try verify(code: 7)
        #expect(
            found(result) == ["stale ä'0/K2000 v,at", "missing ä'0/K3000", "missing null/x"], "\(found(result))")
        #expect(result["rows_read"] as? Int ?? .max < 1000)
        // A key of text is in no sum.
        let all: Set = [
            "stale ä'0/K2000 v,at", "missing ä'0/K3000", "missing null/x", "missing k1/case", "extra k1/CASE",
        ]
        #expect(found(try verify("--full", code: 7)) == all)
        // The source goes on: what is above the watermark is the next run's.
        try source.run(
            "UPDATE \(table) SET v = 'new', at = '2027-01-01' WHERE b IN ('K5', 'K2000'); DELETE FROM \(table) WHERE b = 'K7'"
        )
        #expect(
            found(try verify("--full", code: 7)) == [
                "missing ä'0/K3000", "missing null/x", "missing k1/case", "extra k1/CASE", "extra ä'7/K7",
            ])
        #expect(try verify("--full", "--repair", code: 0)["outcome"] as? String == "repaired")
        #expect(try verify("--full", code: 0)["outcome"] as? String == "equal")
    }

    /// Values and NULLs that change places in one range, so that there are as many as before, in one row and in two.
    @Test(arguments: [Kind.sqlite, .postgresql])
    func oppositeChangesOfNULLAreSeen(kind: Kind) throws {
        let names = (1...40).map { "c\($0)" }
        let columns = names.map { "\($0) text" }.joined(separator: ", ")
        let values = names.indices.map { "CASE WHEN (g + \($0)) % 3 = 0 THEN 'x' END" }.joined(separator: ", ")
        try source.run(
            """
            CREATE TABLE \(table) (id bigint PRIMARY KEY, \(columns));
            INSERT INTO \(table) SELECT g, \(values) FROM generate_series(1, 500) g;
            """)
        try configure(kind, #""load_method": "truncate_load", "unique_columns": ["id"]"#)
        _ = try run("extract", "--quiet")
        #expect(try verify(code: 0)["rows_read"] as? Int == 0)
        // In row 5, c2 has a value, and c3 to c40 have values in every third.
        try change(
            kind,
            """
            UPDATE t SET c2 = NULL, c3 = 'y' WHERE id = 5; UPDATE t SET c39 = NULL WHERE id = 250; UPDATE t SET c40 = 'y' WHERE id = 250;
            UPDATE t SET c1 = 'y' WHERE id = 400; UPDATE t SET c40 = NULL WHERE id = 402;
            """)
        let result = try verify(code: 7)
        #expect(
            found(result) == [
                "different 5 c2,c3", "different 250 c39,c40", "different 400 c1", "different 402 c40",
            ], "\(found(result))")
        #expect(try verify("--repair", code: 0)["outcome"] as? String == "repaired")
        #expect(try verify("--full", code: 0)["outcome"] as? String == "equal")
    }

    /// Rows that nothing identifies are counted by their values.
    @Test(arguments: [Kind.sqlite, .postgresql])
    func rowsWithoutAKeyAreCounted(kind: Kind) throws {
        try source.run(
            """
            CREATE TABLE \(table) (a int, b text, f double precision);
            INSERT INTO \(table) SELECT g % 10, CASE WHEN g % 3 = 0 THEN NULL ELSE 'x' END, 0.1 FROM generate_series(1, 300) g;
            """)
        try configure(kind, #""load_method": "drop_create_load""#)
        _ = try run("extract", "--quiet")
        #expect(try verify(code: 0)["outcome"] as? String == "equal")
        #expect(try verify("--full", code: 0)["outcome"] as? String == "equal")
        try change(
            kind,
            kind == .sqlite
                ? "DELETE FROM t WHERE rowid IN (SELECT rowid FROM t WHERE a = 3 AND b = 'x' LIMIT 2); INSERT INTO t (a, b) VALUES (77, NULL)"
                : "DELETE FROM t WHERE ctid IN (SELECT ctid FROM t WHERE a = 3 AND b = 'x' LIMIT 2); INSERT INTO t (a, b) VALUES (77, NULL)"
        )
        let result = try verify(code: 7)
        #expect(result["missing"] as? Int == 2 && result["extra"] as? Int == 1, "\(result)")
        let refused = try run("verify", "--repair", code: 2)
        #expect(refused.errors.contains("because nothing identifies them"), "\(refused.all)")
    }

    /// Sums beyond 64 bits, on both sides.
    @Test(arguments: [Kind.sqlite, .postgresql])
    func sumsDoNotOverflow(kind: Kind) throws {
        try source.run(
            """
            CREATE TABLE \(table) (id bigint PRIMARY KEY, n bigint);
            INSERT INTO \(table) SELECT g, 9223372036854775807 - g FROM generate_series(1, 100) g;
            INSERT INTO \(table) VALUES (-9223372036854775807, 1), (9223372036854775807, 2);
            """)
        try configure(kind, #""load_method": "truncate_load""#)
        _ = try run("extract", "--quiet")
        #expect(try verify(code: 0)["outcome"] as? String == "equal")
        try change(kind, "UPDATE t SET n = n - 1 WHERE id = 50; UPDATE t SET n = 5 WHERE id = 9223372036854775807")
        let result = try verify(code: 7)
        #expect(found(result) == ["different 50 n", "different 9223372036854775807 n"], "\(result)")
        #expect(try verify("--repair", code: 0)["outcome"] as? String == "repaired")
    }

    /// A zero adds nothing to a sum, and neither does NULL.
    @Test(arguments: [Kind.sqlite, .postgresql])
    func zerosThatAreNullAreFoundBySums(kind: Kind) throws {
        try source.run(
            """
            CREATE TABLE \(table) (id bigint PRIMARY KEY, b bigint, n int, m smallint, s text);
            INSERT INTO \(table) SELECT g, CASE WHEN g % 2 = 0 THEN 0 END, CASE WHEN g % 3 = 0 THEN 0 END, 0, CASE WHEN g % 5 = 0 THEN '' END
              FROM generate_series(1, 500) g;
            """)
        try configure(kind, #""load_method": "truncate_load""#)
        _ = try run("extract", "--quiet")
        #expect(try verify(code: 0)["outcome"] as? String == "equal")
        for (sql, difference) in [
            ("b = NULL WHERE id = 2", "different 2 b"), ("b = 0 WHERE id = 3", "different 3 b"),
            ("n = NULL WHERE id = 9", "different 9 n"), ("m = NULL WHERE id = 7", "different 7 m"),
            ("s = NULL WHERE id = 10", "different 10 s"),
        ] {
            try change(kind, "UPDATE t SET " + sql)
            #expect(found(try verify("--repair", code: 0)) == [difference])
        }
        #expect(try verify(code: 0)["outcome"] as? String == "equal")
    }

    /// What a side cannot add up tells of no NULL either, and nothing else is said.
    @Test func numbersThatAreTextAreNotSeen() throws {
        try source.run(
            """
            CREATE TABLE \(table) (id bigint PRIMARY KEY, n int, s text);
            INSERT INTO \(table) SELECT g, g, 's' FROM generate_series(1, 500) g;
            """)
        try configure(.sqlite, #""load_method": "truncate_load""#)
        _ = try run("extract", "--quiet")
        try change(.sqlite, "UPDATE t SET n = 'seven' WHERE id = 7")
        let limits = try verify(code: 0)["limits"] as? [String] ?? []
        #expect(
            limits == [
                "Left out of the sums, because a side cannot add it up exactly: \"n\".",
                "Where sums agree, other values of \"s\" are not seen, only how many are NULL; --full compares them.",
                "Where sums agree, values of \"n\" are not seen; --full compares them.",
            ], "\(limits)")
        #expect(found(try verify("--full", code: 7)) == ["different 7 n"])
    }

    /// Both sides take the second in which a moment lies, before 1970 too.
    @Test(arguments: [Kind.sqlite, .postgresql])
    func momentsOfAllTimesAddUp(kind: Kind) throws {
        try source.run(
            """
            CREATE TABLE \(table) (id bigint PRIMARY KEY, at timestamp);
            INSERT INTO \(table) SELECT g, timestamp '1969-12-31 23:58:00' + g * interval '0.300001 seconds' FROM generate_series(1, 900) g;
            INSERT INTO \(table) VALUES (1000, '0001-01-01 00:00:00.000001'), (1001, '1582-10-10 12:00:00.5'), (1002, '2026-11-01 00:00:00.999999'),
              (1003, NULL);
            """)
        try configure(
            kind,
            #""load_method": "upsert", "unique_columns": ["id"], "extract_type": "incremental", "incremental_key": "at""#
        )
        _ = try run("extract", "--quiet")
        #expect(try verify(code: 0)["rows_read"] as? Int == 0)
        try change(kind, "UPDATE t SET at = '0001-01-01 00:00:01.000001' WHERE id = 1000")
        #expect(found(try verify(code: 7)) == ["different 1000 at"])
    }

    /// A table without a unique index may have a row twice, the same or another one.
    @Test(arguments: [Kind.sqlite, .postgresql])
    func rowsThatAreThereTwiceAreExtra(kind: Kind) throws {
        try source.run(
            """
            CREATE TABLE \(table) (id bigint PRIMARY KEY, v text);
            INSERT INTO \(table) SELECT g, 'v' || g FROM generate_series(1, 500) g;
            """)
        try configure(kind, #""load_method": "drop_create_load""#)
        _ = try run("extract", "--quiet")
        try change(kind, "INSERT INTO t (id, v) VALUES (7, 'v7'), (8, 'other')")
        let result = try verify(code: 7)
        #expect(found(result) == ["extra 7", "extra 8", "different 8 v"], "\(found(result))")
        let repaired = try verify("--repair", code: 0)
        #expect(repaired["outcome"] as? String == "repaired", "\(repaired)")
        #expect(try verify("--full", code: 0)["outcome"] as? String == "equal")
    }

    /// `where` is the source's: a row that leaves it is extra, and one that enters it is missing.
    @Test func rowsThatLeaveWhereAreExtra() throws {
        try source.run(
            """
            CREATE TABLE \(table) (id bigint PRIMARY KEY, v text);
            INSERT INTO \(table) SELECT g, 'in' FROM generate_series(1, 500) g;
            INSERT INTO \(table) SELECT g, 'out' FROM generate_series(501, 600) g;
            """)
        try configure(.sqlite, #""load_method": "truncate_load", "where": "v <> 'out'""#)
        _ = try run("extract", "--quiet")
        #expect(try verify(code: 0)["rows"] as? Int == 500)
        try source.run("UPDATE \(table) SET v = 'out' WHERE id = 7; UPDATE \(table) SET v = 'in' WHERE id = 550")
        #expect(found(try verify(code: 7)) == ["extra 7", "missing 550"])
        #expect(try verify("--repair", code: 0)["outcome"] as? String == "repaired")
        // A sample looks at rows whose sums agree.
        try change(.sqlite, "UPDATE t SET v = 'other' WHERE id = 8")
        #expect(try verify(code: 0)["outcome"] as? String == "equal")
        #expect(found(try verify("--sample", "100%", code: 7)) == ["different 8 v"])
    }
}
