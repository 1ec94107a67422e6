import Extraction
import Foundation
import Testing

@testable import KleeneNS

/// Watermarks that people move, for every kind of key.
@Suite struct WatermarkMoveTests {
    private func state(_ value: String, _ kind: KeyKind) throws -> ExtractState {
        let basis = ExtractState.Basis(table: "t", key: "k", kind: kind, filter: nil, columns: nil)
        return ExtractState(
            extract: "x", basis: basis,
            watermark: Watermark(try #require(KeyValue(value, kind: kind)), isInclusive: true),
            runID: nil, updatedAt: Timestamp(text: "2026-11-23T00:00:00.000Z"))
    }

    @Test(arguments: [
        ("2026-11-23 08:15:00.5", KeyKind.timestamp, "90m", "below 2026-11-23 06:45:00.5"),
        ("2026-11-23", .date, "2d", "below 2026-11-21"), ("2026-11-23", .date, "1h", "below 2026-11-22"),
        ("125000", .integer, "1000", "below 124000"),
        ("-9223372036854775808", .integer, "5", "below -9223372036854775808"),
    ])
    func rewindBySpanOrNumber(value: String, kind: KeyKind, by: String, expected: String) throws {
        #expect(try WatermarkMove.rewind(state(value, kind), by: by).description == expected)
    }

    @Test(arguments: [
        ("125000", KeyKind.integer, "2d"), ("125000", .integer, "-1"), ("b", .text, "1"), ("2026-11-23", .date, "x"),
    ])
    func rewindByNonsenseIsRefused(value: String, kind: KeyKind, by: String) {
        #expect(throws: Failure.self) { try WatermarkMove.rewind(state(value, kind), by: by) }
    }

    @Test func rewindToTheWatermarkItselfReadsItsRowsAgain() throws {
        #expect(try WatermarkMove.rewind(state("7", .integer), to: "7") == Watermark(.integer(7), isInclusive: false))
        #expect(throws: Failure.self) { try WatermarkMove.rewind(state("7", .integer), to: "8") }
        // Nobody here knows how the source orders text.
        #expect(try WatermarkMove.rewind(state("b", .text), to: "z").description == "below z")
    }

    @Test(arguments: [
        ("12", nil, "through 12"), ("2026-01-02", nil, "through 2026-01-02"),
        ("2026-01-02 00:00:00", nil, "through 2026-01-02 00:00:00"),
        ("2026-01-02 00:00:00", KeyKind.date, "through 2026-01-02"),
    ])
    func recoverKnowsTheKindByTheValueOrByName(largest: String, kind: KeyKind?, expected: String) throws {
        let now = try #require(ISO8601DateFormatter().date(from: "2026-11-23T00:00:00Z"))
        #expect(try WatermarkMove.recover("x", largest: largest, kind: kind, at: now).description == expected)
    }

    @Test(arguments: [
        ("SO-1", nil), ("SO-1", KeyKind.text), ("SO-1", .integer), ("2026-11-24 00:00:00", nil), ("2027-01-01", nil),
    ])
    func recoverRefusesTextAndTheFuture(largest: String, kind: KeyKind?) throws {
        let now = try #require(ISO8601DateFormatter().date(from: "2026-11-23T00:00:00Z"))
        #expect(throws: Failure.self) { try WatermarkMove.recover("x", largest: largest, kind: kind, at: now) }
    }
}
