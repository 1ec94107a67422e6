import Extraction
import Text

/// Conditions and literals as a source's SQL. Pure functions.
extension ODBCDialect {
    /// How a source writes moments.
    package enum Moments: Sendable, Equatable {
        /// `TIMESTAMP '…'`, `DATE '…'`.
        case standard
        /// `TO_TIMESTAMP('…', '…')`, `TO_DATE('…', '…')`: NetSuite refuses date literals. One function for one kind of
        /// key, because a mixture in one filter is slow there.
        case functions
        /// Plain text, for sources that store moments as text; `ordered` says how they compare.
        case text
    }

    /// How a source wants a backslash in a literal, where a setting of its sessions decides what one means.
    package enum Backslashes: Sendable, Equatable {
        /// It is a letter like others.
        case plain
        /// In `E'…'` it is written twice, whatever `standard_conforming_strings` says: PostgreSQL.
        case escapeString
        /// Text that has one is written in hexadecimal digits, whatever `NO_BACKSLASH_ESCAPES` says: MariaDB.
        case hexadecimal
    }

    /// - Throws: a `Failure` for text that no literal can carry.
    func sql(_ condition: Condition) throws -> String {
        switch condition {
        case .compare(let column, let comparison, let value):
            if moments == .text, value.kind.isTime { return try textComparison(column, comparison, value) }
            return "\(quote(column)) \(comparison.rawValue) \(try literal(value))"
        case .isNull(let column): return "\(quote(column)) IS NULL"
        case .isUnordered(let column, let kind): return "\(ordered(column, kind: kind)) IS NULL"
        case .lacksKey(let column, let kind):
            let unordered = try sql(.isUnordered(column, kind))
            guard moments != .text, let beginning = KeyValue.beginning(of: kind), let end = KeyValue.end(of: kind)
            else {
                return unordered
            }
            let before = try sql(.compare(column, .below, beginning))
            return "\(unordered) OR \(before) OR \(try sql(.compare(column, .atLeast, end)))"
        case .among(let column, let values):
            guard !values.isEmpty else { return "1 = 0" }
            return "\(quote(column)) IN (\(try values.map(literal).joined(separator: ", ")))"
        case .amongRows(let column, let table, let other, let condition):
            return "\(quote(column)) IN (SELECT \(quote(other)) FROM \(quote(table))\(try clause(condition)))"
        case .written(let text): return Self.ended(text)
        case .all(let parts): return try joined(parts, by: " AND ", none: "1 = 1")
        case .any(let parts): return try united(parts) ?? joined(parts, by: " OR ", none: "1 = 0")
        }
    }

    /// `c IN (SELECT … UNION SELECT …)` for several subselects of one column; nil for anything else.
    private func united(_ parts: [Condition]) throws -> String? {
        guard parts.count > 1, case .amongRows(let column, _, _, _) = parts[0] else { return nil }
        let selects = try parts.compactMap { part -> String? in
            guard case .amongRows(column, let table, let other, let condition) = part else { return nil }
            return "SELECT \(quote(other)) FROM \(quote(table))\(try clause(condition))"
        }
        guard selects.count == parts.count else { return nil }
        return "\(quote(column)) IN (\(selects.joined(separator: " UNION ")))"
    }

    private func joined(_ parts: [Condition], by word: String, none: String) throws -> String {
        if parts.isEmpty { return none }
        if parts.count == 1, let part = parts.first {
            if case .written = part { return "(\(try sql(part)))" }
            return try sql(part)
        }
        return try parts.map { part in
            switch part {
            case .compare, .isNull, .isUnordered, .among, .amongRows: try sql(part)
            case .all, .any, .written, .lacksKey: "(\(try sql(part)))"
            }
        }.joined(separator: word)
    }

    /// A condition as a user wrote it: a comment at its end must not take along what stands behind it. Even where nothing of ours does:
    /// with `UseDeclareFetch` psqlodbc 13.02 adds `;fetch …` to the statement. MariaDB's comments begin with `#` as well.
    private static func ended(_ text: String) -> String {
        text.contains("--") || text.contains("#") ? text + "\n" : text
    }

