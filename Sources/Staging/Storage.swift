/// How SQLite holds the values of a column, in staging and in a file of its own: what `typeof` answers for all of them but
/// NULL.
package enum Storage: String, Sendable, CaseIterable {
    case integer = "INTEGER"
    case real = "REAL"
    case text = "TEXT"
    case blob = "BLOB"
    /// Each value as what it is. A column without a type keeps them so.
    case any = ""

    /// The type, for a sentence.
    package var name: String { self == .any ? "values of any type" : rawValue }

    /// How values that are bound as they came compare; nil for what no key is.
    var order: LargestValue.Order? {
        switch self {
        case .integer: .numbers
        case .text: .bytes
        case .real, .blob, .any: nil
        }
    }
}
