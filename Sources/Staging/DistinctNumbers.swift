package import Rows

/// Whether the whole numbers of a column are all different, and none is missing, without another look at their rows.
///
/// A table that is read in the order of its key shows it in passing, at a nanosecond a row, however many there are: each number is
/// above the last. A few that come in another order, as the rows do that have changed, are kept and sorted: 20,000 take a
/// millisecond or two, where to stage them once more and sort them by SQL takes 20.
package struct DistinctNumbers: Sendable {
    /// So many are kept, in 2 MB.
    package static let mostKept = 1 << 18

    private let most: Int
    private var last: Int64?
    private var isRising = true
    /// All numbers so far; nil from the one on for which there was no room.
    private var kept: [Int64]? = []
    /// False from the first row on that shows nothing: one with no number, or one behind all that is kept that is not above the last.
    private var canProve = true

    /// - Parameter most: How many numbers are kept.
    package init(keeping most: Int = Self.mostKept) { self.most = most }

    /// Looks at the next rows of the column.
    package mutating func look(at column: RowBatch.ColumnBuffer, rows: Int) {
        guard canProve, rows > 0 else { return }
        guard unsafe column.format == .int64, unsafe !column.isOutOfLine else { return giveUp() }
        if let count = kept?.count, rows > most - count { kept = nil }
        let isKept = kept != nil
        for row in 0..<rows {
            let number = unsafe column.values.loadUnaligned(fromByteOffset: row * column.stride, as: Int64.self)
            guard unsafe column.lengths[row] != RowBatch.null else { return giveUp() }
            if isRising, let last, last >= number { isRising = false }
            guard isRising || isKept else { return giveUp() }
            last = number
            if isKept { kept?.append(number) }
        }
    }

    private mutating func giveUp() {
        canProve = false
        kept = nil
    }

    /// Whether each number was there once; false too where nothing is known of them. Sorts what is kept, so it is asked once.
    package var areProven: Bool {
        guard canProve else { return false }
        if isRising { return true }
        guard let sorted = kept?.sorted() else { return false }
        return zip(sorted, sorted.dropFirst()).allSatisfy { $0 < $1 }
    }
}
