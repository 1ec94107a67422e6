import Rows
import TestSupport
import Testing

@testable import Extraction

/// `start_date`: from when on rows are read.
@Suite struct StartDateTests {
    private static func extract(_ start: String?, nulls: NullKeys = .once) -> TableExtract {
        var extract = TableExtract(
            name: "e", table: TableName(name: "t"), extractType: .incremental, loadMethod: .upsert,
            destinationTable: "t")
        extract.incremental = Incremental(key: "k", nulls: nulls)
        extract.incremental?.start = start
        return extract
    }

    private static func time(_ text: String) -> KeyValue { .timestamp(moment(text)) }

    private static func state(_ start: String?) -> ExtractState {
        ExtractState(
            extract: "e", basis: .init(extract(start), key: "k", kind: .timestamp),
            watermark: Watermark(time("2026-01-01"), isInclusive: true), runID: nil,
            updatedAt: Timestamp(text: "2026-01-01T00:00:00Z"))
    }

    private static func window(_ start: String, after watermark: String? = nil, kind: KeyKind = .timestamp) -> Window {
        var incremental = Incremental(key: "k", nulls: .exclude)
        incremental.start = start
        return Window.next(
            incremental, kind: kind, after: watermark.map { Watermark(time($0), isInclusive: true) },
            outlook: .init(clock: moment("2026-11-23 08:00:00"), maximum: .integer(7)), identifiesRows: true)
    }

    @Test func theFirstWindowBeginsThereAndNoOtherReachesBackBehindIt() {
        #expect("\(Self.window("2022-01-01"))" == "[2022-01-01 00:00:00, 2026-11-23 07:59:00)")
        #expect("\(Self.window("2022-01-01", kind: .date))" == "[2022-01-01, 2026-11-23)")
        // One bound, not two.
        #expect(
            Self.window("2022-01-01").condition == Self.window("2000-01-01", after: "2022-01-01 00:15:00").condition)
        #expect("\(Self.window("2022-01-01", after: "2022-01-01 00:05:00"))".hasPrefix("[2022-01-01 00:00:00, "))
        #expect("\(Self.window("2022-01-01", after: "2024-01-01"))".hasPrefix("[2023-12-31 23:45:00, "))
        #expect("\(Self.window("2025-01-01", after: "2024-01-01"))".hasPrefix("[2025-01-01 00:00:00, "))
        var reaching = Self.window("2022-01-01", after: "2022-01-01 00:30:00")
        reaching.reachBack(seconds: 7200)
        reaching.begin(notBefore: KeyBound(Self.time("2022-01-01"), isIncluded: true))
        #expect("\(reaching)".hasPrefix("[2022-01-01 00:00:00, "))
        // A number has no date.
        #expect("\(Self.window("2022-01-01", kind: .integer))" == "(beginning, 7]")
    }

    @Test(arguments: [
        ("2022-01-01", "2021-01-01", true), ("2022-01-01", nil, true), ("2022-01-01", "2022-01-01 00:00:00", false),
        ("2022-01-01", "2023-01-01", false), (nil, "2023-01-01", false), (nil, nil, false),
    ])
    func anEarlierStartIsRefusedAndALaterOneIsNot(before: String?, now: String?, isRefused: Bool) throws {
        let failure = Self.state(before).staleness(startOf: Self.extract(now))
        #expect((failure != nil) == isRefused)
        var standing = Standing()
        standing.state = Self.state(before)
        if isRefused {
            #expect(throws: Failure.self) { try standing.checkBasis(for: Self.extract(now), knowing: SourceSight()) }
            #expect(!standing.holds(for: Self.extract(now)))
            #expect(failure?.advice.contains("backfill e --from '\(now ?? "0001-01-01")' --to '2022-01-01'") == true)
        } else {
            #expect(throws: Never.self) { try standing.checkBasis(for: Self.extract(now), knowing: SourceSight()) }
        }
    }

    @Test(arguments: [
        ("2021-01-01", "2022-01-01", true), ("2020-01-01", "2023-01-01", true), ("2021-06-01", "2022-01-01", false),
        ("2021-01-01", "2021-12-31", false),
    ])
    func aBackfillOfAllThatIsMissingMovesTheBeginning(from: String, to: String, moves: Bool) {
        let window = Window(
            key: "k", lower: KeyBound(Self.time(from), isIncluded: true),
            upper: KeyBound(Self.time(to), isIncluded: false), readsNulls: false)
        let after = Self.state("2022-01-01").beginning(afterReading: window, of: Self.extract("2021-01-01"))
        #expect((after != nil) == moves)
        if moves {
            #expect(after?.basis.start == "2021-01-01" && after?.watermark == Self.state(nil).watermark)
        }
        #expect(Self.state("2021-01-01").beginning(afterReading: window, of: Self.extract("2021-01-01")) == nil)
    }

    @Test func allRowsOfATableAreThoseFromItsStartOn() {
        var plan = ReadPlan(
            run: RunIdentity(startedAt: Timestamp(text: "2026-01-01T00:00:00Z"), salt: 0), table: TableName(name: "t"),
            columns: ["k"], uniqueColumns: ["k"], isBackfill: false, chunks: [Chunk(number: 1)], reasons: [])
        plan.window = Self.window("2022-01-01")
        plan.keyKind = .timestamp
        let extract = Self.extract("2022-01-01")
        #expect(plan.readsAll(from: "2022-01-01", of: extract))
        // Older rows are in the table.
        #expect(!plan.readsAll(from: nil, of: extract) && !plan.readsAll(from: "2021-01-01", of: extract))
        plan.isBackfill = true
        #expect(!plan.readsAll(from: "2022-01-01", of: extract))
    }

    @Test func aComparisonIsOfTheRowsFromTheStartOn() throws {
        let watermark = Watermark(Self.time("2026-01-01"), isInclusive: true)
        func scope(_ start: String?, _ nulls: NullKeys) -> VerifyScope {
            VerifyScope(
                Self.extract(start, nulls: nulls), table: TableName(name: "t"), watermark: watermark, key: "k",
                unique: ["id"])
        }
        let begin = Condition.compare("k", .atLeast, Self.time("2022-01-01"))
        let reached = Condition.compare("k", .atMost, watermark.value)
        #expect(scope("2022-01-01", .exclude).condition == .all([begin, reached]))
        let withNulls = scope("2022-01-01", .once)
        #expect(withNulls.condition == .any([.all([begin, reached]), .lacking("k", .timestamp)]))
        #expect(withNulls.calm == withNulls.condition && withNulls.words.contains("from 2022-01-01 00:00:00"))
        #expect(withNulls.since?.lower == Self.time("2022-01-01") && withNulls.since?.holdsNulls == true)
        #expect(scope(nil, .once).since == nil)
    }

    @Test func theBooksKnowFromWhenOnATableHasRows() {
        #expect(StartDate.earlier("2022-01-01", "2021-01-01") == "2021-01-01")
        #expect(StartDate.earlier(nil, "2021-01-01") == nil && StartDate.earlier("2021-01-01", nil) == nil)
        #expect(StartDate.areSame("2021-01-01", "2021-01-01T00:00:00") && !StartDate.areSame(nil, "2021-01-01"))
    }
}
