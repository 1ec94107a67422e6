package import Rows

/// What a kind of destination takes, as far as it is known before one is opened: what callers may ask without knowing the kind.
package struct TableRules: Sendable {
    /// What the destination is called in a sentence, such as `SQLite`.
    package var name: String
    /// How it tells names of tables and columns apart.
    package var nameCase: NameCase
    /// Beginnings of names that it keeps for itself, in lower case.
    package var reservedPrefixes: [String]

    package init(name: String, nameCase: NameCase, reservedPrefixes: [String]) {
        self.name = name
        self.nameCase = nameCase
        self.reservedPrefixes = reservedPrefixes
    }

    /// Who keeps names that begin like this one; nil where it is free.
    package func keeper(of table: String) -> (prefix: String, owner: String)? {
        let folded = table.lowercased()
        if folded.hasPrefix(MetadataColumn.prefix) { return (MetadataColumn.prefix, "kleene-ns") }
        return reservedPrefixes.first { folded.hasPrefix($0) }.map { ($0, name) }
    }
}
