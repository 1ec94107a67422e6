import Extraction

/// Sums of buckets as a source's SQL. Pure functions.
extension ODBCDialect {
    /// How a source adds up, takes remainders and writes moments as numbers.
    package enum Arithmetic: Sendable, Equatable {
        /// ODBC's own functions, and sums in 38 digits, because a plain sum of `int` overflows in some databases.
        case odbc
        /// PostgreSQL: sums of whole numbers are `numeric`. What only speaks like it may not have a function of its ranges that tells
        /// seconds apart; the one that all have takes four times as long (PostgreSQL 15).
        case postgreSQL(hasRanges: Bool)
        /// MariaDB: sums of whole numbers are decimals.
        case mariaDB
        /// SQLite: a sum that overflows is an error; then numbers are added up in two halves, which takes twice as long.
        case sqlite(inHalves: Bool)
        /// SQL Server: a plain sum of `int` overflows.
        case sqlServer
        /// NetSuite: Oracle's functions.
        case oracle

        var isPostgreSQL: Bool {
            if case .postgreSQL = self { true } else { false }
        }

        /// What is asked where a source refuses these sums; nil where there is nothing else, and all rows would be gone through twice
        /// for the same answer.
        func plainer(after sqlState: String?) -> Arithmetic? {
            switch self {
            case .sqlite(inHalves: false): .sqlite(inHalves: true)
            case .postgreSQL(hasRanges: true): sqlState == "42883" ? .postgreSQL(hasRanges: false) : nil
            case .sqlite, .postgreSQL, .odbc, .mariaDB, .sqlServer, .oracle: nil
            }
        }
    }

    /// Parts of one sum, each `factor` times what its expression comes to.
    struct DigestPart: Equatable {
        var sql: String
        var factor: Int128
    }

    /// The statement that asks for the digests of all buckets, and how its columns make the values: the first is the bucket, the
    /// second the count of rows.
    func digests(_ query: DigestQuery) throws -> (sql: String, parts: [[DigestPart]?]) {
        let parts = query.values.map(parts)
        let sums = parts.flatMap { $0 ?? [] }.map { ", " + $0.sql }.joined()
        let table = quote(query.table)
        let column = query.bucketing.column
        if column != nil, case .sqlite = arithmetic, query.isIndexed, query.apart == nil, let arms = try arms(query) {
            let selects = try arms.map { bucket, range in
                "SELECT \(bucket), COUNT(*)\(sums) FROM \(table)\(try clause(.both(range, query.condition)))"
            }
            return (selects.joined(separator: " UNION ALL "), parts)
        }
        var bucket = try column.map { try self.bucket(query.bucketing, of: $0) } ?? "0"
        var group = column == nil ? "" : " GROUP BY \(bucket)"
        if let apart = query.apart, let number = query.bucketing.apart {
            bucket = "CASE WHEN \(try self.sql(apart)) THEN \(number) ELSE \(bucket) END"
            group = " GROUP BY \(bucket)"
        }
        return ("SELECT \(bucket), COUNT(*)\(sums) FROM \(table)\(try clause(query.condition))\(group)", parts)
    }

    /// What the session is told before it is asked for digests, and behind that; nil where nothing is to be said.
    ///
    /// PostgreSQL (15) takes each value of a key for a bucket of its own, and sorts all rows for so many, on its disk: of 2 M rows of 24
    /// columns 265 MB, and twice the time. Its compiler of expressions takes a fifteenth of the time for putting functions in the place
    /// of their calls, and gains nothing by that; where there is one, it stays told, for no result depends on it.
    var digestSettings: (begin: String, end: String)? {
        guard arithmetic.isPostgreSQL else { return nil }
        return (
            "SELECT set_config('enable_sort', 'off', false), CASE WHEN current_setting('jit_inline_above_cost', true) "
                + "IS NOT NULL THEN set_config('jit_inline_above_cost', '-1', false) END", "RESET enable_sort"
        )
    }

    /// SQLite groups by sorting, which takes longer than to read a range of an index for each bucket; nil where there are too many
    /// for one statement, or the rows without a value would be left out.
    private func arms(_ query: DigestQuery) throws -> [(Int64, Condition?)]? {
        guard case .widths(_, let width) = query.bucketing, let extent = query.extent else { return nil }
        let first = extent.lowerBound - extent.lowerBound % width
        let last = extent.upperBound - extent.upperBound % width
        // Hashes as keys are spread over all of 64 bits: neither their distance nor a step behind the last need fit.
        let distance = UInt64(bitPattern: last) &- UInt64(bitPattern: first)
        let steps = distance / UInt64(width)
        guard steps <= VerifyBounds.buckets else { return nil }
        let buckets = (0...steps).map { Int64(bitPattern: UInt64(bitPattern: first) &+ $0 &* UInt64(width)) }
        return buckets.map { bucket in
            var range = query.bucketing.range(of: bucket)
            // What lies outside of what was counted falls into the ends.
            if bucket == first { range.lower = nil }
            if bucket == last { range.upper = nil }
            if range.lower == nil, range.upper == nil { return (bucket, nil) }
            return (bucket, range.condition)
        }
    }

