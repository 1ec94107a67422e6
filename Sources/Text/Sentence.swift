/// Parts of a sentence for a person.
package enum Sentence {
    /// Names in quotes: `"a", "b" and "c"`. Never for SQL.
    package static func list(_ names: [String]) -> String {
        let quoted = names.map { "\"\($0)\"" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " and " + last
    }
}
