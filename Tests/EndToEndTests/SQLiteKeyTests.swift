import Foundation
import TestSupport
import Testing

/// Incremental extracts of SQLite files, which keep moments as text in whatever spelling a program has written.
@Suite struct SQLiteKeyTests {
    private let directory: TemporaryDirectory
    private let program: Program
    private var source: String { directory.path("s.db") }
    private var destination: String { directory.path("d.db") }

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
    }

    private func extract(_ method: String = "upsert", table: String = "t", key: String = "u", _ more: String...) throws
        -> Program.Result
    {
        try program.run(
            [
                "extract", "--driver", "SQLite3", "--attribute", "Database=\(source)", "--table", table,
                "--load-method", method,
                "--extract-type", "incremental", "--incremental-key", key, "--destination", destination, "--quiet",
                "--state-dir", directory.path("state"),
            ] + more)
    }

    private func notes() throws -> String {
        try sqlite(destination, "SELECT json_extract(record, '$.notes') FROM _kleene_runs ORDER BY rowid DESC LIMIT 1")
    }

    private func ids(_ table: String = "t") throws -> String {
        try sqlite(destination, "SELECT group_concat(id, ' ') FROM (SELECT id FROM \(table) ORDER BY id)")
    }

    @Test(
        arguments: [
            ["2024-01-01 10:00:00.000000"], ["2024-01-01 10:00:00.120"], ["2024-01-01T10:00:00"],
            ["2024-01-01T10:00:00Z"],
            ["2024-01-01 10:00"], ["2024-01-01"], ["2024-01-01t10:00:00.5-08:00"], ["2024-01-01 10:00:00 "],
            ["2024-01-01 10:00:00", "2024-01-01T10:00:00.000", "2024-01-01T12:00:00+02:00", "2024-01-01T09:30:00"],
        ])
    func rowsAreAddedOnceWhateverTheSpelling(_ keys: [String]) throws {
        let values = keys.map { "('\($0)', 'x')" }.joined(separator: ", ")
        _ = try sqlite(source, "CREATE TABLE t (u TIMESTAMP, v TEXT); INSERT INTO t VALUES \(values)")
        for run in 1...3 {
            let result = try extract("append")
            #expect(result.code == 0, "\(result.all)")
            #expect(try sqlite(destination, "SELECT count(*) FROM t") == "\(keys.count)", "run \(run)")
        }
        _ = try sqlite(source, "INSERT INTO t VALUES ('2024-01-01 18:30:00.6', 'new'), ('2024-01-02', 'newer')")
        for _ in 1...2 { #expect(try extract("append").code == 0) }
        #expect(try sqlite(destination, "SELECT count(*) FROM t") == "\(keys.count + 2)")
    }

    /// What identifies the row is longer than anybody would make room for at first.
    @Test func rowInTheFutureIsNamedWhateverItsKeyIs() throws {
        _ = try sqlite(
            source,
            """
            CREATE TABLE t (id TEXT PRIMARY KEY, u TIMESTAMP);
            INSERT INTO t VALUES ('a', '2024-01-01 10:00:00'), (printf('%.9000c', 'z'), '2098-01-01 10:00:00');
            """)
        let result = try extract("upsert", table: "t", key: "u", "--unique-columns", "id")
        #expect(result.code == 0, "\(result.all)")
        let said = try notes()
        #expect(
            said.contains("1 row has a u in the future, such as \\\"2098-01-01 10:00:00\\\" where id zzz"), "\(said)")
    }

    /// The same moment with other letters is no new version of a row.
    @Test func aVersionIsAddedOnceThoughItsSpellingChanges() throws {
        _ = try sqlite(
            source,
            "CREATE TABLE t (id INTEGER PRIMARY KEY, u TIMESTAMP); INSERT INTO t VALUES (1, '2024-01-01 10:00:00'), (2, '2024-01-01 10:00:01')"
        )
        #expect(try extract("append", "--unique-columns", "id").code == 0)
        _ = try sqlite(source, "UPDATE t SET u = replace(u, ' ', 'T') || '.000Z'")
        #expect(try extract("append", "--unique-columns", "id").code == 0)
        #expect(try ids() == "1 2")
        _ = try sqlite(source, "UPDATE t SET u = '2024-01-01T10:00:01.5Z' WHERE id = 1")
        #expect(try extract("append", "--unique-columns", "id").code == 0)
        #expect(try ids() == "1 1 2")
    }

    @Test(arguments: [
        "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%fZ", "%Y-%m-%d %H:%M:%f+00:00", "%Y-%m-%dt%H:%M", "%Y-%m-%d %H:%M:%S",
    ])
    func rowsOfTenMinutesAgoAreRead(_ form: String) throws {
        _ = try sqlite(
            source,
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, u DATETIME);
            INSERT INTO t VALUES (1, '2024-01-01T10:00:00'), (2, strftime('\(form)', 'now', '-10 minutes')),
              (3, strftime('\(form)', 'now', '+2 hours'));
            """)
        #expect(try extract().code == 0)
        #expect(try ids() == "1 2")
    }

    @Test func aRowIsReplacedByALaterMomentAndNotByALargerText() throws {
        _ = try sqlite(
            source,
            "CREATE TABLE t (id INTEGER PRIMARY KEY, u TIMESTAMP, v TEXT); INSERT INTO t VALUES (1, '2024-01-01T11:00:00', 'old')"
        )
        #expect(try extract().code == 0)
        _ = try sqlite(source, "UPDATE t SET u = '2024-01-01 12:00:00', v = 'new'")
        #expect(try extract().code == 0)
        #expect(try sqlite(destination, "SELECT v FROM t") == "new")
        _ = try sqlite(source, "UPDATE t SET u = '2024-01-01T11:59:59.9+00:00', v = 'older'")
        #expect(try extract().code == 0)
        #expect(try sqlite(destination, "SELECT v FROM t") == "new")
    }

    private func makeOdd() throws {
        _ = try sqlite(
            source,
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, u TIMESTAMP, d DATE);
            INSERT INTO t VALUES (1, '2024-01-01 10:00:00', '2024-01-01'), (2, '07.03.2025 04:47:38', '07.03.2025'),
              (3, 1704103200, 1704103200), (4, '2024-02-30 10:00:00', '2024-02-30'), (5, NULL, NULL), (6, 'zzz', 'zzz'),
              (7, '0000-00-00 00:00:00', '0000-00-00'), (8, '2024-01-02T10:00:00', '2024-01-02T10:00:00'),
              (9, '2099-01-01 00:00:00', '2099-01-01'), (10, '', ''), (11, 2460310.9, 2460310.9), (12, 'infinity', 'infinity');
            """)
    }

    @Test(arguments: ["u", "d"]) func oddKeysStopNoOtherRow(_ key: String) throws {
        try makeOdd()
        for (policy, first, second) in [
            ("once", "1 2 3 4 5 6 7 8 10 11 12", "1 2 3 4 5 6 7 8 10 11 12 14"), ("exclude", "1 8", "1 8 14"),
            ("always", "1 2 3 4 5 6 7 8 10 11 12", "1 2 3 4 5 6 7 8 10 11 12 13 14"),
        ] {
            let result = try extract("upsert", key: key, "--null-keys", policy)
            #expect(result.code == 0, "\(result.all)")
            #expect(try ids() == first)
            let said = try notes()
            #expect(said.contains("8 rows have a \(key) that is no moment") == (policy != "exclude"), "\(said)")
            #expect(said.contains("\\\"07.03.2025") == (policy != "exclude"), "\(said)")
            if policy != "exclude" { #expect(said.contains("where id 2)"), "\(said)") }
            #expect(said.contains("1 row has a \(key) in the future, such as \\\"2099-01-01"), "\(said)")
            #expect(said.contains("where id 9"), "\(said)")
            _ = try sqlite(
                source, "INSERT INTO t VALUES (13, 'zzzz', 'zzzz'), (14, '2024-05-01T00:00:01', '2024-05-01')")
            #expect(try extract("upsert", key: key, "--null-keys", policy).code == 0)
            #expect(try ids() == second)
            _ = try sqlite(source, "DELETE FROM t WHERE id > 12")
            for file in ["d.db", "d.db-wal", "d.db-shm"] {
                try? FileManager.default.removeItem(atPath: directory.path(file))
            }
        }
        let refused = try extract("upsert", key: key, "--null-keys", "fail")
        #expect(
            refused.code == 1 && refused.all.contains("9 rows of t have no \(key), or one that is no moment"),
            "\(refused.all)")
    }

    @Test func chunksHoldOddRowsOnce() throws {
        try makeOdd()
        _ = try sqlite(
            source,
            """
            WITH RECURSIVE g (i) AS (VALUES (100) UNION ALL SELECT i + 1 FROM g WHERE i < 4099)
            INSERT INTO t SELECT i, strftime('%Y-%m-%dT%H:%M:%fZ', '2024-01-01', '+' || i || ' minutes'), NULL FROM g;
            CREATE TABLE k AS SELECT id, u FROM t; CREATE TABLE w (id, u TIMESTAMP); INSERT INTO w SELECT * FROM k;
            """)
        let result = try extract("append", table: "w", "--chunk-rows", "1000", "--unique-columns", "id")
        #expect(result.code == 0, "\(result.all)")
        #expect(try sqlite(destination, "SELECT count(*), count(DISTINCT id) FROM w") == "4011|4011")
        #expect(try sqlite(destination, "SELECT json_extract(record, '$.chunks') FROM _kleene_runs").contains("5"))
    }

    @Test func aColumnWithoutAMomentIsRefusedWithAWayThatWorks() throws {
        _ = try sqlite(
            source,
            "CREATE TABLE t (id INTEGER PRIMARY KEY, u TIMESTAMP); INSERT INTO t VALUES (7, 1704103200), (8, 1704103201)"
        )
        let refused = try extract()
        #expect(refused.code == 1, "\(refused.all)")
        for word in ["No value of u", "\"1704103200\" where id 7", "datetime(u, 'unixepoch')"] {
            #expect(refused.all.contains(word), "\(refused.all)")
        }
        _ = try sqlite(source, "CREATE VIEW v AS SELECT id, datetime(u, 'unixepoch') AS at FROM t")
        for _ in 1...2 {
            let result = try extract(table: "v", key: "at", "--unique-columns", "id")
            #expect(result.code == 0, "\(result.all)")
        }
        #expect(try ids("v") == "7 8")
    }

    @Test func textWhoseMomentsDoNotSortIsRefused() throws {
        _ = try sqlite(
            source,
            "CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT); INSERT INTO t VALUES (1, '2024-01-01 10:00:00'), (2, '2024-01-01 10:00:00.5')"
        )
        #expect(try extract().code == 0)
        _ = try sqlite(source, "INSERT INTO t VALUES (3, '2024-01-01T09:00:00')")
        let refused = try extract()
        #expect(refused.code == 1 && refused.all.contains("do not sort as time, such as"), "\(refused.all)")
        #expect(try ids() == "1 2")
        // A day alone comes before all times of that day, whatever their form; a key that is no time is nobody's business.
        _ = try sqlite(source, "DELETE FROM t WHERE id = 3; INSERT INTO t VALUES (4, '2024-01-02'), (5, 'x')")
        #expect(try extract().code == 0)
        #expect(try ids() == "1 2 4 5")
    }

    @Test(arguments: [("2024-01-01", "2024-01-02"), ("2024-01-01T00:00:00", "2024-01-02T00:00:00.000")])
    func backfillsMayBeSpeltAsOneLikes(_ from: String, _ to: String) throws {
        _ = try sqlite(
            source,
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, u TIMESTAMP, v TEXT);
            INSERT INTO t VALUES (1, '2023-12-31T23:59:59Z', 'a'), (2, '2024-01-01T00:00:00', 'a'), (3, '2024-01-01 23:59:59.9', 'a'),
              (4, '2024-01-02', 'a'), (5, '2024-01-02T00:30:00+01:00', 'a');
            """)
        try """
        {"source": {"profile": "odbc", "driver": "SQLite3", "attributes": {"Database": "\(source)"}},
         "destination": {"type": "sqlite", "path": "\(destination)"},
         "extracts": [{"table": "t", "load_method": "upsert", "extract_type": "incremental", "incremental_key": "u"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        #expect(try program.run(["extract", "--quiet", "--state-dir", directory.path("state")]).code == 0)
        _ = try sqlite(source, "UPDATE t SET v = 'b'")
        let result = try program.run([
            "backfill", "t", "--from", from, "--to", to, "--quiet", "--state-dir", directory.path("state"),
        ])
        #expect(result.code == 0, "\(result.all)")
        #expect(
            try sqlite(destination, "SELECT group_concat(id, ' ') FROM (SELECT id FROM t WHERE v = 'b' ORDER BY id)")
                == "2 3 5")
    }

    @Test func valuesThatAreNoTimeAreNotedOrRefused() throws {
        _ = try sqlite(
            source,
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, u TIMESTAMP, d DATE, h TIME);
            INSERT INTO t VALUES (1, '2024-01-01T10:00:00Z', '2024-01-01', '10:00:00.5'), (2, '03/07/2025 4:47 am', '2024-02-30', '25:00:00'),
              (3, NULL, NULL, NULL), (4, '0000-00-00 00:00:00', '', '24:00:00'), (5, '10000-01-01 00:00:00', '2024-01-01 00:00:00', '10:00+02');
            """)
        func full(_ more: String...) throws -> Program.Result {
            try program.run(
                [
                    "extract", "--driver", "SQLite3", "--attribute", "Database=\(source)", "--table", "t",
                    "--destination", destination,
                    "--quiet", "--state-dir", directory.path("state"),
                ] + more)
        }
        let refused = try full("--odd-times", "fail")
        #expect(refused.code == 1 && refused.all.contains("column \"u\" in row 2"), "\(refused.all)")
        #expect(try full().code == 0)
        let said = try notes()
        for words in [
            "Column \\\"u\\\": 3 values are not", "2025 4:47 am\\\" in row 2",
            "Column \\\"d\\\": 2 values are not",
            "\\\"2024-02-30\\\" in row 2", "Column \\\"h\\\": 1 value is not",
        ] { #expect(said.contains(words), "\(said)") }
        #expect(try sqlite(destination, "SELECT u FROM t WHERE id = 2") == "03/07/2025 4:47 am")
    }
}
