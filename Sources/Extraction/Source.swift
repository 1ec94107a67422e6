package import Rows

/// What to read from a source: the table, the columns in order, and how many rows at most.
package struct TableQuery: Sendable, Equatable {
    package var table: TableName
    package var columns: [String]
    /// Those of the columns whose values are known to be of any length: fetched last and one by one from the start, since
    /// a slot that turns out too narrow costs another statement.
    package var longColumns: Set<String> = []
    /// Nil for all rows.
    package var limit: Int?

    package init(table: TableName, columns: [String], limit: Int? = nil) {
        self.table = table
        self.columns = columns
        self.limit = limit
    }

    /// A read of a table as the catalog lists it.
    package init(_ listing: CatalogTableColumns, columns: [String], limit: Int? = nil) {
        self.init(table: listing.name, columns: columns, limit: limit)
        longColumns = Set(listing.columns.filter(\.long).map(\.name)).intersection(columns)
    }
}

/// What earlier tries of the same read have taught about the width of its columns.
package struct LearnedWidths: Sendable, Equatable {
    /// By the column's position in the query, from 0.
    package var byColumn: [Int: SlotWidth] = [:]

    /// How often the read has begun again.
    package var rounds = 0

    package init() {}
}

/// Thrown by a reader when values are longer than their slots: the read starts again with these widths.
package struct SlotOverflow: Error, Sendable, Equatable {
    package var widths: LearnedWidths

    package init(widths: LearnedWidths) {
        self.widths = widths
    }
}

/// An open read: one statement on one connection, forward only.
package protocol TableReader: AnyObject {
    /// The columns of the result, in the query's order.
    var columns: [Column] { get }
    /// A batch of this read's layout.
    func makeBatch() -> RowBatch
    /// Fills the batch with the next rows; false, and an empty batch, when there are no more.
    ///
    /// - Throws: `SlotOverflow`, or a `Failure` that names table, column and row.
    func fill(_ batch: RowBatch) throws -> Bool
}

/// Where rows come from: one service behind one ODBC driver.
///
/// Used from one thread. All failures are thrown as `Failure`.
package protocol Source {
    associatedtype Reader: TableReader

    /// Connects, unless a living connection is there. Costs one login.
    func connect() throws -> SourceFacts
    func schemas() throws -> [CatalogSchema]
    /// Tables of a schema, or of all; system tables left out.
    func tables(schema: String?) throws -> [CatalogTable]
    /// A table's columns as the catalog lists them now. Throws when there is no such table, or more than one.
    func columns(of table: TableName) throws -> CatalogTableColumns
    /// Executes a read.
    func open(_ query: TableQuery, widths: LearnedWidths) throws -> Reader
}
