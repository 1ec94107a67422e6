import Rows
import Text

/// The columns of a read that are masked, and by which key: what a table's rows were loaded with, or are to be.
package struct Masking: Codable, Sendable, Equatable {
    /// By column. Of an extract as it is written, or as the source spells them.
    package var columns: [String: ColumnMask]
    /// What tells the key of the masks from all others; nil where none is needed, or it is not known.
    package var key: String?

    package init(columns: [String: ColumnMask] = [:], key: String? = nil) {
        self.columns = columns
        self.key = key
    }

    private var folded: [FoldedName: ColumnMask] {
        Dictionary(columns.map { (FoldedName($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// How a column is masked; nil where it is not.
    package func mask(of column: String) -> ColumnMask? { folded[FoldedName(column)] }

    /// What is different for columns that both have, for a sentence; nil where nothing is.
    ///
    /// - Parameters:
    ///   - held: The columns that the table was filled with; nil where nobody knows, so that it may be any.
    ///   - read: The columns that are read; nil for all.
    func difference(to other: Masking, held: [String]?, read: [String]?) -> String? {
        let (mine, theirs) = (folded, other.folded)
        let (heldNames, readNames) = (held.map(Self.names), read.map(Self.names))
        let columns = Set(mine.keys).union(theirs.keys).filter { column in
            heldNames?.contains(column) != false && readNames?.contains(column) != false
        }
        let spelling = self.columns.merging(other.columns) { first, _ in first }.keys.sorted()
        for column in spelling where columns.contains(FoldedName(column)) {
            let (before, after) = (mine[FoldedName(column)], theirs[FoldedName(column)])
            guard before != after else { continue }
            return
                "the rows that are there have \"\(column)\" \(Self.words(before)), and those of this run would have it "
                + Self.words(after)
        }
        let isKeyed = columns.contains { mine[$0] == .hmac }
        if isKeyed, let key, let otherKey = other.key, key != otherKey {
            let names = spelling.filter { mine[FoldedName($0)] == .hmac }
            return
                "\"mask_key\" is another one than that of the rows that are there, so that equal values of "
                + "\(Sentence.list(names)) would have two masks"
        }
        return nil
    }

    private static func names(_ columns: [String]) -> Set<FoldedName> { Set(columns.map { FoldedName($0) }) }

    private static func words(_ mask: ColumnMask?) -> String {
        mask.map { "masked by \"\($0.rawValue)\"" } ?? "in clear"
    }
}
