import Rows

/// What the values of a key of time come to, seen as the rows come: the largest moment, in whatever spelling, and the rows
/// whose value orders none.
struct MomentKeys: Equatable {
    /// What is known of rows whose key is not NULL and orders no rows.
    struct Odd: Equatable {
        var count = 0
        /// Whether one of them says no day at all, so that the column's format may be another.
        var hasUnreadable = false
        /// The first, in words: its value and where it stands.
        var first: String?
    }

    private(set) var largest: SpelledMoment?
    /// Rows whose key is NULL.
    private(set) var missing = 0
    var odd = Odd()
    /// The first value with an offset from UTC.
    private(set) var zoned: SpelledMoment?

    /// Looks at the next rows of the column.
    ///
    /// - Returns: the first row of the batch whose value orders no rows, if there is one.
    mutating func look(at column: RowBatch.ColumnBuffer, rows: Int) -> Int? {
        var first: Int?
        for row in 0..<rows {
            let length = unsafe column.lengths[row]
            guard length != RowBatch.null else {
                missing += 1
                continue
            }
            let value = unsafe UnsafeRawPointer(column.values + row * column.stride)
            let isOrdered =
                unsafe column.format == .utf16
                ? NarrowText.with(value, count: length) { unsafe look(at: $0, count: $1) }
                : look(at: value, count: length)
            if !isOrdered, first == nil { first = row }
        }
        return first
    }

    /// Looks at one value; false where it orders no rows.
    mutating func look(at bytes: UnsafeRawPointer, count: Int) -> Bool {
        guard let moment = unsafe SpelledMoment(bytes, count: count), moment.instant >= SpelledMoment.beginning,
            moment.instant < SpelledMoment.end
        else {
            odd.count += 1
            if !odd.hasUnreadable, unsafe MomentReading(bytes, count: count) == .unreadable { odd.hasUnreadable = true }
            return false
        }
        if moment.offset != nil, zoned == nil { zoned = moment }
        if largest?.isBefore(moment) ?? true { largest = moment }
        return true
    }

    /// Adds what was seen of other rows.
    mutating func add(_ other: MomentKeys) {
        if let moment = other.largest, largest?.isBefore(moment) ?? true { largest = moment }
        missing += other.missing
        odd.count += other.odd.count
        odd.hasUnreadable = odd.hasUnreadable || other.odd.hasUnreadable
        odd.first = odd.first ?? other.odd.first
        zoned = zoned ?? other.zoned
    }

    /// Counts a row without a key.
    mutating func countMissing() { missing += 1 }
}
