/// Where rows come from: one service behind one ODBC driver.
///
/// Used from one thread. All failures are thrown as `Failure`.
package protocol Source: SendableMetatype {
    associatedtype Reader: TableReader
    /// What a read that has to begin again tells the next try; `Never` for a source whose reads do not.
    associatedtype Hint: Sendable = Never

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
    /// The same ends, where nobody wants to know how many rows there are: an index may have them.
    func ends(of column: String, kind: KeyKind, in table: TableName, where condition: Condition?) throws -> KeyEnds
    /// The largest value of a column; nil where no row has one. Of a key of time, the largest that orders rows.
    func maximum(of column: String, kind: KeyKind, in table: TableName, where condition: Condition?) throws -> KeyValue?
    /// The statement of a read, for people.
    func statement(for query: TableQuery) throws -> String
    /// How many rows there are; nil where the source does not say, or gives no number.
    func count(of table: TableName, where condition: Condition?) throws -> Int?
    /// How many rows a read is to bring that is opened next; nil as for `count(of:where:)`. A source that keeps states keeps the one that
    /// it has counted until the read has ended, or something else is asked.
    ///
    /// - Parameter isPart: Whether the rows are most often few of the table's, which an index finds: what else could be seen of them, by
    ///   a look at each, is left to the read.
    func count(_ query: TableQuery, isPart: Bool) throws -> Int?
    /// How the values of columns are spread over all rows; nil where the source does not say.
    func tallies(of columns: [String], in table: TableName) throws -> ColumnTallies?
    /// Some values of columns that several rows share, NULLs being the same; nil where the source does not say.
    func repeatedKeys(_ columns: [String], in table: TableName, limit: Int) throws -> [RepeatedKey]?
    /// How many rows there are beyond the first of those that share their values; nil where the source does not say.
    func duplicates(_ columns: [String], in table: TableName) throws -> Int?
    /// What the rows come to, bucket by bucket, exactly; nil where the source does not say.
    func digests(_ query: DigestQuery) throws -> [BucketDigest]?
    /// Whether the count of a read and the read that follows it see one state of the table. Known once it is connected.
    var keepsStates: Bool { get }
    /// Whether it adds up moments as seconds, and not by their digits. Known once it is connected.
    var addsUpSeconds: Bool { get }
    /// Whether it adds up range by range, between the ends of a key, which it must know. Known once it is connected.
    var addsUpByRange: Bool { get }
    /// Of so many columns the values are counted in one sum: more than one where each count takes it long.
    var columnsCountedTogether: Int { get }
    /// What is publicly known of a table, whoever's data it holds.
    func knowledge(of table: TableName) -> TableKnowledge?
    /// Where the service keeps which of its records were deleted, in its own documentation's spelling; nil for one that keeps none.
    var deletionLog: DeletionLog? { get }
    /// The tables in which a record was whose deletion is recorded under a type's name, or else under a number; none where nobody
    /// knows.
    func tables(deletedAs type: String?, recordType: Int?) -> [String]
    /// What tells the key by which it masks columns from all other keys; nil where it has none.
    var maskMark: String? { get }
    /// Whether the source compares moments as text, in which one moment has several spellings.
    var comparesMomentsAsText: Bool { get }
    /// So many columns one query may name; nil for any number, or where nobody knows. Known once it is connected.
    var mostColumns: Int? { get }
    /// Whether another login does no harm: the last one was accepted, or surely never reached the service.
    var mayLogInAgain: Bool { get }
    /// Executes a read.
    ///
    /// - Parameter hint: What an earlier try of the same read has taught; see `ReadAgain`.
    func open(_ query: TableQuery, hint: Hint?) throws -> Reader
}

extension Source {
    package var maskMark: String? { nil }
    package var comparesMomentsAsText: Bool { false }
    package var mostColumns: Int? { nil }
    package func ends(
        of column: String, kind: KeyKind, in table: TableName, where condition: Condition?
    ) throws -> KeyEnds {
        let extent = try extent(of: column, kind: kind, in: table, where: condition)
        return KeyEnds(smallest: extent.smallest, largest: extent.largest)
    }
    package func count(of table: TableName, where condition: Condition?) throws -> Int? { nil }
    package func count(_ query: TableQuery, isPart: Bool) throws -> Int? {
        try count(of: query.table, where: query.condition)
    }
    package func tallies(of columns: [String], in table: TableName) throws -> ColumnTallies? { nil }
    package func repeatedKeys(_ columns: [String], in table: TableName, limit: Int) throws -> [RepeatedKey]? { nil }
    package func duplicates(_ columns: [String], in table: TableName) throws -> Int? { nil }
    package func digests(_ query: DigestQuery) throws -> [BucketDigest]? { nil }
    package var keepsStates: Bool { false }
    package var addsUpSeconds: Bool { false }
    package var addsUpByRange: Bool { false }
    package var columnsCountedTogether: Int { 1 }
    package func knowledge(of table: TableName) -> TableKnowledge? { nil }
    package var deletionLog: DeletionLog? { nil }
    package func tables(deletedAs type: String?, recordType: Int?) -> [String] { [] }

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
