/// What earlier tries of the same read have taught about the width of its columns.
package struct LearnedWidths: Sendable, Equatable {
    /// By the column's position in the read, from 0.
    private var byColumn: [Int: SlotWidth] = [:]
    /// How often the read has begun again.
    private var rounds = 0

    package init() {}

    /// Nil where nothing has been learned of the column.
    package subscript(column: Int) -> SlotWidth? { byColumn[column] }

    /// What is known once columns whose values the driver has no room for are to be asked for as text.
    package func asText(_ columns: [Int]) -> LearnedWidths {
        var next = self
        for column in columns where next[column] == nil { next.byColumn[column] = .bytes(Self.spelt) }
        return next
    }

    /// Bytes that a spelt moment may have; it needs fewer.
    private static let spelt = 256

    /// What is known after a fetch whose values did not fit, and which columns are to be read in another way than before.
    ///
    /// Many long columns could go on surprising us one at a time: from the third time on, all that started narrower than
    /// declared are read in pieces.
    ///
    /// - Parameter plans: How the columns were read.
    package func widened(by narrow: SlotsTooNarrow, _ plans: [SlotPlan]) -> (widths: LearnedWidths, changed: [Int]) {
        var next = self
        next.rounds += 1
        next.byColumn.merge(narrow.columns) { $1 }
        if next.rounds >= 3 {
            for (column, plan) in plans.enumerated() where plan.isCapped { next.byColumn[column] = .outOfLine }
        }
        return (next, next.byColumn.keys.filter { next[$0] != self[$0] }.sorted())
    }
}
