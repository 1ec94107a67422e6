import Extraction
import Rows
import Text

/// The statements by which staged rows are held against a table, in a transaction that has both. Pure functions.
struct VerifySQL {
    /// As SQL.
    let table: String
    let unique: [String]
    let columns: [String]
    /// The types of the table's columns, by their names, as `format_type` spells them.
    let types: [Exact<String>: String]
    /// The column that marks rows as gone; nil where the table has none.
    let gone: String?
    /// Rows that are left aside, by the values of a table of the session.
    var aside: [Aside] = []
    /// Unique columns in which what the table is held against has NULL: there NULL is a value like others.
    var nullable: [String] = []

    struct Aside {
        let table: String
        let names: [String]
        let columns: [String]
    }

    static let rows = "kleene_rows"
    static func aside(_ number: Int) -> String { "kleene_aside_\(number + 1)" }
    static let keys = "kleene_keys"

    private static func list(_ names: [String], of alias: String) -> String {
        names.map { "\(alias).\(PostgresName.quote($0))" }.joined(separator: ", ")
    }

    /// Rows of the table that are compared.
    ///
    /// - Parameter since: Which of its rows are meant at all.
    func scope(_ ranges: [BucketRange]?, hasKeys: Bool = false, since: BucketRange? = nil) -> String {
        var parts: [String] = []
        if let gone { parts.append("d.\(PostgresName.quote(gone)) IS NULL") }
        if let ranges, !ranges.contains(where: { $0.column == nil }) {
            let any = ranges.map { "(\(Self.condition($0, of: "d")))" }.joined(separator: " OR ")
            parts.append("(\(ranges.isEmpty ? "false" : any))")
        }
        if let since { parts.append("(\(Self.condition(since, of: "d")))") }
        parts += aside.map { notAside($0, "d") }
        if hasKeys { parts.append(exists(in: Self.keys, "d")) }
        return parts.isEmpty ? "true" : parts.joined(separator: " AND ")
    }

