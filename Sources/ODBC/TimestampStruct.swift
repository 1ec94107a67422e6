import CODBC
import Rows

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a timestamp that came as `SQL_TIMESTAMP_STRUCT` says, where it says all that the driver's own text would say.
///
/// Measured with psqlodbc 13.02, which writes text from the same fields: `2020-01-02 03:04:05`, then a point and up to six
/// digits where there is a fraction, without zeros at the end. What a struct has no room for, it does not tell as it is: years
/// before Christ are negative, and a timestamp that the driver could not parse (a year of five digits, for one) has **today's
/// date** at midnight where the text is `0000-00-00 00:00:00`. So neither those nor any midnight near today are plain.
enum TimestampStruct {
    /// Bytes of the C type.
    static let size = MemoryLayout<SQL_TIMESTAMP_STRUCT>.size
    /// Bytes of the longest plain text, `9999-12-31 23:59:59.999999`.
    static let longestText = 26

    /// Days that may be today where the driver runs, counted from 1970.
    struct Today {
        private let days: ClosedRange<Int>

        /// - Parameters:
        ///   - start: Seconds since 1970 before a fetch.
        ///   - end: The same after it. A time zone may be a day off, either way.
        init(from start: Int, to end: Int) {
            days = CivilDay.number(ofSecond: start) - 1...CivilDay.number(ofSecond: max(start, end)) + 1
        }

        fileprivate func mayBe(_ date: SQL_TIMESTAMP_STRUCT) -> Bool {
            days.contains(CivilDay.number(year: Int(date.year), month: Int(date.month), day: Int(date.day)))
        }
    }

    /// Seconds since 1970.
    static func now() -> Int { time(nil) }

    /// Writes the driver's text of a struct; its length, or nil, with nothing written, where the struct does not tell all.
    ///
    /// - Parameter place: `longestText` bytes at least.
    static func spell(_ fields: SQL_TIMESTAMP_STRUCT, into place: UnsafeMutableRawPointer, today: Today) -> Int? {
        let microseconds = fields.fraction / 1000
        guard (1...9999).contains(fields.year), (1...12).contains(fields.month), (1...31).contains(fields.day),
            fields.hour < 24, fields.minute < 60, fields.second < 60, fields.fraction < 1_000_000_000,
            microseconds * 1000 == fields.fraction
        else { return nil }
        if fields.hour == 0, fields.minute == 0, fields.second == 0, fields.fraction == 0,
            today.mayBe(fields)
        {
            return nil
        }
        let text = unsafe place.assumingMemoryBound(to: UInt8.self)
        let year = UInt32(truncatingIfNeeded: fields.year)
        unsafe putDay(year: year, month: UInt32(fields.month), day: UInt32(fields.day), at: text)
        unsafe text[10] = UInt8(ascii: " ")
        unsafe put(UInt32(fields.hour), at: text + 11)
        unsafe text[13] = UInt8(ascii: ":")
        unsafe put(UInt32(fields.minute), at: text + 14)
        unsafe text[16] = UInt8(ascii: ":")
        unsafe put(UInt32(fields.second), at: text + 17)
        guard microseconds != 0 else { return 19 }
        unsafe text[19] = UInt8(ascii: ".")
        unsafe put(microseconds / 10_000, at: text + 20)
        unsafe put(microseconds / 100 % 100, at: text + 22)
        unsafe put(microseconds % 100, at: text + 24)
        var length = longestText
        while unsafe text[length - 1] == UInt8(ascii: "0") { length -= 1 }
        return length
    }

    /// Whether a text that was spelt, or that the driver gave, may stand for another value: psqlodbc 13.02 has the last second of 9999 for
    /// `infinity`, the first one of 9999 BC for `-infinity`, and 0000-00-00 for years of five digits.
    static func isDoubtful(_ text: UnsafeRawPointer, count: Int) -> Bool {
        // Most years begin with another digit.
        let first = unsafe text.load(as: UInt8.self)
        guard count >= 19, first == UInt8(ascii: "0") || first == UInt8(ascii: "9") else { return false }
        func says(_ words: StaticString, at place: Int) -> Bool {
            unsafe memcmp(text + place, words.utf8Start, words.utf8CodeUnitCount) == 0
        }
        if says("0000", at: 0) { return true }
        guard says("9999-", at: 0) else { return false }
        return count == 19 ? says("12-31 23:59:59", at: 5) : says("01-01 00:00:00 ", at: 5) && count == 22
    }

    /// `YYYY-MM-DD`, of a year below 10,000.
    @inline(__always)
    static func putDay(year: UInt32, month: UInt32, day: UInt32, at text: UnsafeMutablePointer<UInt8>) {
        unsafe put(year / 100, at: text)
        unsafe put(year % 100, at: text + 2)
        unsafe text[4] = UInt8(ascii: "-")
        unsafe put(month, at: text + 5)
        unsafe text[7] = UInt8(ascii: "-")
        unsafe put(day, at: text + 8)
    }

    /// Two digits.
    @inline(__always)
    private static func put(_ number: UInt32, at text: UnsafeMutablePointer<UInt8>) {
        unsafe text[0] = UInt8(truncatingIfNeeded: 48 &+ number / 10)
        unsafe text[1] = UInt8(truncatingIfNeeded: 48 &+ number % 10)
    }
}
