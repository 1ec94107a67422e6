import CSQLite
import Extraction
import Rows
import SQLite

/// The digests of a table's rows, added up as they are read.
///
/// Not by GROUP BY: SQLite sorts for that, and its own sums overflow. An aggregate function of ours is given the values where they lie;
/// to ask for each column of each row takes nearly twice as long, and a row for each call a twentieth more (SQLite 3.40.1).
///
/// Used by one thread at a time; each scan adds to what is there.
@safe final class DigestScan {
    /// A call of the function may have so many values (127, SQLite 3.40.1).
    private static let mostColumns = 100
    private static let name = "kleene_digest"

    private let query: DigestQuery
    private let names: [String]
    private let places: UnsafeMutableBufferPointer<DigestPlaces>
    /// Where the weights of most values go, which a row adds at once; -1 for nowhere.
    private let weighed: Int
    /// Whether the value by which a row falls into a bucket is that of the first column.
    private let isBucketFirst: Bool
    private let isByTime: Bool
    private let width: Int64
    private let cuts: [Moment]

    /// A bucket's sums lie behind those of another: the count of its rows first.
    private let stride: Int
    private let initial: [Int128]
    private var sums: UnsafeMutableBufferPointer<Int128>
    /// Whether a sum is no longer exact.
    private var isInexact: UnsafeMutableBufferPointer<Bool>
    private var buckets: [Int64?] = []
    private var numbers: [Int64?: Int] = [:]
    private var last: (bucket: Int64?, base: Int)?
    private var lastDay = (number: Int.min, digits: 0)

    init(_ query: DigestQuery) {
        self.query = query
        let layout = DigestLayout(query.values, bucket: query.bucketing.column)
        names = layout.names
        isBucketFirst = layout.isBucketFirst
        weighed = layout.weighed
        initial = layout.initial
        unsafe places = .allocate(capacity: layout.places.count)
        _ = unsafe places.initialize(from: layout.places)
        stride = initial.count
        unsafe sums = .allocate(capacity: 0)
        unsafe isInexact = .allocate(capacity: 0)
        switch query.bucketing {
        case .whole: (isByTime, width, cuts) = (false, 0, [])
        case .widths(_, let width): (isByTime, self.width, cuts) = (false, width, [])
        case .cuts(_, _, let values):
            (isByTime, width) = (true, 0)
            cuts = values.map {
                switch $0 {
                case .timestamp(let moment), .date(let moment): moment
                case .integer, .text: Moment(seconds: 0)
                }
            }
        }
    }

    deinit {
        unsafe places.deallocate()
        unsafe sums.deallocate()
        unsafe isInexact.deallocate()
    }

    // MARK: The statement

    /// The columns of each call: the first counts the rows.
    private var calls: [Range<Int>] {
        Swift.stride(from: 0, to: max(1, names.count), by: Self.mostColumns).map {
            $0..<min($0 + Self.mostColumns, names.count)
        }
    }

    /// Whether the value by which a row falls into a bucket stands before those of a call, whose first column has this number.
    private func hasBucket(before column: Int) -> Bool { column > 0 || !isBucketFirst }

    /// The statement that adds up all rows of a table.
    ///
    /// - Parameters:
    ///   - table: As SQL; its rows go by `d`.
    ///   - scope: Which of them.
    func sql(from table: String, where scope: String) -> String {
        let bucket = query.bucketing.column.map { "d.\(Identifier.quote($0))" } ?? "0"
        let digests = calls.map { columns in
            let values = names[columns].map { "d.\(Identifier.quote($0))" }
            let all = (hasBucket(before: columns.lowerBound) ? [bucket] : []) + values
            return "\(Self.name)(\(columns.lowerBound), \(all.joined(separator: ", ")))"
        }
        return "SELECT \(digests.joined(separator: ", ")) FROM \(table) AS d WHERE \(scope)"
    }

