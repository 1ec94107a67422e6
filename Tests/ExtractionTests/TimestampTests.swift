import Extraction
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-0.5, "1969-12-31T23:59:59.500Z"),
        (951_782_399.5, "2000-02-28T23:59:59.500Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
        (1_711_846_800, "2024-03-31T01:00:00.000Z"), (1_795_569_299.125, "2026-11-25T01:14:59.125Z"),
        (4_107_542_399, "2100-02-28T23:59:59.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        (-62_135_596_800, "0001-01-01T00:00:00.000Z"), (-1e300, "0001-01-01T00:00:00.000Z"),
        (253_402_300_799, "9999-12-31T23:59:59.000Z"), (1e300, "9999-12-31T23:59:59.000Z"),
    ])
    func aTimestampIsUTCToTheMillisecond(seconds: Double, text: String) {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(Timestamp(date).text == text)
    }

    /// Against Foundation's calendar, which shares no code with ours.
    @Test func aTimestampIsWhatFoundationWouldWrite() {
        for day in stride(from: -100_000, through: 150_000, by: 97) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400 + Double(day % 86_399) + 0.25)
            #expect(
                Timestamp(date).text
                    == date.formatted(
                        .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(
                            separator: .omitted)))
        }
    }

    @Test func aRunIsNamedByItsSecondAndItsSalt() {
        let start = Timestamp(Date(timeIntervalSince1970: 1_795_569_299.125))
        #expect(RunIdentity(startedAt: start, salt: 0xA).id == "20261125T011459Z-0000000a")
        #expect(RunIdentity(startedAt: start, salt: .max).id == "20261125T011459Z-ffffffff")
    }
}
