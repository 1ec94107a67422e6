import Foundation
import TestSupport
import Testing

/// The crontab of docs/unattended.md, as cron runs it.
@Suite(.waiting) struct CrontabTests {
    /// The command lines, each by its first word behind `kleene-ns`.
    static let commands: [String] = {
        let blocks = ((try? ProjectPages())?.blocks ?? []).filter { $0.kind == "crontab" }
        return blocks.flatMap(\.lines).map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).dropFirst(5).joined(separator: " ")
        }
    }()

    /// By `/bin/sh` with the environment and the directory of Debian's cron.
    private func cron(_ command: String, _ bench: MockBench) throws -> Program.Result {
        let path = command.replacing("/usr/local/bin/kleene-ns", with: "'\(Program.binary)'")
            .replacing("/etc/kleene-ns.json", with: bench.directory.path("kleene-ns.json"))
        var shell = ShellCommand(
            ["/bin/sh", "-c", "\(path) --mock 127.0.0.1:\(bench.port)"],
            in: URL(filePath: "/"), home: bench.directory.url.path)
        shell.environment = [
            "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "HOME": bench.directory.url.path, "LOGNAME": "me",
        ]
        return try shell.run()
    }

    private func bench() throws -> MockBench {
        let bench = try MockBench(scale: 60)
        try bench.configure([
            #"{"name": "transactions", "tags": ["hourly"], "table": "transaction", "columns": ["id", "lastmodifieddate"], "load_method": "upsert", "unique_columns": ["id"], "extract_type": "incremental", "incremental_key": "lastmodifieddate"}"#,
            #"{"name": "accounts", "tags": ["hourly"], "table": "account"}"#,
        ])
        return bench
    }

    @Test func linesNameThemselvesWholly() throws {
        #expect(Self.commands.count == 2)
        for command in Self.commands {
            #expect(command.hasPrefix("/usr/local/bin/kleene-ns ") && command.contains(" --config /"), "\(command)")
            #expect(command.contains(" --quiet"), "\(command)")
        }
    }

    /// Cron mails what is printed: in a day of a hundred runs not a byte.
    @Test func aDayOfAHundredRunsIsSilent() throws {
        let bench = try bench()
        let (extract, status) = (try #require(Self.commands.first), try #require(Self.commands.last))
        for run in 1...96 {
            if run % 12 == 0 { try bench.tell("evolve 3 tables=transaction") }
            let result = try cron(extract, bench)
            #expect(result.code == 0 && result.all.isEmpty, "run \(run): \(result.code) \(result.all)")
            guard run % 24 == 0 else { continue }
            let morning = try cron(status, bench)
            #expect(morning.code == 0 && morning.all.isEmpty, "\(morning.code) \(morning.all)")
        }
        #expect(try sqlite(bench.destination, "SELECT count(*) FROM _kleene_runs") == "192")
    }

    @Test func whatGoesWrongIsMailedOnce() throws {
        let bench = try bench()
        try bench.tell("fault statement error always matching=account sql_state=42000 text=Syntax error in the query")
        let extract = try cron(try #require(Self.commands.first), bench)
        #expect(extract.code == 3, "\(extract.all)")
        #expect(extract.all.components(separatedBy: "Syntax error in the query").count == 2, "\(extract.all)")
        let status = try cron(try #require(Self.commands.last), bench)
        #expect(status.code == 7 && status.output.contains("accounts"), "\(status.all)")
    }

    /// `doctor --as-cron` finds what cron would find, whatever surrounds it.
    @Test func doctorFindsWhatCronLacks() throws {
        let bench = try bench()
        let path = bench.directory.path("kleene-ns.json")
        var program = bench.program
        for name in ["CK", "CS", "TI", "TS"] { program.environment[name] = String(repeating: "0af9", count: 16) }
        program.environment["KLEENE_NS_CONFIG"] = path
        for name in ["OASDK_ODBC_HOME", "LD_LIBRARY_PATH"] { program.environment[name] = bench.directory.url.path }
        let lost = try program.run(["doctor", "--as-cron"])
        #expect(lost.code == 7, "\(lost.all)")
        #expect(lost.output.contains("KLEENE_NS_CONFIG is set here, and cron does not know it"), "\(lost.output)")
        for name in ["OASDK_ODBC_HOME", "LD_LIBRARY_PATH"] {
            #expect(lost.output.contains("\(name) is set here, and cron does not know it"), "\(lost.output)")
            #expect(lost.output.contains("Set it in a line of the crontab: \(name)=…"), "\(lost.output)")
        }
        #expect(lost.output.contains("There is no configuration file kleene-ns.json"), "\(lost.output)")
        #expect(lost.output.contains("give the whole path with --config"), "\(lost.output)")
        let named = try program.run(["doctor", "--as-cron", "--config", path])
        #expect(named.code == 7 && named.output.contains("take the secret from a file"), "\(named.all)")
        #expect(try program.run(["doctor", "--as-cron", "--config", path] + bench.mockFlags).code == 0)
    }
}
