import Extraction
import Testing

@testable import struct Extraction.DeletionLog
@testable import struct Extraction.DeletionWindow

/// What is decided of deleted rows, as values.
@Suite struct DeletesTests {
    // MARK: Guard

    private func limit(_ most: Double?) -> RemovalGuard {
        var deletes = Deletes(by: .sweep)
        deletes.most = most
        return RemovalGuard(deletes)
    }

    private func stops(_ removed: Int, of rows: Int, _ most: Double? = nil) -> Bool {
        limit(most).refusal(of: removed, of: rows, table: "t", extract: "e") != nil
    }

    @Test func aTenthMayGoAndUpToTenRowsAlways() {
        #expect(!stops(10, of: 10) && stops(11, of: 11) && stops(11, of: 109) && !stops(11, of: 110))
        #expect(!stops(100, of: 1000) && stops(101, of: 1000) && !stops(0, of: 0))
    }

    @Test(arguments: [0.01, 0.05, 0.07, 0.1, 0.3, 0.5, 0.9]) func aShareThatIsSaidIsExact(share: Double) {
        for hundreds in [1, 2, 7, 30, 12_345] {
            let rows = hundreds * 100
            let most = Int((Double(rows) * share).rounded())
            #expect(!stops(most, of: rows, share), "\(most) of \(rows) at \(share)")
            #expect(stops(most + 1, of: rows, share), "\(most + 1) of \(rows) at \(share)")
        }
    }

    // MARK: Sweeps

    private func swept(_ run: String, _ keys: Range<Int>) -> SweptKeys {
        SweptKeys(run: run, column: "id", kind: .integer, keys: keys.map(String.init))
    }

    @Test func whatASweepFoundGoneIsKeptUntilItIsHeeded() {
        var state = DeletesState()
        #expect(state.swept(after: nil).isEmpty)
        state.add(swept("a", 0..<3))
        state.add(swept("b", 3..<5))
        #expect(state.swept(after: nil).flatMap(\.values) == (0..<5).map { .integer(Int64($0)) })
        #expect(state.swept(after: "a").map(\.run) == ["b"] && state.swept(after: "b").isEmpty)
        // Of a sweep that nobody remembers nothing is known to be heeded.
        #expect(state.swept(after: "z").count == 2)
    }

    @Test func whatIsTooMuchIsForgottenFromTheOldestOnAndThatItWas() {
        var state = DeletesState()
        state.add(swept("a", 0..<600))
        state.add(swept("b", 0..<400))
        #expect(state.swept?.allSatisfy { $0.keys != nil } == true)
        state.add(swept("c", 0..<1))
        #expect(
            state.swept?.map(\.run) == ["a", "b", "c"] && state.swept?.map { $0.keys == nil } == [true, false, false])
        state.add(swept("d", 0..<1001))
        #expect(state.swept?.map(\.run) == ["d"] && state.swept?[0].keys == nil)
        #expect(state.swept(after: "c").count == 1 && state.swept(after: "d").isEmpty)
    }

    @Test func noneAndAllAreShares() {
        #expect(stops(1, of: 1_000_000, 0) && !stops(0, of: 10, 0))
        #expect(!stops(10, of: 10, 1))
        #expect(limit(0).leastRows(losing: 1) == .max && limit(1).leastRows(losing: 1) == nil)
    }

    // MARK: The record of deletions

    private func window(
        _ kind: KeyKind = .timestamp, after through: KeyValue?, overlap: Int = 900
    ) throws -> DeletionWindow {
        let log = DeletionLog(
            table: TableName(name: "DeletedRecord"), id: "recordid", moment: "deleteddate", kind: kind, type: "type",
            number: nil)
        return DeletionWindow(
            log, key: "id", keyKind: .integer, after: through, now: try #require(Moment("2026-11-28 10:00:00")),
            lag: 60,
            overlap: overlap, isSkipped: false)
    }

    private func key(_ text: String, _ kind: KeyKind = .timestamp) throws -> KeyValue {
        try #require(KeyValue(text, kind: kind))
    }

    @Test func theWindowEndsAtTheClockLessTheLagAndReachesBack() throws {
        let first = try window(after: nil)
        #expect(first.from == nil)
        #expect(try first.end == key("2026-11-28 09:59:00") && first.through == first.end)
        #expect(first.query.columns == ["recordid", "type"])
        let next = try window(after: first.through)
        #expect(try next.from == key("2026-11-28 09:44:00"))
        #expect(
            next.query.condition
                == .all([
                    .compare("deleteddate", .atLeast, try #require(next.from)),
                    .compare("deleteddate", .below, next.end),
                ]))
    }

    /// A record with days only is read again until the day is over.
    @Test func ofDaysTodayIsReadAgain() throws {
        let first = try window(.date, after: nil)
        #expect(try first.end == key("2026-11-29", .date))
        let next = try window(.date, after: first.through)
        #expect(try next.from == key("2026-11-28", .date))
        #expect(try window(.date, after: key("2026-11-28 00:05:00")).from == key("2026-11-27", .date))
    }
}