    /// A value of a key as SQL.
    func literal(_ value: KeyValue) throws -> String {
        switch value {
        case .integer(let number): return String(number)
        case .timestamp(let moment):
            switch moments {
            case .standard: return "TIMESTAMP '\(moment)'"
            case .functions:
                let text = moment.nanoseconds == 0 ? "\(moment).0" : "\(moment)"
                return "TO_TIMESTAMP('\(text)', 'YYYY-MM-DD HH24:MI:SS.FF')"
            case .text: return "'\(moment)'"
            }
        case .date(let moment):
            switch moments {
            case .standard: return "DATE '\(moment.dateText)'"
            case .functions: return "TO_DATE('\(moment.dateText)', 'YYYY-MM-DD')"
            case .text: return "'\(moment.dateText)'"
            }
        case .text(let text):
            guard !text.utf8.contains(0) else {
                throw Failure(
                    .data, "A value of the key holds a NUL character, which no SQL can carry.",
                    advice: "Take another incremental key.")
            }
            let escaped = text.doubling("'")
            guard text.utf8.contains(UInt8(ascii: "\\")) else { return "'\(escaped)'" }
            switch backslashes {
            case .plain: return "'\(escaped)'"
            case .escapeString: return "E'\(escaped.doubling("\\"))'"
            case .hexadecimal:
                let digits = Array("0123456789ABCDEF")
                return "_utf8mb4 X'\(String(text.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }))'"
            }
        }
    }

    /// Smallest and largest value of a column, and how many rows there are.
    func extent(of column: String, kind: KeyKind?, in table: TableName, where condition: Condition?) throws -> String {
        let value = ordered(column, kind: kind)
        return "SELECT MIN(\(value)), MAX(\(value)), COUNT(*) FROM \(quote(table))" + (try clause(condition))
    }

    /// Smallest and largest value of a column. SQLite finds them by an index only where each is asked for by itself.
    func ends(of column: String, kind: KeyKind?, in table: TableName, where condition: Condition?) throws -> String {
        let value = ordered(column, kind: kind)
        let rest = " FROM \(quote(table))" + (try clause(condition))
        guard case .sqlite = arithmetic else { return "SELECT MIN(\(value)), MAX(\(value))" + rest }
        return "SELECT (SELECT MIN(\(value))\(rest)), (SELECT MAX(\(value))\(rest))"
    }

    /// How many rows there are.
    func count(in table: TableName, where condition: Condition?) throws -> String {
        "SELECT COUNT(*) FROM \(quote(table))" + (try clause(condition))
    }

    /// How many rows a read brings. psqlodbc (13.02) makes a cursor of what begins with `SELECT`, and PostgreSQL reads a cursor by one
    /// process only.
    ///
    /// - Parameter fenced: Columns of dates at which the statement fails where the driver does not have one.
    func count(_ query: TableQuery, fenced: [String]) throws -> String {
        "VALUES ((SELECT COUNT(*) FROM \(quote(query.table))\(try clause(query.condition, fenced: fenced))))"
    }

    /// The largest value of a column.
    func maximum(of column: String, kind: KeyKind?, in table: TableName, where condition: Condition?) throws -> String {
        "SELECT MAX(\(ordered(column, kind: kind))) FROM \(quote(table))" + (try clause(condition))
    }

    func clause(_ condition: Condition?) throws -> String { try clause(condition, fenced: []) }

    /// The condition, and what holds for every row behind it: rows that are not asked for shall not be looked at where that can be helped.
    ///
    /// - Parameter fenced: Columns of dates at which the statement fails where the driver does not have one.
    func clause(_ condition: Condition?, fenced: [String]) throws -> String {
        var parts = fenced.map { Self.fence(quote($0)) }
        if let condition, condition != .all([]) {
            let asked = try sql(condition)
            parts.insert(parts.isEmpty ? asked : "(\(asked))", at: 0)
        }
        return parts.isEmpty ? "" : " WHERE " + parts.joined(separator: " AND ")
    }
}
