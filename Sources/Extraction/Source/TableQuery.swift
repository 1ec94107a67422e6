/// What to read from a source: the table, the columns in order, and which rows.
package struct TableQuery: Sendable, Equatable {
    package var table: TableName
    package var columns: [String]
    /// Those of the columns whose values are known to be of any length: fetched last and one by one from the start, since
    /// a slot that turns out too narrow costs another statement.
    package var longColumns: Set<String> = []
    /// Those of the columns whose values are masked by the source's own side, before anybody sees them.
    package var masks: [String: ColumnMask] = [:]
    /// Nil for all rows.
    package var condition: Condition?
    /// How many rows at most; nil for all.
    package var limit: Int?

    package init(table: TableName, columns: [String], condition: Condition? = nil, limit: Int? = nil) {
        self.table = table
        self.columns = columns
        self.condition = condition
        self.limit = limit
    }

    /// A read of a table as the catalog lists it.
    package init(_ listing: CatalogTableColumns, columns: [String], limit: Int? = nil) {
        self.init(table: listing.name, columns: columns, limit: limit)
        longColumns = Set(listing.columns.filter(\.long).map(\.name)).intersection(columns)
    }
}
