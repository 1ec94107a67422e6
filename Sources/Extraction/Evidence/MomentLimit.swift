import Rows

/// Two ends of a range of moments, against moments as a driver spells them: `2026-11-23 08:15:00.25`, with a `T` or a blank
/// between, or a day alone. What is spelt otherwise is compared with nothing.
struct MomentLimit {
    enum Place {
        case inside, outside
        /// At the upper end, which is included.
        case end
        /// Not to be told.
        case unknown
    }

    /// The earliest second that is inside, and the latest.
    private let earliest: Int
    private let latest: Int
    /// The latest second, where it is an end that is included.
    private let end: Int?
    /// `2026-11-23 08:15` of both ends as numbers that sort as the texts do; what lies between the two is inside.
    private let low: Words
    private let high: Words

    /// - Parameter slack: Seconds by which both ends are moved apart.
    init(lower: KeyBound?, upper: KeyBound?, kind: KeyKind, slack: Int) {
        // To the second: of what a driver cuts off, a row's key may lie below the end that it is above of at the source.
        earliest = lower.flatMap { Self.moment($0.value) }.map { $0.seconds - slack } ?? .min
        var latest = Int.max
        var end: Int?
        if let upper, let moment = Self.moment(upper.value) {
            // A day has one value; a second has many, of which an end in its midst leaves the first inside.
            let isOpen = !upper.isIncluded && moment.nanoseconds == 0
            if kind == .date {
                latest = moment.startOfDay.seconds + (upper.isIncluded ? 86_399 : -1) + slack
                end = upper.isIncluded ? moment.startOfDay.seconds : nil
            } else {
                latest = moment.seconds - (isOpen ? 1 : 0) + slack
                end = upper.isIncluded ? moment.seconds : nil
            }
        }
        self.latest = latest
        self.end = end
        low = earliest == .min ? Words.lowest : Words(Moment(seconds: 0).adding(seconds: earliest))
        // Up to the minute before the end: what comes then is looked at closely.
        high =
            latest == .max && end == nil
            ? Words.highest : Words(Moment(seconds: 0).adding(seconds: min(latest, end ?? latest)))
    }

    private static func moment(_ value: KeyValue) -> Moment? {
        switch value {
        case .timestamp(let moment), .date(let moment): moment
        case .integer, .text: nil
        }
    }

    /// Whether sixteen bytes alone tell that a moment is inside, and not at the end. The way of nearly every row.
    @inline(__always)
    func isSurelyInside(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 16 else { return false }
        let words = unsafe Words(bytes)
        return low.isBelow(words) && words.isBelow(high)
    }

    /// Where a moment lies.
    func place(of bytes: UnsafeRawBufferPointer, isWide: Bool) -> Place {
        guard let seconds = unsafe Self.seconds(bytes, isWide: isWide) else { return .unknown }
        if seconds < earliest || seconds > latest { return .outside }
        return end.map { seconds >= $0 } == true ? .end : .inside
    }

    /// Whether a value orders no rows, as far as its text tells: infinities, zero dates, years before Christ. Of those
    /// psqlodbc 13.02 leaves "BC" off a date, so a year in which nobody changed a row may be one of them.
    static func isNoKey(_ bytes: UnsafeRawBufferPointer, isWide: Bool) -> Bool {
        let reading: MomentReading
        if isWide {
            let units = (0..<bytes.count / 2).map {
                unsafe bytes.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)
            }
            reading = MomentReading(String(decoding: units, as: UTF16.self))
        } else {
            guard let base = bytes.baseAddress else { return false }
            reading = unsafe MomentReading(base, count: bytes.count)
        }
        switch reading {
        case .outside: return true
        case .unreadable: return false
        case .moment(let moment): return moment.instant < firstChange
        }
    }

    /// The first of the year 1000.
    private static let firstChange = CivilDay.number(year: 1000, month: 1, day: 1) * 86_400

    /// Seconds since 1970 as written, fractions cut off; nil for what is no moment.
    private static func seconds(_ bytes: UnsafeRawBufferPointer, isWide: Bool) -> Int? {
        let width = isWide ? 2 : 1
        let count = bytes.count / width
        guard count == 10 || count >= 19 else { return nil }
        func character(_ index: Int) -> UInt8 {
            guard isWide else { return unsafe bytes[index] }
            let unit = unsafe bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
            return unit < 0x80 ? UInt8(unit) : 0xFF
        }
        func number(_ start: Int, _ length: Int) -> Int? {
            var value = 0
            for index in start..<start + length {
                let digit = character(index)
                guard (0x30...0x39).contains(digit) else { return nil }
                value = value * 10 + Int(digit - 0x30)
            }
            return value
        }
        guard character(4) == UInt8(ascii: "-"), character(7) == UInt8(ascii: "-"), let year = number(0, 4), year > 0,
            let month = number(5, 2), (1...12).contains(month), let day = number(8, 2), (1...31).contains(day)
        else { return nil }
        let midnight = CivilDay.number(year: year, month: month, day: day) * 86_400
        guard count > 10 else { return midnight }
        guard character(10) == UInt8(ascii: " ") || character(10) == UInt8(ascii: "T"),
            character(13) == UInt8(ascii: ":"),
            character(16) == UInt8(ascii: ":"), let hour = number(11, 2), hour < 24, let minute = number(14, 2),
            minute < 60,
            let second = number(17, 2), second < 60
        else { return nil }
        // A zone behind it says another moment than the digits; a fraction does not.
        for index in 19..<count {
            let byte = character(index)
            guard byte == UInt8(ascii: ".") && index == 19 || (0x30...0x39).contains(byte) && index > 19 else {
                return nil
            }
        }
        return midnight + (hour * 60 + minute) * 60 + second
    }

    /// The first sixteen characters of a moment, without the one between day and time.
    private struct Words {
        let day: UInt64
        let time: UInt64

        private static let separator: UInt64 = 0xFF << 40

        @inline(__always)
        init(_ bytes: UnsafeRawBufferPointer) {
            day = UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
            time = UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) & ~Self.separator
        }

        init(_ moment: Moment) {
            let text = Array(moment.description.utf8)
            day = text[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
            time = text[8..<16].reduce(0) { $0 << 8 | UInt64($1) } & ~Self.separator
        }

        private init(_ both: UInt64) {
            day = both
            time = both
        }

        static let lowest = Words(0)
        static let highest = Words(.max)

        @inline(__always)
        func isBelow(_ other: Words) -> Bool { day < other.day || (day == other.day && time < other.time) }
    }
}
