import Foundation
import TestSupport
import Testing

/// What the shells' scripts ask the program while somebody types.
@Suite struct CompletionHookTests {
    /// The answers to a line whose last word is being typed.
    ///
    /// - Parameters:
    ///   - command: The command and its group, as in `runs show`.
    ///   - place: `positional@0`, or the option whose value is typed.
    private func answers(
        _ program: Program, _ command: String, _ place: String, _ rest: [String] = [], typed: String = ""
    ) throws -> [String] {
        let path = command.split(separator: " ").map(String.init)
        let line = ["kleene-ns"] + path + rest + [typed]
        let result = try program.run(
            ["---completion"] + path + ["--", place, "\(line.count - 1)", "\(typed.count)"] + line)
        #expect(result.code == 0 && result.errors.isEmpty, "\(result.all)")
        return result.output.split(separator: "\n").map(String.init)
    }

    private static let extracts = [
        #"{"name": "orders", "table": "transaction", "tags": ["hourly", "new"]}"#,
        #"{"name": "customers", "table": "customer", "enabled": false, "tags": ["new"]}"#,
        #"{"name": "$(touch stolen)", "table": "account"}"#,
    ]

    @Test func extractsTagsTablesAndRunsAreOfferedWithoutALogin() throws {
        let bench = try MockBench()
        try bench.configure(Self.extracts)
        for (command, place) in [
            ("extract", "positional@0"), ("plan", "positional@0"), ("verify", "positional@0"),
            ("backfill", "positional@0"), ("schedule", "positional@0"), ("check freshness", "positional@0"),
            ("state show", "positional@0"), ("state reset", "positional@0"), ("runs list", "--extract"),
        ] {
            let found = try answers(bench.program, command, place)
            #expect(found == ["orders", "customers"], "\(command): \(found)")
        }
        for command in ["extract", "schedule"] {
            #expect(try answers(bench.program, command, "--tag") == ["hourly", "new"])
        }
        // Nobody has listed the tables yet.
        let mock = ["--mock", "127.0.0.1:\(bench.port)", "--state-dir", bench.directory.path("state")]
        #expect(try answers(bench.program, "preview", "positional@0", mock).isEmpty)
        #expect(try answers(bench.program, "runs show", "positional@0") == ["last"])
        let logins = try bench.tell("logins")
        #expect(!logins.contains("\"outcome\""), "\(logins)")

        #expect(try bench.ask("tables", "--quiet").code == 0)
        #expect(try bench.ask("extract", "orders", "--quiet").code == 0)
        for (command, place) in [
            ("preview", "positional@0"), ("columns", "positional@0"), ("keys", "positional@0"),
            ("tables", "positional@0"), ("extract", "--table"),
        ] {
            let found = try answers(bench.program, command, place, mock).map { $0.lowercased() }
            #expect(found.contains("transaction") && found.contains("customer"), "\(command): \(found)")
        }
        let run = try bench.run("runs", "list", "--format", "csv", "--fields", "run_id").output.split(separator: "\n")
        let offered = try answers(bench.program, "runs show", "positional@0")
        #expect(offered.count == 2 && offered[0] == "last", "\(offered)")
        #expect(offered.last.map { String($0) } == run.last.map { String($0) }, "\(run)")
    }

