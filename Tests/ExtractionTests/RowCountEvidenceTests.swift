import Extraction
import Testing

/// Rows that came against the source's own counts.
@Suite struct RowCountEvidenceTests {
    enum Outcome { case agrees, differs, contradicts }

    private func judge(_ before: Int, _ after: Int?, _ rows: Int, isFull: Bool = true) -> Outcome {
        switch RowCountEvidence(before: before, after: after, rows: rows, isFull: isFull).verdict {
        case .agrees: .agrees
        case .differs: .differs
        case .contradicts: .contradicts
        }
    }

    @Test(
        arguments: [
            // A table that stands still.
            (3000, 3000, 3000, .agrees), (3000, 3000, 2, .contradicts), (3000, 3000, 0, .contradicts),
            (3000, 3000, 2900, .contradicts), (3000, 3000, 2999, .differs), (3000, 3000, 5000, .contradicts),
            (5, 5, 4, .contradicts), (5, 5, 6, .contradicts), (1, 1, 0, .contradicts), (0, 0, 0, .agrees),
            // A block that came twice.
            (200_000, 200_000, 202_000, .contradicts), (5_000_000, 5_000_000, 5_002_000, .contradicts),
            // One that grows, and one that shrinks.
            (1000, 1200, 1100, .agrees), (1000, 800, 900, .agrees), (1000, 1010, 1015, .differs),
            (1000, 1010, 995, .differs), (1000, 1010, 900, .contradicts), (0, 20, 10, .agrees),
            // Emptied, hidden or filled again meanwhile.
            (3000, 0, 0, .contradicts), (3000, 10, 10, .contradicts), (3000, 6000, 2, .contradicts),
        ] as [(Int, Int, Int, Outcome)])
    func aFullReadBringsWhatTheSourceCounts(before: Int, after: Int, rows: Int, outcome: Outcome) {
        #expect(judge(before, after, rows) == outcome)
    }

    /// Rows leave a window by changing, all of them if they like; none of what stays there all the time may be missing.
    @Test(
        arguments: [
            (5, 1, 2, .agrees), (3000, 0, 0, .agrees), (3000, 3000, 2, .contradicts), (3000, 2900, 100, .contradicts),
        ] as [(Int, Int, Int, Outcome)])
    func rowsMayLeaveAWindow(before: Int, after: Int, rows: Int, outcome: Outcome) {
        #expect(judge(before, after, rows, isFull: false) == outcome)
    }

    /// Chunks of an earlier run hold rows that have changed since and are read again: found in thousands of killed runs.
    @Test func rowsThatAreProvenMayBeMoreThanAnyCount() {
        func judge(_ before: Int, _ after: Int, _ rows: Int) -> RowCountEvidence.Verdict {
            RowCountEvidence(before: before, after: after, rows: rows, isFull: false, provesRows: true).verdict
        }
        for (before, after, rows) in [(9046, 8973, 12_988), (9251, 9249, 9260), (5, 5, 6)] {
            guard case .differs = judge(before, after, rows) else {
                Issue.record("\(rows) rows of \(before) and \(after)")
                continue
            }
        }
        guard case .contradicts = judge(3000, 3000, 2) else {
            Issue.record("missing rows are missing")
            return
        }
    }

    @Test func withoutASecondCountATenthMayBeMissing() {
        #expect(judge(1000, nil, 950) == .differs)
        #expect(judge(1000, nil, 850) == .contradicts)
        #expect(judge(1000, nil, 2) == .contradicts)
    }

    /// Nothing comes or goes between a count and a read that see one state.
    @Test(
        arguments: [
            (3000, 3000, .agrees), (3000, 2999, .contradicts), (3000, 3001, .contradicts), (0, 0, .agrees),
        ] as [(Int, Int, Outcome)])
    func ofOneStateExactlyTheRowsComeThatWereCounted(before: Int, rows: Int, outcome: Outcome) {
        var evidence = RowCountEvidence(before: before, rows: rows, isFull: false, provesRows: true)
        evidence.isOneState = true
        switch evidence.verdict {
        case .agrees: #expect(outcome == .agrees)
        case .differs: Issue.record("a difference is none")
        case .contradicts(let words):
            #expect(outcome == .contradicts)
            #expect(words == "\(rows) rows came where the source had counted \(before) in the same transaction")
        }
    }
}
