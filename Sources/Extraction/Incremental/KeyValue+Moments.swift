package import Rows

/// Which values of a key of time order rows: moments from the year 1 to below the last day of the year 9999. The others, and
/// what is no moment at all, count as no key.
extension KeyKind {
    package var isTime: Bool { self == .timestamp || self == .date }
}

extension KeyValue {
    /// A moment as a key of time, in UTC where its spelling has an offset; of a key of dates, its day.
    package init(_ moment: SpelledMoment, isDate: Bool) {
        let moment = Moment(seconds: moment.instant, nanoseconds: moment.nanoseconds)
        self = isDate ? .date(moment.startOfDay) : .timestamp(moment)
    }

    /// The first value that orders rows; nil for a key that is no time.
    package static func beginning(of kind: KeyKind) -> KeyValue? { bound(SpelledMoment.beginning, kind) }

    /// From here on values order no rows; nil for a key that is no time.
    package static func end(of kind: KeyKind) -> KeyValue? { bound(SpelledMoment.end, kind) }

    private static func bound(_ seconds: Int, _ kind: KeyKind) -> KeyValue? {
        switch kind {
        case .timestamp: .timestamp(Moment(seconds: seconds))
        case .date: .date(Moment(seconds: seconds))
        case .integer, .text: nil
        }
    }
}

extension Condition {
    /// True for the rows that count as rows without a key.
    package static func lacking(_ key: String, _ kind: KeyKind) -> Condition {
        kind.isTime ? .lacksKey(key, kind) : .isNull(key)
    }

    /// True for the rows whose key has no place in the source's order of it.
    package static func unordered(_ key: String, _ kind: KeyKind) -> Condition {
        kind.isTime ? .isUnordered(key, kind) : .isNull(key)
    }

    /// True for the rows whose key of time orders them.
    package static func hasKey(_ key: String, _ kind: KeyKind) -> Condition? {
        guard let beginning = KeyValue.beginning(of: kind), let end = KeyValue.end(of: kind) else { return nil }
        return .all([.compare(key, .atLeast, beginning), .compare(key, .below, end)])
    }
}
