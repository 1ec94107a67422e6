package import Rows

/// Names of tables and columns as SQLite sees them.
package enum Identifier {
    /// The name as SQL, whatever characters it has. The only way by which a name gets into a statement.
    package static func quote(_ name: String) -> String {
        // By scalars: to Swift a quote under an accent is another character, to SQLite it is a quote.
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in name.unicodeScalars {
            quoted.append(scalar)
            if scalar == "\"" { quoted.append(scalar) }
        }
        quoted.append("\"")
        return String(quoted)
    }

    /// The name with ASCII letters in lower case: SQLite tells names apart by this and nothing more.
    package static func folded(_ name: String) -> Exact<String> { NameCase.ascii.folded(name) }

    /// Names for a sentence: `"a", "b" and "c"`.
    static func list(_ names: [String]) -> String {
        let quoted = names.map { "\"\($0)\"" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " and " + last
    }
}
