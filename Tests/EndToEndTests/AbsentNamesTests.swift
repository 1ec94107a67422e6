import Foundation
import TestSupport
import Testing

/// Names that mean nothing: what the source does not have ends every command with 1, what is wrong by itself with 2.
@Suite struct AbsentNamesTests {
    private let bench: MockBench

    init() throws {
        bench = try MockBench(scale: 60)
        try bench.configure([
            #"{"name": "customers", "table": "customer"}"#,
            #"{"name": "off", "table": "account", "enabled": false}"#,
            #"{"name": "ns_{table}", "table": ["depart*"], "destination_table": "ns_{table}"}"#,
        ])
    }

    @Test func whatTheSourceDoesNotHaveIsOne() throws {
        let commands = [
            ["columns", "nosuch"], ["keys", "nosuch"], ["preview", "nosuch"], ["tables", "nosuch"],
            ["tables", "nosuch*"],
            ["tables", "--schema", "nosuch"], ["columns", "customer", "--schema", "nosuch"],
            ["columns", "customer", "--columns", "nosuch"], ["preview", "customer", "--columns", "nosuch"],
        ]
        for command in commands {
            let result = try bench.program.run(command + bench.mockFlags)
            #expect(result.code == 1 && result.errors.contains("nosuch"), "\(command): \(result.all)")
        }
    }

    @Test func extractsThatNameItAreOne() throws {
        let entries = [
            #"{"table": "nosuch"}"#, #"{"table": ["nosuch*"], "destination_table": "{table}"}"#,
            #"{"table": ["nosuch"], "destination_table": "{table}"}"#,
            #"{"table": "customer", "columns": ["id", "nosuch"]}"#,
            #"{"table": "customer", "columns": ["nosuch*"]}"#, #"{"table": "customer", "unique_columns": ["nosuch"]}"#,
            #"{"table": "customer", "chunk_key": "nosuch"}"#, #"{"table": "customer", "mask": {"nosuch": "redact"}}"#,
            #"{"table": "customer", "rename": {"nosuch": "x"}}"#,
            #"{"table": "customer", "load_method": "upsert", "extract_type": "incremental", "incremental_key": "nosuch"}"#,
        ]
        for entry in entries {
            try bench.configure([entry])
            for command in ["extract", "plan"] {
                let result = try bench.ask(command)
                #expect(result.code == 1 && result.all.contains("nosuch"), "\(command) \(entry): \(result.all)")
            }
            let doctor = try bench.ask("doctor")
            #expect(doctor.code == 7 && doctor.output.contains("FAIL"), "\(entry): \(doctor.all)")
        }
    }

    @Test func whatNobodyHasToAskForIsTwo() throws {
        #expect(try bench.ask("extract", "customers", "--quiet").code == 0)
        let commands = [
            ["extract", "nope"], ["plan", "nope"], ["verify", "nope"], ["check", "freshness", "nope"],
            ["state", "show", "nope"],
            ["runs", "show", "nope"], ["runs", "list", "--extract", "nope"], ["runs", "list", "--extract", "customer"],
            ["runs", "list", "--extract", "nope", "--status", "failed"], ["extract", "--tag", "nope"],
        ]
        for command in commands {
            let result = try bench.run(command)
            #expect(result.code == 2 && result.output.isEmpty, "\(command): \(result.all)")
        }
        #expect(try bench.run("runs", "list", "--extract", "customer").errors.contains("Did you mean \"customers\"?"))
    }

    /// An extract that never ran, or not in that time, is no mistake; and one that left the configuration has its runs.
    @Test func anExtractWithoutRunsIsAnEmptyList() throws {
        #expect(try bench.ask("extract", "customers", "ns_*", "--quiet").code == 0)
        for name in ["customers", "off", "ns_department"] {
            let result = try bench.run(["runs", "list", "--extract", name, "--status", "interrupted"])
            #expect(result.code == 0, "\(name): \(result.all)")
        }
        try bench.configure([#"{"name": "other", "table": "account"}"#])
        let runs = try bench.run("runs", "list", "--extract", "customers", "--format", "csv", "--fields", "extract")
        #expect(runs.code == 0 && runs.output == "extract\ncustomers\n", "\(runs.all)")
        #expect(try bench.run("runs", "list", "--extract", "custmers").errors.contains("Did you mean \"customers\"?"))
    }
}

extension MockBench {
    /// Runs a command that does not ask the source.
    func run(_ arguments: [String]) throws -> Program.Result {
        try program.run(arguments + ["--mock", "127.0.0.1:\(port)"])
    }
}
