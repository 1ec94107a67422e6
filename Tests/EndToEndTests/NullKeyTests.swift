import Foundation
import TestSupport
import Testing

/// NULL in a column that identifies rows: no comparison loses such a row, and no repair doubles one.
@Suite struct NullKeyTests {
    enum Place: String, CaseIterable {
        case sqlite, postgresql

        static let available: [Place] =
            ProcessInfo.processInfo.environment["KLEENE_PG_HOST"] == nil ? [.sqlite] : allCases
    }

    private typealias Server = PostgresDestinationProcessTests.PostgresPlace

    private let directory: TemporaryDirectory
    private let schema = "null_key_\(UInt64.random(in: .min ... .max))"

    init() throws { directory = try TemporaryDirectory() }

    private func source(_ sql: String) throws {
        let said = try sqlite(directory.path("s.db"), sql)
        #expect(said.isEmpty, "\(said)")
    }

    private func configure(_ place: Place, _ extract: String) throws {
        if place == .postgresql { _ = try Server.ask("CREATE SCHEMA IF NOT EXISTS \(schema)") }
        let destination = place == .sqlite ? #"{"type": "sqlite", "path": "d.db"}"# : Server.member(schema)
        try """
        {"source": {"profile": "odbc", "driver": "SQLite3", "attributes": {"Database": "\(directory.path("s.db"))"}},
         "destination": \(destination), "extracts": [{"name": "e", "table": "s", "destination_table": "t", \(extract)}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    private func run(_ arguments: [String], code: Int32 = 0) throws -> Program.Result {
        let program = Program(
            directory: directory.url,
            environment: [
                "DESTINATION_PASSWORD": Server.environment["KLEENE_PG_PASSWORD"] ?? "",
                "XDG_STATE_HOME": directory.path("home"),
            ])
        let result = try program.run(arguments)
        #expect(result.code == code, "\(arguments): \(result.all)")
        return result
    }

    private func ask(_ place: Place, _ sql: String) throws -> String {
        place == .sqlite
            ? try sqlite(directory.path("d.db"), sql)
            : try Server.ask("SET search_path = \(schema); " + sql)
    }

    /// `kind a/b` of each difference, `-` for NULL.
    private func verify(_ flags: String..., code: Int32) throws -> Set<String> {
        let result = try run(["verify", "--format", "json"] + flags, code: code)
        let all = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
        let differences = try #require(all?.first)["differences"] as? [[String: Any]] ?? []
        return Set(
            differences.map { difference in
                let key = difference["key"] as? [String: Any] ?? [:]
                let values = ["a", "b"].map { name in
                    key[name].map { $0 is NSNull ? "-" : "\($0)" } ?? "-"
                }
                return "\(difference["kind"] ?? "") \(values.joined(separator: "/"))"
            })
    }

    /// A load that finds no row by its key brings rows with NULL there, in a table whose declared key lets them.
    @Test(arguments: Place.available) func inADeclaredKeyNULLIsAValueLikeOthers(_ place: Place) throws {
        try source(
            """
            CREATE TABLE s (a INTEGER, b TEXT, v TEXT, PRIMARY KEY (a, b));
            WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < 600)
              INSERT INTO s SELECT i, CASE WHEN i % 3 = 0 THEN NULL ELSE 'k' || i END, 'v' || i FROM g;
            """)
        try configure(place, #""load_method": "drop_create_load""#)
        _ = try run(["extract", "--quiet"])
        #expect(try verify(code: 0) == [])
        #expect(try verify("--full", code: 0) == [])
        _ = try ask(
            place,
            """
            UPDATE t SET v = 'other' WHERE a = 3; DELETE FROM t WHERE a IN (5, 6); UPDATE t SET b = NULL WHERE a = 7;
            INSERT INTO t (a, b, v) VALUES (7000, NULL, 'x'), (9, NULL, 'v9'), (NULL, NULL, 'y'), (NULL, NULL, 'z');
            """)
        let planted: Set = [
            "different 3/-", "missing 5/k5", "missing 6/-", "missing 7/k7", "extra 7/-", "extra 7000/-", "extra 9/-",
            "extra -/-",
        ]
        let found = try verify("--full", code: 7)
        #expect(found == planted, "\(found.symmetricDifference(planted))")
        // By sums: the text beside the key is in none of them.
        let sums = try verify(code: 7)
        #expect(sums.isSuperset(of: planted.subtracting(["different 3/-"])), "\(sums)")
        #expect(try verify("--full", "--repair", code: 0) == planted)
        #expect(try verify("--full", code: 0) == [])
        #expect(try ask(place, "SELECT count(*) FROM t") == "600")
        #expect(try ask(place, "SELECT count(*) FROM t WHERE b IS NULL") == "200")
    }

    /// A row that other programs have given NULL in its key is found by it, and goes with the repair.
    @Test(arguments: Place.available) func rowsThatLostTheirKeyAreFoundAndRepaired(_ place: Place) throws {
        try source(
            """
            CREATE TABLE s (a INTEGER, b TEXT, v TEXT);
            WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < 600)
              INSERT INTO s SELECT i, 'k' || i, 'v' || i FROM g;
            """)
        try configure(place, #""load_method": "upsert", "unique_columns": ["a", "b"]"#)
        _ = try run(["extract", "--quiet"])
        #expect(try verify(code: 0) == [])
        _ = try ask(
            place,
            """
            INSERT INTO t (a, b, v) VALUES (NULL, 'x', 'v'), (1, NULL, 'v'), (1, NULL, 'w'); UPDATE t SET b = NULL WHERE a = 10;
            """)
        let planted: Set = ["extra -/x", "extra 1/-", "extra 10/-", "missing 10/k10"]
        #expect(try verify(code: 7) == planted)
        #expect(try verify("--full", code: 7) == planted)
        #expect(try verify("--repair", code: 0) == planted)
        #expect(try verify("--full", code: 0) == [])
        #expect(try ask(place, "SELECT count(*) FROM t WHERE a IS NOT NULL AND b IS NOT NULL") == "600")
        // A key with NULL identifies no row: neither of two runs brings it, and both say so.
        try source("INSERT INTO s VALUES (9000, NULL, 'n')")
        for _ in 1...2 {
            let refused = try run(["extract", "--quiet"], code: 1)
            #expect(refused.all.contains("1 row has NULL there. Nothing was loaded."), "\(refused.all)")
        }
        #expect(try ask(place, "SELECT count(*) FROM t") == "600")
    }
}
