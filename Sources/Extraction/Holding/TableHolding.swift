package import Rows

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
    /// The columns that the extract names; nil where it reads all.
    package var chosenColumns: [String]?
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
}

/// A column of a destination table as the last load left it.
package struct HeldColumn: Codable, Sendable, Equatable {
    package var name: String
    package var type: ColumnType?
    /// Set while the source does not have the column: since which run.
    package var absent: Gap?
    /// Set while some rows lack its values: those that were loaded before this run, or from this one on.
    package var lacking: Gap?

    /// A run from which on, or up to which, rows lack a column's values.
    package struct Gap: Codable, Sendable, Equatable {
        package var run: String
        /// The beginning of that run's window, as the key is written; nil where it had none.
        package var from: String?

        package init(run: String, from: String?) {
            self.run = run
            self.from = from
        }
    }

    package init(name: String, type: ColumnType?) {
        self.name = name
        self.type = type
    }
}

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
