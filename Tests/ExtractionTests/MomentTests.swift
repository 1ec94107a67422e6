import Extraction
import Foundation
import TestSupport
import Testing

@Suite struct MomentTests {
    @Test(
        arguments: [
            "0001-01-01 00:00:00", "1582-10-10 12:00:00", "1900-02-28 23:59:59", "1969-12-31 23:59:59",
            "1969-12-31 23:59:59.999999999", "1970-01-01 00:00:00", "2000-02-29 00:00:00", "2024-02-29 23:59:59.1",
            "2026-11-23 08:15:00.25", "2026-11-23 08:15:00.000000001", "9999-12-31 23:59:59.999999999",
        ])
    func isWrittenAsItWasRead(_ text: String) {
        #expect(Moment(text)?.description == text)
    }

    @Test(
        arguments: [
            ("2026-11-23", "2026-11-23 00:00:00"), ("2026-11-23T08:15:00", "2026-11-23 08:15:00"),
            ("2026-11-23 08:15:00.000", "2026-11-23 08:15:00"), ("2026-11-23 08:15:00.120", "2026-11-23 08:15:00.12"),
        ])
    func otherSpellingsAreTheSameMoment(_ text: String, _ written: String) {
        #expect(Moment(text)?.description == written)
        #expect(Moment(text) == Moment(written))
    }

    @Test(
        arguments: [
            "", "now", "infinity", "0000-01-01", "10000-01-01", "-001-01-01", "2026-00-10", "2026-13-01", "2026-01-00",
            "2026-04-31", "2025-02-29", "1900-02-29", "2100-02-29", "2026-1-01", "2026/01/01", "2026-01-01 ",
            "2026-01-01 8:00:00", "2026-01-01 24:00:00", "2026-01-01 23:60:00", "2026-01-01 23:59:60",
            "2026-01-01 08:00", "2026-01-01 08:00:00.", "2026-01-01 08:00:00.1234567890", "2026-01-01 08:00:00.12x",
            "2026-01-01 08:00:00.-1", "2026-01-01 08:00:00Z", "2026-01-01 08:00:00+01", " 2026-01-01",
            "２０２６-01-01", "2026-01-01\u{301}",
        ])
    func whatIsNoMomentIsRefused(_ text: String) {
        #expect(Moment(text) == nil)
    }

    /// Against the C library's calendar, which shares no code with ours.
    @Test func theCalendarAgreesWithAnother() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        var generator = Generator(seed: 1)
        for _ in 0..<2000 {
            let year = generator.number(1600...9999)
            let month = generator.number(1...12)
            let day = generator.number(1...28)
            let date = try #require(calendar.date(from: DateComponents(year: year, month: month, day: day)))
            let text = String(format: "%04d-%02d-%02d", year, month, day)
            #expect(Moment(text)?.seconds == Int(date.timeIntervalSince1970), "\(text)")
        }
    }

    @Test func everyDayFollowsTheOneBefore() throws {
        var day = moment("1896-12-31")
        for _ in 0..<(366 * 210) {
            let next = day.adding(seconds: 86_400)
            #expect(Moment(next.dateText) == next && day < next)
            day = next
        }
        #expect(day.dateText > "2105")
    }

    @Test func secondsAreAddedAcrossEveryEdge() {
        #expect(moment("2024-02-28 23:59:59.5").adding(seconds: 1).description == "2024-02-29 00:00:00.5")
        #expect(moment("2023-02-28 23:59:59").adding(seconds: 1).description == "2023-03-01 00:00:00")
        #expect(moment("1970-01-01 00:00:00").adding(seconds: -1).description == "1969-12-31 23:59:59")
        #expect(moment("1969-12-31 23:59:59.25").startOfDay.description == "1969-12-31 00:00:00")
        #expect(moment("2026-11-23 08:15:00").startOfDay.dateText == "2026-11-23")
    }

    @Test func sumsStayWithinTheYears1To9999() {
        let first = "0001-01-01 00:00:00"
        let last = "9999-12-31 23:59:59.999999999"
        for delta in [-1, -86_400, Int.min] { #expect(moment(first).adding(seconds: delta).description == first) }
        for delta in [1, 86_400, Int.max] { #expect(moment(last).adding(seconds: delta).description == last) }
        #expect(moment("0001-01-01 00:14:59").adding(seconds: -900).description == first)
        #expect(moment(first).adding(seconds: Int.max).description == last)
    }

    @Test func fractionsDecideTheOrder() {
        let ordered = ["2026-01-01 00:00:00", "2026-01-01 00:00:00.05", "2026-01-01 00:00:00.5", "2026-01-01 00:00:01"]
        #expect(ordered.reversed().map(moment).sorted().map(\.description) == ordered)
        #expect(moment("1969-12-31 23:59:59.9") < moment("1970-01-01"))
    }
}
