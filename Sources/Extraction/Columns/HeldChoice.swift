/// What is remembered of the columns of a table, and of how they were chosen.
package struct HeldChoice: Codable, Sendable, Equatable {
    package var columns: [HeldColumn]
    /// The words by which they were chosen; nil where all were read.
    package var words: [String]?
    /// Those of the words that could be something else than names of columns, and were names.
    package var names: [String] = []

    package init(_ columns: [HeldColumn], words: [String]? = nil) {
        self.columns = columns
        self.words = words
    }

    /// Whether an extract chooses by the same words, so that what it no longer takes has changed at the source.
    func isChosenAlike(by extract: TableExtract) -> Bool {
        func set(_ words: [String]?) -> Set<FoldedName>? { words.map { Set($0.map { FoldedName($0) }) } }
        return set(words) == set(extract.columns)
    }
}
