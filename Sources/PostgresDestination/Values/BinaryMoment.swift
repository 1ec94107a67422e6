import Rows

/// Dates and times as text, as the numbers that PostgreSQL keeps: days and microseconds since 2000-01-01.
///
/// The text is what staging holds: `YYYY-MM-DD`, `HH:MM:SS[.f…]`, both with a blank or a `T` between them (then a comma may stand for the point), more digits or a sign before
/// the year, or ` BC` at the end, as PostgreSQL itself writes it. What is exact becomes a number; everything else is nil.
@safe struct BinaryMoment {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0
    /// Whether years are counted from the birth of Christ backwards: 1 BC comes before 1.
    private let isBeforeChrist: Bool

    private init(_ bytes: UnsafeRawBufferPointer) {
        isBeforeChrist =
            unsafe bytes.last == UInt8(ascii: "C") && bytes.count > 3 && bytes.suffix(3).elementsEqual(" BC".utf8)
        unsafe self.bytes = isBeforeChrist ? UnsafeRawBufferPointer(rebasing: bytes.dropLast(3)) : bytes
    }

    /// 2000-01-01, in days since 1970.
    private static let epoch = 10_957
    private static let day = 86_400_000_000

    /// Days since 2000-01-01; `Int32.max` and `.min` for infinity.
    static func date(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        if bytes.count == 10, let plain = unsafe plain(bytes) {
            return Int32(truncatingIfNeeded: plain.seconds / 86_400 - epoch)
        }
        if let infinity = unsafe infinity(bytes) { return infinity ? .max : .min }
        var reader = unsafe BinaryMoment(bytes)
        guard let day = reader.readDay(), reader.isAtEnd else { return nil }
        // 4713 BC to 5874897: beyond it the server refuses.
        return Int32(exactly: day)
    }

    /// Microseconds of the day.
    static func time(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var reader = unsafe BinaryMoment(bytes)
        guard !reader.isBeforeChrist, let time = reader.readTime(), reader.isAtEnd else { return nil }
        return Int64(time)
    }

    /// Microseconds since 2000-01-01 00:00:00; `Int64.max` and `.min` for infinity.
    ///
    /// A moment that names its distance from UTC is that moment in UTC, as keys of time are compared: PostgreSQL itself would drop the
    /// distance.
    static func timestamp(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        if bytes.count >= 19, let plain = unsafe plain(bytes) {
            return Int64((plain.seconds - epoch * 86_400) * 1_000_000 + plain.nanoseconds / 1000)
        }
        if let infinity = unsafe infinity(bytes) { return infinity ? .max : .min }
        var reader = unsafe BinaryMoment(bytes)
        guard let day = reader.readDay() else { return nil }
        if reader.isAtEnd { return whole(day, 0) }
        guard reader.take(" ") || reader.take("T") || reader.take("t"), let time = reader.readTime(),
            let distance = reader.readDistance(), reader.isAtEnd
        else { return nil }
        return whole(day, time - distance)
    }

    private static func whole(_ day: Int, _ time: Int) -> Int64? {
        let (micros, overflows) = day.multipliedReportingOverflow(by: Self.day)
        let (sum, overflowsToo) = micros.addingReportingOverflow(time)
        return overflows || overflowsToo ? nil : Int64(sum)
    }

    /// The spelling that nearly all have, which ends with a digit, read at once: of the years 1 to 9999, with six digits behind the
    /// second at most. Nil for all else, which may be a moment all the same.
    private static func plain(_ bytes: UnsafeRawBufferPointer) -> SpelledMoment? {
        guard let last = unsafe bytes.last, last &- UInt8(ascii: "0") <= 9, let base = bytes.baseAddress,
            let moment = unsafe SpelledMoment(base, count: bytes.count), moment.offset == nil,
            moment.nanoseconds % 1000 == 0
        else { return nil }
        return moment
    }

    /// True for infinity, false for minus infinity.
    private static func infinity(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        guard unsafe bytes.last == UInt8(ascii: "y") else { return nil }
        if unsafe bytes.elementsEqual("infinity".utf8) { return true }
        return unsafe bytes.elementsEqual("-infinity".utf8) ? false : nil
    }

    private var isAtEnd: Bool { unsafe place == bytes.count }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard unsafe place < bytes.count && bytes[place] == UInt8(ascii: scalar) else { return false }
        place += 1
        return true
    }

    /// A number of so many digits.
    private mutating func readNumber(_ digits: ClosedRange<Int>) -> Int? {
        var number = 0
        let start = place
        while unsafe place < bytes.count, place - start < digits.upperBound {
            let digit = unsafe bytes[place] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            number = number * 10 + Int(digit)
            place += 1
        }
        return place - start >= digits.lowerBound ? number : nil
    }

    private mutating func readDay() -> Int? {
        let isNegative = !isBeforeChrist && take("-")
        if !isNegative { _ = take("+") }
        guard let year = readNumber(4...7), take("-"), let month = readNumber(2...2), take("-"),
            let day = readNumber(2...2), (1...12).contains(month)
        else { return nil }
        // A year 0000 is no date to most databases that spell one so.
        guard year != 0 else { return nil }
        let signed = isBeforeChrist ? 1 - year : isNegative ? -year : year
        guard day >= 1, day <= CivilDay.days(of: month, in: signed) else { return nil }
        return CivilDay.number(year: signed, month: month, day: day) - Self.epoch
    }

    /// How far the clock of a moment is ahead of UTC: `Z`, `+HH`, `+HHMM` or `+HH:MM`, or nothing.
    private mutating func readDistance() -> Int? {
        if isAtEnd || take("Z") || take("z") { return 0 }
        let isBehind = take("-")
        guard isBehind || take("+"), let hours = readNumber(2...2), hours <= 15 else { return nil }
        var minutes = 0
        if !isAtEnd {
            _ = take(":")
            guard let read = readNumber(2...2), read < 60 else { return nil }
            minutes = read
        }
        return (isBehind ? -1 : 1) * (hours * 60 + minutes) * 60_000_000
    }

    private mutating func readTime() -> Int? {
        guard let hour = readNumber(2...2), take(":"), let minute = readNumber(2...2), hour <= 24, minute < 60 else {
            return nil
        }
        var second = 0
        if take(":") {
            guard let read = readNumber(2...2), read < 60 else { return nil }
            second = read
        }
        var micros = 0
        if take(".") {
            let start = place
            guard let fraction = readNumber(1...6) else { return nil }
            micros = fraction
            for _ in place - start..<6 { micros *= 10 }
            // What lies behind six digits is lost only where it is nothing.
            while take("0") {}
        }
        let time = ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros
        return time <= Self.day ? time : nil
    }
}
