import Foundation
import TestSupport
import Testing

/// What commands say of a PostgreSQL destination, and the demo of it.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["KLEENE_PG_HOST"] != nil, "there is no PostgreSQL beside the tests"))
struct PostgresCommandsTests {
    private typealias Place = PostgresDestinationProcessTests.PostgresPlace

    private let bench: MockBench
    private let schema = "kleene_\(UInt64.random(in: .min ... .max))"
    private let program: Program

    init() throws {
        bench = try MockBench(
            scale: MockBench.chunked,
            extracts: MockBench.transactions(columns: #"["id", "tranid", "foreigntotal", "lastmodifieddate"]"#))
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing(#"{"type": "sqlite", "path": "d.db"}"#, with: Place.member(schema)).write(
            toFile: path, atomically: true, encoding: .utf8)
        _ = try Place.ask("CREATE SCHEMA \(schema)")
        program = Program(
            directory: bench.directory.url,
            environment: [
                "DESTINATION_PASSWORD": Place.environment["KLEENE_PG_PASSWORD"] ?? "",
                "XDG_STATE_HOME": bench.directory.path("home"),
            ])
    }

    private func ask(_ arguments: String...) throws -> Program.Result {
        try program.run(arguments + ["--mock", "127.0.0.1:\(bench.port)"])
    }

    @Test func planShowsTheDefinitionOfWhatIsStagedAndMakesNothing() throws {
        var killed = program
        killed.environment["KLEENE_NS_FAILPOINT"] = "load.begun"
        let stopped = try killed.run(["extract", "--mock", "127.0.0.1:\(bench.port)"])
        #expect(stopped.code != 0, "\(stopped.all)")
        let plan = try ask("plan", "--format", "json")
        #expect(plan.code == 0, "\(plan.all)")
        for line in [
            #"\"id\" bigint"#, #"\"lastmodifieddate\" timestamp(6)"#, #"\"_kleene_extracted_at\" timestamptz"#,
        ] {
            #expect(plan.output.contains(line), "\(line): \(plan.output)")
        }
        #expect(try Place.ask("SELECT count(*) FROM pg_class WHERE relnamespace = '\(schema)'::regnamespace") == "0")
        #expect(try ask("extract").code == 0)
        let again = try ask("plan")
        #expect(again.code == 0 && !again.output.contains("CREATE TABLE"), "\(again.all)")
    }

    @Test func doctorLooksAtLibraryServerAndSchema() throws {
        let well = try ask("doctor")
        #expect(well.code == 0, "\(well.all)")
        for name in ["libpq", "destination server", "destination schema"] {
            #expect(well.output.contains(name), "\(name): \(well.output)")
        }
        _ = try Place.ask("DROP SCHEMA \(schema)")
        let ill = try ask("doctor")
        #expect(ill.code == 7 && ill.output.contains("CREATE SCHEMA"), "\(ill.all)")
    }

    @Test func watermarksAndRunsOfTheServerAreShownAndEdited() throws {
        #expect(try ask("extract").code == 0)
        let list = try program.run(["runs", "list", "--format", "json"])
        let runs = try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]]
        let id = try #require(runs?.first?["run_id"] as? String)
        let shown = try program.run(["runs", "show", id, "--format", "json"])
        #expect(shown.code == 0 && shown.output.contains(id) && shown.output.contains("succeeded"), "\(shown.all)")
        let unknown = try program.run(["runs", "show", "20260101T000000Z-00000000"])
        #expect(unknown.code != 0, "\(unknown.all)")
        let rewound = try program.run(["state", "rewind", "transactions", "--to", "2022-01-01"])
        #expect(rewound.code == 0, "\(rewound.all)")
        let marks = "SELECT watermark FROM _kleene.watermarks WHERE schema = '\(schema)'"
        #expect(try Place.ask(marks).hasPrefix("2022-01-01"))
        let state = try program.run(["state", "show", "transactions"])
        #expect(state.code == 0 && state.output.contains("2022-01-01"), "\(state.all)")
        let next = try ask("extract")
        #expect(next.code == 0, "\(next.all)")
        #expect(try !Place.ask(marks).hasPrefix("2022-01-01"))
    }

    /// Before the source is asked for anything, and without a login.
    @Test(arguments: [
        "CREATE VIEW HERE.v AS SELECT * FROM HERE.t", "CREATE TABLE HERE.c (id bigint REFERENCES HERE.t)",
        "CREATE POLICY p ON HERE.t USING (true)", "CREATE PUBLICATION HERE FOR TABLE HERE.t",
        "CREATE FUNCTION HERE.f(HERE.t) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ])
    func tableThatOthersDependOnIsRefusedBeforeTheSourceIsAsked(sql: String) throws {
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let incremental = """
            "load_method": "upsert",
             "unique_columns": ["id"], "extract_type": "incremental", "incremental_key": "lastmodifieddate",
            """
        try text.replacing(incremental, with: #""load_method": "drop_create_load","#).write(
            toFile: path, atomically: true, encoding: .utf8)
        let first = try ask("extract")
        #expect(first.code == 0, "\(first.all)")
        _ = try Place.ask("ALTER TABLE \(schema).t ADD PRIMARY KEY (id)")
        _ = try Place.ask(sql.replacing("HERE", with: schema))
        defer { _ = try? Place.ask("DROP PUBLICATION IF EXISTS \(schema)") }
        let before = try (bench.tell("logins"), bench.tell("statements"))
        let refused = try ask("extract")
        #expect(refused.code != 0 && refused.all.contains("cannot be dropped and made again"), "\(refused.all)")
        #expect(refused.all.contains("truncate_load"), "\(refused.all)")
        let after = try (bench.tell("logins"), bench.tell("statements"))
        #expect(before == after)
    }

    /// `make demo-postgres`, with a server of its own.
    @Test func demoOfAServerShowsItsRows() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let process = Process()
        process.executableURL = root.appending(path: "Scripts/demo-postgres.sh")
        process.environment = [
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": bench.directory.url.path,
            "KLEENE_BUILD": URL(filePath: Program.binary).deletingLastPathComponent().path,
        ].merging(ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("ODBC") }) { $1 }
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)")
        for words in ["succeeded", "foreigntotal", "stopped and removed"] { #expect(said.contains(words), "\(said)") }
        #expect(!said.contains("failed"), "\(said)")
    }
}