    /// Adds up all rows of a table.
    func run(on database: SQLiteDatabase, from table: String, where scope: String) throws {
        let function = unsafe Self.name.withCString { name in
            unsafe sqlite3_create_function_v2(
                database.handle, name, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, Unmanaged.passUnretained(self).toOpaque(),
                nil,
                { context, count, values in
                    guard let values = unsafe values, let scan = unsafe sqlite3_user_data(context) else { return }
                    unsafe Unmanaged<DigestScan>.fromOpaque(scan)._withUnsafeGuaranteedRef { scan in
                        unsafe scan.add(UnsafeMutableBufferPointer(start: values, count: Int(count)))
                    }
                }, { context in unsafe sqlite3_result_null(context) }, nil)
        }
        guard function == SQLITE_OK else { throw database.error(function) }
        // Nothing is to call what is gone.
        defer {
            unsafe _ = sqlite3_create_function_v2(
                database.handle, Self.name, -1, SQLITE_UTF8, nil, nil, nil, nil, nil)
        }
        try withExtendedLifetime(self) {
            let statement = try database.prepare(sql(from: table, where: scope))
            _ = try statement.step()
        }
    }

    /// What all rows have come to.
    var digests: [BucketDigest] {
        buckets.indices.map { number in
            let base = number * stride
            return unsafe BucketDigest(
                bucket: buckets[number], rows: Int(sums[base]),
                values: (1..<stride).map { unsafe isInexact[base + $0] ? nil : Self.value(sums[base + $0]) })
        }
    }

    /// Adds what another scan of the same question has found in other rows.
    func add(_ other: DigestScan) {
        for (number, bucket) in other.buckets.enumerated() {
            let (base, theirs) = ((numbers[bucket] ?? add(bucket)) * stride, number * stride)
            for place in 0..<stride {
                let (mine, more) = unsafe (sums[base + place], other.sums[theirs + place])
                let sum =
                    switch initial[place] {
                    case .max: min(mine, more)
                    case .min: max(mine, more)
                    default: mine + more
                    }
                unsafe sums[base + place] = sum
                if unsafe other.isInexact[theirs + place] { markInexact(place, base) }
            }
        }
    }

    /// The smallest and the largest of nothing are 0, as its sum is.
    private static func value(_ sum: Int128) -> Int128 { sum == .max || sum == .min ? 0 : sum }

    // MARK: A row

    /// Adds some values of a row: behind the number of the first of their columns, and the value by which it falls into a bucket, which
    /// may be the first of them.
    private func add(_ values: UnsafeMutableBufferPointer<OpaquePointer?>) {
        let first = unsafe Int(sqlite3_value_int64(values[0]))
        let base = unsafe base(of: values[1])
        if first == 0 { unsafe sums[base] += 1 }
        let begin = hasBucket(before: first) ? 2 : 1
        guard values.count > begin, let columns = unsafe places.baseAddress, let row = unsafe sums.baseAddress else {
            return
        }
        var weight: Int64 = 0
        for number in begin..<values.count {
            let value = unsafe values[number]
            let column = unsafe columns + (first &+ number &- begin)
            let type = unsafe sqlite3_value_type(value)
            switch unsafe column.pointee.question {
            case .weightOfRow:
                // No more of them than a call has values, so it does not overflow.
                weight &+= unsafe type == SQLITE_NULL ? 0 : column.pointee.weightOfRow
            case .sum:
                let place = unsafe base &+ column.pointee.sum
                if type == SQLITE_INTEGER {
                    unsafe row[place] &+= Int128(sqlite3_value_int64(value))
                } else if type == SQLITE_NULL {
                    unsafe row[place] &+= Int128(column.pointee.ofNull)
                } else {
                    unsafe markInexact(column.pointee.sum, base)
                }
            case .more:
                let places = unsafe column.pointee
                weight &+= type == SQLITE_NULL ? 0 : places.weightOfRow
                unsafe add(value, type, at: places, base)
            }
        }
        if weighed >= 0 { unsafe sums[base + weighed] += Int128(weight) }
    }

    /// A value of a column of which several things are asked.
    private func add(_ value: OpaquePointer?, _ type: Int32, at places: DigestPlaces, _ base: Int) {
        guard type != SQLITE_NULL else {
            if places.sum >= 0 { unsafe sums[base + places.sum] += Int128(places.ofNull) }
            return
        }
        if places.present >= 0 { unsafe sums[base + places.present] += Int128(places.weight) }
        if places.isOfNumbers {
            if type == SQLITE_INTEGER {
                unsafe add(Int128(sqlite3_value_int64(value)), at: places, base)
            } else {
                for place in [places.sum, places.smallest, places.largest] { markInexact(place, base) }
            }
        }
        if places.isOfMoments {
            if let moment = unsafe moment(value, type) {
                add(moment, at: places, base)
            } else {
                for place in [places.days, places.times, places.seconds] { markInexact(place, base) }
            }
        }
    }

