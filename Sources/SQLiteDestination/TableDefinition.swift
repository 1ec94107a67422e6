package import Extraction
package import Rows
import SQLite
package import Staging
import Text

/// The table that an extract's result becomes, and its SQL. Nothing here touches a database.
package struct TableDefinition: Hashable, Sendable {
    package let name: String
    package let shape: StagedShape

    /// - Throws: a `Failure` where SQLite cannot tell the columns apart, or cannot hold so many.
    package init(_ extract: TableExtract, columns: [Column], columnLimit: Int) throws {
        self.name = extract.destinationTable
        self.shape = StagedShape(extract, columns: columns)
        try Self.check(extract, columns: columns.map(\.name), columnLimit: columnLimit)
    }

    /// The table for rows that were staged for it.
    init(_ name: String, shape: StagedShape) {
        self.name = name
        self.shape = shape
    }

    package var columns: [StoredColumn] { shape.columns }
    package var addsMetadataColumns: Bool { shape.addsMetadataColumns }
    package var storedColumns: [(name: String, storage: Storage)] { shape.storedColumns }

    private static func check(_ extract: TableExtract, columns: [String], columnLimit: Int) throws {
        let advice = "List the columns to read with \(extract.setting("columns"))."
        let added =
            (extract.addsMetadataColumns ? MetadataColumn.names : [])
            + (extract.marksDeleted ? [MetadataColumn.deletedAt] : [])
        guard !columns.isEmpty else {
            throw Failure(.statement, "Reading \(extract.table) gave a result without columns.", advice: advice)
        }
        guard columns.count + added.count <= columnLimit else {
            throw Failure(
                .configuration,
                "\(extract.table) has "
                    + "\(Sentence.count(columns.count, "column"))\(added.isEmpty ? "" : ", and kleene-ns adds \(added.count)"), "
                    + "but a SQLite table can have at most \(columnLimit).", advice: advice)
        }
        let clashing = columns.filter { added.map(Identifier.folded).contains(Identifier.folded($0)) }
        guard clashing.isEmpty else {
            throw Failure(
                .configuration,
                "\(extract.table) has columns named like those that kleene-ns adds: \(Sentence.list(clashing)).",
                advice:
                    "Turn the added ones off with \(extract.plainTable), or call the others something else with \(extract.setting("rename"))."
            )
        }
        let groups = Dictionary(grouping: columns, by: Identifier.folded).values.filter { $0.count > 1 }
        guard groups.isEmpty else {
            let names = groups.map { Sentence.list($0) }.sorted().joined(separator: "; ")
            throw Failure(
                .configuration,
                "\(extract.table) has columns that SQLite cannot tell apart, because it ignores upper and lower case: "
                    + "\(names).",
                advice:
                    "Give one of them another name with \(extract.setting("rename")), or leave it out with \(extract.setting("columns"))."
            )
        }
        let unnamable = columns.filter { $0.utf8.contains(0) }
        guard unnamable.isEmpty else {
            throw Failure(
                .configuration, "\(extract.table) has a column whose name holds a NUL character, which SQL cannot.",
                advice: advice)
        }
    }

    // MARK: SQL

    /// `CREATE TABLE` under the destination's name, or another.
    ///
    /// - Parameter maker: The run that makes it, which the table itself then tells; nil for one that is not kept.
    package func createSQL(as other: String? = nil, maker: String? = nil) -> String {
        shape.createSQL(other ?? Identifier.quote(name), comment: maker.map { TableMark.comment($0) })
    }

    /// Adds a column to the table that is there.
    package func addColumnSQL(_ column: String, storage: Storage) -> String {
        "ALTER TABLE main.\(Identifier.quote(name)) ADD COLUMN \(StagedShape.declaration(column, storage))"
    }

    /// Drops a column of the table that is there.
    package func dropColumnSQL(_ column: String) -> String {
        "ALTER TABLE main.\(Identifier.quote(name)) DROP COLUMN \(Identifier.quote(column))"
    }

    /// Fills a table that has exactly these columns. Without a column list, which is what lets SQLite copy whole
    /// records and not take them apart.
    package func copySQL(from staging: String) -> String {
        "INSERT INTO main.\(Identifier.quote(name)) SELECT * FROM \(staging)"
    }

    /// Fills a table that has these columns among others or in another order.
    package func copyByNameSQL(from staging: String) -> String {
        let names = storedColumns.map { Identifier.quote($0.name) }.joined(separator: ", ")
        return "INSERT INTO main.\(Identifier.quote(name)) (\(names)) SELECT \(names) FROM \(staging)"
    }

    var names: String { storedColumns.map { Identifier.quote($0.name) }.joined(separator: ", ") }

    /// Adds rows, and replaces those whose unique columns are there. One statement over a chunk.
    ///
    /// A row is never replaced by one with a smaller key. Without a key, by one that orders no rows, or by a key of text, whose
    /// order only the source knows, the later read wins. Another constraint of the table aborts, whatever its own ON CONFLICT says: it would drop
    /// rows in silence.
    ///
    /// - Parameters:
    ///   - version: The incremental key, if rows may be compared by it.
    ///   - mark: The column that says since when a row is gone, where the table has one: a row that comes is not gone, however old
    ///     it is.
    package func upsertSQL(
        from staging: String, unique: [String], newestBy version: VersionKey?, clearing mark: String? = nil
    ) -> String {
        let others = storedColumns.map(\.name).filter { name in
            !unique.contains { Identifier.folded($0) == Identifier.folded(name) }
        }
        let table = Identifier.quote(name)
        let mark = mark.map(Identifier.quote)
        let assignments =
            others.map { "\(Identifier.quote($0)) = excluded.\(Identifier.quote($0))" }
            + (mark.map { ["\($0) = NULL"] } ?? [])
        let isMarked = mark.map { " OR \(table).\($0) IS NOT NULL" } ?? ""
        var sql =
            "INSERT OR ABORT INTO main.\(table) (\(names)) SELECT \(names) FROM \(staging) WHERE true "
            + "ON CONFLICT (\(Self.list(unique))) "
        sql += assignments.isEmpty ? "DO NOTHING" : "DO UPDATE SET \(assignments.joined(separator: ", "))"
        guard let version, !assignments.isEmpty else { return sql }
        let key = version.column
        let mine = comparable("\(table).\(Identifier.quote(key))", key)
        let theirs = comparable("excluded.\(Identifier.quote(key))", key)
        guard version.isMoment else {
            return sql + " WHERE \(theirs) >= \(mine) OR \(mine) IS NULL OR \(theirs) IS NULL\(isMarked)"
        }
        return sql + " WHERE \(MomentOrder.isAtLeast(theirs, mine))\(isMarked)"
    }

    /// A key's value as it compares. Large whole numbers lie here as text, and 9 would be above 10; a key beyond 64 bits is refused
    /// before it is read.
    private func comparable(_ value: String, _ key: String) -> String {
        shape.column(key).map { columns[$0].type } == .largeInteger ? "CAST(\(value) AS INTEGER)" : value
    }

    /// The staged rows whose unique columns are not in the table, as what may follow FROM.
    package func absentRows(of staging: String, unique: [String]) -> String {
        let same = unique.map { "staged.\(Identifier.quote($0)) = there.\(Identifier.quote($0))" }
        return "\(staging) AS staged WHERE NOT EXISTS (SELECT 1 FROM main.\(Identifier.quote(name)) AS there "
            + "WHERE \(same.joined(separator: " AND ")))"
    }

    /// Adds the rows whose unique columns and key are not there together yet; of a key of time, the same moment in another
    /// spelling is there. The staged column comes first, because its
    /// collation decides: a table's own could take two rows for one.
    package func appendNewSQL(from staging: String, unique: [String], version: VersionKey) -> String {
        let key = version.column
        let table = "main.\(Identifier.quote(name))"
        var same = (unique + [key]).map { "staged.\(Identifier.quote($0)) IS there.\(Identifier.quote($0))" }
        if version.isMoment, let equal = same.popLast() {
            let (staged, there) = ("staged.\(Identifier.quote(key))", "there.\(Identifier.quote(key))")
            same.append("(\(equal) OR \(MomentFunction.sql(staged)) = \(MomentFunction.sql(there)))")
        }
        return
            "INSERT INTO \(table) (\(names)) SELECT \(names) FROM \(staging) AS staged WHERE NOT EXISTS "
            + "(SELECT 1 FROM \(table) AS there WHERE \(same.joined(separator: " AND ")))"
    }

    // MARK: Removals

    /// Removes the rows whose values in some columns are those of a staged row. NULL is no value here: no index would find it.
    ///
    /// - Parameter rowID: The name of the number of a row, where it has one.
    package func removeSQL(keysIn staging: String, on columns: [String], rowID: String? = nil) -> String {
        "DELETE FROM main.\(Identifier.quote(name)) WHERE \(matches(staging, columns, rowID))"
    }

    /// Marks them instead, or takes their mark away; those that are as they should be already stay as they are.
    package func markSQL(
        keysIn staging: String, on columns: [String], mark: Way.Mark, rowID: String? = nil
    ) -> String {
        "UPDATE main.\(Identifier.quote(name)) \(Self.setting(mark)) AND \(matches(staging, columns, rowID))"
    }

    /// What gives rows a mark, or takes it away, and of which rows it is true that they need it.
    ///
    /// - Parameter alias: With a point, what the table is called in the condition.
    static func setting(_ mark: Way.Mark, of alias: String = "") -> String {
        let column = Identifier.quote(mark.column)
        guard let value = mark.value else { return "SET \(column) = NULL WHERE \(alias)\(column) IS NOT NULL" }
        return "SET \(column) = \(value.quoted(with: "'")) WHERE \(alias)\(column) IS NULL"
    }

    /// Removes, or marks, the rows that have NULL in one of the columns and all values of a staged row: reads the whole table.
    package func removeNullsSQL(keysIn staging: String, on columns: [String], mark: Way.Mark?) -> String {
        let table = "main.\(Identifier.quote(name)) AS there"
        let same = columns.map { "there.\(Identifier.quote($0)) COLLATE BINARY IS staged.\(Identifier.quote($0))" }
        let matches =
            "(\(Self.hasNull(columns, of: "there."))) AND EXISTS (SELECT 1 FROM \(staging) AS staged "
            + "WHERE \(same.joined(separator: " AND ")))"
        guard let mark else { return "DELETE FROM \(table) WHERE \(matches)" }
        return "UPDATE \(table) \(Self.setting(mark, of: "there.")) AND \(matches)"
    }

    /// Whether some row of a chunk has NULL in one of the columns, as a question.
    package static func holdsNullSQL(_ staging: String, in columns: [String]) -> String {
        "SELECT EXISTS (SELECT 1 FROM \(staging) WHERE \(hasNull(columns)))"
    }

    private static func hasNull(_ columns: [String], of alias: String = "") -> String {
        columns.map { "\(alias)\(Identifier.quote($0)) IS NULL" }.joined(separator: " OR ")
    }

    /// Compared as the source delivered them, whatever collation the table's columns have.
    ///
    /// Of several columns SQLite 3.40 uses no index for `(a, b) IN (SELECT …)` where their collation is said, and reads the whole
    /// table: joined from the staged rows, it does.
    private func matches(_ staging: String, _ columns: [String], _ rowID: String?) -> String {
        guard columns.count > 1, let rowID else {
            let mine = columns.map { Identifier.quote($0) + " COLLATE BINARY" }.joined(separator: ", ")
            return "(\(mine)) IN (SELECT \(Self.list(columns)) FROM \(staging))"
        }
        let same = columns.map { "there.\(Identifier.quote($0)) COLLATE BINARY = staged.\(Identifier.quote($0))" }
        return
            "\(rowID) IN (SELECT there.\(rowID) FROM \(staging) AS staged CROSS JOIN main.\(Identifier.quote(name)) AS there "
            + "ON \(same.joined(separator: " AND ")))"
    }

    /// An index by which rows are found that are removed or replaced in groups.
    package func keyIndexSQL(_ columns: [String], name index: String) -> String {
        "CREATE INDEX main.\(Identifier.quote(index)) ON \(Identifier.quote(name)) (\(Self.exactList(columns)))"
    }

    /// The index by which `upsertSQL` finds rows, and which keeps them unique.
    package func uniqueIndexSQL(_ unique: [String], name index: String) -> String {
        "CREATE UNIQUE INDEX main.\(Identifier.quote(index)) ON \(Identifier.quote(name)) (\(Self.exactList(unique)))"
    }

    /// The index by which `appendNewSQL` finds rows.
    package func versionIndexSQL(_ unique: [String], key: String, name index: String) -> String {
        "CREATE INDEX main.\(Identifier.quote(index)) ON \(Identifier.quote(name)) (\(Self.exactList(unique + [key])))"
    }

    /// Compared as the source delivered them, whatever collation the table's columns have.
    private static func exactList(_ columns: [String]) -> String {
        columns.map { Identifier.quote($0) + " COLLATE BINARY" }.joined(separator: ", ")
    }

    static func list(_ columns: [String]) -> String { columns.map(Identifier.quote).joined(separator: ", ") }
}
