/// What a look at a destination table shows.
package struct TableSight: Codable, Sendable, Equatable {
    package var name: String
    /// By which the destination knows the table itself.
    package var mark: String
    /// Whether it is another table than the one that the books describe.
    package var isReplaced: Bool
    package var holdsRows: Bool
    /// The largest number of a row; nil where rows have none.
    package var lastRow: Int64?
    package var columns: [String]

    package init(
        name: String, mark: String, isReplaced: Bool, holdsRows: Bool, lastRow: Int64?, columns: [String]
    ) {
        self.name = name
        self.mark = mark
        self.isReplaced = isReplaced
        self.holdsRows = holdsRows
        self.lastRow = lastRow
        self.columns = columns
    }
}
