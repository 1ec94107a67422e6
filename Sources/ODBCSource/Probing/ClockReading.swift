import Rows

/// A date and time as a driver prints it, in seconds since 1970 of whatever zone it is in.
package struct ClockReading: Equatable, Sendable {
    package var seconds: Int
    /// Digits behind the second's point.
    package var fractionDigits: Int

    /// - Parameter text: `YYYY-MM-DD HH:MM:SS`, with a fraction, a `T` or a zone or without; nil for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19 else { return nil }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = CivilDay.number(year: year, month: month, day: day)
        seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        let rest = bytes[19...]
        fractionDigits =
            rest.first == UInt8(ascii: ".")
            ? rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count : 0
    }

    /// How far a clock is from UTC: the nearest quarter of an hour, which zones keep to, and what is left of it.
    package static func offset(_ clock: Int, fromUTC now: Int) -> (minutes: Int, remainder: Int) {
        let difference = clock - now
        let quarters = Int((Double(difference) / 900).rounded())
        return (quarters * 15, difference - quarters * 900)
    }

    /// `UTC-08:00`.
    package static func zone(minutes: Int) -> String {
        let size = abs(minutes)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "UTC" + (minutes < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60)
    }
}
