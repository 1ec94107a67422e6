package import Rows
import Text

/// What a kind of destination takes, as far as it is known before one is opened: what callers may ask without knowing the kind.
package struct TableRules: Sendable {
    /// What the destination is called in a sentence, such as `PostgreSQL`.
    package var name: String
    /// How it tells names of tables and columns apart.
    package var nameCase: NameCase
    /// Beginnings of names that it keeps for itself, in lower case.
    package var reservedPrefixes: [String]

    /// Bytes of the longest name that it keeps; nil where any length is kept.
    package var longestName: Int?
    /// Names that no column of its tables can have.
    package var reservedColumns: [String] = []
    /// How it can store exact decimals; the first is what it does where nobody says.
    package var decimals: [DecimalStorage]

    package init(
        name: String, nameCase: NameCase, reservedPrefixes: [String], longestName: Int? = nil,
        hasDecimals: Bool = false, reservedColumns: [String] = []
    ) {
        self.name = name
        self.nameCase = nameCase
        self.reservedPrefixes = reservedPrefixes
        self.longestName = longestName
        self.reservedColumns = reservedColumns
        decimals = (hasDecimals ? [.native] : []) + [.text, .scaledInteger, .real]
    }

    /// Why it cannot store decimals so; nil where it can.
    package func refusal(of decimal: DecimalStorage) -> String? {
        if decimals.contains(decimal) { return nil }
        let others = decimals.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return
            "\"\(decimal.rawValue)\" needs a destination that has decimals, and \(name) has none; it takes \(others)."
    }

    /// Refuses an extract whose destination table cannot have its name.
    package func check(_ extract: TableExtract) throws {
        let table = extract.destinationTable
        if let (reserved, owner) = keeper(of: table) {
            throw Failure(
                .configuration,
                "The destination table \"\(table)\" of the extract \"\(extract.name)\" begins with \"\(reserved)\", which "
                    + "\(owner) keeps for its own tables.",
                advice: "Choose another \(extract.setting("destination_table")).")
        }
        guard !table.isEmpty, !table.utf8.contains(0) else {
            throw Failure(
                .configuration, "The extract \"\(extract.name)\" has no usable destination table.",
                advice: "Name it with \(extract.setting("destination_table")).")
        }
        guard let longestName, table.utf8.count > longestName else { return }
        throw Failure(
            .configuration,
            "The destination table \"\(table)\" of the extract \"\(extract.name)\" has a name of "
                + "\(Sentence.count(table.utf8.count, "byte")), and "
                + "\(name) cuts names behind \(longestName).",
            advice: "Choose a shorter \(extract.setting("destination_table")).")
    }

    /// Why no column that a user names can be called so, for a sentence; nil where it can.
    package func refusal(ofColumn name: String) -> String? {
        if name.lowercased().hasPrefix(MetadataColumn.prefix) {
            return "begins with \(MetadataColumn.prefix), as only the columns of kleene-ns itself do"
        }
        if reservedColumns.containsExactly(name) { return "is that of a column which \(self.name) has in every table" }
        guard let longestName, name.utf8.count > longestName else { return nil }
        return "has \(Sentence.count(name.utf8.count, "byte")), and \(self.name) cuts names behind \(longestName)"
    }

    /// Who keeps names that begin like this one; nil where it is free.
    package func keeper(of table: String) -> (prefix: String, owner: String)? {
        let folded = table.lowercased()
        if folded.hasPrefix(MetadataColumn.prefix) { return (MetadataColumn.prefix, "kleene-ns") }
        return reservedPrefixes.first { folded.hasPrefix($0) }.map { ($0, name) }
    }
}
