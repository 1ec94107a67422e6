import Foundation
import TestSupport
import Testing

/// A table of more than the thousand columns that NetSuite takes in one query.
@Suite struct WideTableTests {
    private let directory: TemporaryDirectory
    private let mock: MockServerTests.Mock
    private let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
        func column(_ name: String, _ type: String, _ more: String = "") -> String {
            "{\"name\": \"\(name)\", \"type\": \"\(type)\"\(more)}"
        }
        let columns =
            [column("id", "BIGINT", ", \"key\": true"), column("lastmodifieddate", "TIMESTAMP")]
            + (0..<700).map { column("field\($0)", "BIGINT") } + (0..<500).map { column("custbody_\($0)", "BIGINT") }
        let catalog =
            "{\"tables\": [{\"table\": \"wide\", \"rows\": 30, \"columns\": [\(columns.joined(separator: ", "))]}]}"
        try catalog.write(toFile: directory.path("catalog.json"), atomically: true, encoding: .utf8)
        mock = try MockServerTests.Mock(["--catalog", directory.path("catalog.json")])
    }

    private func run(_ arguments: [String]) throws -> Program.Result {
        let flags = ["--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")]
        return try program.run(arguments + flags)
    }

    private func configure(_ more: String = "") throws {
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "auth": {
           "method": "tba", "consumer_key": {"env": "CK"}, "consumer_secret": {"env": "CS"},
           "token_id": {"env": "TI"}, "token_secret": {"env": "TS"}}},
         "destination": {"type": "sqlite", "path": "d.db"},
         "extracts": [{"name": "wide", "table": "wide", "load_method": "upsert", "extract_type": "incremental",
           "incremental_key": "lastmodifieddate"\(more)}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    /// Refused before a row is read, and what the refusal proposes is taken.
    @Test func itIsRefusedWithAChoiceThatWorks() throws {
        try configure()
        for command in [["plan"], ["extract", "--quiet"]] {
            let refused = try run(command)
            #expect(refused.code == 2 && refused.all.contains("would read 1202 columns of wide"), "\(refused.all)")
        }
        let said = try run(["extract", "--quiet"]).all.replacing(/\s+/, with: " ")
        let doctor = try run(["doctor"])
        #expect(doctor.code == 7 && doctor.all.contains("1202 columns"), "\(doctor.all)")
        let words = try #require(said.firstMatch(of: /"columns": (\[[^\]]*\])/)?.output.1)
        let count = try #require(said.firstMatch(of: /takes (\d+) of them/)?.output.1)
        try configure(", \"columns\": \(words)")
        let first = try run(["extract", "--quiet"])
        #expect(first.code == 0, "\(first.all)")
        let there = try sqlite(
            directory.path("d.db"),
            "SELECT count(*) FROM pragma_table_info('wide') WHERE name NOT LIKE '\\_kleene%' ESCAPE '\\'")
        #expect(there == count && Int(there) ?? 0 > 600)
        #expect(try sqlite(directory.path("d.db"), "SELECT count(*) FROM wide") == "30")
        let flag = try #require(said.firstMatch(of: /kleene-ns columns wide --columns '([^']*)'/)?.output.1)
        let shown = try run(["columns", "wide", "--columns", String(flag), "--format", "csv", "--fields", "name,read"])
        #expect(shown.output.components(separatedBy: ",true\n").count - 1 == Int(there), "\(shown.errors)")
    }
}
