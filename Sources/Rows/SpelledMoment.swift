/// A moment as its bytes spell it: a date, or a date and a time of day, in ISO 8601's long form and its near relatives.
///
/// One moment has many spellings, which sort otherwise as text: `T`, `t` or a blank before the time, any number of digits
/// behind the second, an offset from UTC or none. Two are compared by `instant`, where one without an offset counts as UTC:
/// that is what SQLite's own functions take it for, and what its clock gives.
///
/// Reads bytes and allocates nothing, so it may stand on the way of a row.
package struct SpelledMoment: Hashable, Sendable {
    /// Seconds since 1970-01-01 00:00:00, as written: the offset is not taken off.
    package let seconds: Int
    /// From 0 to 999,999,999.
    package let nanoseconds: Int
    /// Seconds east of UTC; nil where nothing is said.
    package let offset: Int?
    /// Digits behind the second's point, and the byte before the time; 0 where there is none.
    package let fractionDigits: Int
    package let separator: UInt8

    /// Seconds since 1970-01-01 00:00:00 UTC, a moment without an offset taken for UTC.
    @inline(__always) package var instant: Int { seconds - (offset ?? 0) }

    /// Whether it comes before another, whatever the spelling of both.
    @inline(__always) package func isBefore(_ other: SpelledMoment) -> Bool {
        instant == other.instant ? nanoseconds < other.nanoseconds : instant < other.instant
    }

    /// Whether it is the same moment as another, whatever the spelling of both.
    @inline(__always) package func isSame(as other: SpelledMoment) -> Bool {
        instant == other.instant && nanoseconds == other.nanoseconds
    }

    /// From a value that is told apart from moments, the first of no meaning: nobody changes a row then, but many write it
    /// for "never", and psqlodbc 13.02 gives it for `infinity`. Seconds since 1970.
    package static let end = CivilDay.number(year: 9999, month: 12, day: 31) * 86_400
    /// The first moment there is: the first of the year 1. Seconds since 1970.
    package static let beginning = CivilDay.number(year: 1, month: 1, day: 1) * 86_400

    /// Reads `YYYY-MM-DD`, alone or with `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f…` behind a `T`, a `t` or a blank, and then `Z`,
    /// `z`, `+HH`, `+HHMM` or `+HH:MM`, a blank before it or none. Blanks at the end are padding. Nil for all else: days that
    /// no calendar has, 24 o'clock, years beyond four digits, and fractions that nanoseconds cannot hold.
    ///
    /// - Parameters:
    ///   - bytes: ASCII or UTF-8.
    ///   - count: How many.
    @inline(__always) package init?(_ bytes: UnsafeRawPointer, count: Int) {
        if let plain = unsafe PlainMoment(bytes, count: count),
            let fraction = unsafe PlainMoment.fraction(bytes, count: count)
        {
            self.seconds = plain.day.number &* 86_400 &+ plain.time
            self.nanoseconds = fraction.nanoseconds
            self.fractionDigits = fraction.digits
            self.offset = nil
            self.separator = plain.separator
        } else {
            guard let moment = unsafe SpelledMoment(slowly: bytes, count: count) else { return nil }
            self = moment
        }
    }

    /// The same for all spellings.
    init?(slowly bytes: UnsafeRawPointer, count: Int) {
        var reader = unsafe MomentReader(bytes, count: count)
        guard let day = reader.day(), day.isOfTheCalendar else { return nil }
        var time = 0
        var fraction = (nanoseconds: 0, digits: 0)
        var offset: Int?
        var separator: UInt8 = 0
        if !reader.isAtEnd {
            separator = reader.take()
            guard separator == UInt8(ascii: " ") || separator | 0x20 == UInt8(ascii: "t"),
                let clock = reader.clock(), clock.hour < 24, clock.second < 60
            else { return nil }
            time = (clock.hour * 60 + clock.minute) * 60 + clock.second
            if clock.hasSeconds {
                guard let read = reader.fraction() else { return nil }
                fraction = read
            }
            guard reader.offset(into: &offset), reader.isAtEnd else { return nil }
        }
        self.seconds = day.number * 86_400 + time
        self.nanoseconds = fraction.nanoseconds
        self.fractionDigits = fraction.digits
        self.offset = offset
        self.separator = separator
    }

    /// Of a text that is not on the way of a row.
    package init?(_ text: some StringProtocol) {
        var text = String(text)
        let read = text.withUTF8 { utf8 -> SpelledMoment? in
            guard let base = utf8.baseAddress else { return nil }
            return unsafe SpelledMoment(base, count: utf8.count)
        }
        guard let read else { return nil }
        self = read
    }
}

/// What a value is that should be a moment.
package enum MomentReading: Hashable, Sendable {
    case moment(SpelledMoment)
    /// A value that says a day, and no day of the years 1 to 9999 on which rows change: the zero date, 30 February, a year
    /// before Christ or of five digits, an infinity. Like NULL, it is no key.
    case outside
    /// Nothing that could be read as one: another format, a number.
    case unreadable

    package init(_ bytes: UnsafeRawPointer, count: Int) {
        if let moment = unsafe SpelledMoment(bytes, count: count) {
            let isInside = moment.instant >= SpelledMoment.beginning && moment.instant < SpelledMoment.end
            self = isInside ? .moment(moment) : .outside
        } else {
            self = unsafe MomentReader.namesADay(bytes, count: count) ? .outside : .unreadable
        }
    }

    /// Of a text that is not on the way of a row.
    package init(_ text: some StringProtocol) {
        var text = String(text)
        self = text.withUTF8 { utf8 in
            guard let base = utf8.baseAddress else { return .unreadable }
            return unsafe MomentReading(base, count: utf8.count)
        }
    }

    /// The moment, if it is one that may order rows.
    package var moment: SpelledMoment? {
        if case .moment(let moment) = self { return moment }
        return nil
    }
}
