/// Distances between values of a key, for cutting ranges.
enum KeyMeasure {
    /// A value as a whole number on its key's scale: a number, a second, a day.
    static func position(_ value: KeyValue) -> Int? {
        switch value {
        case .integer(let number): Int(number)
        case .timestamp(let moment): moment.seconds
        case .date(let moment): moment.startOfDay.seconds / 86_400
        case .text: nil
        }
    }

    /// The value at a position, of the kind of another.
    static func value(at position: Int, like other: KeyValue) -> KeyValue {
        switch other {
        case .integer, .text: .integer(Int64(position))
        case .timestamp: .timestamp(Moment(seconds: position))
        case .date: .date(Moment(seconds: position * 86_400))
        }
    }

    /// A value above the first that cuts the range in two parts, neither of them empty; nil where there is none.
    ///
    /// - Parameter isOpen: Whether `last` itself is inside.
    static func middle(_ first: KeyValue, last: KeyValue, isOpen: Bool) -> KeyValue? {
        guard let low = position(first), let high = position(last), low < high else { return nil }
        // Without overflow, whatever the signs.
        var middle = (low >> 1) + (high >> 1) + (low & high & 1)
        if middle <= low { middle = low + 1 }
        guard middle < high || (isOpen && middle == high) else { return nil }
        return value(at: middle, like: first)
    }
}
