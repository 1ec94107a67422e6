/// What a change did to one table.
package struct LoadResult: Sendable, Equatable {
    /// Rows in the destination table after it; nil where counting them would cost more than the load.
    package var rowsInTable: Int?
    /// Rows that the table did not have before.
    package var rowsAdded: Int
    /// Rows of the table whose values were replaced, whether or not they differ; nil where nobody knows. Of groups: rows that came
    /// again with the same unique columns.
    package var rowsReplaced: Int?
    /// Rows that were read and are there already, the same or a newer one; nil where nobody knows.
    package var rowsUnchanged: Int?
    /// Things a person should know, such as an index that no longer fits.
    package var notes: [String]
    /// Rows that went and did not come again, or were marked; nil where a way replaces rows without counting those that went.
    package var rowsRemoved: Int?

    package init(rowsInTable: Int?, rowsAdded: Int, notes: [String]) {
        self.rowsInTable = rowsInTable
        self.rowsAdded = rowsAdded
        self.notes = notes
    }
}
