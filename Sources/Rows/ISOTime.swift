/// Whether values of columns that are declared as dates and times are spelt as ISO 8601 has it: a check of bytes on the way of
/// a row, with nothing allocated.
package enum ISOTime {
    /// A type's check; nil for a type that is no date and no time.
    package static func applies(to type: ColumnType) -> Bool {
        switch type {
        case .date, .time, .timestamp: true
        case .boolean, .integer, .largeInteger, .decimal, .double, .text, .uuid, .binary, .any: false
        }
    }

    /// Whether the bytes spell a date or a moment of the calendar's years 1 to 9999; of a column of times, a time of day.
    @inline(__always)
    package static func accepts(_ bytes: UnsafeRawPointer, count: Int, isTimeOfDay: Bool) -> Bool {
        if isTimeOfDay { return unsafe acceptsTimeOfDay(bytes, count: count) }
        if unsafe PlainMoment(bytes, count: count) != nil, unsafe PlainMoment.fraction(bytes, count: count) != nil {
            return true
        }
        return unsafe SpelledMoment(slowly: bytes, count: count) != nil
    }

    /// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f…`, and an offset from UTC or none. 24 o'clock and a leap second are times of ISO 8601.
    private static func acceptsTimeOfDay(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        var reader = unsafe MomentReader(bytes, count: count)
        guard let clock = reader.clock(), clock.hour <= 24, clock.second <= 60 else { return false }
        guard let fraction = clock.hasSeconds ? reader.fraction() : (0, 0) else { return false }
        guard clock.hour < 24 || (clock.minute == 0 && clock.second == 0 && fraction.nanoseconds == 0) else {
            return false
        }
        var offset: Int?
        return reader.offset(into: &offset) && reader.isAtEnd
    }
}
