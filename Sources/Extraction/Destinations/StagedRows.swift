/// What all rows of a run come to, once they are staged.
package struct StagedRows: Sendable, Equatable {
    package var rows: Int
    /// The largest value of the incremental key; nil without one, or where no row has a key.
    package var largestKey: KeyValue?
    /// Rows whose incremental key is NULL.
    package var rowsWithoutKey: Int
    /// Things a person should know, such as NaN values that the destination stores as NULL.
    package var notes: [String]

    package init(rows: Int, largestKey: KeyValue? = nil, rowsWithoutKey: Int = 0, notes: [String]) {
        self.rows = rows
        self.largestKey = largestKey
        self.rowsWithoutKey = rowsWithoutKey
        self.notes = notes
    }
}
