import Extraction
import Testing

@testable import KleeneNS

/// The line that a person watches: what it says at a moment, in a width.
@Suite struct RunDisplayTests {
    private static let identity = RunIdentity(startedAt: Timestamp(text: "2026-11-28T09:15:00.000Z"), salt: 1)
    private static let facts = SourceFacts(
        driverName: "d", driverVersion: "1", databaseName: "b", databaseVersion: "1", encoding: "UTF-8")

    private static func display(_ names: [String] = ["customers", "transactions", "x", "y"]) -> RunDisplay {
        var display = RunDisplay(names: names)
        display.observe(.started(extract: "transactions", run: identity), at: .seconds(2))
        return display
    }

    @Test func loginTicksEachSecond() {
        let display = Self.display()
        #expect(display.line(at: .seconds(2), width: 80) == "[2/4] transactions  signing in … 0 s")
        #expect(display.line(at: .milliseconds(14_900), width: 80) == "[2/4] transactions  signing in … 12 s")
    }

    @Test func readingSaysRowsShareTimeLeftAndRate() {
        var display = Self.display()
        display.observe(.connected(Self.facts), at: .seconds(3))
        #expect(display.line(at: .seconds(5), width: 80) == "[2/4] transactions  planning … 2 s")
        display.observe(.planned(extract: "transactions", window: nil, chunks: 3, rows: 40_000), at: .seconds(6))
        #expect(display.line(at: .seconds(9), width: 80) == "[2/4] transactions  waiting for the first row … 3 s")
        display.observe(.progress(extract: "transactions", rows: 10_000, bytes: 1), at: .seconds(16))
        #expect(
            display.line(at: .seconds(16), width: 100)
                == "[2/4] transactions  10,000 of 40,000 rows, 30 s left, 1,000 rows/s, 14 s, 3 chunks")
        // Nothing comes, and the line goes on.
        #expect(
            display.line(at: .seconds(36), width: 100)
                == "[2/4] transactions  10,000 of 40,000 rows, no row for 20 s, 34 s, 3 chunks")
        #expect(
            display.line(at: .seconds(37), width: 100)
                == "[2/4] transactions  10,000 of 40,000 rows, no row for 21 s, 35 s, 3 chunks")
        display.observe(.loading(extract: "transactions", rows: 40_000), at: .seconds(40))
        #expect(display.line(at: .seconds(42), width: 80) == "[2/4] transactions  loading 40,000 rows … 2 s")
    }

    @Test func rowsWithoutACountHaveNoShareAndNoTimeLeft() {
        var display = Self.display(["transactions"])
        display.observe(.planned(extract: "transactions", window: nil, chunks: 1), at: .seconds(2))
        display.observe(.progress(extract: "transactions", rows: 500, bytes: 1), at: .seconds(4))
        #expect(display.line(at: .seconds(4), width: 80) == "transactions  500 rows, 250 rows/s, 2 s")
        // More than was counted: the source changes.
        display.observe(.planned(extract: "transactions", window: nil, chunks: 1, rows: 400), at: .seconds(4))
        #expect(display.line(at: .seconds(4), width: 80) == "transactions  500 rows, 250 rows/s, 2 s")
    }

    @Test(arguments: 1...130)
    func theLineIsNeverWiderThanItsScreen(width: Int) {
        var display = Self.display(["a", "transactions", "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字"])
        display.observe(.started(extract: "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字", run: Self.identity), at: .seconds(3))
        #expect(display.line(at: .seconds(15), width: width).displayWidth <= width)
        display.observe(.planned(extract: "", window: nil, chunks: 7, rows: 1_000_000), at: .seconds(20))
        display.observe(.progress(extract: "", rows: 999, bytes: 1), at: .seconds(30))
        let line = display.line(at: .seconds(31), width: width)
        #expect(line.displayWidth <= width, "\(line)")
        if width >= 30 { #expect(line.contains("999 of 1,000,000 rows"), "\(line)") }
        display.isStopping = true
        #expect(display.line(at: .seconds(31), width: width).displayWidth <= width)
    }

    @Test func aLockIsWaitedForAndAWishToStopAnswered() {
        var display = Self.display()
        display.observe(.waiting(extract: "transactions", text: "Another run."), at: .seconds(3))
        #expect(display.line(at: .seconds(5), width: 80) == "[2/4] transactions  waiting … 2 s")
        display.isStopping = true
        #expect(display.line(at: .seconds(5), width: 80) == "stopping; press Ctrl-C again to stop at once")
    }

    @Test func whatWasDoneStaysOnALine() {
        let display = Self.display()
        var record = RunRecord(
            TableExtract(name: "transactions", table: TableName(name: "t"), destinationTable: "d"), run: Self.identity,
            version: "1")
        record.status = .succeeded
        record.rowsRead = 4067
        record.rowsAdded = 27
        record.loadMethod = .upsert
        record.seconds = 0.44
        let (head, status, rest) = display.result(record, width: 79)
        #expect(head + (status ?? "") + rest == "[2/4] transactions  4,067 rows: 27 added  0.4 s")
        record.failure = Failure(.data, "No.")
        record.status = .failed
        #expect(display.result(record, width: 79).status == "failed")
        for width in [20, 30, 50, 80] {
            let (head, status, rest) = display.result(record, width: width)
            #expect((head + (status ?? "") + rest).displayWidth <= width)
        }
    }

    @Test func sixtyAreSummedUp() {
        let results = ExitStatusTests.results([nil, nil, .data])
        #expect(RunDisplay.tally(results, seconds: 192.4) == "2 of 3 extracts done, 0 rows read in 3 min 12 s")
    }
}
