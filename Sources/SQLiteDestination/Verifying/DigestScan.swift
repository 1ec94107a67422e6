import CSQLite
import Extraction
import Rows
import SQLite

/// The digests of a table's rows, added up as they are read.
///
/// Not by GROUP BY: SQLite sorts for that, and its own sums overflow.
struct DigestScan {
    private let query: DigestQuery
    /// The columns that are read, each once.
    private let names: [String]
    private let bucketColumn: Int32?
    /// What becomes of a column's values: where each kind of sum lies among a bucket's, or -1.
    private struct Sums {
        var column: Int32
        var present = -1
        var sum = -1
        var smallest = -1
        var largest = -1
        var days = -1
        var times = -1

        init(column: Int32) { self.column = column }

        var isOfNumbers: Bool { sum >= 0 || smallest >= 0 || largest >= 0 }
        var isOfMoments: Bool { days >= 0 || times >= 0 }
    }

    private let columns: [Sums]
    private let width: Int
    private let initial: [Int128]
    private let cuts: [Moment]
    private let bucketWidth: Int64

    private var places: [Int64?: Int] = [:]
    private var buckets: [Int64?] = []
    private var rows: [Int] = []
    private var sums: [Int128] = []
    private var isExact: [Bool] = []
    private var lastDay = (number: Int.min, digits: 0)

    init(_ query: DigestQuery) {
        self.query = query
        var names: [String] = []
        func place(_ name: String) -> Int32 {
            if let found = names.firstIndex(ofExactly: name) { return Int32(found) }
            names.append(name)
            return Int32(names.count - 1)
        }
        bucketColumn = query.bucketing.column.map { place($0) }
        var columns: [Int32: Sums] = [:]
        var initial: [Int128] = []
        for (index, value) in query.values.enumerated() {
            let column = place(value.column)
            var sums = columns[column] ?? Sums(column: column)
            switch value {
            case .present: sums.present = index
            case .sum: sums.sum = index
            case .smallest: sums.smallest = index
            case .largest: sums.largest = index
            case .days: sums.days = index
            case .times: sums.times = index
            }
            columns[column] = sums
            switch value {
            case .smallest: initial.append(.max)
            case .largest: initial.append(.min)
            case .present, .sum, .days, .times: initial.append(0)
            }
        }
        self.columns = columns.values.sorted { $0.column < $1.column }
        self.initial = initial
        width = initial.count
        self.names = names
        switch query.bucketing {
        case .whole: (cuts, bucketWidth) = ([], 0)
        case .widths(_, let width): (cuts, bucketWidth) = ([], width)
        case .cuts(_, _, let values):
            bucketWidth = 0
            cuts = values.map {
                switch $0 {
                case .timestamp(let moment), .date(let moment): moment
                case .integer, .text: Moment(seconds: 0)
                }
            }
        }
    }

    /// The statement whose rows are added up.
    ///
    /// - Parameters:
    ///   - table: As SQL; its rows go by `d`.
    ///   - scope: Which of them.
    func sql(from table: String, where scope: String) -> String {
        let list = names.isEmpty ? "1" : names.map { "d.\(Identifier.quote($0))" }.joined(separator: ", ")
        return "SELECT \(list) FROM \(table) AS d WHERE \(scope)"
    }

    /// Adds all rows of a statement up.
    mutating func run(_ statement: SQLiteStatement) throws -> [BucketDigest] {
        let handle = unsafe statement.handle
        var last: (bucket: Int64?, place: Int)?
        while try statement.step() {
            let bucket = unsafe bucket(handle)
            let place: Int
            if let last, last.bucket == bucket { place = last.place } else { place = self.place(bucket) }
            last = (bucket, place)
            rows[place] += 1
            unsafe add(handle, at: place * width)
        }
        return buckets.indices.map { place in
            let base = place * width
            return BucketDigest(
                bucket: buckets[place], rows: rows[place],
                values: (0..<width).map { isExact[base + $0] ? value(sums[base + $0]) : nil })
        }
    }

    /// The smallest and the largest of nothing are 0, as its sum is.
    private func value(_ sum: Int128) -> Int128 { sum == .max || sum == .min ? 0 : sum }

    private mutating func place(_ bucket: Int64?) -> Int {
        if let place = places[bucket] { return place }
        let place = buckets.count
        places[bucket] = place
        buckets.append(bucket)
        rows.append(0)
        sums += initial
        isExact += Array(repeating: true, count: width)
        return place
    }

    /// What is no value of the key's kind has no place.
    private func bucket(_ handle: OpaquePointer) -> Int64? {
        guard let bucketColumn else { return 0 }
        if bucketWidth > 0 {
            guard unsafe sqlite3_column_type(handle, bucketColumn) == SQLITE_INTEGER else { return nil }
            let value = unsafe sqlite3_column_int64(handle, bucketColumn)
            return value - value % bucketWidth
        }
        guard let spelled = unsafe moment(handle, bucketColumn) else { return nil }
        let moment = Moment(seconds: spelled.instant, nanoseconds: spelled.nanoseconds)
        var (low, high) = (0, cuts.count)
        while low < high {
            let middle = (low + high) / 2
            if moment < cuts[middle] { high = middle } else { low = middle + 1 }
        }
        return Int64(low)
    }

    private mutating func add(_ handle: OpaquePointer, at base: Int) {
        for column in columns {
            let type = unsafe sqlite3_column_type(handle, column.column)
            guard type != SQLITE_NULL else { continue }
            if column.present >= 0 { sums[base + column.present] += 1 }
            if column.isOfNumbers {
                if type == SQLITE_INTEGER {
                    add(unsafe Int128(sqlite3_column_int64(handle, column.column)), of: column, at: base)
                } else {
                    for place in [column.sum, column.smallest, column.largest] where place >= 0 {
                        isExact[base + place] = false
                    }
                }
            }
            if column.isOfMoments {
                if let moment = unsafe moment(handle, column.column) {
                    add(moment, of: column, at: base)
                } else {
                    for place in [column.days, column.times] where place >= 0 { isExact[base + place] = false }
                }
            }
        }
    }

    private mutating func add(_ number: Int128, of column: Sums, at base: Int) {
        if column.sum >= 0 { sums[base + column.sum] += number }
        if column.smallest >= 0, number < sums[base + column.smallest] { sums[base + column.smallest] = number }
        if column.largest >= 0, number > sums[base + column.largest] { sums[base + column.largest] = number }
    }

    /// As it is written: an offset from UTC moves nothing.
    private mutating func add(_ moment: SpelledMoment, of column: Sums, at base: Int) {
        let day = CivilDay.number(ofSecond: moment.seconds)
        if column.days >= 0 { sums[base + column.days] += Int128(digits(day)) }
        guard column.times >= 0 else { return }
        let time = moment.seconds - day * 86_400
        sums[base + column.times] += Int128(time / 3600 * 10_000 + time / 60 % 60 * 100 + time % 60)
    }

    private mutating func digits(_ day: Int) -> Int {
        if day != lastDay.number {
            let (year, month, date) = CivilDay.date(of: day)
            lastDay = (day, year * 10_000 + month * 100 + date)
        }
        return lastDay.digits
    }

    private func moment(_ handle: OpaquePointer, _ column: Int32) -> SpelledMoment? {
        guard unsafe sqlite3_column_type(handle, column) == SQLITE_TEXT,
            let bytes = unsafe sqlite3_column_text(handle, column)
        else { return nil }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe MomentReading(bytes, count: count).moment
    }
}
