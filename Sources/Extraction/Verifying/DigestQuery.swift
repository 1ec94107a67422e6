/// One exact number that is asked of each bucket.
package enum DigestValue: Hashable, Sendable {
    /// Of the column by which rows fall into buckets.
    case smallest(String)
    case largest(String)
    /// How many values a column has: as many as there are rows less its NULLs.
    case present(String)
    /// The same of several columns in one number, where a source takes long for each count: each value adds its column's weight.
    case weighed(WeighedColumns)
    /// The sum of a column of whole numbers, in which NULL counts as a number. One that is drawn for the comparison
    /// (`WeighedColumns.numberOfNull`) has the sum tell how many there are as well.
    case sum(String, ofNull: Int64 = 0)
    /// The sums of a key of time: of its days as numbers `YYYYMMDD`, and of its times as `HHMMSS`. Fractions of a second are
    /// left out.
    case days(String, KeyKind)
    case times(String, KeyKind)
    /// The same as one number, where a source takes long for digits: the sum of its seconds since 1970, as it is written.
    case seconds(String)

    package var columns: [String] {
        switch self {
        case .smallest(let name), .largest(let name), .sum(let name, _), .days(let name, _), .times(let name, _),
            .seconds(let name), .present(let name):
            [name]
        case .weighed(let columns): columns.names
        }
    }

    /// Whether it stands for the values themselves, and not only for how many there are.
    package var isOfValues: Bool {
        switch self {
        case .present, .weighed: false
        case .smallest, .largest, .sum, .days, .times, .seconds: true
        }
    }
}

/// What is asked of the rows of a table, bucket by bucket.
package struct DigestQuery: Hashable, Sendable {
    package var table: TableName
    package var bucketing: Bucketing
    package var values: [DigestValue]
    /// Nil for all rows.
    package var condition: Condition?
    /// Rows of the source that fall into none of the buckets but into one of their own (`Bucketing.apart`); nil for none.
    package var apart: Condition?
    /// Which rows of the destination are meant; nil for all. Of the source, the condition says it.
    package var since: BucketRange?
    /// The smallest and the largest whole number of the column by which rows fall into buckets; nil where nobody knows.
    package var extent: ClosedRange<Int64>?
    /// So many buckets are told, and one more where there are others; nil for all.
    package var mostBuckets: Int?
    /// Whether an index finds the rows of a range of it.
    package var isIndexed = false

    package init(table: TableName, bucketing: Bucketing, values: [DigestValue], condition: Condition? = nil) {
        self.table = table
        self.bucketing = bucketing
        self.values = values
        self.condition = condition
    }
}

/// What the rows of a bucket come to, exactly.
package struct BucketDigest: Hashable, Sendable {
    /// Nil: rows without a place in the order.
    package var bucket: Int64?
    package var rows: Int
    /// One for each value that was asked for; nil where the side cannot say it exactly. The sum of nothing is 0.
    package var values: [Int128?]

    package init(bucket: Int64?, rows: Int, values: [Int128?]) {
        self.bucket = bucket
        self.rows = rows
        self.values = values
    }
}

/// The digests of both sides, held against each other.
package struct DigestComparison: Sendable {
    /// Buckets that differ, in order; those without a place last.
    package private(set) var differing: [Int64?] = []
    /// Places of values that one of the sides did not say exactly for some bucket.
    package private(set) var unsaid: Set<Int> = []
    package private(set) var buckets = 0
    /// Rows of both sides.
    package private(set) var sourceRows = 0
    package private(set) var rows = 0

    package init(source: [BucketDigest], destination: [BucketDigest]) {
        // Of several statements one bucket may come twice; it never does of one.
        let theirs = Dictionary(source.map { ($0.bucket, $0) }, uniquingKeysWith: { first, _ in first })
        let ours = Dictionary(destination.map { ($0.bucket, $0) }, uniquingKeysWith: { first, _ in first })
        let all = Set(theirs.keys).union(ours.keys)
        buckets = all.count
        for bucket in all {
            let (one, other) = (theirs[bucket], ours[bucket])
            sourceRows += one?.rows ?? 0
            rows += other?.rows ?? 0
            if !isEqual(one, other) { differing.append(bucket) }
        }
        differing.sort { ($0 ?? .max, $0 == nil ? 1 : 0) < ($1 ?? .max, $1 == nil ? 1 : 0) }
    }

    private mutating func isEqual(_ one: BucketDigest?, _ other: BucketDigest?) -> Bool {
        guard let one, let other else { return (one?.rows ?? 0) == (other?.rows ?? 0) }
        var isEqual = one.rows == other.rows
        for (place, (mine, theirs)) in zip(one.values, other.values).enumerated() {
            guard let mine, let theirs else {
                unsaid.insert(place)
                continue
            }
            if mine != theirs { isEqual = false }
        }
        return isEqual
    }
}
