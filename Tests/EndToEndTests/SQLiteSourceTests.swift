import Foundation
import TestSupport
import Testing

/// From an SQLite file through libsqliteodbc: its columns hold whatever was stored, and its driver passes all of it through text.
@Suite struct SQLiteSourceTests {
    let directory: TemporaryDirectory
    let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
    }

    private func source(_ sql: String) throws {
        let said = try sqlite(directory.path("source.db"), sql)
        #expect(said.isEmpty, "\(said)")
    }

    private func extract(_ table: String, _ more: [String] = []) throws -> Program.Result {
        try program.run(
            [
                "extract", "--driver", "SQLite3", "--attribute", "Database=\(directory.path("source.db"))", "--table",
                table,
                "--destination", directory.path("out.db"), "--quiet", "--no-metadata-columns",
            ] + more)
    }

    private func found(_ sql: String) throws -> String {
        try sqlite(directory.path("out.db"), "ATTACH '\(directory.path("source.db"))' AS s; \(sql)")
    }

    /// The driver lists none of them.
    @Test func generatedColumnsAreColumns() throws {
        try source(
            "CREATE TABLE g (id INTEGER PRIMARY KEY, v TEXT AS ('x' || net), net INT, gross INT GENERATED ALWAYS AS (net * 2) STORED);"
                + "INSERT INTO g (id, net) VALUES (1, 5), (2, NULL)")
        #expect(try extract("g").code == 0)
        #expect(try found("SELECT * FROM g ORDER BY id") == "1|x5|5|10\n2|||")
        #expect(try extract("g", ["--columns", "id,gross"]).code == 0)
        #expect(try found("SELECT * FROM g ORDER BY id") == "1|10\n2|")
    }

    private func verify(_ flags: [String]) throws -> Program.Result {
        try program.run(
            ["verify", "--config", directory.path("k.json"), "--state-dir", directory.path("state")] + flags)
    }

    /// Hashes as keys: spread over all of 64 bits, which no distance between two of them fits.
    @Test(arguments: [
        ("-5000000000000000000", "5000000000000000000"), ("-9223372036854775808", "9223372036854775807"),
        ("1", "9223372036854775807"), ("1", "9223372036854775806"), ("-9223372036854775808", "1"),
    ])
    func keysOfAllOf64BitsAreVerified(low: String, high: String) throws {
        try source(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (\(low), 'a'), (\(high), 'b'), (7, 'c')"
        )
        try """
        {"source": {"profile": "odbc", "driver": "SQLite3", "attributes": {"Database": "\(directory.path("source.db"))"}},
         "destination": {"type": "sqlite", "path": "out.db"},
         "extracts": [{"name": "t", "table": "t", "load_method": "upsert", "unique_columns": ["id"]}]}
        """.write(toFile: directory.path("k.json"), atomically: true, encoding: .utf8)
        let state = ["--config", directory.path("k.json"), "--state-dir", directory.path("state"), "--quiet"]
        #expect(try program.run(["extract"] + state).code == 0)
        for flags in [[], ["--sample", "100%"], ["--full"]] {
            let result = try verify(flags)
            #expect(result.code == 0 && result.output.contains("equal"), "\(flags): \(result.all)")
        }
        _ = try sqlite(directory.path("out.db"), "UPDATE t SET v = 'other' WHERE id = \(high)")
        #expect(try verify(["--sample", "100%"]).code == 7)
        #expect(try verify(["--full", "--repair"]).code == 0)
        #expect(try found("SELECT count(*) FROM s.t x JOIN t y USING (id) WHERE x.v = y.v") == "3")
    }

    @Test func doublesArriveToTheLastBitWhereverTheyComeFrom() throws {
        try source(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, r REAL, n NUMERIC, f FLOAT, d DOUBLE);
            WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < 2000)
                INSERT INTO t SELECT i, 1.0 / i, i / 7.0, i * 1e300 / 3, i * 1e-310 FROM g;
            INSERT INTO t VALUES (3001, 0.1 + 0.2, 9e999, -9e999, 877.9999999999999);
            CREATE VIEW v AS SELECT id, r * 3 AS a, avg(n) OVER (ORDER BY id) AS b FROM t;
            """)
        for table in ["t", "v"] { #expect(try extract(table).code == 0) }
        #expect(
            try found(
                "SELECT count(*) FROM s.t x JOIN t y USING (id) WHERE x.r = y.r AND x.n = y.n AND x.f = y.f AND x.d = y.d"
            ) == "2001")
        #expect(
            try found("SELECT count(*) FROM s.v x JOIN v y USING (id) WHERE x.a = y.a AND (x.b = y.b OR id = 3001)")
                == "2001")
        #expect(try found("SELECT DISTINCT typeof(a) FROM v") == "real")
        #expect(try found("SELECT DISTINCT json_extract(record, '$.notes') FROM _kleene_runs") == "[]")
    }

    /// One stops, one shows NULL, one shows another number: none of that is for us to do.
    @Test(arguments: [
        ("BOOLEAN", "'t'", "a whole number", "text"), ("BOOLEAN", "''", "a whole number", "text"),
        ("BOOLEAN", "1.5", "a whole number", "a floating-point number"), ("BOOL", "x'01'", "a whole number", "binary"),
        ("BIT", "'yes'", "a whole number", "text"), ("INTEGER", "'12 pcs'", "a whole number", "text"),
        ("INTEGER", "'longer than the thirty-nine bytes that its slot has'", "a whole number", "text"),
        ("BIGINT", "1e19", "a whole number", "a floating-point number"),
        ("REAL", "'N/A'", "a floating-point number", "text"), ("REAL", "''", "a floating-point number", "text"),
        ("FLOAT", "'Inf'", "a floating-point number", "text"), ("DOUBLE", "'NaN'", "a floating-point number", "text"),
        ("REAL", "'longer than the thirty-nine bytes that its slot has'", "a floating-point number", "text"),
        ("NUMERIC", "'2024-01-02'", "a floating-point number", "text"),
        ("NUMERIC", "'0x10'", "a floating-point number", "text"),
        ("NUMERIC", "x'3132'", "a floating-point number", "binary"),
        (
            "NUMERIC", "9007199254740993", "a floating-point number",
            "a whole number that no floating-point number is equal to"
        ),
        ("TEXT", "x'0102'", "text or a time", "binary"), ("DATE", "x'32'", "text or a time", "binary"),
    ])
    func aValueOfAnotherTypeStopsAndTheWayOutWorks(type: String, value: String, declared: String, is other: String)
        throws
    {
        try source(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, c \(type));
            INSERT INTO t VALUES (1, 1), (2, NULL), (3, \(value));
            CREATE VIEW way_out AS SELECT id, +c AS c FROM t;
            """)
        let result = try extract("t")
        #expect(result.code == 1)
        // The row is counted in its chunk, where a try that failed has made chunks.
        let sentence =
            #/The source declares (.*), but the value in column "c" of t, row [0-9]+ of the read, is (.*?)\. /#
        let match = try #require(result.errors.firstMatch(of: sentence), "\(result.errors)")
        #expect(match.1 == declared)
        #expect(match.2 == other)
        #expect(try extract("way_out").code == 0)
        #expect(
            try found(
                "SELECT count(*) FROM s.t x JOIN way_out y USING (id) WHERE x.c IS y.c AND typeof(x.c) = typeof(y.c)")
                == "3")
    }

    @Test func valuesWithoutADeclaredTypeArriveAsWhatTheyAre() throws {
        try source(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, c, b BLOB);
            INSERT INTO t VALUES (1, 1, 'text'), (2, '1', 5), (3, 1.0, 2.5), (4, x'31', x''), (5, '', ''), (6, NULL, NULL), (7, 'é𝄞', x'00ff'),
                (8, 9223372036854775807, 'x'), (9, 9e999, 'x'), (10, 'a' || char(0) || 'b', 'c' || char(0)), (11, -0.5, x'00'),
                (12, 'é' || hex(zeroblob(300000)), zeroblob(500000)), (13, zeroblob(70000), 7), (14, 3, hex(zeroblob(70000)) || char(0)),
                (15, 'X''00''', 'i5'), (16, 'NULL', 'r2');
            CREATE VIEW v AS SELECT id, CASE id % 4 WHEN 0 THEN 'four' WHEN 1 THEN id WHEN 2 THEN x'02' ELSE id / 3.0 END AS c FROM t;
            """)
        for table in ["t", "v"] { #expect(try extract(table).code == 0) }
        #expect(
            try found(
                "SELECT count(*) FROM s.t x JOIN t y USING (id) WHERE x.c IS y.c AND x.b IS y.b AND typeof(x.c) = typeof(y.c) AND typeof(x.b) = typeof(y.b)"
            ) == "16")
        #expect(
            try found("SELECT count(*) FROM s.v x JOIN v y USING (id) WHERE x.c IS y.c AND typeof(x.c) = typeof(y.c)")
                == "16")
    }

    @Test func textsWithANULAndNumbersInColumnsOfTextArriveWhole() throws {
        try source(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT, d DATE, s TIMESTAMP, m DECIMAL(10,2));
            INSERT INTO t VALUES (1, 'a' || char(0) || 'b', '2024-01-02', 1700000000, 12.5), (2, '', '', 2460000.5, '12 pcs'),
                (3, hex(zeroblob(90000)) || char(0) || 'é', 'x', '2024-01-02 03:04:05', 7), (4, NULL, NULL, 0.1 + 0.2, NULL);
            """)
        #expect(try extract("t").code == 0)
        #expect(
            try found(
                "SELECT count(*) FROM s.t x JOIN t y USING (id) WHERE hex(x.c) IS hex(y.c) AND typeof(y.c) IN ('text', 'null')"
            ) == "4")
        #expect(
            try found("SELECT d, s, m FROM t ORDER BY id")
                == "2024-01-02|1700000000|12.5\n|2460000.5|12 pcs\nx|2024-01-02 03:04:05|7\n|0.30000000000000004|")
    }

    @Test func textThatIsNotUTF8NamesItsCell() throws {
        try source(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT); INSERT INTO t VALUES (1, 'a'), (2, CAST(x'61ff' AS TEXT))"
        )
        let result = try extract("t")
        #expect(result.code == 1)
        #expect(result.errors.contains(/column "c" of t, row [0-9]+ of the read, is not valid UTF-8/))
    }

    @Test func aTableThatHasAColumnOfAnyTypeCanBeMerged() throws {
        try source(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, u TIMESTAMP, c); INSERT INTO t VALUES (1, '2024-01-01 00:00:00', 1), (2, '2024-01-02 00:00:00', 'x')"
        )
        let merge = ["--load-method", "upsert", "--extract-type", "incremental", "--incremental-key", "u"]
        #expect(try extract("t", merge).code == 0)
        _ = try sqlite(directory.path("source.db"), "UPDATE t SET u = '2024-02-01 00:00:00', c = x'03' WHERE id = 1")
        #expect(try extract("t", merge).code == 0)
        #expect(try found("SELECT group_concat(quote(c), ' ') FROM (SELECT c FROM t ORDER BY id)") == "X'03' 'x'")
    }
}
