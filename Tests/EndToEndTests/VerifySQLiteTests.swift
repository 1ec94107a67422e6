import Foundation
import TestSupport
import Testing

/// From an SQLite file, whose columns hold whatever was stored.
@Suite struct VerifySQLiteTests {
    private let directory: TemporaryDirectory
    private let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url, environment: ["XDG_STATE_HOME": directory.path("home")])
        try """
        {"source": {"profile": "odbc", "driver": "SQLite3", "attributes": {"Database": "\(directory.path("s.db"))"}},
         "destination": {"type": "sqlite", "path": "d.db"}, "defaults": {"lag": 0},
         "extracts": [{"name": "full", "table": "t", "destination_table": "f", "load_method": "truncate_load"},
           {"name": "moving", "table": "t", "destination_table": "m", "load_method": "upsert", "extract_type": "incremental",
            "incremental_key": "at"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        try source(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, x, r REAL, d DECIMAL(12,3), at TIMESTAMP);
            WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < 2000)
              INSERT INTO t SELECT i, 'wört' || char(0) || i, CASE i % 4 WHEN 0 THEN i WHEN 1 THEN i || '' WHEN 2 THEN i / 3.0
                ELSE x'0001' END, i / 7.0, i / 8.0, datetime(1700000000 + i * 3600, 'unixepoch') FROM g;
            UPDATE t SET at = replace(at, ' ', 'T') || '.250' WHERE id % 11 = 0;
            UPDATE t SET at = at || '+02:00' WHERE id % 13 = 0;
            UPDATE t SET at = NULL WHERE id % 501 = 0;
            """)
    }

    private func source(_ sql: String) throws {
        let said = try sqlite(directory.path("s.db"), sql)
        #expect(said.isEmpty, "\(said)")
    }

    private func verify(_ arguments: String..., code: Int32) throws -> [String: Any] {
        let result = try program.run(["verify", "--format", "json"] + arguments)
        #expect(result.code == code, "\(result.all)")
        let all = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
        return try #require(all?.first)
    }

    private func ids(_ result: [String: Any]) -> [String] {
        (result["differences"] as? [[String: Any]] ?? []).map {
            "\($0["kind"] ?? "") \(($0["key"] as? [String: Any])?["id"] ?? "")"
        }.sorted()
    }

    @Test(arguments: ["full", "moving"])
    func oddValuesAreEqualUntilTheyAreNot(name: String) throws {
        let extracted = try program.run(["extract", name, "--quiet"])
        #expect(extracted.code == 0, "\(extracted.all)")
        for flags in [[], ["--full"], ["--sample", "10%"]] {
            let result = try program.run(["verify", name, "--format", "json"] + flags)
            #expect(result.code == 0, "\(result.all)")
        }
        let table = name == "full" ? "f" : "m"
        _ = try sqlite(
            directory.path("d.db"),
            """
            UPDATE \(table) SET v = 'wört' WHERE id = 1; UPDATE \(table) SET x = '4' WHERE id = 4;
            UPDATE \(table) SET x = x'0002' WHERE id = 3; UPDATE \(table) SET r = r * 1.0000000000000002 WHERE id = 6;
            UPDATE \(table) SET at = '1999-01-01 00:00:00' WHERE id = 8; DELETE FROM \(table) WHERE id = 1002;
            """)
        let result = try verify(name, "--full", code: 7)
        let stale = name == "full" ? "different 8" : "stale 8"
        #expect(
            ids(result)
                == ["different 1", "different 3", "different 4", "different 6", stale, "missing 1002"].sorted(),
            "\(result)")
        #expect(try verify(name, "--full", "--repair", code: 0)["outcome"] as? String == "repaired")
        #expect(try verify(name, "--full", code: 0)["outcome"] as? String == "equal")
    }

    /// A destination in UTF-16, which staged rows are brought into first.
    @Test func aDestinationInUTF16IsComparedAndRepaired() throws {
        _ = try sqlite(directory.path("d.db"), "PRAGMA encoding = 'UTF-16le'; CREATE TABLE z (a)")
        #expect(try program.run(["extract", "full", "--quiet"]).code == 0)
        #expect(try verify("full", "--full", code: 0)["outcome"] as? String == "equal")
        _ = try sqlite(
            directory.path("d.db"),
            "UPDATE f SET v = 'ö' WHERE id = 5; DELETE FROM f WHERE id = 6; INSERT INTO f (id, v) VALUES (5000, 'ü')")
        let result = try verify("full", "--full", "--repair", code: 0)
        #expect(
            ids(result) == ["different 5", "extra 5000", "missing 6"] && result["outcome"] as? String == "repaired")
        #expect(try verify("full", "--full", code: 0)["outcome"] as? String == "equal")
    }

    /// A sum beyond 64 bits is an error of SQLite's own: it is asked for in halves.
    @Test func sumsThatOverflowAreAskedForInHalves() throws {
        try source(
            "DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, n BIGINT, at TIMESTAMP);"
                + "WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < 1000) "
                + "INSERT INTO t SELECT i, CASE i % 3 WHEN 0 THEN -i ELSE 9223372036854775807 - i END, '2026-01-01 00:00:00' FROM g"
        )
        #expect(try program.run(["extract", "full", "--quiet"]).code == 0)
        #expect(try verify("full", code: 0)["rows_read"] as? Int == 0)
        _ = try sqlite(directory.path("d.db"), "UPDATE f SET n = n - 1 WHERE id = 500")
        let result = try verify("full", code: 7)
        // Keys as far apart as there are.
        try source(
            "INSERT INTO t VALUES (-9223372036854775808, 1, '2026-01-01'), (9223372036854775807, 2, '2026-01-01')")
        #expect(ids(try verify("full", code: 7)).filter { $0.hasPrefix("missing") }.count == 2)
        #expect(ids(result) == ["different 500"] && result["rows_read"] as? Int ?? .max < 50, "\(result)")
    }
}
