import Testing

@testable import PostgresDestination

/// How long a load that began early waits for rows.
@Suite struct EarlyPatienceTests {
    private let begin = ContinuousClock.now
    private func patience(counted: Int?) -> EarlyPatience {
        EarlyPatience(begin: begin, limit: .seconds(60), counted: counted)
    }

    @Test func rowsAreWaitedForUntilTheLimit() {
        #expect(patience(counted: nil).end(rows: 10, at: begin + .seconds(59)) == begin + .seconds(60))
    }

    /// 1,000 of 20,000 rows in five seconds would take 100.
    @Test func readThatWillTakeTooLongIsGivenUpSoon() {
        let now = begin + .seconds(5)
        #expect(patience(counted: 20_000).end(rows: 1000, at: now) == now)
    }

    /// 1,000 of 11,000 rows in five seconds take 55.
    @Test func readThatWillEndInTimeIsGoneOnWith() {
        #expect(patience(counted: 11_000).end(rows: 1000, at: begin + .seconds(5)) == begin + .seconds(60))
    }

    /// A source takes its time before the first row; the first seconds say nothing of the pace.
    @Test func firstSecondsDecideNothing() {
        #expect(patience(counted: 1_000_000).end(rows: 1, at: begin + .seconds(2)) == begin + .seconds(60))
    }

    /// A count that is not true stops nothing once more rows are there than it says.
    @Test func countThatIsTooSmallDecidesNothing() {
        #expect(patience(counted: 100).end(rows: 1000, at: begin + .seconds(5)) == begin + .seconds(60))
    }

    /// Rows whose proof takes its time at the end of the limit are not thrown away for that.
    @Test func loadedRowsWaitForTheirProof() {
        #expect(patience(counted: nil).end(loadedAt: begin + .seconds(58)) == begin + .seconds(68))
        #expect(patience(counted: nil).end(loadedAt: begin + .seconds(5)) == begin + .seconds(60))
    }
}
