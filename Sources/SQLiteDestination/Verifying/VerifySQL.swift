import Extraction
import SQLite
import Text

/// The statements by which staged rows are held against a table, in a connection that has both. Pure functions.
///
/// The staged side stands on the left of each comparison, because its collation decides: a table's own could take two values
/// for one. Keys are compared by IS, to which NULL is a value, and which takes an index as `=` does.
struct VerifySQL {
    /// As SQL.
    let table: String
    let unique: [String]
    let columns: [String]
    /// Whether rows may be marked as gone.
    let hasGone: Bool
    /// By which a row of the table is found again; nil where rows have no number.
    let rowNumber: String?
    /// Whether a unique index of the table finds its keys.
    var isIndexed = false
    /// Rows that are left aside, by the values of a temporary table.
    var aside: [Aside] = []

    struct Aside {
        let table: String
        let names: [String]
        let columns: [String]
    }

    static let rows = "temp.kleene_rows"
    static let there = "temp.kleene_there"
    static func aside(_ number: Int) -> String { "temp.kleene_aside_\(number + 1)" }
    static let keys = "temp.kleene_keys"

    private static func list(_ names: [String], of alias: String) -> String {
        names.map { "\(alias).\(Identifier.quote($0))" }.joined(separator: ", ")
    }

    /// Rows of the table that are compared.
    ///
    /// - Parameter hasKeys: Whether only some keys are meant.
    ///
    /// - Parameter since: Which of its rows are meant at all.
    func scope(_ ranges: [BucketRange]?, hasKeys: Bool = false, since: BucketRange? = nil) -> String {
        var parts: [String] = []
        if hasGone { parts.append("d.\(Identifier.quote(MetadataColumn.deletedAt)) IS NULL") }
        if let ranges, !ranges.contains(where: { $0.column == nil }) {
            parts.append("(\(ranges.isEmpty ? "false" : Self.any(ranges.map { Self.condition($0, of: "d") })))")
        }
        if let since { parts.append("(\(Self.condition(since, of: "d")))") }
        parts += aside.map { notAside($0, "d") }
        if hasKeys { parts.append(isOfKeys) }
        return parts.isEmpty ? "true" : parts.joined(separator: " AND ")
    }

    /// By `=`: a row that names no header is none of those that the next run reads, so it is compared.
    private func notAside(_ aside: Aside, _ alias: String) -> String {
        let same = zip(aside.names, aside.columns).map {
            "k.\(Identifier.quote($0)) = \(alias).\(Identifier.quote($1))"
        }
        return "NOT EXISTS (SELECT 1 FROM \(aside.table) AS k WHERE \(same.joined(separator: " AND ")))"
    }

    /// Whether a row of the table has one of the keys: by its index where it has one, or all of it would be read for a few keys.
    private var isOfKeys: String {
        guard isIndexed, let rowNumber else { return exists(in: Self.keys, "d") }
        let same = unique.map { "t.\(Identifier.quote($0)) COLLATE BINARY IS k.\(Identifier.quote($0))" }
        return "d.\(rowNumber) IN (SELECT t.\(rowNumber) FROM \(Self.keys) AS k CROSS JOIN \(table) AS t "
            + "ON \(same.joined(separator: " AND ")))"
    }

    private func exists(in keys: String, _ alias: String) -> String {
        "EXISTS (SELECT 1 FROM \(keys) AS k WHERE \(same("k", alias)))"
    }

    private func same(_ one: String, _ other: String) -> String {
        unique.map { "\(one).\(Identifier.quote($0)) IS \(other).\(Identifier.quote($0))" }.joined(separator: " AND ")
    }

    /// - Parameter alias: Of the table whose rows are meant.
    static func condition(_ range: BucketRange, of alias: String) -> String {
        guard let column = range.column else { return "true" }
        let name = "\(alias).\(Identifier.quote(column))"
        let value = range.kind.isTime ? MomentFunction.sql(name) : name
        let nulls = "\(value) IS NULL"
        if range.isEmpty { return range.holdsNulls ? nulls : "false" }
        var bounds: [String] = []
        if let lower = range.lower { bounds.append("\(value) >= \(literal(lower))") }
        if let upper = range.upper { bounds.append("\(value) < \(literal(upper))") }
        if bounds.isEmpty { return range.holdsNulls ? "true" : "\(value) IS NOT NULL" }
        let all = bounds.joined(separator: " AND ")
        return range.holdsNulls ? "(\(all)) OR \(nulls)" : all
    }

    private static func literal(_ value: KeyValue) -> String {
        switch value {
        case .integer(let number): number == .min ? "(-9223372036854775807 - 1)" : String(number)
        case .timestamp(let moment), .date(let moment): "'\(moment)'"
        case .text(let text): text.quoted(with: "'")
        }
    }

    /// Some conditions of which one must hold, in groups: SQLite takes a thousand terms in a row, one in the other.
    static func any(_ parts: [String]) -> String {
        guard parts.count > 50 else { return parts.map { "(\($0))" }.joined(separator: " OR ") }
        let groups = stride(from: 0, to: parts.count, by: 50).map { Array(parts[$0..<min($0 + 50, parts.count)]) }
        return any(groups.map { any($0) })
    }

    // MARK: Rows that something identifies