    private func markInexact(_ place: Int, _ base: Int) {
        if place >= 0 { unsafe isInexact[base + place] = true }
    }

    private func add(_ number: Int128, at places: DigestPlaces, _ base: Int) {
        if places.sum >= 0 { unsafe sums[base + places.sum] += number }
        if places.smallest >= 0, unsafe number < sums[base + places.smallest] {
            unsafe sums[base + places.smallest] = number
        }
        if places.largest >= 0, unsafe number > sums[base + places.largest] {
            unsafe sums[base + places.largest] = number
        }
    }

    /// As it is written: an offset from UTC moves nothing.
    private func add(_ moment: SpelledMoment, at places: DigestPlaces, _ base: Int) {
        if places.seconds >= 0 { unsafe sums[base + places.seconds] += Int128(moment.seconds) }
        guard places.days >= 0 || places.times >= 0 else { return }
        let day = CivilDay.number(ofSecond: moment.seconds)
        if places.days >= 0 { unsafe sums[base + places.days] += Int128(digits(day)) }
        guard places.times >= 0 else { return }
        let time = moment.seconds - day * 86_400
        unsafe sums[base + places.times] += Int128(time / 3600 * 10_000 + time / 60 % 60 * 100 + time % 60)
    }

    private func digits(_ day: Int) -> Int {
        if day != lastDay.number {
            let (year, month, date) = CivilDay.date(of: day)
            lastDay = (day, year * 10_000 + month * 100 + date)
        }
        return lastDay.digits
    }

    private func moment(_ value: OpaquePointer?, _ type: Int32) -> SpelledMoment? {
        guard type == SQLITE_TEXT, let bytes = unsafe sqlite3_value_text(value) else { return nil }
        return unsafe MomentReading(bytes, count: Int(sqlite3_value_bytes(value))).moment
    }

    // MARK: Buckets

    /// Where the sums of a row's bucket begin.
    private func base(of value: OpaquePointer?) -> Int {
        let bucket = unsafe bucket(value)
        if let last, last.bucket == bucket { return last.base }
        let number = numbers[bucket] ?? add(bucket)
        last = (bucket, number * stride)
        return number * stride
    }

    private func add(_ bucket: Int64?) -> Int {
        let number = buckets.count
        buckets.append(bucket)
        numbers[bucket] = number
        let needed = buckets.count * stride
        if unsafe needed > sums.count {
            unsafe sums = Self.grown(sums, to: needed * 2)
            unsafe isInexact = Self.grown(isInexact, to: needed * 2)
        }
        for (place, value) in initial.enumerated() {
            unsafe sums[number * stride + place] = value
            unsafe isInexact[number * stride + place] = false
        }
        return number
    }

    private static func grown<Value: BitwiseCopyable>(
        _ old: UnsafeMutableBufferPointer<Value>, to count: Int
    ) -> UnsafeMutableBufferPointer<Value> {
        let new = UnsafeMutableBufferPointer<Value>.allocate(capacity: count)
        unsafe UnsafeMutableRawBufferPointer(new).copyMemory(from: UnsafeRawBufferPointer(old))
        unsafe old.deallocate()
        return unsafe new
    }

    /// What is no value of the key's kind has no place.
    private func bucket(_ value: OpaquePointer?) -> Int64? {
        guard isByTime else {
            guard width > 0 else { return 0 }
            guard unsafe sqlite3_value_type(value) == SQLITE_INTEGER else { return nil }
            let number = unsafe sqlite3_value_int64(value)
            return number - number % width
        }
        guard let spelled = unsafe moment(value, sqlite3_value_type(value)) else { return nil }
        let moment = Moment(seconds: spelled.instant, nanoseconds: spelled.nanoseconds)
        var (low, high) = (0, cuts.count)
        while low < high {
            let middle = (low + high) / 2
            if moment < cuts[middle] { high = middle } else { low = middle + 1 }
        }
        return Int64(low)
    }
}
