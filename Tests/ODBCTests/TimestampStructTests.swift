import CODBC
import Rows
import Testing

@testable import ODBC

@Suite struct TimestampStructTests {
    /// 2026-11-25 12:00:00 UTC.
    private static let noon = 1_795_608_000
    private let today = TimestampStruct.Today(from: noon, to: noon + 10)

    private func spell(
        _ year: Int16, _ month: UInt16, _ day: UInt16, _ hour: UInt16 = 0, _ minute: UInt16 = 0, _ second: UInt16 = 0,
        _ fraction: UInt32 = 0
    ) -> String? {
        unsafe withUnsafeTemporaryAllocation(byteCount: TimestampStruct.longestText + 2, alignment: 8) { place in
            unsafe place.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "~"))
            let fields = SQL_TIMESTAMP_STRUCT(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second, fraction: fraction)
            guard let start = place.baseAddress else { return nil }
            let length = unsafe TimestampStruct.spell(fields, into: start, today: today)
            #expect(unsafe place.suffix(2).allSatisfy { $0 == UInt8(ascii: "~") })
            guard let length else {
                #expect(unsafe place.allSatisfy { $0 == UInt8(ascii: "~") }, "something was written")
                return nil
            }
            return unsafe String(decoding: place.prefix(length), as: UTF8.self)
        }
    }

    @Test func plainTimestampsAreSpeltWithoutZerosAtTheEnd() {
        #expect(spell(2020, 1, 2, 3, 4, 5) == "2020-01-02 03:04:05")
        #expect(spell(2020, 1, 2, 0, 0, 0) == "2020-01-02 00:00:00")
        #expect(spell(1, 1, 1) == "0001-01-01 00:00:00")
        #expect(spell(9999, 12, 31, 23, 59, 59, 999_999_000) == "9999-12-31 23:59:59.999999")
        #expect(spell(2020, 10, 20, 13, 40, 50, 500_000_000) == "2020-10-20 13:40:50.5")
        #expect(spell(2020, 10, 20, 13, 40, 50, 120_300_000) == "2020-10-20 13:40:50.1203")
        #expect(spell(2020, 10, 20, 13, 40, 50, 1000) == "2020-10-20 13:40:50.000001")
        #expect(spell(2020, 10, 20, 13, 40, 50, 10_000) == "2020-10-20 13:40:50.00001")
    }

    @Test func everyFractionIsSpeltAsItsDigits() {
        for microseconds in stride(from: UInt32(1), to: 1_000_000, by: 313) {
            let digits = String(String(1_000_000 + microseconds).dropFirst())
            let trimmed = String(digits.reversed().drop { $0 == "0" }.reversed())
            #expect(spell(2020, 1, 1, 1, 1, 1, microseconds * 1000) == "2020-01-01 01:01:01." + trimmed)
        }
    }

    @Test func whatIsNoPlainTimestampIsNotSpelt() {
        #expect(spell(-44, 3, 15, 1) == nil)
        #expect(spell(0, 1, 1, 1) == nil)
        #expect(spell(10_000, 1, 1, 1) == nil)
        #expect(spell(2020, 0, 1, 1) == nil)
        #expect(spell(2020, 13, 1, 1) == nil)
        #expect(spell(2020, 1, 0, 1) == nil)
        #expect(spell(2020, 1, 32, 1) == nil)
        #expect(spell(2020, 1, 1, 24) == nil)
        #expect(spell(2020, 1, 1, 1, 60) == nil)
        #expect(spell(2020, 1, 1, 1, 1, 60) == nil)
        #expect(spell(2020, 1, 1, 1, 1, 1, 1) == nil)
        #expect(spell(2020, 1, 1, 1, 1, 1, 1_000_000_000) == nil)
        #expect(spell(2020, 1, 1, 1, 1, 1, .max) == nil)
    }

    /// psqlodbc puts today's date for what it cannot parse, and a zone may be a day off.
    @Test(arguments: [24, 25, 26] as [UInt16]) func midnightsNearTodayAreNotTrusted(day: UInt16) {
        #expect(spell(2026, 11, day) == nil)
        #expect(spell(2026, 11, day, 0, 0, 0, 1000) != nil)
        #expect(spell(2026, 11, day, 0, 0, 1) != nil)
        #expect(spell(2026, 11, day, 12) != nil)
        #expect(spell(2025, 11, day) != nil)
        #expect(spell(2026, 10, day) != nil)
    }

    @Test func midnightsOfOtherDaysAre() {
        #expect(spell(2026, 11, 23) == "2026-11-23 00:00:00")
        #expect(spell(2026, 11, 27) == "2026-11-27 00:00:00")
    }

    @Test func aFetchThatLastsForDaysHasAsManyTodays() {
        let long = TimestampStruct.Today(from: Self.noon, to: Self.noon + 3 * 86_400)
        let fields = SQL_TIMESTAMP_STRUCT(year: 2026, month: 11, day: 29, hour: 0, minute: 0, second: 0, fraction: 0)
        unsafe withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { place in
            guard let start = place.baseAddress else { return }
            #expect(unsafe TimestampStruct.spell(fields, into: start, today: long) == nil)
            #expect(unsafe TimestampStruct.spell(fields, into: start, today: today) == 19)
        }
    }
}