    /// Makes a table of keys, by which rows are found.
    ///
    /// - Parameter affinities: Of the unique columns in the table. SQLite (3.40.1) compares a column of whole numbers with one
    ///   without a type by reading all of the latter, for each row.
    func createKeysSQL(_ name: String, _ affinities: [Affinity]) -> [String] {
        let columns = zip(unique, affinities).map { "\(Identifier.quote($0)) \($1.rawValue)" }
        return [
            "CREATE TABLE \(name) (\(columns.joined(separator: ", ")))",
            Self.indexSQL(on: name, unique, isUnique: false),
        ]
    }

    /// Of rows that were read twice, those that were read earlier: where there is NULL in the key, a unique index keeps both.
    ///
    /// - Parameter number: The name of a row's number.
    static func removeOlderNullsSQL(from name: String, _ key: [String], number: String) -> String {
        let nulls = key.map { "earlier.\(Identifier.quote($0)) IS NULL" }.joined(separator: " OR ")
        let same = key.map { "later.\(Identifier.quote($0)) IS earlier.\(Identifier.quote($0))" }
        return "DELETE FROM \(name) AS earlier WHERE (\(nulls)) AND EXISTS (SELECT 1 FROM \(name) AS later "
            + "WHERE \(same.joined(separator: " AND ")) AND later.\(number) > earlier.\(number))"
    }

    static func indexSQL(on name: String, _ key: [String], isUnique: Bool) -> String {
        let columns = key.map { "\(Identifier.quote($0)) COLLATE BINARY" }.joined(separator: ", ")
        let bare = name.replacing("temp.", with: "")
        return "CREATE \(isUnique ? "UNIQUE " : "")INDEX \(name)_index ON \(bare) (\(columns))"
    }

    /// The keys of the table's rows that are compared, each with where its row lies.
    func createThereSQL(scope: String) -> String {
        "CREATE TABLE \(Self.there) AS SELECT \(Self.list(unique, of: "d"))"
            + "\(rowNumber.map { ", d.\($0) AS kleene_place" } ?? "") FROM \(table) AS d WHERE \(scope)"
    }

    /// Staged rows that the table lacks.
    func missingSQL(hasKeys: Bool, limit: Int) -> String {
        var parts = ["NOT \(exists(in: Self.there, "r"))"]
        parts += aside.map { notAside($0, "r") }
        if hasKeys { parts.append(exists(in: Self.keys, "r")) }
        return
            "SELECT \(Self.list(unique, of: "r")) FROM \(Self.rows) AS r WHERE \(parts.joined(separator: " AND ")) LIMIT \(limit)"
    }

    /// Rows of the table that are not staged.
    func extraSQL(limit: Int) -> String {
        "SELECT \(Self.list(unique, of: "t")) FROM \(Self.there) AS t "
            + "WHERE NOT EXISTS (SELECT 1 FROM \(Self.rows) AS r WHERE \(same("r", "t"))) LIMIT \(limit)"
    }

    /// Staged keys that several rows of the table share.
    func repeatedSQL(limit: Int) -> String {
        let keys = Self.list(unique, of: "t")
        return
            "SELECT \(keys) FROM (SELECT \(keys) FROM \(Self.there) AS t GROUP BY \(keys) HAVING count(*) > 1) AS t "
            + "WHERE EXISTS (SELECT 1 FROM \(Self.rows) AS r WHERE \(same("r", "t"))) LIMIT \(limit)"
    }

    /// Rows of both with other values: the key, whether the table's is the older one, and of each column whether it differs.
    ///
    /// - Parameter isNumberAsText: Whether the version is a whole number that lies there as text.
    func differentSQL(version: VersionKey?, isNumberAsText: Bool = false, limit: Int) -> String {
        let differs = columns.map { "r.\(Identifier.quote($0)) IS NOT d.\(Identifier.quote($0))" }
        var stale = "0"
        if let version {
            let name = Identifier.quote(version.column)
            func value(_ alias: String) -> String {
                if version.isMoment { return MomentFunction.sql("\(alias).\(name)") }
                return isNumberAsText ? "CAST(\(alias).\(name) AS INTEGER)" : "\(alias).\(name)"
            }
            stale = "ifnull(\(value("r")) > \(value("d")), \(value("d")) IS NULL AND \(value("r")) IS NOT NULL)"
        }
        let found = rowNumber.map { "d.\($0) = t.kleene_place" } ?? same("t", "d")
        return
            "SELECT \(Self.list(unique, of: "r")), \(stale), \(differs.joined(separator: ", ")) FROM \(Self.there) AS t "
            + "JOIN \(Self.rows) AS r ON \(same("r", "t")) JOIN \(table) AS d ON \(found) "
            + "WHERE \(Self.any(differs)) LIMIT \(limit)"
    }

    // MARK: Rows that nothing identifies

    /// How many rows the table lacks, and how many it has beyond those that are staged: the same values as often on both sides
    /// are the same rows.
    func countsSQL(scope: String) -> String {
        let names = columns.map(Identifier.quote).joined(separator: ", ")
        return
            "SELECT sum(max(n, 0)), sum(max(-n, 0)) FROM (SELECT sum(kleene_side) AS n FROM (SELECT 1 AS kleene_side, "
            + "\(names) FROM \(Self.rows) UNION ALL SELECT -1, \(names) FROM \(table) AS d WHERE \(scope)) "
            + "GROUP BY \(names))"
    }
}
