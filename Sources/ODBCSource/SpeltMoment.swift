import Extraction
import ODBC

/// A column of dates or moments that is asked for as PostgreSQL's own text.
///
/// psqlodbc 13.02 has no room for what lies outside of the years 1 to 9999, and says nothing: of a date it drops "BC", and `infinity` and years
/// of five digits become other days. A moment of `infinity` becomes the last second of 9999, which is one that people write too.
///
/// Only a read that has met such a value asks so: the server makes a row of its own wherever a statement has an expression among its
/// columns, which takes it a third longer. Moments are doubted where they come out of the driver. Of a date nothing is to be seen there, so
/// the statement itself fails at one that the driver does not have (`ODBCDialect.fence`).
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

extension SpeltMoment {
    /// Nil for a type that has no days.
    init?(_ type: SQLType) {
        switch type {
        case .date, .date2: self = .date
        case .timestamp, .timestamp2: self = .timestamp
        default: return nil
        }
    }

    /// Of a column as the catalog lists it.
    init?(_ kind: KeyKind?) {
        switch kind {
        case .date: self = .date
        case .timestamp: self = .timestamp
        case .integer, .text, nil: return nil
        }
    }
}

extension ODBCDialect {
    /// How a column is asked for as text; nil where it is asked for as it is.
    ///
    /// - Parameter isTyped: Whether values of it are fetched as structs, which are faster by far: what a struct does not tell has the read
    ///   begin again.
    func spelt(_ moment: SpeltMoment?, isTyped: Bool) -> SpeltMoment? { spellsMoments && !isTyped ? moment : nil }

    /// Whether the statement is to fail at dates of a column that the driver does not have, where it is asked for as it is.
    func isFenced(_ moment: SpeltMoment?) -> Bool { spellsMoments && moment == .date }

    /// A condition that every row meets, and at which a statement fails where a date is none that the driver has.
    ///
    /// PostgreSQL ends it with SQLSTATE 22012 (division by zero) for a day and 22008 for `infinity`, which has no difference from itself. A
    /// source that makes NULL of a division by zero loses no row by it.
    static func fence(_ date: String) -> String {
        "(\(date) IS NULL OR \(date) BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' "
            + "OR (1 / (\(date) - \(date))) IS DISTINCT FROM 2)"
    }
}
