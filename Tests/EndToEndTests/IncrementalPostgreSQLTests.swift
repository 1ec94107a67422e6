import Foundation
import TestSupport
import Testing

/// Incremental extracts of a PostgreSQL table by keys of every type, compared with the whole table.
@Suite struct IncrementalPostgreSQLTests {
    private let directory: TemporaryDirectory
    private let program: Program
    private let source: PostgreSQL
    private let table: String
    private var destination: String { directory.path("d.db") }
    private static let keys = ["ts", "d", "n", "s"]

    init() throws {
        directory = try TemporaryDirectory()
        source = try PostgreSQL()
        program = Program(directory: directory.url, environment: ["PGTEST": source.password])
        table = "inc_" + UUID().uuidString.prefix(8).lowercased()
        try source.run(
            """
            CREATE TABLE \(table) (id bigint PRIMARY KEY, v text, ts timestamp, d date, n bigint, s text);
            INSERT INTO \(table) SELECT g, 'first ' || g, localtimestamp - g * interval '1 second' - interval '1 hour',
              current_date - 1 - g % 50, g, 'k' || lpad(g::text, 9, '0') FROM generate_series(1, 2500) g;
            INSERT INTO \(table) (id, v) VALUES (-1, 'without a key');
            """)
    }

    private func configure(method: String, connections: Int = 1) throws {
        let extracts = Self.keys.map { key in
            """
            {"name": "\(key)", "table": "\(table)", "load_method": "\(method)", "extract_type": "incremental",
             "unique_columns": ["id"], "incremental_key": "\(key)", "destination_table": "t_\(key)"}
            """
        }
        try """
        {
          "source": {
            "profile": "odbc", "driver": "PostgreSQL Unicode", "connections": \(connections),
            "attributes": {"Server": "\(source.host)", "Port": "\(source.port)", "Database": "\(source.database)"},
            "user": "\(source.user)", "password": {"env": "PGTEST"}
          },
          "destination": {"type": "sqlite", "path": "\(destination)"},
          "defaults": {"lag": 0, "chunk_rows": 1000},
          "extracts": [\(extracts.joined(separator: ",\n"))]
        }
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    private func extract(_ names: String...) throws -> Program.Result {
        try program.run(["extract", "--quiet"] + names + ["--state-dir", directory.path("state")])
    }

    private static let row =
        "id || '|' || coalesce(v, '-') || '|' || coalesce(d || '', '-') || '|' || coalesce(n, -1) || '|' || coalesce(s, '-')"

    private func compare(_ phase: String) throws {
        let there = try source.run("SELECT \(Self.row) FROM \(table) ORDER BY id")
            .trimmingCharacters(in: .newlines)
        for key in Self.keys {
            let here = try sqlite(destination, "SELECT \(Self.row) FROM t_\(key) ORDER BY id")
            #expect(here == there, "by \(key), \(phase)")
        }
    }

    /// Changes, new rows, and rows whose transaction was late: their keys lie below the watermark.
    private func change(_ round: Int) throws {
        try source.run(
            """
            UPDATE \(table) SET v = 'round \(round)', ts = localtimestamp - interval '2 seconds', d = current_date - 1,
              n = \(round) * 10000 + id, s = 'r\(round)m' || lpad(id::text, 9, '0') WHERE id % 7 = \(round) AND id > 0;
            INSERT INTO \(table) SELECT \(round) * 100000 + g, 'new', localtimestamp - interval '2 seconds',
              current_date - 1, \(round) * 10000 + 5000 + g, 'r\(round)n' || lpad(g::text, 9, '0')
              FROM generate_series(1, 40) g;
            INSERT INTO \(table) SELECT \(round) * 100000 + 1000 + g, 'late', localtimestamp - interval '14 minutes',
              current_date - 1, \(round == 1 ? 2000 : (round - 1) * 10000 + 4500) + g, 'r\(round)o' || lpad(g::text, 9, '0')
              FROM generate_series(1, 5) g;
            """)
    }

    @Test(arguments: [1, 2]) func upsertFollowsTheTableByEveryKindOfKey(connections: Int) throws {
        defer { _ = try? source.run("DROP TABLE \(table)") }
        try configure(method: "upsert", connections: connections)
        let first = try extract()
        #expect(first.code == 0, "\(first.all)")
        try compare("first run")
        for round in 1...2 {
            try change(round)
            let result = try extract()
            #expect(result.code == 0, "\(result.all)")
            try compare("round \(round)")
        }
        let watermarks = try sqlite(destination, "SELECT extract, watermark FROM _kleene_watermarks ORDER BY 1")
        let idle = try extract()
        #expect(idle.code == 0, "\(idle.all)")
        try compare("without changes")
        #expect(try sqlite(destination, "SELECT extract, watermark FROM _kleene_watermarks ORDER BY 1") == watermarks)
    }

    @Test func twoExtractsOfOneFileAndAReaderWithALongTransactionLoseNothing() throws {
        defer { _ = try? source.run("DROP TABLE \(table)") }
        try configure(method: "upsert")
        #expect(try extract().code == 0)
        let before = try sqlite(destination, "SELECT count(*) FROM t_n")
        // Another program reads, and stays in its transaction until its input ends.
        let reader = Process()
        reader.executableURL = URL(filePath: "/usr/bin/python3")
        reader.arguments = [
            "-c",
            """
            import sqlite3, sys
            c = sqlite3.connect(sys.argv[1], isolation_level=None)
            c.execute("BEGIN")
            print(c.execute("SELECT count(*) FROM t_n").fetchone()[0], flush=True)
            sys.stdin.read()
            print(c.execute("SELECT count(*) FROM t_n").fetchone()[0], flush=True)
            """, destination,
        ]
        let input = Pipe()
        let output = Pipe()
        reader.standardInput = input
        reader.standardOutput = output
        try reader.run()
        var said = Data()
        while !said.contains(UInt8(ascii: "\n")), let more = try output.fileHandleForReading.read(upToCount: 1) {
            said.append(more)
        }
        try change(1)
        let running = try Self.keys.map {
            try program.start(["extract", "--quiet", $0, "--state-dir", directory.path("state")])
        }
        for run in running {
            let result = try run.wait()
            #expect(result.code == 0 && !result.all.contains("locked"), "\(result.all)")
        }
        try compare("beside a reader")
        try input.fileHandleForWriting.close()
        said += try output.fileHandleForReading.readToEnd() ?? Data()
        reader.waitUntilExit()
        #expect(String(decoding: said, as: UTF8.self) == "\(before)\n\(before)\n")
    }
}
