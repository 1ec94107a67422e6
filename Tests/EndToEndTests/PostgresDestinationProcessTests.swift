import Foundation
import TestSupport
import Testing

/// The program with a PostgreSQL server as its destination, and the mock as its source.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["KLEENE_PG_HOST"] != nil, "there is no PostgreSQL beside the tests"))
struct PostgresDestinationProcessTests {
    /// The server that the tests' script has started, as a configuration names it.
    enum PostgresPlace {
        static let environment = ProcessInfo.processInfo.environment

        static func member(_ schema: String, port: String? = nil) -> String {
            let port = port ?? environment["KLEENE_PG_PORT"] ?? "0"
            return """
                {"type": "postgresql", "host": "127.0.0.1", "port": \(port), "database": "kleene", "user": "kleene",
                 "password": {"env": "DESTINATION_PASSWORD"}, "schema": "\(schema)"}
                """
        }

        static func ask(_ sql: String) throws -> String {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/psql")
            process.arguments = ["-XAtq", "-F", " ", "-c", sql]
            process.environment = [
                "PATH": "/usr/bin:/bin", "PGHOST": environment["KLEENE_PG_HOST"] ?? "",
                "PGPORT": environment["KLEENE_PG_PORT"] ?? "", "PGUSER": environment["KLEENE_PG_USER"] ?? "",
                "PGPASSWORD": environment["KLEENE_PG_PASSWORD"] ?? "",
                "PGDATABASE": environment["KLEENE_PG_DATABASE"] ?? "",
            ]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    private let bench: MockBench
    private let schema = "kleene_\(UInt64.random(in: .min ... .max))"

    init() throws {
        bench = try MockBench(scale: MockBench.chunked, extracts: MockBench.transactions())
        try place(PostgresPlace.member(schema))
        _ = try PostgresPlace.ask("CREATE SCHEMA \(schema)")
    }

    private func place(_ member: String) throws {
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let start = try #require(text.range(of: "\"destination\": ")).upperBound
        let end = try #require(text.range(of: ",\n \"extracts\"", range: start..<text.endIndex)).lowerBound
        try text.replacingCharacters(in: start..<end, with: member).write(
            toFile: path, atomically: true, encoding: .utf8)
    }

    private func program(_ password: String? = nil) -> Program {
        Program(
            directory: bench.directory.url,
            environment: [
                "DESTINATION_PASSWORD": password ?? PostgresPlace.environment["KLEENE_PG_PASSWORD"] ?? "",
                "XDG_STATE_HOME": bench.directory.path("home"),
            ])
    }

    private func ask(_ arguments: String..., password: String? = nil) throws -> Program.Result {
        try program(password).run(arguments + ["--mock", "127.0.0.1:\(bench.port)"])
    }

    @Test func extractsGoOnFromTheWatermarkOfTheServer() throws {
        let plan = try ask("plan")
        #expect(plan.code == 0 && plan.output.contains("would be made"), "\(plan.all)")
        let first = try ask("extract")
        #expect(first.code == 0, "\(first.all)")
        #expect(try PostgresPlace.ask("SELECT count(*), count(DISTINCT id) FROM \(schema).t") == "5000 5000")
        let second = try ask("extract")
        #expect(second.code == 0, "\(second.all)")
        #expect(try PostgresPlace.ask("SELECT count(*) FROM \(schema).t") == "5000")
        let state = try program().run(["state", "show", "transactions", "--format", "json"])
        #expect(state.code == 0 && state.output.contains("lastmodifieddate"), "\(state.all)")
        let runs = try program().run(["runs", "list", "--format", "json"])
        #expect(runs.code == 0 && runs.output.components(separatedBy: "run_id").count >= 3, "\(runs.all)")
        let reset = try program().run(["state", "reset", "transactions"])
        #expect(reset.code == 0, "\(reset.all)")
        #expect(try PostgresPlace.ask("SELECT action FROM _kleene.edits WHERE schema = '\(schema)'") == "reset")
        #expect(try ask("doctor").code == 0)
    }

    @Test func linesFollowTheirHeaderInOneTransactionOfTheServer() throws {
        try bench.configure([
            MockBench.transactions(columns: "[\"id\", \"lastmodifieddate\"]", ""),
            """
            {"name": "lines", "table": "transactionLine", "columns": ["transaction", "id", "memo"], "load_method": "upsert",
             "destination_table": "l", "follows": "transactions"}
            """,
        ])
        try place(PostgresPlace.member(schema))
        #expect(try ask("extract").code == 0)
        let counts = "SELECT count(*), count(DISTINCT (\"transaction\", id)) FROM \(schema).l"
        #expect(try PostgresPlace.ask(counts) == "25000 25000")
        let ids = try PostgresPlace.ask("SELECT id FROM \(schema).t ORDER BY id LIMIT 2").split(separator: "\n")
        let now = try bench.now()
        try bench.tell("change", "DELETE FROM transactionLine WHERE \"transaction\" = \(ids[0])")
        try bench.tell("change", "DELETE FROM transactionLine WHERE \"transaction\" = \(ids[1]) AND id = 2")
        try bench.tell(
            "change",
            "UPDATE \"transaction\" SET lastmodifieddate = datetime(\(now), 'unixepoch') WHERE id IN (\(ids[0]), \(ids[1]))"
        )
        try bench.tell("advance", "120")
        let second = try ask("extract")
        #expect(second.code == 0, "\(second.all)")
        #expect(try PostgresPlace.ask(counts) == "24994 24994")
        let marks = "SELECT count(DISTINCT watermark) FROM _kleene.watermarks WHERE schema = '\(schema)'"
        #expect(try PostgresPlace.ask(marks) == "1")
    }

    /// A server has no "beside": what is remembered lies in its books, and in no second directory of this machine, nor at the root where a
    /// command has not been told of the state directory.
    @Test(arguments: [["tables", "--refresh"], ["extract"], ["plan"]])
    func loginsAreRememberedInOneDirectory(command: [String]) throws {
        let result = try program().run(command + ["--mock", "127.0.0.1:\(bench.port)"])
        #expect(result.code == 0, "\(result.all)")
        let names = try FileManager.default.subpathsOfDirectory(atPath: bench.directory.url.path)
        #expect(names.filter { $0.hasSuffix(".login") }.count == 1, "\(names)")
        #expect(!FileManager.default.fileExists(atPath: "/destinations"))
    }

    /// What was read in chunks waits for a server that refuses the load: the next run reads nothing again.
    @Test func chunksThatWereReadWaitForAServerThatRefusesThem() throws {
        #expect(try ask("extract").code == 0)
        _ = try PostgresPlace.ask(
            "CREATE FUNCTION \(schema).no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$")
        _ = try PostgresPlace.ask(
            "CREATE TRIGGER no BEFORE INSERT ON \(schema).t EXECUTE FUNCTION \(schema).no()")
        #expect(try program().run(["state", "reset", "transactions"]).code == 0)
        let refused = try ask("extract")
        #expect(refused.code == 1 && refused.all.contains("not now"), "\(refused.all)")
        _ = try PostgresPlace.ask("DROP TRIGGER no ON \(schema).t")
        let next = try ask("extract")
        #expect(next.code == 0 && next.all.contains("Going on with"), "\(next.all)")
        #expect(try PostgresPlace.ask("SELECT count(*) FROM \(schema).t") == "5000")
    }

    /// The password is in no output and in no file, and neither is a piece of a wrong one that the server refuses.
    @Test func passwordOfTheDestinationIsShownAndKeptNowhere() throws {
        let wrong = "wr0ng-{pass}'word"
        let secrets = [wrong, try #require(PostgresPlace.environment["KLEENE_PG_PASSWORD"])]
        let outputs = [
            try ask("extract", "--log-level", "trace", password: wrong), try ask("doctor", password: wrong),
            try program(wrong).run(["runs", "list"]), try ask("extract", "--log-level", "trace"),
            try ask("doctor"), try program().run(["runs", "list", "--format", "json"]),
        ]
        #expect(outputs[0].code != 0 && outputs[0].all.contains("28P01"), "\(outputs[0].all)")
        #expect(outputs[1].code != 0 && outputs[2].code != 0)
        #expect(outputs[3...].allSatisfy { $0.code == 0 }, "\(outputs[3].all)")
        var seen = outputs.map { Data($0.all.utf8) }
        for name in try FileManager.default.subpathsOfDirectory(atPath: bench.directory.url.path) {
            seen.append(FileManager.default.contents(atPath: bench.directory.path(name)) ?? Data())
        }
        for secret in secrets {
            #expect(!seen.contains { $0.range(of: Data(secret.utf8)) != nil })
        }
    }

    @Test func literalPasswordIsRefused() throws {
        let member = PostgresPlace.member(schema).replacing("{\"env\": \"DESTINATION_PASSWORD\"}", with: "\"hunter2\"")
        try place(member)
        let result = try ask("extract")
        #expect(result.code == 2 && result.all.contains("must not stand in this file"), "\(result.all)")
        #expect(!result.all.contains("hunter2"))
    }
}
