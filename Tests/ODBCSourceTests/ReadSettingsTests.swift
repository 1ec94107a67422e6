import Extraction
import ODBC
import TestSupport
import Testing

@testable import ODBCSource

@Suite struct ReadSettingsTests {
    @Test(arguments: [(1, 8 << 20), (2, 4 << 20), (4, 4 << 20), (64, 4 << 20), (0, 8 << 20)])
    func connectionsShareTheMemoryDownToAUsefulLeast(connections: Int, share: Int) {
        #expect(ReadSettings(batchBytes: 8 << 20).shared(by: connections).batchBytes == share)
    }

    @Test func whatIsNoMemoryIsNotShared() {
        #expect(
            ReadSettings(batchRows: 7, statementLimit: 9).shared(by: 8)
                == ReadSettings(batchBytes: 4 << 20, batchRows: 7, statementLimit: 9))
    }

    @Test func smallMemoryOfTheUsersOwnIsNotRaised() {
        #expect(ReadSettings(batchBytes: 100_000).shared(by: 8).batchBytes == 100_000)
    }

    /// Of narrow rows psqlodbc is asked for more at a time; it reads ahead what it did before, for rows of any width.
    @Test(arguments: [
        ("psqlodbcw.so", nil, 4000, "2000"), ("psqlodbcw.so", 300, 300, "300"), ("psqlodbcw.so", 9000, 9000, "9000"),
        ("stranger.so", nil, 2000, nil),
    ])
    func aBatchHasAsManyRowsAsSuitTheDriver(library: String, rows: Int?, size: Int, ahead: String?) throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [("id", "BIGINT size 19")], answer: "row \"1\""),
            probe: "info DRIVER_NAME \"\(library)\"\n" + RecordingDriver.goodProbe)
        let read = try driver.read(reading: ReadSettings(batchRows: rows))
        #expect(read.rows == [["1"]])
        // SQL_ATTR_ROW_ARRAY_SIZE
        let sizes = driver.calls.filter { $0.hasPrefix("SQLSetStmtAttr attribute=27 ") }
        #expect(sizes.last == "SQLSetStmtAttr attribute=27 value=\(size)")
        var settings = driver.settings
        (settings.driver, settings.reading) = ("/usr/lib/\(library)", ReadSettings(batchRows: rows))
        let plan = try ConnectionPlan(settings)
        #expect(plan.string.value(of: "Fetch") == ahead)
    }
}
