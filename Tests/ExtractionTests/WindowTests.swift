import Extraction
import TestSupport
import Testing

@Suite struct WindowTests {
    private func next(
        _ kind: KeyKind, after watermark: Watermark? = nil, clock: String? = nil, maximum: KeyValue? = nil,
        nulls: NullKeys = .exclude, lag: Int = 60, overlap: Int? = nil, identifiesRows: Bool = true
    ) -> Window {
        Window.next(
            Incremental(key: "k", nulls: nulls, lag: lag, overlap: overlap), kind: kind, after: watermark,
            outlook: .init(clock: clock.map(moment), maximum: maximum), identifiesRows: identifiesRows)
    }

    private func through(_ value: KeyValue) -> Watermark { Watermark(value, isInclusive: true) }
    private func time(_ text: String) -> KeyValue { .timestamp(moment(text)) }
    private func day(_ text: String) -> KeyValue { .date(moment(text)) }

    @Test func timesEndALagBehindTheClockAndBeginAnOverlapBehindTheWatermark() {
        let first = next(.timestamp, clock: "2026-11-23 08:00:00.5")
        #expect("\(first)" == "(beginning, 2026-11-23 07:59:00.5)")
        let later = next(
            .timestamp, after: through(time("2026-11-23 07:30:00.25")), clock: "2026-11-23 08:00:00")
        #expect("\(later)" == "[2026-11-23 07:15:00.25, 2026-11-23 07:59:00)")
        let plain = next(
            .timestamp, after: through(time("2026-11-23 07:30:00.25")), clock: "2026-11-23 08:00:00", overlap: 5000,
            identifiesRows: false)
        #expect("\(plain)" == "(2026-11-23 07:30:00.25, 2026-11-23 07:59:00)")
        let below = Watermark(time("2026-11-23 07:30:00"), isInclusive: false)
        #expect(
            next(.timestamp, after: below, clock: "2026-11-23 08:00:00", identifiesRows: false).lower?.isIncluded
                == true)
    }

    @Test func daysEndBeforeTheDayThatIsNotOver() {
        #expect("\(next(.date, clock: "2026-11-23 08:00:00"))" == "(beginning, 2026-11-23)")
        // Within the lag after midnight yesterday is still open.
        #expect("\(next(.date, clock: "2026-11-23 00:00:59"))" == "(beginning, 2026-11-22)")
        #expect("\(next(.date, clock: "2026-11-23 00:01:00"))" == "(beginning, 2026-11-23)")
        let window = next(.date, after: through(day("2026-11-21")), clock: "2026-11-23 08:00:00")
        #expect("\(window)" == "[2026-11-20, 2026-11-23)")
        let plain = next(
            .date, after: through(day("2026-11-21")), clock: "2026-11-23 08:00:00", identifiesRows: false)
        #expect("\(plain)" == "(2026-11-21, 2026-11-23)")
    }

    @Test func numbersAndTextEndWithTheLargestThereIs() {
        #expect("\(next(.integer, maximum: .integer(7)))" == "(beginning, 7]")
        #expect(
            "\(next(.integer, after: through(.integer(5000)), maximum: .integer(7000)))" == "[4000, 7000]")
        #expect(
            "\(next(.integer, after: through(.integer(5)), maximum: .integer(7), identifiesRows: false))" == "(5, 7]")
        #expect("\(next(.text, after: through(.text("m")), maximum: .text("z")))" == "[m, z]")
        #expect(
            "\(next(.text, after: through(.text("m")), maximum: .text("z"), identifiesRows: false))" == "(m, z]")
    }

    @Test func overlapsStopAtTheEndsOfTheWorld() {
        let low = next(.integer, after: through(.integer(.min + 5)), maximum: .integer(.max))
        #expect(low.lower?.value == .integer(.min))
        #expect(low.lower?.isIncluded == true)
        #expect(next(.integer, after: through(.integer(.min)), maximum: .integer(.max)).lower?.value == .integer(.min))
        let early = next(.timestamp, after: through(time("0001-01-01 00:00:01")), clock: "2026-01-01 00:00:00")
        #expect(early.lower?.value.description == "0001-01-01 00:00:00")
    }

    @Test func nullsAreReadAsConfigured() {
        let watermark = through(.integer(1))
        for (nulls, first, later) in [
            (NullKeys.exclude, false, false), (.once, true, false), (.always, true, true), (.fail, false, false),
        ] {
            #expect(next(.integer, maximum: .integer(9), nulls: nulls).readsNulls == first)
            #expect(next(.integer, after: watermark, maximum: .integer(9), nulls: nulls).readsNulls == later)
        }
    }

    @Test func theConditionIsTheWindow() {
        let open = Window(key: "k", lower: nil, upper: KeyBound(.integer(5), isIncluded: false), readsNulls: true)
        #expect(open.condition == .any([.all([.compare("k", .below, .integer(5))]), .isNull("k")]))
        #expect(holds(open.condition, nil) && holds(open.condition, .integer(4)) && !holds(open.condition, .integer(5)))
        let range = Window(
            key: "k", lower: KeyBound(.integer(1), isIncluded: false), upper: KeyBound(.integer(5), isIncluded: true),
            readsNulls: false)
        #expect(range.condition == .all([.compare("k", .above, .integer(1)), .compare("k", .atMost, .integer(5))]))
        #expect(
            !holds(range.condition, nil) && !holds(range.condition, .integer(1)) && holds(range.condition, .integer(5)))
        // A source without a single key has its rows without one.
        let nulls = Window(key: "k", lower: nil, upper: nil, readsNulls: true)
        #expect(nulls.condition == .isNull("k"))
        #expect(!nulls.isEmpty)
        // Neither those nor the rows that come after the question.
        let nothing = next(.integer)
        #expect(nothing.isEmpty)
        for key: KeyValue? in [nil, .integer(1)] { #expect(!holds(nothing.condition, key)) }
    }

    @Test func aWindowIsEmptyWhereNoRowCanBe() {
        func window(_ low: Int64, _ included: Bool, _ high: Int64, _ highIncluded: Bool) -> Window {
            Window(
                key: "k", lower: KeyBound(.integer(low), isIncluded: included),
                upper: KeyBound(.integer(high), isIncluded: highIncluded), readsNulls: false)
        }
        #expect(window(5, false, 5, true).isEmpty)
        #expect(window(5, true, 5, false).isEmpty)
        #expect(!window(5, true, 5, true).isEmpty)
        #expect(window(6, true, 5, true).isEmpty)
        #expect(!window(4, false, 5, true).isEmpty)
        #expect(next(.integer, after: through(.integer(4))).isEmpty)
        #expect(!next(.integer, after: through(.integer(4)), nulls: .always).isEmpty)
    }

    @Test func theWatermarkComesFromTheRowsThatWereRead() {
        let window = next(.timestamp, after: through(time("2026-11-23 07:30:00")), clock: "2026-11-23 08:00:00")
        let old = through(time("2026-11-23 07:30:00"))
        #expect(window.watermark(after: old, largest: nil) == old)
        // A row of the overlap lies below where the extract already was.
        #expect(window.watermark(after: old, largest: time("2026-11-23 07:20:00")) == old)
        #expect(
            window.watermark(after: old, largest: time("2026-11-23 07:45:00")) == through(time("2026-11-23 07:45:00")))
        #expect(window.watermark(after: nil, largest: nil) == nil)
        let text = next(.text, maximum: .text("z"))
        #expect(text.watermark(after: nil, largest: .text("Z")) == through(.text("z")))
        #expect(text.watermark(after: nil, largest: nil) == nil)
    }
}
