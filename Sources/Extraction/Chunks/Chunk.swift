/// A part of a read: the rows of one range of a key, read by one query and staged by itself.
package struct Chunk: Codable, Hashable, Sendable, CustomStringConvertible {
    /// Which chunk of its run, from 1. A chunk that is halved keeps its number with one half; the other gets a new one.
    package var number: Int
    /// Nil: all rows of the read.
    package var range: KeyRange?
    /// The largest incremental key there was when a read that was planned as one was cut: what comes later is not read.
    package var end: KeyValue?

    package init(number: Int, range: KeyRange? = nil, end: KeyValue? = nil) {
        self.number = number
        self.range = range
        self.end = end
    }

    package var description: String { range.map { "\($0)" } ?? "all rows" }
}

/// A range of a key, half open: from `lower` on, and below `upper`.
package struct KeyRange: Codable, Hashable, Sendable, CustomStringConvertible {
    package var key: String
    /// Nil: open at this end, so that rows that come during the run are not missed.
    package var lower: KeyValue?
    package var upper: KeyValue?
    /// Whether the rows without a key are in it.
    package var holdsNulls: Bool
    /// Where halving begins when an end is open: the smallest and largest key there were.
    package var smallest: KeyValue
    package var largest: KeyValue

    package var condition: Condition? {
        var bounds: [Condition] = []
        if let lower { bounds.append(.compare(key, .atLeast, lower)) }
        if let upper { bounds.append(.compare(key, .below, upper)) }
        if bounds.isEmpty { return nil }
        guard holdsNulls else { return .all(bounds) }
        return .any([.all(bounds), .unordered(key, smallest.kind)])
    }

    package var description: String {
        "\(key) \(lower.map { "from \($0)" } ?? "from the smallest") \(upper.map { "to below \($0)" } ?? "to the largest")"
            + (holdsNulls ? ", and NULL" : "")
    }

    /// The range as two; nil where it cannot be halved any further.
    package func halved() -> (KeyRange, KeyRange)? {
        guard let middle = KeyMeasure.middle(lower ?? smallest, last: upper ?? largest, isOpen: upper == nil) else {
            return nil
        }
        var first = self
        var second = self
        first.upper = middle
        second.lower = middle
        second.holdsNulls = false
        return (first, second)
    }
}

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
