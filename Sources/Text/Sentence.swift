/// Parts of a sentence for a person.
package enum Sentence {
    /// Names in quotes: `"a", "b" and "c"`. Never for SQL.
    package static func list(_ names: [String]) -> String {
        let quoted = names.map { "\"\($0)\"" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " and " + last
    }

    /// `1 row`, `2 rows`; with a verb behind it, `1 row has`, `2 rows have`.
    package static func rows(_ count: Int, has one: String = "", have many: String = "") -> String {
        "\(count) row" + (count == 1 ? "" : "s") + (count == 1 ? one : many).withBlank
    }

    /// A word with its article: `an integer`, `a timestamp`.
    package static func article(_ word: String) -> String {
        (word.first.map { "aeio".contains($0) } == true ? "an " : "a ") + word
    }
}

extension String {
    fileprivate var withBlank: String { isEmpty ? "" : " " + self }
}
