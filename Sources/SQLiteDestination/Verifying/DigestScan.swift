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
    private let columns: [Int32]
    private let cuts: [Moment]
    private let width: Int64

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
        columns = query.values.map { place($0.column) }
        self.names = names
        switch query.bucketing {
        case .whole: (cuts, width) = ([], 0)
        case .widths(_, let width): (cuts, self.width) = ([], width)
        case .cuts(_, _, let values):
            width = 0
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
            unsafe add(handle, at: place * columns.count)
        }
        return buckets.indices.map { place in
            let base = place * columns.count
            return BucketDigest(
                bucket: buckets[place], rows: rows[place],
                values: columns.indices.map { isExact[base + $0] ? value(sums[base + $0]) : nil })
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
        for value in query.values {
            switch value {
            case .smallest: sums.append(.max)
            case .largest: sums.append(.min)
            case .present, .sum, .days, .times: sums.append(0)
            }
            isExact.append(true)
        }
        return place
    }

    /// What is no value of the key's kind has no place.
    private func bucket(_ handle: OpaquePointer) -> Int64? {
        guard let bucketColumn else { return 0 }
        if width > 0 {
            guard unsafe sqlite3_column_type(handle, bucketColumn) == SQLITE_INTEGER else { return nil }
            let value = unsafe sqlite3_column_int64(handle, bucketColumn)
            return value - value % width
        }
        guard let moment = unsafe moment(handle, bucketColumn) else { return nil }
        var (low, high) = (0, cuts.count)
        while low < high {
            let middle = (low + high) / 2
            if moment < cuts[middle] { high = middle } else { low = middle + 1 }
        }
        return Int64(low)
    }

    private mutating func add(_ handle: OpaquePointer, at base: Int) {
        for (index, value) in query.values.enumerated() {
            let column = columns[index]
            let type = unsafe sqlite3_column_type(handle, column)
            guard type != SQLITE_NULL else { continue }
            switch value {
            case .present: sums[base + index] += 1
            case .sum, .smallest, .largest:
                guard type == SQLITE_INTEGER else {
                    isExact[base + index] = false
                    continue
                }
                let number = unsafe Int128(sqlite3_column_int64(handle, column))
                if case .sum = value {
                    sums[base + index] += number
                } else if case .smallest = value {
                    sums[base + index] = min(sums[base + index], number)
                } else {
                    sums[base + index] = max(sums[base + index], number)
                }
            case .days, .times:
                guard let moment = unsafe moment(handle, column) else {
                    isExact[base + index] = false
                    continue
                }
                let day = CivilDay.number(ofSecond: moment.seconds)
                if case .days = value {
                    sums[base + index] += Int128(digits(day))
                } else {
                    let time = moment.seconds - day * 86_400
                    sums[base + index] += Int128(time / 3600 * 10_000 + time / 60 % 60 * 100 + time % 60)
                }
            }
        }
    }

    private mutating func digits(_ day: Int) -> Int {
        if day != lastDay.number {
            let (year, month, date) = CivilDay.date(of: day)
            lastDay = (day, year * 10_000 + month * 100 + date)
        }
        return lastDay.digits
    }

    private func moment(_ handle: OpaquePointer, _ column: Int32) -> Moment? {
        guard unsafe sqlite3_column_type(handle, column) == SQLITE_TEXT,
            let bytes = unsafe sqlite3_column_text(handle, column)
        else { return nil }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        guard let moment = unsafe MomentReading(bytes, count: count).moment else { return nil }
        return Moment(seconds: moment.instant, nanoseconds: moment.nanoseconds)
    }
}
