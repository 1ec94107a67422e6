import Testing

@testable import Rows

@Suite struct SpelledMomentTests {
    @Test(
        arguments: [
            [
                "2024-01-01", "2024-01-01 00:00", "2024-01-01T00:00:00", "2024-01-01t00:00:00z",
                "2024-01-01 00:00:00.000000",
                "2024-01-01 00:00:00 +00:00", "2024-01-01 00:00:00+00", "2023-12-31T16:00:00-08:00",
                "2024-01-01 05:45:00.0+0545", "2024-01-01 00:00:00  ",
            ],
            ["2024-01-01 10:00:00.12", "2024-01-01T10:00:00,120", "2024-01-01 10:00:00.1200000000000Z"],
            ["2000-02-29T23:59:59.999999999Z", "2000-02-29 23:59:59.999999999"],
        ])
    func spellingsOfOneMomentAreTheSame(_ spellings: [String]) throws {
        let first = try #require(SpelledMoment(spellings[0]))
        for spelling in spellings {
            let moment = try #require(SpelledMoment(spelling), "\(spelling)")
            #expect(moment.isSame(as: first) && !moment.isBefore(first) && !first.isBefore(moment), "\(spelling)")
        }
    }

    @Test(
        arguments: [
            ("2024-01-01T10:00:00", "2024-01-01 11:00:00"), ("2024-01-01 10:00:00Z", "2024-01-01 10:00:00.5Z"),
            ("2024-01-01 10:00:00.12", "2024-01-01 10:00:00.123"),
            ("2024-01-01 10:00:00+02:00", "2024-01-01 09:00:00+00:00"), ("0001-01-01", "9999-12-30T23:59:59"),
        ])
    func orderIsThatOfTimeAndNotOfText(_ earlier: String, _ later: String) throws {
        let first = try #require(SpelledMoment(earlier))
        let second = try #require(SpelledMoment(later))
        #expect(first.isBefore(second) && !second.isBefore(first))
    }

    @Test(
        arguments: [
            "0000-00-00 00:00:00", "0000-00-00", "2025-02-30 00:00:00", "2025-00-00", "0000-01-01", "infinity",
            "-Infinity",
            "0044-03-15 01:02:03 BC", "10000-01-01 00:00:00", "-4712-01-01", "9999-12-31 23:59:59", "9999-12-31",
            "294276-12-31 23:59:59.5", "2024-01-01 24:00:00", "2024-01-01 10:00:00.1234567891",
        ])
    func daysThatOrderNoRowsAreOutside(_ text: String) {
        #expect(MomentReading(text) == .outside)
    }

    @Test(
        arguments: [
            "", " ", "07.03.2025 04:47:38", "03/07/2025 4:47 am", "1704103200", "2460310.91", "now", "20240101",
            "12:00:00",
            "2024-1-1", " 2024-01-01", "Jan 1 2024", "٢٠٢٤-01-01",
        ])
    func otherFormatsAreUnreadable(_ text: String) {
        #expect(MomentReading(text) == .unreadable)
    }

    /// Eight bytes at a time or one by one: the same.
    @Test func theFastWayReadsWhatTheSlowOneDoes() {
        let forms = [
            "2024-02-29 23:59:59", "2024-02-29T23:59:59.123456", "2024-02-29", "2024-12-31 00:00:00.1234567890Z",
            "0001-01-01 00:00:00",
        ]
        for form in forms {
            for place in 0..<form.utf8.count {
                for byte in UInt8(0x20)...0x7A {
                    var bytes = Array(form.utf8)
                    bytes[place] = byte
                    unsafe bytes.withUnsafeBytes { raw in
                        guard let base = raw.baseAddress else { return }
                        for count in [raw.count, 19, 10, raw.count - 1] where count <= raw.count {
                            let fast = unsafe SpelledMoment(base, count: count)
                            let slow = unsafe SpelledMoment(slowly: base, count: count)
                            #expect(fast == slow, "\(String(decoding: bytes, as: UTF8.self))")
                        }
                    }
                }
            }
        }
    }

    @Test(
        arguments: [
            "2024-01-01 10", "2024-01-01 10:60", "2024-01-01 10:00:", "2024-01-01 10:00:00.",
            "2024-01-01 10:00:00+15:00",
            "2024-01-01 10:00:00 UTC", "2024-01-01_10:00:00", "2024-01-01 10:00:00ZZ", "2024-01-01 10:00:00+1",
            "2024-02-30", "1900-02-29", "2024-01-01 10:00:60",
        ])
    func whatIsNearlyOneIsNone(_ text: String) {
        #expect(SpelledMoment(text) == nil)
    }
}
