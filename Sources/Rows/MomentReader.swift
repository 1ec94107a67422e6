/// Takes the parts of a moment off its bytes, from the first to the last. Allocates nothing.
@safe struct MomentReader {
    private let bytes: UnsafeRawPointer
    private let end: Int
    private var place = 0

    /// Blanks at the end are padding.
    @inline(__always) init(_ bytes: UnsafeRawPointer, count: Int) {
        var end = count
        while end > 0, unsafe bytes.load(fromByteOffset: end - 1, as: UInt8.self) == UInt8(ascii: " ") { end -= 1 }
        unsafe self.bytes = bytes
        self.end = end
    }

    var isAtEnd: Bool { @inline(__always) get { place == end } }

    @inline(__always) private func byte(_ ahead: Int = 0) -> UInt8 {
        unsafe place + ahead < end ? bytes.load(fromByteOffset: place + ahead, as: UInt8.self) : 0
    }

    /// The next byte, which is there.
    @inline(__always) mutating func take() -> UInt8 {
        defer { place += 1 }
        return byte()
    }

    @inline(__always) private mutating func skip(_ wanted: UInt8) -> Bool {
        guard byte() == wanted else { return false }
        place += 1
        return true
    }

    /// Two digits as a number.
    @inline(__always) private mutating func two() -> Int? {
        guard let number = two(at: 0) else { return nil }
        place += 2
        return number
    }

    @inline(__always) private func two(at ahead: Int) -> Int? {
        let tens = byte(ahead) &- 48
        let ones = byte(ahead + 1) &- 48
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
    }

    struct Day {
        var year: Int
        var month: Int
        var day: Int

        var number: Int { CivilDay.number(year: year, month: month, day: day) }

        @inline(__always) var isOfTheCalendar: Bool {
            guard year > 0, month >= 1, month <= 12, day >= 1 else { return false }
            return day <= 28 || day <= CivilDay.days(of: month, in: year)
        }
    }

    /// `YYYY-MM-DD`, whatever the numbers.
    @inline(__always) mutating func day() -> Day? {
        guard let century = two(), let year = two(), skip(UInt8(ascii: "-")),
            let month = two(), skip(UInt8(ascii: "-")), let day = two()
        else { return nil }
        return Day(year: century * 100 + year, month: month, day: day)
    }

    struct Clock {
        var hour: Int
        var minute: Int
        var second: Int
        var hasSeconds: Bool
    }

    /// `HH:MM` or `HH:MM:SS`; minutes are below 60, hours and seconds may be anything.
    @inline(__always) mutating func clock() -> Clock? {
        guard let hour = two(), skip(UInt8(ascii: ":")), let minute = two(), minute < 60 else {
            return nil
        }
        guard skip(UInt8(ascii: ":")) else {
            return Clock(hour: hour, minute: minute, second: 0, hasSeconds: false)
        }
        guard let second = two() else { return nil }
        return Clock(hour: hour, minute: minute, second: second, hasSeconds: true)
    }

    /// What stands behind a point or a comma, or nothing; nil where nanoseconds cannot hold it.
    @inline(__always) mutating func fraction() -> (nanoseconds: Int, digits: Int)? {
        guard byte() == UInt8(ascii: ".") || byte() == UInt8(ascii: ",") else { return (0, 0) }
        place += 1
        var nanoseconds = 0
        var digits = 0
        while true {
            let digit = byte() &- 48
            guard digit < 10 else { break }
            if digits < 9 { nanoseconds = nanoseconds * 10 + Int(digit) } else if digit != 0 { return nil }
            digits += 1
            place += 1
        }
        guard digits > 0 else { return nil }
        for _ in min(digits, 9)..<9 { nanoseconds *= 10 }
        return (nanoseconds, digits)
    }

    /// An offset from UTC, or nothing; false where something else stands there. Fourteen hours and 59 minutes at most, as
    /// SQLite has it.
    @inline(__always) mutating func offset(into offset: inout Int?) -> Bool {
        if isAtEnd { return true }
        _ = skip(UInt8(ascii: " "))
        let sign = take()
        if sign | 0x20 == UInt8(ascii: "z") {
            offset = 0
            return true
        }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = two(), hours <= 14 else {
            return false
        }
        var minutes = 0
        if !isAtEnd {
            _ = skip(UInt8(ascii: ":"))
            guard let read = two(), read < 60 else { return false }
            minutes = read
        }
        let seconds = (hours * 60 + minutes) * 60
        offset = sign == UInt8(ascii: "-") ? -seconds : seconds
        return true
    }

    /// Whether the bytes begin with a day, of the calendar or not, whose year may have more digits than four, or say an
    /// infinity.
    static func namesADay(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        var reader = unsafe MomentReader(bytes, count: count)
        if reader.byte() == UInt8(ascii: "-") || reader.byte() == UInt8(ascii: "+") { reader.place += 1 }
        if reader.says("infinity") || reader.says("inf") { return true }
        var digits = 0
        while reader.byte() &- 48 < 10 {
            reader.place += 1
            digits += 1
        }
        guard (4...7).contains(digits), reader.skip(UInt8(ascii: "-")), reader.two() != nil,
            reader.skip(UInt8(ascii: "-")), reader.two() != nil
        else { return false }
        let next = reader.byte()
        return reader.isAtEnd || next == UInt8(ascii: " ") || next | 0x20 == UInt8(ascii: "t")
    }

    /// Whether the rest is a word, in whatever case.
    private func says(_ word: StaticString) -> Bool {
        guard end - place == word.utf8CodeUnitCount else { return false }
        return (0..<word.utf8CodeUnitCount).allSatisfy { unsafe byte($0) | 0x20 == word.utf8Start[$0] }
    }
}
