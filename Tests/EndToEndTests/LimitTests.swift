import Foundation
import ODBCSource
import TestSupport
import Testing

/// Limits that hold although a driver ignores its own: of a statement, and of a whole command.
@Suite struct LimitTests {
    private let directory: TemporaryDirectory
    private var destination: String { directory.path("d.db") }

    init() throws { directory = try TemporaryDirectory() }

    /// A source with two tables, `t` that behaves as told and `u` that is honest.
    private func driver(_ behaviour: String, rules: String = "attribute QUERY_TIMEOUT ignore") throws -> RecordingDriver
    {
        try RecordingDriver(
            """
            catalog columns
            row NULL "s" "t" "id" "12" "VARCHAR" "10" NULL NULL NULL "1" NULL NULL NULL NULL NULL "1" "YES"
            row NULL "s" "u" "id" "12" "VARCHAR" "10" NULL NULL NULL "1" NULL NULL NULL NULL NULL "1" "YES"
            sql contains "FROM \\"s\\".\\"u\\""
            column "id" BIGINT size 19
            row "1"
            sql contains "FROM \\"s\\".\\"t\\""
            column "id" BIGINT size 19
            repeat 9000 "{row}"
            \(behaviour)
            """, probe: rules + "\n" + RecordingDriver.goodProbe)
    }