    /// Columns of whichever table the line names, once somebody has listed them; in a list those that are not in it yet.
    @Test func columnsAreOfferedOnceTheyWereListed() throws {
        let bench = try MockBench()
        try bench.configure(Self.extracts)
        let mock = ["--mock", "127.0.0.1:\(bench.port)", "--state-dir", bench.directory.path("state")]
        #expect(try answers(bench.program, "columns", "--columns", ["account"] + mock + ["--columns"]).isEmpty)
        let listed = try bench.ask("columns", "account", "--format", "csv", "--fields", "name").output.split(
            separator: "\n"
        )
        .dropFirst().map(String.init)
        #expect(listed.count > 3 && listed.contains("id"))
        #expect(try bench.ask("columns", "department", "--quiet").code == 0)
        for (command, flag, words) in [
            ("columns", "--columns", ["account"]), ("preview", "--columns", ["account", "--limit", "5"]),
            ("extract", "--columns", ["--table", "ACCOUNT"]), ("extract", "--unique-columns", ["--table=account"]),
            ("extract", "--incremental-key", ["--table", "account"]),
            ("extract", "--chunk-key", ["--table", "account"]),
            ("init", "--columns", ["--add", "--table", "account"]),
            ("init", "--unique-columns", ["--table", "account"]),
            ("init", "--incremental-key", ["--table", "account"]),
        ] {
            let found = try answers(bench.program, command, flag, words + mock + [flag])
            #expect(found == listed, "\(command) \(flag): \(found)")
            guard flag.hasSuffix("columns") else { continue }
            let rest = try answers(bench.program, command, flag, words + mock + [flag], typed: "ID,acc")
            #expect(rest == listed.filter { $0 != "id" }.map { "ID," + $0 }, "\(command) \(flag): \(rest)")
        }
        for words in [["nothing"], []] {
            #expect(try answers(bench.program, "columns", "--columns", words + mock + ["--columns"]).isEmpty)
        }
        let logins = try bench.tell("logins")
        #expect(logins.components(separatedBy: "\"outcome\"").count - 1 == 2, "\(logins)")
    }

    /// No answer and no noise: it would stand in the middle of the line that somebody types.
    @Test(arguments: [nil, "{", "{}", #"{"source": 1, "extracts": [{"name": "orders"}]}"#])
    func aBrokenConfigurationGivesNothing(_ text: String?) throws {
        let directory = try TemporaryDirectory()
        try text?.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let program = Program(directory: directory.url)
        for (command, place) in [
            ("extract", "positional@0"), ("extract", "--tag"), ("extract", "--table"), ("runs list", "--extract"),
        ] {
            #expect(try answers(program, command, place).isEmpty)
        }
        #expect(try answers(program, "runs show", "positional@0") == ["last"])
    }

    /// A server is not asked, a command for a secret is not run.
    @Test func noSecretIsFetched() throws {
        let directory = try TemporaryDirectory()
        try """
        {"source": {"profile": "odbc", "dsn": "X", "password": {"command": ["touch", "\(directory.path("fetched"))"]}},
         "destination": {"type": "postgresql", "host": "127.0.0.1", "port": 9, "database": "d", "user": "u",
           "sslmode": "disable", "password": {"command": ["touch", "\(directory.path("fetched"))"]}},
         "extracts": [{"name": "orders", "table": "o"}]}
        """.write(toFile: directory.path("other.json"), atomically: true, encoding: .utf8)
        let program = Program(directory: directory.url)
        let configured = ["--config", "other.json"]
        #expect(try answers(program, "extract", "positional@0", configured) == ["orders"])
        #expect(try answers(program, "runs show", "positional@0", configured) == ["last"])
        #expect(!FileManager.default.fileExists(atPath: directory.path("fetched")))
    }

    /// The real shell's own completion, with a name in the configuration that it would run.
    @Test func bashRunsNothingThatAConfigurationSays() throws {
        let bench = try MockBench()
        try bench.configure(Self.extracts)
        let script = """
            source <("$1" --generate-completion-script bash)
            ln -s "$1" kleene-ns && PATH=$PWD:$PATH
            COMP_WORDS=(kleene-ns extract '') COMP_CWORD=2 COMP_LINE='kleene-ns extract ' COMP_POINT=18
            _kleene-ns kleene-ns '' extract
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try ShellCommand(
            ["/bin/bash", "-c", script, "bash", Program.binary], in: bench.directory.url,
            home: bench.directory.url.path
        ).run()
        let offered = result.output.split(separator: "\n").map(String.init)
        #expect(offered.contains("orders") && offered.contains("customers"), "\(result.all)")
        #expect(!offered.contains { $0.contains("touch") }, "\(result.all)")
        #expect(!FileManager.default.fileExists(atPath: bench.directory.path("stolen")))
    }
}
