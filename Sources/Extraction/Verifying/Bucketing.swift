/// How the rows of a table fall into buckets, the same on both sides.
package enum Bucketing: Hashable, Sendable {
    /// All rows are one bucket, 0.
    case whole
    /// Whole numbers: the bucket is the multiple of the width that is nearest to the value on the side of zero, so that each
    /// database's remainder gives the same.
    case widths(String, width: Int64)
    /// The bucket is the number of cuts that the value is at or above. Ascending.
    case cuts(String, KeyKind, [KeyValue])

    /// The column by which rows fall into buckets.
    package var column: String? {
        switch self {
        case .whole: nil
        case .widths(let column, _), .cuts(let column, _, _): column
        }
    }

    /// A bucket into which no value falls, for rows that are counted apart; nil where every number is one of some values.
    package var apart: Int64? {
        switch self {
        case .whole: 1
        case .widths(_, let width): width > 1 ? 1 : nil
        case .cuts: -1
        }
    }

    /// The values of a bucket. Nil stands for the rows whose value has no place in the order.
    package func range(of bucket: Int64?) -> BucketRange {
        switch self {
        case .whole: return .all
        case .widths(let column, let width):
            guard let bucket else { return BucketRange(column, .integer, holdsNulls: true, isEmpty: true) }
            var range = BucketRange(column, .integer)
            if bucket >= 0 {
                let lower = bucket == 0 ? Self.sum(0, 1 - width) : bucket
                range.lower = lower.map { .integer($0) }
                range.upper = Self.sum(bucket, width).map { .integer($0) }
            } else {
                range.lower = Self.sum(bucket, 1 - width).map { .integer($0) }
                range.upper = Self.sum(bucket, 1).map { .integer($0) }
            }
            return range
        case .cuts(let column, let kind, let cuts):
            guard let bucket else { return BucketRange(column, kind, holdsNulls: true, isEmpty: true) }
            var range = BucketRange(column, kind)
            let place = Int(bucket)
            if place > 0, place <= cuts.count { range.lower = cuts[place - 1] }
            if place < cuts.count { range.upper = cuts[place] }
            return range
        }
    }

    /// Nil where it does not fit: the range is open there.
    private static func sum(_ first: Int64, _ second: Int64) -> Int64? {
        let (sum, overflows) = first.addingReportingOverflow(second)
        return overflows ? nil : sum
    }

    /// Buckets of equal width for whole numbers.
    ///
    /// - Parameter buckets: About so many, and of width 1 at least.
    package static func widths(_ column: String, from smallest: Int64, to largest: Int64, buckets: Int) -> Bucketing {
        let span = UInt64(bitPattern: largest) &- UInt64(bitPattern: smallest)
        // All of 64 bits in one bucket is wider than 64 bits can say.
        let width = span / UInt64(max(1, buckets))
        return .widths(column, width: Int64(clamping: width == .max ? width : width + 1))
    }

    /// A month, or a day, of a key of time for each bucket.
    package static func calendar(
        _ column: String, _ kind: KeyKind, from smallest: KeyValue, to largest: KeyValue, byDay: Bool, most: Int
    ) -> Bucketing? {
        guard let first = moment(smallest), let last = moment(largest), first <= last else { return nil }
        var cuts: [KeyValue] = []
        var moment = byDay ? first.startOfDay : first.startOfMonth
        while true {
            moment = byDay ? moment.adding(seconds: 86_400) : moment.startOfNextMonth
            guard moment <= last else { break }
            guard cuts.count < most else { return nil }
            cuts.append(kind == .date ? .date(moment) : .timestamp(moment))
        }
        return .cuts(column, kind, cuts)
    }

    private static func moment(_ value: KeyValue) -> Moment? {
        switch value {
        case .timestamp(let moment), .date(let moment): moment
        case .integer, .text: nil
        }
    }
}

extension Moment {
    fileprivate var startOfMonth: Moment {
        Moment("\(dateText.prefix(8))01") ?? startOfDay
    }

    fileprivate var startOfNextMonth: Moment { startOfMonth.adding(seconds: 32 * 86_400).startOfMonth }
}

/// Rows whose value in a column lies in a range, half open.
package struct BucketRange: Codable, Hashable, Sendable {
    /// Nil: all rows.
    package var column: String?
    package var kind: KeyKind
    package var lower: KeyValue?
    package var upper: KeyValue?
    /// Whether rows without a place in the order are in it; with `isEmpty` nothing else is.
    package var holdsNulls: Bool
    package var isEmpty: Bool

    package init(_ column: String?, _ kind: KeyKind, holdsNulls: Bool = false, isEmpty: Bool = false) {
        self.column = column
        self.kind = kind
        self.holdsNulls = holdsNulls
        self.isEmpty = isEmpty
    }

    package static let all = BucketRange(nil, .integer)

    /// From a value of a key on; rows without a key are among them.
    package static func since(_ start: KeyValue, of key: String) -> BucketRange {
        var range = BucketRange(key, start.kind, holdsNulls: true)
        range.lower = start
        return range
    }

    /// Which rows of the source these are; nil for all of them.
    package var condition: Condition? {
        guard let column else { return nil }
        var bounds: [Condition] = []
        if let lower { bounds.append(.compare(column, .atLeast, lower)) }
        if let upper { bounds.append(.compare(column, .below, upper)) }
        let nulls = Condition.unordered(column, kind)
        if isEmpty { return holdsNulls ? nulls : .any([]) }
        if bounds.isEmpty { return holdsNulls ? nil : .any([.all([]), nulls]) }
        return holdsNulls ? .any([.all(bounds), nulls]) : .all(bounds)
    }

    /// Ranges that touch each other as one, so that fewer are asked for.
    package static func merged(_ ranges: [BucketRange]) -> [BucketRange] {
        var merged: [BucketRange] = []
        for range in ranges {
            if let last = merged.last, !last.isEmpty, !range.isEmpty, last.column == range.column,
                let end = last.upper, end == range.lower
            {
                merged[merged.count - 1].upper = range.upper
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
