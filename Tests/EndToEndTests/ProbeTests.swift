import Foundation
import TestSupport
import Testing

/// `doctor --probe` as a person runs it: one login, whatever happens, and a report that can be shown.
@Suite struct ProbeTests {
    private let directory: TemporaryDirectory
    private let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
    }

    private func flags(_ mock: MockServerTests.Mock) -> [String] {
        ["doctor", "--probe", "--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")]
    }

    /// Status and detail of each line, by name.
    private func lines(_ output: String) throws -> [String: (status: String, detail: String)] {
        let array = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
        return Dictionary(
            array.map {
                ($0["check"] as? String ?? "", ($0["status"] as? String ?? "", $0["detail"] as? String ?? ""))
            },
            uniquingKeysWith: { first, _ in first })
    }

    @Test func mockIsProbedWithOneLoginAndTheReportNamesNobody() throws {
        let mock = try MockServerTests.Mock()
        let report = directory.path("report.md")
        let result = try program.run(flags(mock) + ["--report", report, "--format", "json"])
        #expect(result.code == 0, "\(result.all)")
        #expect(try mock.count("logins_tried") == 1)
        let lines = try lines(result.output)
        for name in ["text, narrow", "text, wide", "parameters", "TOP", "bounds of a key", "block fetch"] {
            #expect(
                lines["probe: \(name)"]?.status == "pass", "\(name): \(String(describing: lines["probe: \(name)"]))")
        }
        #expect(lines["probe: FETCH FIRST"]?.detail.contains("refused, as documented: [42000") == true)
        #expect(lines["probe: clock"]?.detail.contains("SYSDATE UTC") == true)
        #expect(lines["probe: types"]?.detail.contains("->") == true)
        #expect(lines["probe: oa_tables"]?.detail.contains("SYSTEM 3") == true)
        let text = try String(contentsOfFile: report, encoding: .utf8)
        #expect(text.hasPrefix("# Probe of a source") && text.contains("source: mock"))
        #expect(text.contains("## PASS block fetch"))
        for word in ["Kleene Mock", "1234567", "127.0.0.1", directory.url.path] {
            #expect(!text.contains(word), "\(word) in \(text)")
        }
    }

    @Test func reportEndingInJSONIsJSON() throws {
        let mock = try MockServerTests.Mock(scale: 5)
        let report = directory.path("report.json")
        #expect(try program.run(flags(mock) + ["--report", report]).code == 0)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: report))) as? [String: Any])
        #expect(object["source"] as? String == "mock")
        #expect((object["findings"] as? [[String: Any]])?.count ?? 0 > 20)
    }

    /// A key that somebody has just made shows whether the clock is told in the keys' zone.
    @Test(arguments: [
        ("UTC", 30, "pass", "they share a zone"), ("America/Los_Angeles", 30, "fail", "ahead of SYSDATE"),
        ("+02:00", 30, "info", "behind SYSDATE"), ("UTC", 100_000, "info", "proves nothing"),
    ])
    func freshKeyIsHeldAgainstTheClock(zone: String, age: Int, status: String, words: String) throws {
        let mock = try MockServerTests.Mock(scale: 0, ["--sysdate-zone", zone])
        try mock.tell("change UPDATE currency SET lastmodifieddate = datetime('now', '-\(age) seconds') WHERE id = 1")
        let result = try program.run(flags(mock) + ["--format", "json"])
        let line = try #require(try lines(result.output)["probe: clock and key"])
        #expect(line.status == status && line.detail.contains(words), "\(line)")
    }

    /// Time limit and cancelling are measured at a statement that the mock does not answer.
    @Test func statementWithoutAnAnswerIsTimedOutAndCancelled() throws {
        let mock = try MockServerTests.Mock(scale: 0)
        let slow = "SELECT table_name, column_name, type_name FROM oa_columns"
        try mock.tell("fault " + #"{"point": "statement", "kind": "stall", "times": 2, "matching": "\#(slow)"}"#)
        let result = try program.run(flags(mock) + ["--format", "json"])
        let lines = try lines(result.output)
        let timeout = try #require(lines["probe: query timeout"])
        #expect(timeout.detail.contains("57014"), "\(timeout)")
        let cancel = try #require(lines["probe: cancel"])
        #expect(cancel.detail.contains("57014") || cancel.detail.contains("cancel"), "\(cancel)")
        #expect(try mock.count("cancel_requests") ?? 0 > 0)
    }

    @Test func resetInTheMiddleSkipsTheRestWithoutAnotherLogin() throws {
        let mock = try MockServerTests.Mock(scale: 5)
        try mock.tell("fault statement reset matching=to_timestamp times=1")
        let result = try program.run(flags(mock) + ["--format", "json"])
        #expect(result.code == 7, "\(result.all)")
        #expect(try mock.count("logins_tried") == 1)
        let lines = try lines(result.output)
        #expect(lines["probe: TO_TIMESTAMP with fractions"]?.detail.contains("cost the connection") == true)
        #expect(lines["probe: cancel"]?.status == "skip")
    }

    @Test func refusedLoginIsTheOnlyOneAndSkipsTheProbe() throws {
        let mock = try MockServerTests.Mock(scale: 5)
        try mock.tell("fault login refused always")
        let result = try program.run(flags(mock) + ["--format", "json"])
        #expect(result.code == 7, "\(result.all)")
        #expect(try mock.count("logins_tried") == 1)
        #expect(try lines(result.output)["probe: clock"]?.detail == "no connection")
    }

    @Test(arguments: [("at execute crash", []), ("at execute hang", ["--stall-timeout", "1"])])
    func driverThatTakesTheProcessDownLosesNothingThatWasFound(action: String, more: [String]) throws {
        let driver = try RecordingDriver(
            """
            catalog tables
            row NULL "s" "t" "TABLE" NULL
            sql contains "ORDER BY v"
            \(action)
            sql any
            column "n" INTEGER size 10
            row "1"
            """)
        let result = try program.run(
            ["doctor", "--probe", "--report", directory.path("r.json"), "--format", "json"] + driver.flags + more)
        #expect(result.code == 7, "\(result.all)")
        let lines = try lines(result.output)
        #expect(lines["probe: driver and database"]?.status == "info")
        let killer = try #require(lines["probe: NULL in order"])
        #expect(killer.status == "fail" && killer.detail.contains("cost the process"), "\(killer)")
        #expect(lines["probe: cancel"]?.detail == "the process was lost in \"NULL in order\"")
        #expect(driver.calls.count { $0.hasPrefix("SQLDriverConnect") } == 1)
        #expect(FileManager.default.fileExists(atPath: directory.path("r.json")))
    }

    /// A source that is not NetSuite, and needs no `DUAL`.
    @Test func otherDatabaseIsAskedTheHarmlessItems() throws {
        let server = try PostgreSQL()
        try server.run("CREATE TABLE IF NOT EXISTS for_doctor (id int)")
        var program = program
        program.environment = ["PLANTED": server.password]
        let result = try program.run([
            "doctor", "--probe", "--format", "json", "--driver", "PostgreSQL Unicode", "--user", server.user,
            "--password-env", "PLANTED", "--attribute", "Server=\(server.host)", "--attribute", "Port=\(server.port)",
            "--attribute", "Database=\(server.database)",
        ])
        #expect(result.code == 0, "\(result.all)")
        let lines = try lines(result.output)
        #expect(lines["probe: block fetch"]?.status == "pass")
        #expect(lines["probe: parameters"]?.status == "pass")
        #expect(lines["probe: clock"]?.detail.contains("CURRENT_TIMESTAMP UTC+00:00") == true)
        #expect(lines["probe: oa_tables"] == nil)
    }

    @Test func reportWithoutProbeIsAFaultOfUsage() throws {
        let result = try program.run(["doctor", "--report", "r.md"])
        #expect(result.code == 2 && result.errors.contains("--probe"), "\(result.all)")
    }
}
