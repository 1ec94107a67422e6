package import Rows

/// Which rows of a table are read. The source makes SQL of it.
package indirect enum Condition: Codable, Hashable, Sendable {
    package enum Comparison: String, Codable, Sendable {
        case below = "<"
        case atMost = "<="
        case above = ">"
        case atLeast = ">="
    }

    case compare(String, Comparison, KeyValue)
    case isNull(String)
    /// True where a key has no place in the source's order of it: NULL, and in a source that keeps moments as text whatever
    /// is none.
    case isUnordered(String, KeyKind)
    /// True where a row counts as one without a key: the same, and moments outside of those that order rows.
    case lacksKey(String, KeyKind)
    /// True where all are; of none, always.
    case all([Condition])
    /// True where one is; of none, never.
    case any([Condition])
    /// A condition in the source's own SQL, as a user wrote it.
    case written(String)

    /// Both, where there are two.
    package static func both(_ first: Condition?, _ second: Condition?) -> Condition? {
        guard let first else { return second }
        guard let second else { return first }
        return .all([first, second])
    }
}

/// What to read from a source: the table, the columns in order, and which rows.
package struct TableQuery: Sendable, Equatable {
    package var table: TableName
    package var columns: [String]
    /// Those of the columns whose values are known to be of any length: fetched last and one by one from the start, since
    /// a slot that turns out too narrow costs another statement.
    package var longColumns: Set<String> = []
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

/// What a source knows of a key among some rows, by one aggregate query.
package struct KeyExtent: Codable, Hashable, Sendable {
    /// Nil where no row has a key.
    package var smallest: KeyValue?
    package var largest: KeyValue?
    /// Rows, those without a key included.
    package var rows: Int

    package init(smallest: KeyValue?, largest: KeyValue?, rows: Int) {
        self.smallest = smallest
        self.largest = largest
        self.rows = rows
    }

    /// Refuses what contradicts itself.
    func check(_ key: String, of table: TableName) throws {
        guard let smallest, let largest, largest.isBelow(smallest) == true else { return }
        throw Failure(
            .guarded,
            "The source says that the smallest \(key) of \(table) is \(smallest) and the largest \(largest), which cannot be. "
                + "Nothing was changed.", advice: "Read without chunks, or by another \"chunk_key\".")
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
    /// What its batches look like.
    var layout: BatchLayout { get }
    /// Fills the batch with the next rows; false, and an empty batch, when there are no more.
    ///
    /// - Throws: `SlotOverflow`, or a `Failure` that names table, column and row.
    func fill(_ batch: RowBatch) throws -> Bool
}

/// Where rows come from: one service behind one ODBC driver.
///
/// Used from one thread. All failures are thrown as `Failure`.
package protocol Source: SendableMetatype {
    associatedtype Reader: TableReader

    /// Connects, unless a living connection is there. Costs one login.
    func connect() throws -> SourceFacts
    /// Ends the connection, if there is one; the next use makes a fresh one.
    func disconnect()
    func schemas() throws -> [CatalogSchema]
    /// Tables of a schema, or of all; system tables left out.
    func tables(schema: String?) throws -> [CatalogTable]
    /// A table's columns as the catalog lists them now. Throws when there is no such table, or more than one.
    ///
    /// - Parameter withKey: Whether to ask for the declared key, which may be a question of its own.
    func columns(of table: TableName, withKey: Bool) throws -> CatalogTableColumns
    /// The columns of several of the tables that `tables` has listed, told one table after another in any order. A table of
    /// which the catalog shows no column has none. One that is told again is told better.
    func eachColumns(of tables: [TableName], tell: (CatalogTableColumns) throws -> Void) throws
    /// The source's own clocks, as they would stamp a row now.
    func clock() throws -> SourceClock
    /// Smallest and largest value of a column among some rows, and how many rows there are. Of a key of time, among the values
    /// that order rows.
    func extent(of column: String, kind: KeyKind, in table: TableName, where condition: Condition?) throws -> KeyExtent
    /// The largest value of a column; nil where no row has one. Of a key of time, the largest that orders rows.
    func maximum(of column: String, kind: KeyKind, in table: TableName, where condition: Condition?) throws -> KeyValue?
    /// The statement of a read, for people.
    func statement(for query: TableQuery) throws -> String
    /// How many rows there are; nil where the source does not say, or gives no number.
    func count(of table: TableName, where condition: Condition?) throws -> Int?
    /// Whether the source compares moments as text, in which one moment has several spellings.
    var comparesMomentsAsText: Bool { get }
    /// Whether another login does no harm: the last one was accepted, or surely never reached the service.
    var mayLogInAgain: Bool { get }
    /// Executes a read.
    func open(_ query: TableQuery, widths: LearnedWidths) throws -> Reader
}

extension Source {
    package var comparesMomentsAsText: Bool { false }
    package func count(of table: TableName, where condition: Condition?) throws -> Int? { nil }

    /// A table's columns with all that the catalog says of them.
    package func columns(of table: TableName) throws -> CatalogTableColumns { try columns(of: table, withKey: true) }

    package func eachColumns(of tables: [TableName], tell: (CatalogTableColumns) throws -> Void) throws {
        for table in tables { try tell(try visibleColumns(of: table)) }
    }

    /// The columns of a table; none where there is no such table any more, or none of its columns is to be seen.
    package func visibleColumns(of table: TableName) throws -> CatalogTableColumns {
        do {
            return try columns(of: table)
        } catch let failure as Failure where failure.kind == .statement && failure.sqlState == nil {
            // A statement that the source refused has a state; the others mean that nothing is listed.
            return CatalogTableColumns(name: table, columns: [])
        }
    }
}
