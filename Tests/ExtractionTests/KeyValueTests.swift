import Extraction
import Foundation
import TestSupport
import Testing

@Suite struct KeyValueTests {
    @Test(
        arguments: [
            ("2026-11-23 08:15:00.25", KeyKind.timestamp), ("0001-01-01 00:00:00", .timestamp), ("2026-11-23", .date),
            ("0", .integer), ("-9223372036854775808", .integer), ("9223372036854775807", .integer), ("", .text),
            ("it's\n\u{0}é𝄞", .text), ("2026-11-23", .text), ("12.0", .text),
        ])
    func survivesItsText(_ text: String, _ kind: KeyKind) throws {
        let value = try #require(KeyValue(text, kind: kind))
        #expect(value.description == text)
        #expect(value.kind == kind)
        let json = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(KeyValue.self, from: json) == value)
    }

    @Test(
        arguments: [
            ("2026-11-23 00:00:01", KeyKind.date), ("23.11.2026", .date), ("2026-02-30", .date),
            ("2026-11-23 08:15", .timestamp), ("", .timestamp), ("", .integer), ("9223372036854775808", .integer),
            ("12.5", .integer), ("1e3", .integer), (" 1", .integer), ("1.00", .integer),
        ])
    func anotherKindIsRefused(_ text: String, _ kind: KeyKind) {
        #expect(KeyValue(text, kind: kind) == nil)
    }

    @Test func spellingsOfDriversAreUnderstood() {
        #expect(KeyValue("2026-11-23 00:00:00", kind: .date)?.description == "2026-11-23")
        #expect(KeyValue("12.0", kind: .integer) == .integer(12))
        #expect(KeyValue("-12.0", kind: .integer) == .integer(-12))
    }

    @Test func onlyTheSourceKnowsTheOrderOfText() {
        #expect(KeyValue.text("a").isBelow(.text("b")) == nil)
        #expect(KeyValue.integer(1).isBelow(.text("b")) == nil)
        #expect(KeyValue.integer(-1).isBelow(.integer(0)) == true)
        #expect(KeyValue.integer(0).isBelow(.integer(0)) == false)
        #expect(KeyValue.date(moment("2026-11-23")).isBelow(.date(moment("2026-11-24"))) == true)
    }

    @Test func theFurthestOfTwoWatermarksIsTaken() {
        let low = Watermark(.integer(1), isInclusive: true)
        let high = Watermark(.integer(2), isInclusive: false)
        #expect(Watermark.furthest(low, high) == high)
        #expect(Watermark.furthest(high, low) == high)
        // Through 2 is further than below 2, whichever comes first.
        let through = Watermark(.integer(2), isInclusive: true)
        #expect(Watermark.furthest(high, through) == through)
        #expect(Watermark.furthest(through, high) == through)
        let text = Watermark(.text("z"), isInclusive: true)
        #expect(Watermark.furthest(text, Watermark(.text("a"), isInclusive: true)).value == .text("a"))
    }
}
