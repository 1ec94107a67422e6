/// How thoroughly a copy is compared with its source, and what becomes of what differs.
package struct VerifyOptions: Codable, Hashable, Sendable {
    /// Whether all rows are read and compared, value by value.
    package var isFull = false
    /// The share of the rows that are read and compared although their sums agree, above 0 and at most 1; nil for none.
    package var sample: Double?
    /// Whether what differs is made right.
    package var repairs = false
    /// Whether a repair may remove more rows than the guard lets.
    package var allowsShrinking = false

    package init(isFull: Bool = false, sample: Double? = nil, repairs: Bool = false) {
        self.isFull = isFull
        self.sample = sample
        self.repairs = repairs
    }
}

/// Bounds of a verification: pure numbers, so that tests can hold them against each other.
package enum VerifyBounds {
    /// Buckets of the first look.
    package static let buckets = 256
    /// Buckets that a source tells of where they were cut by what the table holds; of one that has more, the ends are asked for.
    package static let mostBuckets = 4096
    /// Rows that a bucket of the second look holds, about: so many are read for one that differs.
    package static let finestRows = 16
    /// Ranges of one statement that asks for sums, beyond which all of the table is summed.
    package static let summedRanges = 60
    /// Ranges of one statement that reads rows.
    package static let readRanges = 200
    /// Ranges that are read by themselves; of more, all rows are read.
    package static let mostRanges = 20_000
    /// Differences that are named; a table with more of them is another table.
    package static let mostDifferences = 50_000
    /// Keys of one list: NetSuite's limit; and of keys of several columns, each of whose values is a condition of its own: so many values.
    package static let listLength = 1000
    package static let compositeListTerms = 120
    /// Rows above the watermark that are left aside by their keys.
    package static let mostMoving = 200_000
    /// Values of one statement that asks for sums; NetSuite takes 1,000 columns.
    package static let mostValues = 900
}
