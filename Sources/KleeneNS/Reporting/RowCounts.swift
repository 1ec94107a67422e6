import Extraction
import Text

/// What a run did to the rows of its table, in a few words.
struct RowCounts: Equatable {
    var read: Int
    var added: Int?
    var replaced: Int?
    var unchanged: Int?
    var removed: Int?

    init(_ record: RunRecord) {
        read = record.rowsRead + (record.rowsResumed ?? 0)
        added = record.rowsAdded
        replaced = record.rowsReplaced
        unchanged = record.rowsUnchanged
        removed = record.rowsRemoved
        // Of a table that is made anew all rows are new, which says nothing.
        if !record.loadMethod.keepsRows { added = nil }
    }

    /// `67 rows read: 27 added, 40 replaced`.
    var words: String {
        let parts = changes
        return parts.isEmpty ? short : "\(short): \(parts.joined(separator: ", "))"
    }

    var short: String { Sentence.count(read, "row", isGrouped: true) }

    /// What happened to the rows, each where it happened to any.
    private var changes: [String] {
        let named = [(added, "added"), (replaced, "replaced"), (unchanged, "unchanged"), (removed, "removed")]
        return named.compactMap { count, word in
            guard let count, count > 0 else { return nil }
            return "\(Sentence.grouped(count)) \(word)"
        }
    }
}

extension LoadMethod {
    /// Whether rows of an earlier run are there after a load.
    fileprivate var keepsRows: Bool { self == .append || self == .upsert }
}
