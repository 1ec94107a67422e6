import Extraction
import ODBC
import ODBCSource
import TestSupport
import Testing

/// Counts, clocks and bounds: each is read whole, or refused.
@Suite struct ScalarAnswerTests {
    private static let table = TableName(schema: "s", name: "t")

    private func source(_ answer: String, lies: String = "", limit: Int? = nil) throws -> (DataSource, RecordingDriver)
    {
        let driver = try RecordingDriver(answer, probe: lies + "\n" + RecordingDriver.goodProbe)
        var settings = driver.settings
        settings.reading.statementLimit = limit
        return (DataSource(settings: settings) { _ in }, driver)
    }

    private func largest(_ answer: String, lies: String = "") throws -> KeyValue? {
        let (source, driver) = try source(
            "sql contains \"MAX(\"\ncolumn \"m\" VARCHAR size 40\n" + answer, lies: lies)
        return try withExtendedLifetime(driver) { try source.maximum(of: "k", kind: .text, in: Self.table, where: nil) }
    }

    /// A key that is cut gives a window which ends before it, and all rows between are never read.
    @Test(arguments: ["", "lie narrow-substitute"], [1, 254, 255, 256, 300, 2046, 2047, 2048, 4095, 4096, 100_000])
    func theLargestTextKeyIsReadWhole(lies: String, length: Int) throws {
        #expect(try largest("row copies:\(length):\"k\"", lies: lies) == .text(String(repeating: "k", count: length)))
        let text = String(repeating: "ä𝄞", count: length / 2) + "x"
        let answer = "row copies:\(length / 2):\"ä𝄞\""
        if lies.isEmpty { return }
        #expect(try largest(answer, lies: lies) == .text(String(text.dropLast())))
    }

    @Test(arguments: ["", "lie narrow-substitute"])
    func aTextOfWhichPartsAreMissingIsRefused(lies: String) throws {
        #expect(throws: Failure.self) { try largest("row copies:9000:\"k\"\nlie getdata-overlong", lies: lies) }
        #expect(throws: Failure.self) { try largest("row copies:9000:\"k\"\nlie getdata-stuck", lies: lies) }
    }

    @Test(arguments: ["lie getdata-no-total", "lie truncation-capacity", "lie truncation-returns-success"])
    func aTextIsReadWholeWhateverTheDriverSaysOfItsLength(lie: String) throws {
        for lies in ["", "lie narrow-substitute"] {
            #expect(
                try largest("row copies:9000:\"k\"\n\(lie)", lies: lies) == .text(String(repeating: "k", count: 9000)))
        }
    }

    @Test func anAggregateHasOneRow() throws {
        #expect(throws: Failure.self) { try largest("row \"a\"\nrow \"b\"") }
        #expect(throws: Failure.self) { try largest("") }
        #expect(try largest("row NULL") == nil)
    }

    @Test func theLargestWideTextObeysTheTimeLimit() throws {
        let (source, driver) = try source(
            "sql contains \"MAX(\"\ncolumn \"m\" VARCHAR size 40\nrow \"k\"\nat getdata hang cancellable",
            lies: "lie narrow-substitute", limit: 1)
        let failure = #expect(throws: Failure.self) {
            try withExtendedLifetime(driver) { try source.maximum(of: "k", kind: .text, in: Self.table, where: nil) }
        }
        #expect(failure?.kind == .timeout)
    }

    private func count(_ answer: String) throws -> Int? {
        let (source, driver) = try source("sql contains \"COUNT(*)\"\n" + answer)
        return try withExtendedLifetime(driver) { try source.count(of: Self.table, where: nil) }
    }

    /// No evidence is none; it is not a count of nothing.
    @Test func aCountThatIsNoneIsNoEvidence() throws {
        let column = "column \"n\" VARCHAR size 40\n"
        #expect(try count(column + "row \"12\"") == 12)
        #expect(try count(column + "row \"1E+06\"") == 1_000_000)
        for answer in ["NULL", "\"-1\"", "\"many\"", "\"\"", "\"99999999999999999999999\"", "\"12.5\"", "\"nan\""] {
            #expect(try count(column + "row \(answer)") == nil, "\(answer)")
        }
        #expect(try count(column + "row \"1\"\nrow \"2\"") == nil)
        #expect(try count("column \"a\" BIGINT\ncolumn \"b\" BIGINT\nrow \"1\" \"2\"") == nil)
        #expect(try count(column + "row \"1\"\nat execute fail 42000 1 \"no\"") == nil)
        #expect(try count("") == nil)
    }

    @Test func aSessionThatIsLostOverTheCountIsLost() throws {
        let failure = #expect(throws: Failure.self) {
            try count("column \"n\" BIGINT\nrow \"1\"\nat execute die")
        }
        #expect(failure?.kind == .sessionGone)
    }

    /// What a server puts into columns without a zone may be another clock than the session's.
    @Test func theClockOfColumnsWithoutAZoneIsItsOwn() throws {
        let driver = try RecordingDriver(
            """
            sql contains "set_config"
            column "a" TIMESTAMP size 26
            column "b" TIMESTAMP size 26
            row "2026-11-28 03:00:00.25" "2026-11-28 12:00:00.25"
            """, probe: "info DRIVER_NAME \"psqlodbcw.so\"\n" + RecordingDriver.goodProbe)
        let clock = try DataSource(settings: driver.settings) { _ in }.clock()
        #expect(clock.session.description == "2026-11-28 03:00:00.25")
        #expect(clock.local?.description == "2026-11-28 12:00:00.25")
        var column = CatalogColumn(name: "k", type: "timestamptz")
        column.hasZone = true
        #expect(clock.moment(for: column) == clock.session)
        column.hasZone = false
        #expect(clock.moment(for: column) == clock.local)
    }

    /// Other servers speak PostgreSQL's protocol and have no such function.
    @Test func withoutThatFunctionTheSessionsClockIsTheOne() throws {
        let driver = try RecordingDriver(
            """
            sql contains "set_config"
            at execute fail 42883 1 "no such function"
            sql exact "SELECT LOCALTIMESTAMP"
            column "a" TIMESTAMP size 26
            row "2026-11-28 03:00:00"
            """, probe: "info DRIVER_NAME \"psqlodbcw.so\"\n" + RecordingDriver.goodProbe)
        let clock = try DataSource(settings: driver.settings) { _ in }.clock()
        #expect(clock.session.description == "2026-11-28 03:00:00" && clock.local == nil)
    }
}
