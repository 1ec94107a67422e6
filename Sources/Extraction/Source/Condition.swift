/// Which rows of a table are read. The source makes SQL of it.
package indirect enum Condition: Codable, Hashable, Sendable {
    package enum Comparison: String, Codable, Sendable {
        case below = "<"
        case atMost = "<="
        case above = ">"
        case atLeast = ">="
    }

    case compare(String, Comparison, KeyValue)
    case isNull(String)
    /// True where a key has no place in the source's order of it: NULL, and in a source that keeps moments as text whatever
    /// is none.
    case isUnordered(String, KeyKind)
    /// True where a row counts as one without a key: the same, and moments outside of those that order rows.
    case lacksKey(String, KeyKind)
    /// True where the column has one of the values.
    case among(String, [KeyValue])
    /// True where the column has the value that another column has in one of some rows of a table.
    case amongRows(String, of: TableName, column: String, where: Condition?)
    /// True where all are; of none, always.
    case all([Condition])
    /// True where one is; of none, never. Of several `amongRows` of one column the values are united by the source, so their columns have
    /// one type.
    case any([Condition])
    /// A condition in the source's own SQL, as a user wrote it.
    case written(String)

    /// Both, where there are two.
    package static func both(_ first: Condition?, _ second: Condition?) -> Condition? {
        guard let first else { return second }
        guard let second else { return first }
        return .all([first, second])
    }
}
