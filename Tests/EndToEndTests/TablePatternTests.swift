import Foundation
import TestSupport
import Testing

/// `"table": ["customrecord_*"]`: which tables these are, the source says.
@Suite struct TablePatternTests {
    private static let pattern =
        #"{"table": ["customrecord_*"], "destination_table": "ns_{table}", "tags": ["custom"]}"#
    private static let names = ["project", "task", "extremes", "brokenkey", "empty"].map { "customrecord_kns_\($0)" }

    private func logins(_ bench: MockBench) throws -> Int {
        try bench.tell("logins").components(separatedBy: "\"outcome\"").count - 1
    }

    @Test func eachTableThatFitsIsExtractedUnderANameOfItsOwn() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([Self.pattern, #"{"table": "account"}"#])
        #expect(
            try bench.run("config", "check").output
                == "kleene-ns.json has no fault; it has 1 extract and 1 pattern for tables.\n")
        let first = try bench.ask("extract", "--format", "csv", "--fields", "extract,status,destination_table")
        let rows = ["extract,status,destination_table", "account,succeeded,account"]
        let expected = rows + Self.names.map { "\($0),succeeded,ns_\($0)" }
        #expect(first.output == expected.map { $0 + "\n" }.joined(), "\(first.all)")
        for name in Self.names { #expect(try sqlite(bench.destination, "SELECT count(*) >= 0 FROM ns_\(name)") == "1") }
        // By name, by glob and by tag; and a second run costs no second look at the list.
        let before = try logins(bench)
        for choice in [[Self.names[0]], ["customrecord_*"], ["--tag", "custom"]] {
            let result = try bench.program.run(["extract", "--quiet"] + choice + bench.mockFlags)
            #expect(result.code == 0 && result.all.isEmpty, "\(choice): \(result.all)")
        }
        #expect(try logins(bench) - before == 3)
    }

    @Test func everyCommandKnowsTheExtracts() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([Self.pattern])
        let plan = try bench.ask("plan", "--format", "json")
        #expect(plan.code == 0 && plan.output.contains("Its table is one of those that fit"), "\(plan.all)")
        let doctor = try bench.ask("doctor")
        #expect(doctor.code == 0, "\(doctor.all)")
        #expect(
            doctor.output.contains("5 tables: customrecord_kns_brokenkey, customrecord_kns_empty"), "\(doctor.output)")
        #expect(try bench.ask("extract", "--quiet").code == 0)
        // Without a login, from the books: their state directory was another.
        let status = try bench.run("status", "--format", "csv", "--fields", "extract,status")
        #expect(
            status.output == "extract,status\n" + Self.names.sorted().map { "\($0),ok\n" }.joined(), "\(status.all)")
        let state = try bench.run("state", "show", Self.names[0], "--format", "json")
        #expect(state.code == 0 && state.output.contains("\"next_action\":\"read\""), "\(state.all)")
        let shown = try bench.run("config", "show")
        #expect(shown.output.contains("\"customrecord_*\"") && shown.output.contains("ns_{table}"), "\(shown.all)")
        try shown.output.write(toFile: bench.directory.path("shown.json"), atomically: true, encoding: .utf8)
        #expect(try bench.run("config", "check", "--config", "shown.json").code == 0)
    }

    /// What is wrong with one table stops no other.
    @Test func aTableThatIsGoneFailsByItself() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([#"{"table": ["depart*", "subsid*"], "destination_table": "ns_{table}"}"#])
        #expect(try bench.ask("extract", "--quiet").code == 0)
        // As if a table had been read that nobody lists.
        _ = try sqlite(
            bench.destination,
            """
            INSERT INTO _kleene_runs SELECT * FROM _kleene_runs WHERE 0; UPDATE _kleene_runs SET extract = 'departure',
            record = replace(replace(record, '"extract":"department"', '"extract":"departure"'), 'ns_department', 'ns_departure')
            WHERE extract = 'department'
            """)
        _ = try sqlite(
            bench.destination,
            "UPDATE _kleene_runs SET record = replace(record, '\"sourceTable\":\"department\"', '\"sourceTable\":\"departure\"')"
        )
        let result = try bench.ask("extract", "--quiet")
        #expect(result.code == 3, "\(result.all)")
        #expect(result.errors.contains("failed: departure\n"), "\(result.errors)")
        #expect(result.errors.contains("is not listed any more"), "\(result.errors)")
        // And is not well by what it was before: with or without a listing at hand.
        let status = try bench.run("status", "--format", "csv", "--fields", "extract,status")
        #expect(status.output.contains("departure,failed\n"), "\(status.all)")
        #expect(status.output.contains("subsidiary,ok\n"), "\(status.all)")
        #expect(status.errors.contains("is not listed any more"), "\(status.all)")
        let again = try bench.ask("extract", "--quiet")
        #expect(again.code == 3 && again.errors.contains("failed: departure\n"), "\(again.errors)")
        #expect(
            try sqlite(bench.destination, "SELECT count(*) FROM _kleene_runs WHERE extract = 'departure'") == "3")
    }

    /// A table that an entry names, and that was read before.
    @Test func aNamedTableThatIsGoneIsNotWellByItsLastSuccess() throws {
        let bench = try MockBench(scale: 100)
        func status() throws -> String {
            try bench.run("status", "--format", "csv", "--fields", "extract,status").output
        }
        try bench.configure([#"{"table": ["department", "departure"], "destination_table": "ns_{table}"}"#])
        #expect(try bench.ask("extract", "--quiet").code == 3)
        // What was never there has no record, nor anything to be said of it.
        #expect(try !status().contains("departure"))
        _ = try sqlite(
            bench.destination,
            """
            INSERT INTO _kleene_runs SELECT * FROM _kleene_runs WHERE 0; UPDATE _kleene_runs SET extract = 'departure',
            record = replace(replace(replace(record, '"extract":"department"', '"extract":"departure"'),
              'ns_department', 'ns_departure'), '"sourceTable":"department"', '"sourceTable":"departure"')
            """)
        #expect(try status().contains("departure,ok\n"))
        #expect(try bench.ask("extract", "--quiet").code == 3)
        #expect(try status().contains("departure,failed\n"))
    }

    @Test func whatFitsNothingFailsByItself() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([Self.pattern.replacing("customrecord_", with: "nothing_"), #"{"table": "account"}"#])
        let result = try bench.ask("extract", "--quiet", "--format", "csv", "--fields", "extract,status")
        #expect(result.code == 3, "\(result.all)")
        #expect(result.output == "extract,status\naccount,succeeded\nnothing_*,failed\n", "\(result.all)")
        let doctor = try bench.ask("doctor")
        #expect(doctor.code == 7 && doctor.output.contains("FAIL    extracts nothing_*"), "\(doctor.all)")
    }

    /// Of a source whose listings are not kept the list is read by each run.
    @Test func anyODBCSourceHasPatternsToo() throws {
        let directory = try TemporaryDirectory()
        let server = try PostgreSQL()
        let schema = "patterns_\(UInt32.random(in: 0...UInt32.max))"
        try server.run(
            "CREATE SCHEMA \(schema); CREATE TABLE \(schema).p_one AS SELECT 1 AS id; CREATE TABLE \(schema).p_two AS SELECT 2 AS id; CREATE TABLE \(schema).q AS SELECT 3 AS id"
        )
        defer { _ = try? server.run("DROP SCHEMA \(schema) CASCADE") }
        let text = """
            {"source": {"profile": "odbc", "driver": "PostgreSQL Unicode", "user": "\(server.user)", "password": {"env": "PW"},
              "attributes": {"Servername": "\(server.host)", "Port": \(server.port), "Database": "\(server.database)"}},
             "destination": {"type": "sqlite", "path": "d.db"},
             "extracts": [{"schema": "\(schema)", "table": ["p_*"], "destination_table": "x_{table}"}]}
            """
        try text.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let program = Program(directory: directory.url, environment: ["PW": server.password])
        let result = try program.run(["extract", "--quiet"])
        #expect(result.code == 0 && result.all.isEmpty, "\(result.all)")
        #expect(
            try sqlite(directory.path("d.db"), "SELECT (SELECT id FROM x_p_one), (SELECT id FROM x_p_two)") == "1|2")
        let status = try program.run(["status", "--format", "csv", "--fields", "extract,status"])
        #expect(status.output == "extract,status\np_one,ok\np_two,ok\n", "\(status.all)")
    }
}