    /// By `=`: a row that names no header is none of those that the next run reads, so it is compared.
    private func notAside(_ aside: Aside, _ alias: String) -> String {
        let same = zip(aside.names, aside.columns).map { name, column in
            let value = "k.\(PostgresName.quote(name))"
            return "\(isText(column) ? value + " COLLATE \"C\"" : value) = \(exact(column, alias))"
        }
        return "NOT EXISTS (SELECT 1 FROM \(aside.table) AS k WHERE \(same.joined(separator: " AND ")))"
    }

    private func exists(in keys: String, _ alias: String) -> String {
        "EXISTS (SELECT 1 FROM \(keys) AS k WHERE \(same("k", alias)))"
    }

    private func same(_ one: String, _ other: String) -> String {
        unique.map { name in
            guard nullable.containsExactly(name) else { return "\(exact(name, one)) = \(exact(name, other))" }
            return "\(array(name, one)) = \(array(name, other))"
        }.joined(separator: " AND ")
    }

    /// A value as the only one of an array: of these NULL equals NULL, and rows are found by their hashes, which no other comparison
    /// that knows NULL lets PostgreSQL do (15).
    private func array(_ column: String, _ alias: String) -> String {
        let value = "CAST(\(alias).\(PostgresName.quote(column)) AS \(types[Exact(column)] ?? "text"))"
        return "ARRAY[\(isText(column) ? value + " COLLATE \"C\"" : value)]"
    }

    /// A value as it is compared: text by its bytes, whatever the column's collation takes for the same.
    private func exact(_ column: String, _ alias: String) -> String {
        let name = "\(alias).\(PostgresName.quote(column))"
        return isText(column) ? "\(name) COLLATE \"C\"" : name
    }

    private func isText(_ column: String) -> Bool {
        ["text", "character varying"].contains { types[Exact(column)]?.hasPrefix($0) == true }
    }

    /// A value of a type for which there is no comparison, as its text.
    private func comparable(_ column: String, _ alias: String) -> String {
        let hasNone = ["json", "xml", "point"].contains { types[Exact(column)] == $0 }
        return hasNone ? "\(alias).\(PostgresName.quote(column))::text" : exact(column, alias)
    }

    /// - Parameter alias: Of the table whose rows are meant.
    static func condition(_ range: BucketRange, of alias: String) -> String {
        guard let column = range.column else { return "true" }
        let name = "\(alias).\(PostgresName.quote(column))"
        let nulls = "\(name) IS NULL"
        if range.isEmpty { return range.holdsNulls ? nulls : "false" }
        var bounds: [String] = []
        if let lower = range.lower { bounds.append("\(name) >= \(literal(lower))") }
        if let upper = range.upper { bounds.append("\(name) < \(literal(upper))") }
        if bounds.isEmpty { return range.holdsNulls ? "true" : "\(name) IS NOT NULL" }
        let all = bounds.joined(separator: " AND ")
        return range.holdsNulls ? "(\(all)) OR \(nulls)" : all
    }

    static func literal(_ value: KeyValue) -> String {
        switch value {
        case .integer(let number): "'\(number)'::bigint"
        case .timestamp(let moment): "'\(moment)'::timestamp"
        case .date(let moment): "'\(moment.dateText)'::date"
        case .text(let text): PostgresName.literal(text)
        }
    }

    // MARK: Sums

    /// What the transaction is told before it is asked for digests.
    ///
    /// PostgreSQL (15) takes each value of a key for a bucket of its own, and sorts all rows for so many, on its disk. Its compiler of
    /// expressions takes a fifteenth of the time for putting functions in the place of their calls, and gains nothing by that.
    static let digestSettings =
        "SELECT pg_catalog.set_config('enable_sort', 'off', true), "
        + "CASE WHEN pg_catalog.current_setting('jit_inline_above_cost', true) IS NOT NULL "
        + "THEN pg_catalog.set_config('jit_inline_above_cost', '-1', true) END"

    /// All digests; the first value is the bucket, the second the count of rows.
    func digests(_ query: DigestQuery, scope: String) -> String {
        let values = query.values.map { ", " + value($0) }.joined()
        let group = query.bucketing.column == nil ? "" : " GROUP BY 1"
        return "SELECT \(bucket(query.bucketing)), count(*)\(values) FROM \(table) AS d WHERE \(scope)\(group)"
    }

    private func bucket(_ bucketing: Bucketing) -> String {
        switch bucketing {
        case .whole: return "0"
        case .widths(let column, let width):
            let name = "d.\(PostgresName.quote(column))"
            return "(\(name) - \(name) % \(width))"
        case .cuts(let column, _, let cuts):
            let name = "d.\(PostgresName.quote(column))"
            return "CASE WHEN \(name) IS NULL THEN NULL ELSE \(Self.tree(name, cuts[...], from: 0)) END"
        }
    }

    private static func tree(_ name: String, _ cuts: ArraySlice<KeyValue>, from count: Int) -> String {
        guard !cuts.isEmpty else { return String(count) }
        let middle = cuts.startIndex + cuts.count / 2
        let lower = tree(name, cuts[..<middle], from: count)
        let upper = tree(name, cuts[(middle + 1)...], from: count + middle - cuts.startIndex + 1)
        return "CASE WHEN \(name) < \(literal(cuts[middle])) THEN \(lower) ELSE \(upper) END"
    }

    /// NULL where it cannot be said exactly.
    private func value(_ value: DigestValue) -> String {
        let names = value.columns.map { "d.\(PostgresName.quote($0))" }
        let name = names.first ?? ""
        let type = value.columns.first.flatMap { types[Exact($0)] } ?? ""
        let isNumber = ["bigint", "integer", "smallint"].contains(type)
        let isMoment = type == "date" || type.hasPrefix("timestamp")
        return switch value {
        case .smallest: isNumber ? "coalesce(min(\(name)), 0)" : "NULL"
        case .largest: isNumber ? "coalesce(max(\(name)), 0)" : "NULL"
        case .present: "count(\(name))"
        case .weighed(let columns): "coalesce(sum(\(columns.sql(names))), 0)"
        case .sum(_, ofNull: 0): isNumber ? "coalesce(sum(\(name)), 0)" : "NULL"
        case .sum(_, let number): isNumber ? "coalesce(sum(coalesce(\(name), \(number))), 0)" : "NULL"
        case .days: isMoment ? Self.digits(name, "YYYYMMDD") : "NULL"
        case .times: isMoment ? Self.digits(name, "HH24MISS") : "NULL"
        case .seconds: isMoment ? Self.seconds(name) : "NULL"
        }
    }

    /// An infinity has none. As the session writes a moment with a zone. By a function of ranges: `date_part` takes four times as long (15).
    private static func seconds(_ name: String) -> String {
        let seconds =
            "pg_catalog.floor(pg_catalog.tsrange_subdiff(\(name)::timestamp, timestamp 'epoch'))::bigint"
        return "coalesce(sum(CASE WHEN pg_catalog.isfinite(\(name)) THEN \(seconds) END), 0)"
    }

    /// Of an infinity there are no digits.
    private static func digits(_ name: String, _ format: String) -> String {
        "coalesce(sum(nullif(pg_catalog.to_char(\(name), '\(format)'), '')::bigint), 0)"
    }

    // MARK: Rows that something identifies

    /// Of rows that were read twice only what was read later.
    func latestSQL(of staged: String, as name: String, columns: [String]) -> String {
        let keys = PostgresName.list(unique)
        return
            "CREATE TEMPORARY TABLE \(name) ON COMMIT DROP AS SELECT DISTINCT ON (\(keys)) \(PostgresName.list(columns)) "
            + "FROM \(staged) ORDER BY \(keys), \(PostgresName.quote(PostgresTable.read)) DESC"
    }

    /// An empty table for keys of the types that the table has.
    var createKeysSQL: String {
        "CREATE TEMPORARY TABLE \(Self.keys) ON COMMIT DROP AS SELECT \(PostgresName.list(unique)) FROM \(table) LIMIT 0"
    }

    /// Adds keys, as parameters in their order.
    func insertKeysSQL(_ count: Int) -> String {
        let rows = (0..<count).map { row in
            let values = unique.enumerated().map { place, name in
                "$\(row * unique.count + place + 1)::\(types[Exact(name)] ?? "text")"
            }
            return "(\(values.joined(separator: ", ")))"
        }
        return "INSERT INTO \(Self.keys) VALUES \(rows.joined(separator: ", "))"
    }

    func missingSQL(scope: String, hasKeys: Bool, limit: Int) -> String {
        var parts = [
            "NOT EXISTS (SELECT 1 FROM \(table) AS d WHERE \(same("r", "d")) AND \(scope))"
        ]
        parts += aside.map { notAside($0, "r") }
        if hasKeys { parts.append(exists(in: Self.keys, "r")) }
        return
            "SELECT \(Self.list(unique, of: "r")) FROM \(Self.rows) AS r WHERE \(parts.joined(separator: " AND ")) LIMIT \(limit)"
    }

    func extraSQL(scope: String, limit: Int) -> String {
        "SELECT \(Self.list(unique, of: "d")) FROM \(table) AS d WHERE \(scope) "
            + "AND NOT EXISTS (SELECT 1 FROM \(Self.rows) AS r WHERE \(same("r", "d"))) LIMIT \(limit)"
    }

    /// Staged keys that several rows of the table share.
    func repeatedSQL(scope: String, limit: Int) -> String {
        let keys = Self.list(unique, of: "d")
        return
            "SELECT \(keys) FROM (SELECT \(keys) FROM \(table) AS d WHERE \(scope) GROUP BY \(keys) HAVING count(*) > 1) AS d "
            + "WHERE EXISTS (SELECT 1 FROM \(Self.rows) AS r WHERE \(same("r", "d"))) LIMIT \(limit)"
    }

    /// Of each unique column whether staged rows have NULL there.
    var nullsSQL: String {
        let nulls = unique.map { "coalesce(bool_or(\(PostgresName.quote($0)) IS NULL), false)" }
        return "SELECT \(nulls.joined(separator: ", ")) FROM \(Self.rows)"
    }

    /// Rows of both with other values: the key, whether the table's is the older one, and of each column whether it differs.
    func differentSQL(scope: String, version: VersionKey?, limit: Int) -> String {
        let differs = columns.map { "\(comparable($0, "r")) IS DISTINCT FROM \(comparable($0, "d"))" }
        var stale = "false"
        if let version {
            let name = PostgresName.quote(version.column)
            stale = "coalesce(r.\(name) > d.\(name), d.\(name) IS NULL AND r.\(name) IS NOT NULL)"
        }
        return
            "SELECT \(Self.list(unique, of: "r")), \(stale), \(differs.joined(separator: ", ")) FROM \(Self.rows) AS r "
            + "JOIN \(table) AS d ON \(same("r", "d")) WHERE \(scope) AND (\(differs.joined(separator: " OR "))) "
            + "LIMIT \(limit)"
    }

    // MARK: Rows that nothing identifies

    func countsSQL(scope: String) -> String {
        let mine = columns.enumerated().map { "\(comparable($1, "r")) AS c\($0)" }.joined(separator: ", ")
        let theirs = columns.map { comparable($0, "d") }.joined(separator: ", ")
        let names = columns.indices.map { "c\($0)" }.joined(separator: ", ")
        return
            "SELECT sum(greatest(n, 0)), sum(greatest(-n, 0)) FROM (SELECT sum(side) AS n FROM (SELECT 1 AS side, \(mine) "
            + "FROM \(Self.rows) AS r UNION ALL SELECT -1, \(theirs) FROM \(table) AS d WHERE \(scope)) AS both_sides "
            + "GROUP BY \(names)) AS counted"
    }
}
