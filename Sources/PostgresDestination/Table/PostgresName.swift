import Rows
import Text

/// Names of schemas, tables and columns as PostgreSQL sees them.
enum PostgresName {
    /// The name as SQL, whatever characters it has. The only way by which a name gets into a statement.
    static func quote(_ name: String) -> String { name.quoted(with: "\"") }

    static func list(_ names: [String]) -> String { names.map(quote).joined(separator: ", ") }

    /// A text as a literal, whatever characters it has: an escape string, so that `standard_conforming_strings` decides nothing.
    static func literal(_ text: String) -> String {
        "E" + text.replacing(unescaped: "\\", by: "\\\\").quoted(with: "'")
    }

    /// `NAMEDATALEN` less one. The server cuts what is longer, with a notice that nobody reads.
    static let longest = 63

    /// A name of ours for something of a table, within the limit.
    static func derived(_ prefix: String, _ table: String) -> String {
        let name = prefix + table
        guard name.utf8.count > longest else { return name }
        return prefix + Fingerprint.of(table)
    }
}

extension String {
    /// Scalar by scalar: a mark behind a backslash would hide it.
    fileprivate func replacing(unescaped scalar: Unicode.Scalar, by text: String) -> String {
        unicodeScalars.reduce(into: "") { $1 == scalar ? $0.append(text) : $0.unicodeScalars.append($1) }
    }
}
