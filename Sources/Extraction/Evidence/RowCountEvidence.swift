import Text

/// Rows that were read, against the source's own counts of them. Pure.
///
/// A source changes while it is read, so the counts need not agree; but rows that are missing from both counts, the one
/// before the read and the one behind it, did not go, they did not come.
package struct RowCountEvidence: Sendable, Equatable {
    /// Rows that the source counted before the read.
    package var before: Int
    /// Rows that it counted behind the read; nil where it would not count again.
    package var after: Int?
    /// Rows that came.
    package var rows: Int
    /// Whether all rows of the table were asked for. Of a window's rows many may leave it in a moment: each that changes.
    package var isFull: Bool
    /// Whether the unique columns of each chunk are proven. Then rows that come twice are found by that, and more rows than
    /// any count are rows that changed, went or moved to another chunk while the read, or the one that it goes on with, took.
    package var provesRows: Bool

    /// Whether the count and the read saw one state of the table: then nothing came or went between them.
    package var isOneState = false

    package init(before: Int, after: Int? = nil, rows: Int, isFull: Bool, provesRows: Bool = false) {
        self.before = before
        self.after = after
        self.rows = rows
        self.isFull = isFull
        self.provesRows = provesRows
    }

    /// What the counts say of the rows.
    package enum Verdict: Sendable, Equatable {
        case agrees
        /// A difference that a changing source explains, in words.
        case differs(String)
        /// One that it does not.
        case contradicts(String)
    }

    /// Rows by which a count may be missed although nothing is wrong: what came and went between the two counts unseen. A
    /// hundredth where they differ, beside the difference; a thousandth, or two of a hundred and more, where the table seems
    /// to stand still.
    private var tolerance: Int {
        let size = max(before, after ?? before)
        guard let after else { return size / 10 }
        let drift = abs(after - before)
        return drift == 0 ? max(size / 1000, size >= 100 ? 2 : 0) : drift + size / 100
    }

    /// Rows that may be too many. Of a table that changes, some that were read are gone behind it, and others have come.
    private var surplusTolerance: Int {
        if provesRows { return .max }
        guard after == before else { return tolerance }
        return max(before / 10_000, before >= 100 ? 2 : 0)
    }

    package var verdict: Verdict {
        if isOneState { return rows == before ? .agrees : .contradicts(words) }
        if rows == before || rows == after { return rows == before || !hasCollapsed ? .agrees : .contradicts(words) }
        let least = min(before, after ?? before)
        let most = max(before, after ?? before)
        if rows >= least, rows <= most { return hasCollapsed ? .contradicts(words) : .agrees }
        if rows < least {
            // However much the table changes, half of what is there all the time must come.
            return hasCollapsed || least - rows > min(tolerance, least / 2) ? .contradicts(words) : .differs(words)
        }
        return rows - most > surplusTolerance ? .contradicts(words) : .differs(words)
    }

    /// Whether a whole table has lost more than half of its rows while it was read: emptied to be filled again, or a policy
    /// that hides rows.
    private var hasCollapsed: Bool { isFull && before > 0 && rows < (before + 1) / 2 }

    private var words: String {
        if isOneState {
            return "\(Sentence.count(rows, "row")) came where the source had counted \(before) in the same transaction"
        }
        let second = after.map { $0 == before ? " and again behind it" : ", and \($0) behind it" } ?? ""
        return "\(Sentence.count(rows, "row")) came where the source had counted \(before) before the read\(second)"
    }
}
