package import Rows

/// What earlier tries of the same read have taught about the width of its columns.
package struct LearnedWidths: Sendable, Equatable {
    /// By the column's position in the query, from 0.
    package var byColumn: [Int: SlotWidth] = [:]

    /// How often the read has begun again.
    package var rounds = 0

    package init() {}
}
