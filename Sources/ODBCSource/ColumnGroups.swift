package import Extraction

/// Rows of a listing of all columns, put together table by table as they come.
///
/// A listing is not sorted by promise. A table that comes again is given up: whoever reads asks for it by itself.
package struct ColumnGroups<Row> {
    private var current: (table: TableName, rows: [Row])?
    private var seen: Set<TableName> = []
    /// Tables whose rows did not come in one go.
    package private(set) var torn: Set<TableName> = []

    package init() {}

    /// Takes a row; answers with the table before it where that has ended.
    package mutating func add(_ row: Row, of table: TableName) -> (table: TableName, rows: [Row])? {
        if current?.table == table {
            current?.rows.append(row)
            return nil
        }
        let ended = end()
        if seen.insert(table).inserted { current = (table, [row]) } else { torn.insert(table) }
        return ended
    }

    /// The last table.
    package mutating func end() -> (table: TableName, rows: [Row])? {
        defer { current = nil }
        return current
    }
}
