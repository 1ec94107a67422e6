import Foundation
import TestSupport
import Testing

/// Databases whose zone is not UTC, in which psqlodbc's sessions are put: a column without a zone is compared with the clock by
/// which the database stamps it.
@Suite struct ZonedPostgreSQLTests {
    private let directory: TemporaryDirectory
    private let source: PostgreSQL
    private let program: Program
    private var destination: String { directory.path("d.db") }

    init() throws {
        directory = try TemporaryDirectory()
        source = try PostgreSQL()
        program = Program(directory: directory.url, environment: ["PGTEST": source.password])
    }

    private func withDatabase(_ zone: String, _ body: (_ sql: (String) throws -> Void) throws -> Void) throws {
        let name = "zone_" + UUID().uuidString.prefix(8).lowercased()
        try source.run("CREATE DATABASE \(name); ALTER DATABASE \(name) SET timezone = '\(zone)';")
        defer { _ = try? source.run("DROP DATABASE \(name)") }
        let extracts = ["plain", "zoned", "day"].map { key in
            """
            {"name": "\(key)", "table": "t", "load_method": "append", "extract_type": "incremental",
             "incremental_key": "\(key)", "destination_table": "\(key)"}
            """
        }
        try """
        {"source": {"profile": "odbc", "driver": "PostgreSQL Unicode",
            "attributes": {"Server": "\(source.host)", "Port": "\(source.port)", "Database": "\(name)"},
            "user": "\(source.user)", "password": {"env": "PGTEST"}},
         "destination": {"type": "sqlite", "path": "d.db"}, "defaults": {"lag": "30s"},
         "extracts": [\(extracts.joined(separator: ", "))]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        try body { try source.run("\\c \(name)\n" + $0) }
    }

    private func count(_ table: String) throws -> String { try sqlite(destination, "SELECT count(*) FROM \(table)") }

    /// East of Greenwich the newest rows would wait unread for hours; west of it the lag would protect nothing, and `append`
    /// would not find what is committed late.
    @Test(arguments: ["Asia/Tokyo", "America/Los_Angeles", "UTC", "Asia/Kathmandu"])
    func rowsAreReadWhenTheLagIsOver(zone: String) throws {
        try withDatabase(zone) { sql in
            try sql(
                """
                CREATE TABLE t (id int PRIMARY KEY, plain timestamp DEFAULT now(), zoned timestamptz DEFAULT now(),
                  day date DEFAULT current_date);
                INSERT INTO t SELECT g, now() - interval '1 minute' - g * interval '1 second',
                  now() - interval '1 minute' - g * interval '1 second', current_date - 1 FROM generate_series(1, 10) g;
                -- Not yet: within the lag.
                INSERT INTO t (id) VALUES (11);
                """)
            let result = try program.run(["extract", "--quiet"])
            #expect(result.code == 0, "\(zone): \(result.all)")
            for table in ["plain", "zoned", "day"] { #expect(try count(table) == "10", "\(zone) \(table)") }
            let notes = try sqlite(
                destination, "SELECT json_extract(record, '$.notes') FROM _kleene_runs WHERE extract = 'plain'")
            #expect(!notes.contains("ahead of"), "\(zone): \(notes)")
            // What is committed late, with a key below the largest that was read, is found while it is within the lag.
            try sql(
                "UPDATE t SET plain = now() - interval '31 seconds', zoned = now() - interval '31 seconds' WHERE id = 11"
            )
            #expect(try program.run(["extract", "--quiet", "plain", "zoned"]).code == 0)
            for table in ["plain", "zoned"] { #expect(try count(table) == "11", "\(zone) \(table)") }
        }
    }

    /// The zone of a database that is changed between two runs.
    @Test func aZoneThatIsSetBackStopsTheRun() throws {
        try withDatabase("Asia/Tokyo") { sql in
            try sql(
                """
                CREATE TABLE t (id int PRIMARY KEY, plain timestamp DEFAULT now());
                INSERT INTO t SELECT g, now() - g * interval '1 minute' FROM generate_series(1, 10) g;
                """)
            #expect(try program.run(["extract", "--quiet", "plain"]).code == 0)
            try sql("DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET timezone = ''UTC'''; END $$")
            try sql("INSERT INTO t VALUES (11, now())")
            let result = try program.run(["extract", "--quiet", "plain"])
            #expect(result.code == 10, "\(result.all)")
            #expect(result.errors.contains("went back by 9 hours"), "\(result.errors)")
            // The advice, for a zone that is to stay, when the source's rows have it.
            try sql("UPDATE t SET plain = plain - interval '9 hours' WHERE id < 11")
            #expect(try program.run(["state", "reset", "plain"]).code == 0)
            #expect(try sqlite(destination, "DROP TABLE plain").isEmpty)
            let again = try program.run(["extract", "--quiet", "plain"])
            #expect(again.code == 0, "\(again.all)")
        }
    }
}
