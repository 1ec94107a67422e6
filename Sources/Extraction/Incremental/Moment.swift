import Rows

/// A date and time without a zone, to the nanosecond, as a source writes it: `2026-11-23 08:15:00.25`.
///
/// Arithmetic is on the calendar as written: no zone, no summer time, no leap seconds. Years 1 to 9999.
package struct Moment: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Seconds since 1970-01-01 00:00:00 as written.
    package let seconds: Int
    /// From 0 to 999,999,999.
    package let nanoseconds: Int

    package init(seconds: Int, nanoseconds: Int = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// From `YYYY-MM-DD`, alone or with ` HH:MM:SS` or `THH:MM:SS` and a fraction of up to nine digits; nil for all else.
    package init?(_ text: some StringProtocol) {
        var rest = Substring(text).utf8[...]
        func digits(_ count: Int) -> Int? {
            guard rest.count >= count, rest.prefix(count).allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        func skip(_ separators: String) -> Bool {
            guard let first = rest.first, separators.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = digits(4), year > 0, skip("-"), let month = digits(2), (1...12).contains(month), skip("-"),
            let day = digits(2), (1...CivilDay.days(of: month, in: year)).contains(day)
        else { return nil }
        var time = 0
        var fraction = 0
        if !rest.isEmpty {
            guard skip(" T"), let hour = digits(2), hour < 24, skip(":"), let minute = digits(2), minute < 60,
                skip(":"),
                let second = digits(2), second < 60
            else { return nil }
            time = (hour * 60 + minute) * 60 + second
            if skip(".") {
                guard (1...9).contains(rest.count) else { return nil }
                for place in 0..<9 {
                    fraction *= 10
                    if place < rest.count { fraction += Int(rest[rest.index(rest.startIndex, offsetBy: place)]) - 0x30 }
                }
                guard rest.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
                rest = rest.suffix(0)
            }
        }
        guard rest.isEmpty else { return nil }
        self.init(seconds: CivilDay.number(year: year, month: month, day: day) * 86_400 + time, nanoseconds: fraction)
    }

    package static func < (left: Moment, right: Moment) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// Moved by whole seconds; stays within the years 1 to 9999.
    package func adding(seconds delta: Int) -> Moment {
        let (sum, overflows) = seconds.addingReportingOverflow(delta)
        let bounded = overflows ? (delta < 0 ? Int.min : Int.max) : sum
        if bounded < Self.earliest { return Moment(seconds: Self.earliest) }
        if bounded > Self.latest { return Moment(seconds: Self.latest, nanoseconds: 999_999_999) }
        return Moment(seconds: bounded, nanoseconds: nanoseconds)
    }

    /// Midnight of its day.
    package var startOfDay: Moment { Moment(seconds: CivilDay.number(ofSecond: seconds) * 86_400) }

    /// `YYYY-MM-DD`.
    package var dateText: String {
        let (year, month, day) = CivilDay.date(of: CivilDay.number(ofSecond: seconds))
        return Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2)
    }

    /// `YYYY-MM-DD HH:MM:SS`, with a fraction where there is one.
    package var description: String {
        let time = seconds - CivilDay.number(ofSecond: seconds) * 86_400
        var text = dateText + " " + Self.padded(time / 3600, 2) + ":" + Self.padded(time / 60 % 60, 2) + ":"
        text += Self.padded(time % 60, 2)
        guard nanoseconds > 0 else { return text }
        var fraction = Self.padded(nanoseconds, 9)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return text + "." + fraction
    }

    // MARK: The calendar

    private static let earliest = CivilDay.number(year: 1, month: 1, day: 1) * 86_400
    private static let latest = CivilDay.number(year: 9999, month: 12, day: 31) * 86_400 + 86_399

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
