import Foundation
import TestSupport
import Testing

/// What a sweep takes of memory, however many rows are gone.
@Suite struct SweepMemoryTests {
    /// The keys of 300,000 rows that are gone took 40 MiB when they lay in memory.
    @Test func aSweepThatFindsMostRowsGoneTakesLittleMoreMemoryThanOneThatFindsNone() throws {
        let directory = try TemporaryDirectory()
        let server = try PostgreSQL()
        let table = "swept_\(UInt32.random(in: 0...UInt32.max))"
        try server.run(
            "CREATE TABLE \(table) AS SELECT i AS id, timestamp '2026-01-01' + i * interval '1 second' AS changed "
                + "FROM generate_series(1::bigint, 310000) AS i; ALTER TABLE \(table) ADD PRIMARY KEY (id)")
        defer { _ = try? server.run("DROP TABLE \(table)") }
        let text = """
            {"source": {"profile": "odbc", "driver": "PostgreSQL Unicode", "user": "\(server.user)", "password": {"env": "PW"},
              "attributes": {"Servername": "\(server.host)", "Port": \(server.port), "Database": "\(server.database)"}},
             "destination": {"type": "sqlite", "path": "d.db"},
             "extracts": [{"name": "e", "table": "\(table)", "load_method": "upsert", "unique_columns": ["id"],
               "extract_type": "incremental", "incremental_key": "changed", "destination_table": "t",
               "deletes": {"by": "sweep", "mode": "hard"}}]}
            """
        try text.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let program = Program(directory: directory.url, environment: ["PW": server.password])
        func run(_ arguments: String...) throws -> Int {
            let result = try program.run(["extract", "--quiet"] + arguments)
            #expect(result.code == 0, "\(result.all)")
            return try #require(
                Int(
                    try sqlite(
                        directory.path("d.db"),
                        "SELECT json_extract(record, '$.peakMemory') FROM _kleene_runs ORDER BY rowid DESC LIMIT 1")))
        }
        _ = try run()
        let ofNone = try run("--sweep")
        try server.run("DELETE FROM \(table) WHERE id > 10000")
        let ofMost = try run("--sweep", "--allow-shrink")
        #expect(try sqlite(directory.path("d.db"), "SELECT count(*) FROM t") == "10000")
        #expect(ofMost - ofNone < 20 << 20, "\((ofMost - ofNone) >> 20) MiB more")
    }
}