    private func extract(_ driver: RecordingDriver, source: String = "", _ arguments: String...) throws
        -> Program.Result
    {
        let attributes = driver.settings.attributes.map { "\"\($0.keyword)\": \"\($0.value)\"" }.joined(separator: ", ")
        try """
        {"source": {"profile": "odbc", "driver": "\(driver.libraryPath)", "attributes": {\(attributes)},
           "retry": {"attempts": 2, "first_delay": "0s"}\(source)},
         "destination": {"type": "sqlite", "path": "d.db"},
         "extracts": [{"name": "one", "schema": "s", "table": "t", "destination_table": "one"},
                      {"name": "two", "schema": "s", "table": "u", "destination_table": "two"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        return try Program(directory: directory.url).run(["extract", "--quiet"] + arguments)
    }

    private func kind(_ extract: String) throws -> String {
        try sqlite(
            destination, "SELECT json_extract(record, '$.failure.kind') FROM _kleene_runs WHERE extract = '\(extract)'")
    }

    @Test(arguments: ["at execute hang cancellable", "at fetch 2 hang cancellable"])
    func statementPastItsLimitIsCancelledWhateverTheDriverMakesOfItsOwn(behaviour: String) throws {
        let driver = try driver(behaviour)
        let result = try extract(driver, source: #", "statement_timeout": 1"#)
        #expect(result.code == 3, "\(result.all)")
        #expect(result.errors.contains("within the limit of 1 second and was cancelled"), "\(result.errors)")
        #expect(try kind("one") == "timeout")
        #expect(driver.calls.count { $0.hasPrefix("SQLCancel") } == 3, "one for the count, one for each try")
        #expect(driver.calls.contains { $0.hasPrefix("SQLSetStmtAttr attribute=0 value=1") })
        #expect(try sqlite(destination, "SELECT count(*) FROM two") == "1")
    }

    @Test(arguments: ["at execute hang", "at fetch 2 hang"])
    func driverThatDoesNotGiveWayIsStoppedAndTheOthersAreRead(behaviour: String) throws {
        let result = try extract(
            try driver(behaviour, rules: "attribute QUERY_TIMEOUT ignore\nlie cancel-ignored"),
            source: #", "statement_timeout": 1"#)
        #expect(result.code == 3, "\(result.all)")
        #expect(result.errors.contains("past its limit of 1 second while "), "\(result.errors)")
        #expect(result.errors.contains("did not give way to SQLCancel"), "\(result.errors)")
        #expect(try kind("one") == "driver_stalled")
        #expect(try sqlite(destination, "SELECT count(*) FROM two") == "1")
    }

    /// A driver that answers a cancellation with the end of the result would have lost the rest of the rows in silence.
    @Test func resultThatACancellationCutShortIsNotTakenForWhole() throws {
        let result = try extract(
            try driver("at fetch 2 delay 1500\nat fetch 2 return 100"), source: #", "statement_timeout": 1"#)
        #expect(result.code == 3, "\(result.all)")
        #expect(try kind("one") == "timeout")
        #expect(try sqlite(destination, "SELECT count(*) FROM sqlite_schema WHERE name = 'one'") == "0")
    }

    @Test func statementWithinItsLimitIsLeftAlone() throws {
        let driver = try driver("at fetch 2 delay 300")
        let result = try extract(driver, source: #", "statement_timeout": 60"#)
        #expect(result.code == 0, "\(result.all)")
        #expect(try sqlite(destination, "SELECT count(*) FROM one") == "9000")
        #expect(!driver.calls.contains { $0.hasPrefix("SQLCancel") })
    }

    @Test(arguments: ["at execute hang", "at connect hang", "at fetch 2 hang"])
    func theTimeOfACommandEndsAlthoughTheDriverHangs(behaviour: String) throws {
        let begin = ContinuousClock.now
        let result = try extract(
            try driver(
                behaviour == "at connect hang" ? "" : behaviour, rules: behaviour.contains("connect") ? behaviour : ""),
            source: "", "--max-runtime", "1s")
        #expect(result.code == 8, "\(result.all)")
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    /// The first worker is lost; the second does not ask for the time again.
    @Test func windowsOfOneCommandEndAtOneMomentAlthoughAWorkerIsLost() throws {
        func table(_ name: String) -> String {
            ["id", "k"].enumerated().map { index, column in
                let type = column == "k" ? #""93" "TIMESTAMP""# : #""-5" "BIGINT""#
                return
                    "row NULL \"s\" \"\(name)\" \"\(column)\" \(type) \"26\" NULL \"0\" NULL \"1\" NULL NULL NULL NULL NULL \"\(index + 1)\" \"YES\""
            }.joined(separator: "\n")
        }
        func answer(_ name: String, _ behaviour: String) -> String {
            """
            sql contains "FROM \\"s\\".\\"\(name)\\""
            column "id" BIGINT size 19
            column "k" TIMESTAMP size 26
            row "1" "2026-01-01 00:00:00"
            \(behaviour)
            """
        }
        let driver = try RecordingDriver(
            """
            catalog columns
            \(table("t"))
            \(table("u"))
            sql contains "CURRENT_TIMESTAMP"
            column "now" VARCHAR size 40
            row "2026-11-23 08:00:00"
            \(answer("t", "at execute crash"))
            \(answer("u", ""))
            """)
        let attributes = driver.settings.attributes.map { "\"\($0.keyword)\": \"\($0.value)\"" }.joined(separator: ", ")
        func incremental(_ table: String) -> String {
            #"{"name": "\#(table)", "schema": "s", "table": "\#(table)", "load_method": "upsert", "unique_columns": ["id"], "extract_type": "incremental", "incremental_key": "k", "destination_table": "\#(table)"}"#
        }
        try """
        {"source": {"profile": "odbc", "driver": "\(driver.libraryPath)", "attributes": {\(attributes)}},
         "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [\(incremental("t")), \(incremental("u"))]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let result = try Program(directory: directory.url).run(["extract", "--quiet"])
        #expect(result.code == 3, "\(result.all)")
        #expect(driver.calls.count { $0.hasPrefix("SQLExecDirect") && $0.contains("CURRENT_TIMESTAMP") } == 1)
        let reads = driver.calls.filter {
            // But the look at what lies ahead of the clock.
            $0.hasPrefix("SQLExecDirect") && $0.contains("FROM \\\"s\\\"") && !$0.contains("08:30:00")
        }
        // The count of the one, which crashes; count and rows of the other.
        #expect(reads.prefix(3).allSatisfy { $0.contains("2026-11-23 07:59:00") } && reads.count >= 3, "\(reads)")
    }
}
