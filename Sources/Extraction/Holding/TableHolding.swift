/// What the books say of a destination table: whose rows it holds, which columns they have, and by which sign the table
/// is known.
package struct TableHolding: Codable, Sendable, Equatable {
    /// The extract that loaded it last.
    package var extract: String
    /// The source's table, as that extract named it.
    package var sourceTable: String
    /// The same in its parts; nil in books of an older version.
    package var table: TableName?
    /// The same as the source lists it.
    package var resolvedTable: TableName?
    /// The extract's `where`.
    package var filter: String?
    /// From which `start_date` on the table has rows; nil where it has them from the beginning.
    package var start: String?
    /// The columns that the extract names; nil where it reads all.
    package var chosenColumns: [String]?
    /// Those of them that could be something else than names of columns, and were names; nil for none.
    package var doubtfulNames: [String]?
    /// What of the rows is masked; nil for nothing, as in books of an older version.
    package var masking: Masking?
    /// Nil where nobody knows, or a person vouches for the rows.
    package var source: SourceIdentity?
    /// The run that began the present contents: another one each time that all rows are replaced. Nil in books of an older
    /// version.
    package var generation: String?
    /// By which the destination knows the table itself; only it can read it.
    package var mark: String?
    /// The largest number of a row after the last load; nil where rows have none.
    package var lastRow: Int64?
    /// The columns that the extract has filled; nil in books of an older version.
    package var columns: [HeldColumn]?

    package init(extract: String, sourceTable: String) {
        self.extract = extract
        self.sourceTable = sourceTable
    }

    /// A person vouches that the rows of the table as it is are those of an extract, wherever they came from.
    package mutating func become(rowsOf extract: TableExtract, as sight: TableSight?) {
        self.extract = extract.name
        sourceTable = extract.table.description
        table = extract.table
        resolvedTable = nil
        source = nil
        filter = extract.filter
        start = extract.incremental?.start
        chosenColumns = extract.columns
        guard let sight else { return }
        mark = sight.mark
        lastRow = sight.lastRow
    }
}
