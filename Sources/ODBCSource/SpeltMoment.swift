import ODBC

/// A column of dates or moments that is asked for as PostgreSQL's own text.
///
/// psqlodbc 13.02 has no room for what lies outside of the years 1 to 9999, and says nothing: of a date it drops "BC", and `infinity` and years
/// of five digits become other days. A moment of `infinity` becomes the last second of 9999, which is one that people write too.
enum SpeltMoment: Hashable, Sendable {
    case date
    /// With a zone or without: a session is in UTC, and what has an offset would be told apart from what has none by the text alone.
    case timestamp

    /// The text of a value, as SQL.
    func sql(_ value: String) -> String {
        switch self {
        case .date: "CAST(\(value) AS text)"
        case .timestamp: "CAST(CAST(\(value) AS timestamp) AS text)"
        }
    }
}

extension ODBCDialect {
    /// How a column is asked for as text; nil where it is asked for as it is.
    ///
    /// - Parameter isTyped: Whether moments of it are fetched as structs, which are faster by far: what a struct does not tell has the read
    ///   begin again.
    func spelt(_ column: ColumnDescription?, isTyped: Bool) -> SpeltMoment? {
        guard spellsMoments, let column else { return nil }
        switch column.type {
        case .date, .date2: return .date
        case .timestamp, .timestamp2: return isTyped ? nil : .timestamp
        default: return nil
        }
    }
}
