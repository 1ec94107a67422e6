import Extraction
import Testing

/// The source's clock, and its largest number, against how far an extract had got.
@Suite struct WindowEvidenceTests {
    enum Outcome: Equatable { case fits, refused, noted, reachesBack(Int) }

    private func mark(_ clock: String, ours: String?) throws -> ClockMark {
        ClockMark(source: try #require(Moment(clock)), ours: ours.map { Timestamp(text: $0) })
    }

    private func judge(
        watermark: String?, last: ClockMark?, now: ClockMark, identifies: Bool = true, lag: Int = 60,
        kind: KeyKind = .timestamp
    ) throws -> Outcome {
        let evidence = WindowEvidence(
            extract: "e", incremental: Incremental(key: "k", lag: lag), identifiesRows: identifies,
            watermark: try watermark.map { Watermark(try #require(KeyValue($0, kind: kind)), isInclusive: true) },
            last: last)
        switch evidence.judge(now) {
        case .fits: return .fits
        case .noted: return .noted
        case .reachesBack(let seconds, _): return .reachesBack(seconds)
        case .refused(let failure):
            #expect(failure.kind == .guarded)
            #expect(failure.advice.contains("state rewind e"))
            return .refused
        }
    }

    @Test func aClockThatGoesOnFits() throws {
        let last = try mark("2026-11-28 12:00:00", ours: "2026-11-28T12:00:00.000Z")
        let now = try mark("2026-11-28 12:30:00", ours: "2026-11-28T12:30:00.000Z")
        #expect(try judge(watermark: "2026-11-28 11:59:00", last: last, now: now) == .fits)
        #expect(try judge(watermark: nil, last: nil, now: now) == .fits)
        // A lag that is larger than the time since the last run: the window is empty, and rightly so.
        #expect(try judge(watermark: "2026-11-28 11:59:00", last: last, now: now, lag: 7200) == .fits)
        // Summer time begins: the clock goes forward.
        let forward = try mark("2026-11-28 13:30:00", ours: "2026-11-28T12:30:00.000Z")
        #expect(try judge(watermark: "2026-11-28 11:59:00", last: last, now: forward) == .fits)
    }

    @Test(arguments: [true, false])
    func smallDriftsAreNoAlarm(identifies: Bool) throws {
        let last = try mark("2026-11-28 12:00:00", ours: "2026-11-28T12:00:00.000Z")
        for clock in ["2026-11-28 11:59:58", "2026-11-28 11:59:10"] {
            let now = try mark(clock, ours: "2026-11-28T12:00:05.000Z")
            #expect(try judge(watermark: "2026-11-28 11:58:00", last: last, now: now, identifies: identifies) == .fits)
        }
    }

    @Test func aZoneThatWentBackIsRefused() throws {
        let last = try mark("2026-11-28 12:00:00", ours: "2026-11-28T12:00:00.000Z")
        let now = try mark("2026-11-28 04:30:00", ours: "2026-11-28T12:30:00.000Z")
        #expect(try judge(watermark: "2026-11-28 11:59:00", last: last, now: now) == .refused)
        // Although the window would not be empty.
        #expect(try judge(watermark: "2026-11-20 11:59:00", last: last, now: now) == .refused)
        // Although the clock has passed where it was, hours later.
        let later = try mark("2026-11-28 14:00:03", ours: "2026-11-28T22:00:00.000Z")
        #expect(try judge(watermark: "2026-11-28 11:59:00", last: last, now: later) == .refused)
    }

    /// Of a watermark that an older kleene-ns has left, or a person.
    @Test func aWatermarkAheadOfTheClockIsRefused() throws {
        let now = try mark("2026-11-28 04:30:00", ours: nil)
        #expect(try judge(watermark: "2026-11-28 11:59:00", last: nil, now: now) == .refused)
        #expect(try judge(watermark: "2026-11-29", last: nil, now: now, kind: .date) == .refused)
        #expect(try judge(watermark: "2026-11-28 04:31:00", last: nil, now: now) == .fits)
        #expect(try judge(watermark: "2026-11-28", last: nil, now: now, kind: .date) == .fits)
    }

    @Test func theEndOfSummerTimeIsReadAgainWhereThatDoesNoHarm() throws {
        let last = try mark("2026-10-25 02:59:00", ours: "2026-10-25T00:59:00.000Z")
        let now = try mark("2026-10-25 02:29:00", ours: "2026-10-25T01:29:00.000Z")
        #expect(try judge(watermark: "2026-10-25 02:50:00", last: last, now: now) == .reachesBack(3600))
        #expect(try judge(watermark: "2026-10-25 02:50:00", last: last, now: now, identifies: false) == .refused)
        let behind = try mark("2026-10-25 03:29:00", ours: "2026-10-25T02:29:00.000Z")
        #expect(
            try judge(watermark: "2026-10-25 02:50:00", last: last, now: behind, identifies: false) == .reachesBack(0))
    }

    @Test func ourOwnClockAloneIsNoEvidence() throws {
        // It was eleven minutes behind and is right now, or the source is a server whose clock stands still.
        let last = try mark("2026-11-28 12:00:00", ours: "2026-11-28T11:49:00.000Z")
        let now = try mark("2026-11-28 12:30:00", ours: "2026-11-28T12:30:00.000Z")
        #expect(try judge(watermark: "2026-11-28 11:59:00", last: last, now: now) == .fits)
    }

    @Test func numbersThatBeganAgainAreRefused() {
        let evidence = WindowEvidence(
            extract: "e", incremental: Incremental(key: "id"), identifiesRows: true,
            watermark: Watermark(.integer(50_000), isInclusive: true), last: nil)
        #expect(evidence.judge(maximum: .integer(60_000)) == .fits)
        #expect(evidence.judge(maximum: .integer(49_500)) == .fits)
        guard case .refused(let failure) = evidence.judge(maximum: .integer(12)) else {
            Issue.record("12 after 50000 was taken for the largest number.")
            return
        }
        #expect(failure.advice.contains("state rewind e --to 13"))
        let lowest = WindowEvidence(
            extract: "e", incremental: Incremental(key: "id"), identifiesRows: true,
            watermark: Watermark(.integer(.max), isInclusive: true), last: nil)
        #expect(lowest.judge(maximum: .integer(.min)) != .fits)
    }

    /// An upsert leaves the rows alone that its table has with larger numbers, so that reading all of them again brings nothing.
    @Test func numbersThatBeganAgainNeedANewTableWhereOlderRowsReplaceNone() {
        var evidence = WindowEvidence(
            extract: "e", incremental: Incremental(key: "id"), identifiesRows: true,
            watermark: Watermark(.integer(50_000), isInclusive: true), last: nil)
        func advice() -> String {
            guard case .refused(let failure) = evidence.judge(maximum: .integer(12)) else { return "" }
            return failure.advice
        }
        #expect(advice().contains("rewind it to the first of the new ones"))
        evidence.remaking = "drop the table \"d\": the next run makes it again and reads everything"
        #expect(advice().contains("drop the table \"d\"") && !advice().contains("reset"))
    }

    @Test func newestNumbersThatWentAreNotedWhereTheyAreNotReadAgain() throws {
        func judge(_ maximum: Int64, watermark: Watermark, overlap: Int? = nil, identifies: Bool = false) -> String? {
            let evidence = WindowEvidence(
                extract: "e", incremental: Incremental(key: "id", overlap: overlap), identifiesRows: identifies,
                watermark: watermark, last: nil)
            guard case .noted(let note) = evidence.judge(maximum: .integer(maximum)) else { return nil }
            return note
        }
        let reached = Watermark(.integer(5000), isInclusive: true)
        #expect(judge(4700, watermark: reached)?.contains("state rewind e --to 4701") == true)
        #expect(judge(4700, watermark: reached, overlap: 100, identifies: true) != nil)
        #expect(judge(4950, watermark: reached, overlap: 100, identifies: true) == nil)
        #expect(judge(4700, watermark: reached, identifies: true) == nil)
        #expect(judge(5000, watermark: reached) == nil)
        // As it stands behind a rewind.
        #expect(judge(4700, watermark: Watermark(.integer(4701), isInclusive: false)) == nil)
    }

    @Test func aSourceWithoutAKeyIsNoted() throws {
        for kind in [KeyKind.integer, .text] {
            let evidence = WindowEvidence(
                extract: "e", incremental: Incremental(key: "id"), identifiesRows: true,
                watermark: Watermark(try #require(KeyValue("7", kind: kind)), isInclusive: true), last: nil)
            guard case .noted(let note) = evidence.judge(maximum: nil) else {
                Issue.record("Nothing is said of a source without a row.")
                continue
            }
            #expect(note.contains("has got through 7"))
        }
        let first = WindowEvidence(
            extract: "e", incremental: Incremental(key: "id"), identifiesRows: true, watermark: nil, last: nil)
        #expect(first.judge(maximum: nil) == .fits)
    }
}
