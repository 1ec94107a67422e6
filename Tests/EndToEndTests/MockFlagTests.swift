import Foundation
import TestSupport
import Testing

/// A configuration for NetSuite, as its user has it, with `--mock` behind every command: nothing else of it is changed.
@Suite struct MockFlagTests {
    private let directory: TemporaryDirectory
    private let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
    }

    private func configure(_ source: String = "") throws {
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "driver": "No Such Driver",
          "service_host": "nowhere.invalid", "attributes": {"Truststore": "/nowhere/ca3.cer"}\(source),
          "auth": {"method": "tba", "consumer_key": {"env": "NOT_SET"}, "consumer_secret": {"env": "NOT_SET"},
            "token_id": {"file": "not/there"}, "token_secret": {"command": ["false"]}}},
         "destination": {"type": "sqlite", "path": "d.db"},
         "extracts": [
           {"name": "t", "table": "TRANSACTION", "columns": ["id", "TranID", "lastmodifieddate"],
            "load_method": "upsert", "unique_columns": ["id"], "extract_type": "incremental",
            "incremental_key": "lastmodifieddate", "destination_table": "t"},
           {"name": "payroll", "enabled": false, "table": "payrollitem", "destination_table": "p"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    /// In an order in which each finds what it needs.
    private static let commands = [
        "schemas", "tables", "columns transaction", "preview transaction --limit 2", "plan", "extract t", "plan t",
        "backfill t --from 2021-01-01 --to 2021-02-01", "state show", "state show t", "state rewind t --by 1d",
        "state export state.json", "state reset t", "state import state.json", "state recover t",
        "runs list", "auth status", "doctor", "doctor --probe", "auth reset",
    ]

    @Test func everyCommandRunsAgainstTheMock() throws {
        try configure()
        let mock = try MockServerTests.Mock(scale: 100)
        for command in Self.commands {
            var arguments = command.split(separator: " ").map(String.init)
            // The login breakers are found by --state-dir, as those of a source are.
            let reaches = !["state", "runs"].contains(arguments[0])
            arguments += ["--mock", "127.0.0.1:\(mock.port)"]
            if reaches { arguments += ["--state-dir", directory.path("state")] }
            let result = try program.run(arguments)
            #expect(result.code == 0, "\(command): \(result.all)")
            #expect(!result.all.contains("NOT_SET") && !result.all.contains("nowhere.invalid"), "\(command)")
        }
        #expect(try sqlite(directory.path("d.db"), "SELECT count(*) > 10 FROM t") == "1")
    }

    @Test func loginsToAnotherMockAreNotThisOnes() throws {
        try configure()
        let (one, other) = (try MockServerTests.Mock(scale: 0), try MockServerTests.Mock(scale: 0))
        func flags(_ mock: MockServerTests.Mock) -> [String] {
            ["--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")]
        }
        try one.tell("fault login refused always")
        for _ in 0..<3 { #expect(try program.run(["tables"] + flags(one)).code == 4) }
        #expect(try program.run(["tables"] + flags(other)).code == 0)
        func states(_ arguments: [String]) throws -> [String] {
            try program.run(["auth", "status", "--format", "csv"] + arguments).output.split(whereSeparator: \.isNewline)
                .dropFirst().map { String($0.split(separator: ",")[1]) }.sorted()
        }
        #expect(try states(flags(one)) == ["open"] && states(flags(other)) == ["closed"])
        #expect(try states(["--state-dir", directory.path("state")]) == ["closed", "open"])
        #expect(try program.run(["auth", "reset"] + flags(other)).code == 0)
        #expect(try states(flags(one)) == ["open"])
        #expect(try program.run(["auth", "reset"] + flags(one)).code == 0)
        #expect(try states(flags(one)) == ["closed"])
    }

    @Test func uppercaseNamesAreListedAndExtracted() throws {
        try configure(#", "uppercase": true"#)
        let mock = try MockServerTests.Mock(scale: 100)
        let flags = ["--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")]
        let tables = try program.run(["tables", "--format", "csv"] + flags)
        #expect(tables.output.contains(",TRANSACTIONLINE,") && !tables.output.contains(",transactionLine,"))
        let columns = try program.run(["columns", "transaction", "--format", "csv"] + flags)
        #expect(columns.output.contains("LASTMODIFIEDDATE") && !columns.output.contains("lastmodifieddate"))
        let result = try program.run(["extract", "t"] + flags)
        #expect(result.code == 0, "\(result.all)")
        #expect(try sqlite(directory.path("d.db"), "SELECT count(*) FROM t") == "20")
    }

    @Test func staticSchemaListsWhatTheRoleMayNotReadAndBringsNoRows() throws {
        try configure()
        let mock = try MockServerTests.Mock(scale: 0)
        let flags = ["--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")]
        let without = try program.run(["extract", "payroll"] + flags)
        #expect(without.code != 0 && without.errors.contains("lists no table payrollitem"), "\(without.all)")
        try configure(#", "static_schema": true"#)
        #expect(try program.run(["tables", "--refresh"] + flags).output.contains("payrollItem"))
        let result = try program.run(["extract", "payroll"] + flags)
        #expect(result.code == 0, "\(result.all)")
        #expect(try sqlite(directory.path("d.db"), "SELECT count(*) FROM p") == "0")
    }
}
