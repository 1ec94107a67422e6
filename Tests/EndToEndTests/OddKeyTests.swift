import Foundation
import TestSupport
import Testing

/// Keys of time that order no rows, in a source that sorts them as it sorts others.
@Suite struct OddKeyTests {
    private let directory: TemporaryDirectory
    private let program: Program
    private let source: PostgreSQL
    private let table: String
    private var destination: String { directory.path("d.db") }

    init() throws {
        directory = try TemporaryDirectory()
        source = try PostgreSQL()
        program = Program(directory: directory.url, environment: ["PGTEST": source.password])
        table = "odd_" + UUID().uuidString.prefix(8).lowercased()
    }

    private func ids() throws -> String {
        try sqlite(destination, "SELECT group_concat(id, ' ') FROM (SELECT id FROM t ORDER BY id)")
    }

    private func notes() throws -> String {
        try sqlite(destination, "SELECT json_extract(record, '$.notes') FROM _kleene_runs ORDER BY rowid DESC LIMIT 1")
    }

    @Test(arguments: ["timestamp", "timestamptz", "date"], [nil, "id", "u"] as [String?])
    func stopNoOtherRowAndAreReadAsThePolicySays(_ type: String, chunkKey: String?) throws {
        defer { _ = try? source.run("DROP TABLE \(table)") }
        try source.run(
            """
            CREATE TABLE \(table) (id int PRIMARY KEY, u \(type), v text);
            INSERT INTO \(table) VALUES (1, '2024-01-01'), (2, '-infinity'), (3, 'infinity'), (4, '0044-03-15 BC'), (5, NULL),
              (6, '2024-05-01'), (7, '2098-01-01'), (8, '9999-12-31');
            INSERT INTO \(table) SELECT g, timestamp '2024-02-01' + g * interval '13 minutes' FROM generate_series(101, 2300) g;
            """)
        let chunks = chunkKey.map { _ in ["--chunk-rows", "1000"] } ?? []
        let unique = chunkKey == "u" ? "v,id" : "id"
        if chunkKey == "u" { try source.run("UPDATE \(table) SET v = 'x'") }
        for (policy, odd) in [("once", "2 3 4 5 8"), ("exclude", ""), ("always", "2 3 4 5 8")] {
            var result = try program.run(
                arguments("upsert", chunks + ["--null-keys", policy, "--unique-columns", unique]))
            #expect(result.code == 0, "\(policy) \(result.all)")
            let expected = ("1 \(odd) 6").split(separator: " ").sorted().joined(separator: " ")
            #expect(
                try sqlite(
                    destination, "SELECT group_concat(id, ' ') FROM (SELECT id FROM t WHERE id < 100 ORDER BY id)")
                    == expected)
            #expect(try sqlite(destination, "SELECT count(*) FROM t WHERE id > 100") == "2200")
            let said = try notes()
            #expect(said.contains("4 rows have a u that is no moment") == (policy != "exclude"), "\(said)")
            #expect(said.contains("1 row has a u in the future") && said.contains("id 7"), "\(said)")
            #expect(try sqlite(destination, "SELECT watermark FROM _kleene_watermarks").hasPrefix("2024-05-01"))
            try source.run("INSERT INTO \(table) VALUES (9, '2024-06-01', 'x'), (10, 'infinity', 'x')")
            result = try program.run(arguments("upsert", chunks + ["--null-keys", policy, "--unique-columns", unique]))
            #expect(result.code == 0, "\(policy) \(result.all)")
            #expect(
                try sqlite(
                    destination, "SELECT group_concat(id, ' ') FROM (SELECT id FROM t WHERE id IN (9, 10) ORDER BY id)")
                    == (policy == "always" ? "9 10" : "9"))
            try source.run("DELETE FROM \(table) WHERE id IN (9, 10)")
            for file in ["d.db", "d.db-wal", "d.db-shm"] {
                try? FileManager.default.removeItem(atPath: directory.path(file))
            }
        }
        let refused = try program.run(arguments("upsert", ["--null-keys", "fail"]))
        #expect(refused.code == 1 && refused.all.contains("5 rows of"), "\(refused.all)")
    }

    private func arguments(_ method: String, _ more: [String]) -> [String] {
        [
            "extract", "--driver", "PostgreSQL Unicode", "--attribute", "Server=\(source.host)", "--attribute",
            "Port=\(source.port)", "--attribute", "Database=\(source.database)", "--user", source.user,
            "--password-env", "PGTEST",
            "--table", table, "--load-method", method, "--extract-type", "incremental", "--incremental-key", "u",
            "--lag", "0s",
            "--destination", destination, "--destination-table", "t", "--quiet", "--state-dir", directory.path("state"),
        ] + more
    }

    /// Nothing but values without a place in time: rows without a key, as NULLs are.
    @Test func aTableWithoutAnyOtherIsLoaded() throws {
        defer { _ = try? source.run("DROP TABLE \(table)") }
        try source.run(
            "CREATE TABLE \(table) (id int PRIMARY KEY, u timestamp); INSERT INTO \(table) VALUES (1, '-infinity'), (2, 'infinity')"
        )
        let result = try program.run(arguments("upsert", []))
        #expect(result.code == 0, "\(result.all)")
        #expect(try ids() == "1 2")
        #expect(try notes().contains("2 rows have a u that is no moment of the years 1 to 9999"))
        // Nothing says that these have been read already, so they are, and replaced.
        #expect(try program.run(arguments("upsert", [])).code == 0)
        #expect(try ids() == "1 2")
    }
}
