import Extraction
import Foundation
import TestSupport
import Testing

/// Every class of failure, caused by a real fault through the real driver manager: what the program calls it, with which code
/// it ends, how often it tried, and that the next run without the fault does the job.
@Suite struct FailureClassTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var kind: FailureClass
        var code: Int32
        /// Statements that name the column, and so are reads, and logins: what the class allows. Nil where nobody counts.
        var reads: Int?
        var logins: Int?
        var arguments: [String] = []
        /// Causes it.
        var arrange: @Sendable (MockBench) throws -> Void
        var testDescription: String { "\(kind.rawValue): \(name)" }
    }

    private static func fault(_ words: String) -> @Sendable (MockBench) throws -> Void {
        { bench in
            let answer = try bench.tell("fault " + words)
            try #require(answer.contains("\"ok\":true"), "\(answer)")
        }
    }

    private static func sql(_ statement: String) -> @Sendable (MockBench) throws -> Void {
        { bench in try #require(sqlite(bench.destination, statement) == "") }
    }

    /// With two tries of everything, and three failures a run.
    static let cases: [Case] = [
        Case(
            name: "the service refuses the login", kind: .credentials, code: 4, reads: 0, logins: 1,
            arrange: fault("login refused always")),
        Case(
            name: "the service grants no session", kind: .connection, code: 1, reads: 0, logins: 2,
            arrange: fault("login session-limit always")),
        Case(
            name: "the connection is reset", kind: .sessionGone, code: 1, reads: 2, logins: 2,
            arrange: fault("fetch reset always matching=tranid")),
        Case(
            name: "the session expires", kind: .sessionGone, code: 1, reads: 2, logins: 2,
            arrange: fault("statement expired always matching=tranid")),
        // Twice as one read, then each half until the run has had its failures.
        Case(
            name: "rows cannot be retrieved", kind: .data, code: 1, reads: 4, logins: 4,
            arrange: fault("fetch ticket always matching=tranid")),
        Case(
            name: "the service gives the statement up", kind: .timeout, code: 1, reads: 4, logins: 4,
            arrange: fault("statement error always matching=tranid sql_state=HYT00 text=Request timed out")),
        Case(
            name: "the statement is past its limit and cancelled", kind: .timeout, code: 1, reads: 4, logins: 4,
            arguments: ["--config", "limited.json"], arrange: fault("statement stall always matching=tranid")),
        Case(
            name: "the result is past its limit and cancelled", kind: .timeout, code: 1, reads: 4, logins: 4,
            arguments: ["--config", "limited.json"], arrange: fault("fetch stall always matching=tranid")),
        Case(
            name: "the service refuses the statement", kind: .statement, code: 1, reads: 1, logins: 1,
            arrange: fault("statement error always matching=tranid sql_state=42000 text=Syntax error in the query")),
        Case(
            name: "the driver is not there", kind: .environment, code: 1, reads: 0, logins: 0,
            arguments: ["--config", "driverless.json"], arrange: { _ in }),
        Case(
            name: "the destination's table is a view", kind: .destination, code: 1, reads: 0, logins: 0,
            arrange: sql("ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u")),
        Case(
            name: "the destination's table has lost a column", kind: .drift, code: 6, reads: 1, logins: 1,
            arrange: sql("ALTER TABLE t DROP COLUMN tranid")),
        Case(
            name: "the key is no column of the table", kind: .statement, code: 1, reads: 0, logins: 1,
            arguments: ["--config", "keyless.json"], arrange: { _ in }),
        Case(
            name: "a unique column is not read", kind: .configuration, code: 2, reads: 0, logins: 1,
            arguments: ["--config", "unread.json"], arrange: { _ in }),
        Case(
            name: "the driver does nothing", kind: .driverStalled, code: 9, reads: 1, logins: 1,
            arguments: ["--stall-timeout", "1"], arrange: fault("statement stall always matching=tranid")),
        Case(
            name: "the time is over while the driver does nothing", kind: .interrupted, code: 8, reads: 1, logins: 1,
            arguments: ["--max-runtime", "1s"], arrange: fault("statement stall always matching=tranid")),
    ]

    /// Its retries, as JSON; and what else belongs to the source.
    private static func configuration(
        _ more: String, extract: String = MockBench.transactions(), profile: String? = nil
    )
        -> String
    {
        let source =
            profile
            ?? #""account_id": "1234567_SB1", "role_id": 57, "auth": {"method": "password", "user": "me", "password": {"env": "P"}}"#
        return """
            {"source": {\(source), "retry": {"attempts": 2, "first_delay": "0s", "longest_delay": "0s", "budget": 3}\(more)},
             "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [\(extract)]}
            """
    }

    /// A bench with a table of one chunk that has been loaded once.
    private func bench() throws -> MockBench {
        let bench = try MockBench(extracts: MockBench.transactions())
        let files = [
            "kleene-ns.json": Self.configuration(""),
            "limited.json": Self.configuration(#", "statement_timeout": 1"#),
            "driverless.json": Self.configuration("", profile: #""profile": "odbc", "driver": "No Such Driver""#),
            "keyless.json": Self.configuration(
                "",
                extract: MockBench.transactions().replacing(
                    #""incremental_key": "lastmodifieddate""#, with: #""incremental_key": "nokey""#)),
            "unread.json": Self.configuration(
                "",
                extract: MockBench.transactions().replacing(
                    #""unique_columns": ["id"]"#, with: #""unique_columns": ["memo"]"#)),
        ]
        for (name, text) in files {
            try text.write(toFile: bench.directory.path(name), atomically: true, encoding: .utf8)
        }
        #expect(try bench.ask("extract", "--quiet").code == 0)
        // Something to read again.
        #expect(try bench.run("state", "reset", "transactions").code == 0)
        return bench
    }

    private func counted(_ bench: MockBench) throws -> (reads: Int, logins: Int, cancels: Int) {
        let statements = try bench.tell("statements").lowercased().components(
            separatedBy: "select \\\"id\\\", \\\"tranid")
        let counters = try JSONSerialization.jsonObject(with: Data(try bench.tell("counters").utf8)) as? [String: Any]
        let values = counters?["value"] as? [String: Any]
        return (
            statements.count - 1, values?["logins_tried"] as? Int ?? -1, values?["cancel_requests"] as? Int ?? -1
        )
    }

    @Test(arguments: cases) func realFaultHasItsClass(_ expected: Case) throws {
        let bench = try bench()
        let before = try bench.destinationRows()
        try bench.tell("reset")
        try expected.arrange(bench)
        let isDriverless = expected.kind == .environment
        let result = try bench.program.run(
            ["extract", "--quiet", "--format", "json"] + expected.arguments + (isDriverless ? [] : bench.mockFlags))
        #expect(result.code == expected.code, "\(result.all)")
        let failure = try #require(try bench.json(result)["failure"] as? [String: Any], "\(result.all)")
        #expect(failure["kind"] as? String == expected.kind.rawValue, "\(failure)")
        let counted = try counted(bench)
        let statements = try bench.tell("statements")
        if let reads = expected.reads { #expect(counted.reads == reads, "\(statements)") }
        if let logins = expected.logins { #expect(counted.logins == logins) }
        guard ![.destination, .drift].contains(expected.kind) else { return }
        #expect(try bench.destinationRows() == before)
        try bench.tell("clear")
        try bench.tell("unlock")
        _ = try bench.run("auth", "reset", "--state-dir", bench.directory.path("state"))
        let next = try bench.ask("extract", "--quiet")
        #expect(next.code == 0, "\(next.all)")
        #expect(try bench.destinationRows() == before)
    }

    /// The others need another hand: a lock, a signal, a driver that crashes, a source that contradicts itself. `internal` is our own fault.
    @Test func everyClassHasItsFault() {
        let elsewhere: Set<FailureClass> = [.busy, .driverCrashed, .guarded, .internal]
        #expect(Set(Self.cases.map(\.kind)).union(elsewhere) == Set(FailureClass.allCases))
    }
}

extension MockBench {
    /// What the destination's table holds.
    fileprivate func destinationRows() throws -> String {
        try sqlite(destination, "SELECT count(*), sum(id), min(lastmodifieddate), max(lastmodifieddate) FROM t")
    }
}
