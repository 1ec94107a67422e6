/// What a watermark vouches for: the contents of one destination table, read from one source.
package struct Vouched: Codable, Sendable, Equatable {
    /// The destination table.
    package var table: String
    /// The contents' generation; nil where a person set the watermark for a table that kleene-ns had not loaded.
    package var generation: String?
    /// The table's own mark.
    package var mark: String?
    /// Whether the table had no rows, or was not there, when a person set the watermark.
    package var isEmpty = false
    package var source: SourceIdentity?
    /// The source's table as it lists it.
    package var resolvedTable: TableName?
    /// By which rows were told apart; nil where a person says that it does not matter.
    package var uniqueColumns: [String]?

    package init(table: String) { self.table = table }

    /// What a person vouches for who sets a watermark for a table as it is.
    package init(table: String, standing: Standing) {
        self.table = table
        mark = standing.table?.mark
        isEmpty = standing.table?.holdsRows != true
        if standing.table?.isReplaced == false { generation = standing.holding?.generation }
    }
}