    /// What a bucket is, as an expression.
    private func bucket(_ bucketing: Bucketing, of column: String) throws -> String {
        switch bucketing {
        case .whole: return "0"
        case .widths(_, let width):
            let name = quote(column)
            let rest =
                switch arithmetic {
                case .sqlite, .postgreSQL, .mariaDB, .sqlServer: "\(name) % \(width)"
                case .oracle: "MOD(\(name), \(width))"
                case .odbc: "{fn MOD(\(name), \(width))}"
                }
            return "\(name) - \(rest)"
        case .cuts(_, let kind, let cuts):
            let value = ordered(column, kind: kind)
            let tree = try tree(cuts[...], from: 0) { "\(value) < \(try literal($0))" }
            return "CASE WHEN \(value) IS NULL THEN NULL ELSE \(tree) END"
        }
    }

    /// How many cuts a value is at or above, by halves: as many comparisons as the number of cuts has binary digits.
    private func tree(
        _ cuts: ArraySlice<KeyValue>, from count: Int, below: (KeyValue) throws -> String
    ) throws -> String {
        guard !cuts.isEmpty else { return String(count) }
        let middle = cuts.startIndex + cuts.count / 2
        let lower = try tree(cuts[..<middle], from: count, below: below)
        let upper = try tree(cuts[(middle + 1)...], from: count + middle - cuts.startIndex + 1, below: below)
        return "CASE WHEN \(try below(cuts[middle])) THEN \(lower) ELSE \(upper) END"
    }

    /// The expressions that make a value; nil where the source cannot say it exactly.
    private func parts(_ value: DigestValue) -> [DigestPart]? {
        let name = value.columns.first.map(quote) ?? ""
        func one(_ sql: String) -> [DigestPart] { [DigestPart(sql: sql, factor: 1)] }
        switch value {
        case .smallest: return one("MIN(\(name))")
        case .largest: return one("MAX(\(name))")
        case .present: return one("COUNT(\(name))")
        case .weighed(let columns):
            guard arithmetic.isPostgreSQL else {
                return zip(columns.names, columns.weights).map {
                    DigestPart(sql: "COUNT(\(quote($0)))", factor: Int128($1))
                }
            }
            return one("SUM(\(columns.sql(columns.names.map(quote))))")
        case .sum(_, let number):
            let name = number == 0 ? name : "COALESCE(\(name), \(number))"
            switch arithmetic {
            case .postgreSQL, .mariaDB, .oracle: return one("SUM(\(name))")
            case .odbc, .sqlServer: return one("SUM(CAST(\(name) AS DECIMAL(38, 0)))")
            case .sqlite(inHalves: false): return one("SUM(\(name))")
            case .sqlite(inHalves: true):
                return [
                    DigestPart(sql: "SUM(\(name) >> 32)", factor: 1 << 32),
                    DigestPart(sql: "SUM(\(name) & 4294967295)", factor: 1),
                ]
            }
        case .days: return digits(name, "YYYYMMDD", "%Y%m%d", (1, 10, "-")).map(one)
        case .times: return digits(name, "HH24MISS", "%H%i%s", (12, 8, ":")).map(one)
        case .seconds:
            guard case .postgreSQL(let hasRanges) = arithmetic else { return nil }
            // As its session writes a moment with a zone.
            let moment = "\(name)::timestamp"
            let seconds = hasRanges ? "tsrange_subdiff(\(moment), timestamp 'epoch')" : "date_part('epoch', \(moment))"
            // An infinity has none.
            return one("SUM(CASE WHEN isfinite(\(name)) THEN floor(\(seconds))::bigint END)")
        }
    }

    /// The sum of a part of moments as numbers.
    ///
    /// - Parameter part: Where it lies in text, and what stands between its digits. By its place, because SQLite's functions of
    ///   time take three times as long; of another spelling the sum is another one, and its rows are compared.
    private func digits(
        _ name: String, _ oracle: String, _ mariaDB: String, _ part: (start: Int, length: Int, separator: String)
    ) -> String? {
        switch arithmetic {
        case .odbc, .sqlServer: return nil
        // Of an infinity there are no digits.
        case .postgreSQL: return "SUM(NULLIF(TO_CHAR(\(name), '\(oracle)'), '')::bigint)"
        case .mariaDB: return "SUM(CAST(DATE_FORMAT(\(name), '\(mariaDB)') AS UNSIGNED))"
        case .oracle: return "SUM(TO_NUMBER(TO_CHAR(\(name), '\(oracle)')))"
        case .sqlite:
            let text = "substr(\(name), \(part.start), \(part.length))"
            return "SUM(CAST(replace(\(text), '\(part.separator)', '') AS INTEGER))"
        }
    }
}
