package import Rows

/// What one word of `columns` means for a table as the source lists it.
package struct ChosenWord: Codable, Hashable, Sendable {
    package enum Meaning: String, Codable, Sendable {
        case name, glob, kind
    }

    /// As it is written, with its `!`.
    @Exact package var word: String
    package var meaning: Meaning
    /// Whether it leaves columns out.
    package var isExcluded: Bool
    /// The columns that it fits, in the source's order; none where the table has none such.
    @Exact package var columns: [String]

    package init(_ word: String, _ meaning: Meaning, isExcluded: Bool = false, columns: [String]) {
        self.word = word
        self.meaning = meaning
        self.isExcluded = isExcluded
        self.columns = columns
    }

    /// The word without its `!`.
    var text: String { isExcluded ? String(word.dropFirst()) : word }

    /// For a person: `"!calculated" leaves out 2 (oncredithold, balance)`.
    package var sentence: String {
        let shown = columns.prefix(5).joined(separator: ", ") + (columns.count > 5 ? ", …" : "")
        let names = columns.isEmpty || meaning == .name && !isExcluded ? "" : " (\(shown))"
        let what = meaning == .kind ? ", a kind," : ""
        return "\"\(word)\"\(what) \(isExcluded ? "leaves out" : "takes") \(columns.count)\(names)"
    }
}
