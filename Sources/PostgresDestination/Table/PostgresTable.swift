import Extraction
import Rows
import Staging
import Text

/// The table that an extract's result becomes, and its SQL. Nothing here touches a server.
struct PostgresTable: Hashable, Sendable {
    struct Column: Hashable, Sendable {
        let name: String
        let type: WireType
    }

    let schema: String
    let name: String
    let columns: [Column]

    init(_ schema: String, _ name: String, shape: StagedShape) {
        self.schema = schema
        self.name = name
        columns =
            shape.columns.map { Column(name: $0.name, type: WireType($0)) }
            + (shape.addsMetadataColumns
                ? MetadataColumn.names.map { Column(name: $0, type: WireType(metadata: $0)) } : [])
    }

    /// The same columns under another name.
    init(_ schema: String, _ name: String, like other: PostgresTable) {
        self.init(schema, name, columns: other.columns)
    }

    private init(_ schema: String, _ name: String, columns: [Column]) {
        self.schema = schema
        self.name = name
        self.columns = columns
    }

    /// The same with other names for its columns: those that a table has which is there.
    func called(_ name: (String) -> String) -> PostgresTable {
        PostgresTable(
            schema, self.name, columns: columns.map { Column(name: name($0.name), type: $0.type) })
    }

    var sql: String { PostgresName.quote(schema) + "." + PostgresName.quote(name) }
    private var names: String { PostgresName.list(columns.map(\.name)) }

    /// Refuses what PostgreSQL cannot name or hold.
    func check(_ extract: TableExtract) throws {
        let advice = "List the columns to read with \(extract.setting("columns"))."
        func refuse(_ message: String, _ advice: String) -> Failure {
            Failure(.configuration, message, advice: advice)
        }
        guard !columns.isEmpty else {
            throw Failure(.statement, "Reading \(extract.table) gave a result without columns.", advice: advice)
        }
        guard columns.count <= 1600 else {
            let added = extract.addsMetadataColumns ? MetadataColumn.names.count : 0
            throw refuse(
                "\(extract.table) has \(Sentence.count(columns.count - added, "column"))"
                    + "\(added == 0 ? "" : ", and kleene-ns adds \(added)"), but a PostgreSQL table can have at most 1600.",
                advice)
        }
        guard !columns.contains(where: { $0.name.isEmpty }) else {
            throw refuse(
                "\(extract.table) has a column whose name is empty, and a column of PostgreSQL has a name.", advice)
        }
        let long = columns.map(\.name).filter { $0.utf8.count > PostgresName.longest || $0.utf8.contains(0) }
        guard long.isEmpty else {
            throw refuse(
                "\(extract.table) has columns with names that PostgreSQL would cut, because they have more than "
                    + "\(Sentence.count(PostgresName.longest, "byte")): \(Sentence.list(long)).",
                "Give them shorter names with \(extract.setting("rename")), or leave them out with \(extract.setting("columns"))."
            )
        }
        let twins = Dictionary(grouping: columns) { $0.name.lowercased() }.values.filter { group in
            Set(group.map { Exact($0.name) }).count > 1
        }
        guard twins.isEmpty else {
            throw refuse(
                "\(extract.table) has columns whose names differ in nothing but upper and lower case, "
                    + "\(Sentence.list(twins.flatMap { $0.map(\.name) })), which kleene-ns does not tell apart.",
                "Give one of them another name with \(extract.setting("rename")), or leave it out with \(extract.setting("columns"))."
            )
        }
        let marks = extract.marksDeleted ? [markColumn(MetadataColumn.deletedAt)] : []
        let twice = Dictionary(grouping: columns + marks) { Exact($0.name) }.values.filter { $0.count > 1 }
        guard twice.isEmpty else {
            throw refuse(
                "\(extract.table) has columns of the same name: \(Sentence.list(twice.compactMap(\.first?.name))).",
                extract.addsMetadataColumns
                    ? "Turn the added ones off with \(extract.plainTable), or call the others something else with \(extract.setting("rename"))."
                    : advice)
        }
    }

    // MARK: SQL

    /// `CREATE TABLE`. No constraints: what the source delivers is kept.
    ///
    /// A table whose rows will be replaced one by one has some room on each page: a row that is replaced stays on its page then, and no
    /// index learns of it. One in a hundred of 2 M rows take a quarter less time so (PostgreSQL 15), and the table is a tenth larger.
    func createSQL(for way: Way) -> String {
        let lines = columns.map { "  \(PostgresName.quote($0.name)) \($0.type.sql)" }
        let room = if case .merge = way { " WITH (fillfactor = 90)" } else { "" }
        return "CREATE TABLE \(sql) (\n\(lines.joined(separator: ",\n"))\n)\(room)"
    }

    /// A table of this session for the rows of chunks, gone with the transaction; with the place of each chunk's read.
    var createTemporarySQL: String {
        let lines = columns.map { "\(PostgresName.quote($0.name)) \($0.type.sql)" }
        return "CREATE TEMPORARY TABLE \(Self.staged) (\(lines.joined(separator: ", "))) ON COMMIT DROP"
    }

    /// The name of the temporary table.
    static let staged = "kleene_staged"
    /// The column of it that tells the reads apart, where they are in it together.
    static let read = "_kleene_read"

    func copySQL(into table: String) -> String { "COPY \(table) (\(names)) FROM STDIN (FORMAT BINARY)" }
    var copySQL: String { copySQL(into: sql) }

    func addColumnSQL(_ column: Column) -> String {
        "ALTER TABLE \(sql) ADD COLUMN \(PostgresName.quote(column.name)) \(column.type.sql)"
    }

    /// A column that says since when rows are gone.
    func markColumn(_ name: String) -> Column { Column(name: name, type: WireType(metadata: name)) }

    func dropColumnSQL(_ column: String) -> String {
        "ALTER TABLE \(sql) DROP COLUMN \(PostgresName.quote(column))"
    }

    /// Has the rows of a chunk sorted in memory, where the server is set to less: 20,000 rows of 26 columns do not fit into its usual 4 MB,
    /// and are sorted on its disk.
    static let sortingRoomSQL = """
        SELECT pg_catalog.set_config('work_mem', '64MB', true)
        WHERE pg_catalog.pg_size_bytes(pg_catalog.current_setting('work_mem')) < pg_catalog.pg_size_bytes('64MB')
        """

    /// Adds all staged rows.
    var insertSQL: String { "INSERT INTO \(sql) (\(names)) SELECT \(names) FROM \(Self.staged)" }

    /// Adds rows and replaces those with the same unique columns; tells how many were written and how many of them are new.
    ///
    /// Rows come in the order of the index by which they are found, however the source read them: neighbours lie on the same pages.
    ///
    /// A row is never replaced by one with a smaller key. `xmax` of a row that was inserted is 0; of one that was updated it is the
    /// updating transaction's.
    ///
    /// - Parameter mark: The column that says since when a row is gone, where the table has one: a row that comes is not gone,
    ///   however old it is.
    func upsertSQL(unique: [String], newestBy version: VersionKey?, clearing mark: String? = nil) -> String {
        let mark = mark.map { PostgresName.quote($0) }
        let others = columns.map(\.name).filter { name in !unique.contains { $0.isExactly(name) } }
        let assignments =
            others.map { "\(PostgresName.quote($0)) = excluded.\(PostgresName.quote($0))" }
            + (mark.map { ["\($0) = NULL"] } ?? [])
        var statement =
            "INSERT INTO \(sql) AS there (\(names)) SELECT \(names) FROM \(Self.staged) ORDER BY \(PostgresName.list(unique)) "
            + "ON CONFLICT (\(PostgresName.list(unique))) "
        statement += assignments.isEmpty ? "DO NOTHING" : "DO UPDATE SET \(assignments.joined(separator: ", "))"
        if let version, !assignments.isEmpty {
            let (mine, theirs) = (
                "there.\(PostgresName.quote(version.column))", "excluded.\(PostgresName.quote(version.column))"
            )
            statement +=
                " WHERE \(theirs) >= \(mine) OR \(mine) IS NULL OR \(theirs) IS NULL"
                + (mark.map { " OR there.\($0) IS NOT NULL" } ?? "")
        }
        return "WITH written AS (\(statement) RETURNING (xmax = 0) AS is_new) "
            + "SELECT count(*), count(*) FILTER (WHERE is_new) FROM written"
    }

    /// Adds the rows whose unique columns and key are not there together yet.
    ///
    /// A load has proven that the unique columns of its rows have no NULL. No index finds rows by `IS NOT DISTINCT FROM`, so only the
    /// key, which may be NULL, is compared by it.
    func appendNewSQL(_ identity: Way.Identity) -> String {
        "INSERT INTO \(sql) (\(names)) SELECT \(names) FROM \(Self.staged) AS staged WHERE \(isNotThere(identity))"
    }

    /// How many staged rows are not there.
    func absentSQL(_ identity: Way.Identity) -> String {
        "SELECT count(*) FROM \(Self.staged) AS staged WHERE \(isNotThere(identity))"
    }

    private func isNotThere(_ identity: Way.Identity) -> String {
        let same =
            identity.columns.map { Self.compared($0, "=") }
            + [Self.compared(identity.version.column, "IS NOT DISTINCT FROM")]
        return "NOT EXISTS (SELECT 1 FROM \(sql) AS there WHERE \(same.joined(separator: " AND ")))"
    }

    private static func compared(_ column: String, _ comparison: String) -> String {
        "there.\(PostgresName.quote(column)) \(comparison) staged.\(PostgresName.quote(column))"
    }

    /// What became of staged rows, behind `upsertSQL`: how many are not there, how many met a newer one, which stays, and how many
    /// met one that is neither newer nor the same. A key with NULL is left out: nothing finds its row.
    ///
    /// - Parameter mark: The column that says since when a row is gone, where the table has one: a row that has come is not.
    func upsertedSQL(unique: [String], newestBy version: VersionKey?, clearing mark: String? = nil) -> String {
        let keys = unique.map { PostgresName.quote($0) }
        let isAbsent = "there.\(keys.first ?? "") IS NULL"
        let isMarked = mark.map { "there.\(PostgresName.quote($0)) IS NOT NULL" }
        var isNewer = version.map { Self.compared($0.column, ">") } ?? "false"
        if let isMarked { isNewer = "\(isNewer) AND NOT (\(isMarked))" }
        func row(_ alias: String) -> String {
            "ROW(" + columns.map { "\(alias).\(PostgresName.quote($0.name))" }.joined(separator: ", ") + ")"
        }
        let isDifferent =
            "(\(row("there")) IS DISTINCT FROM \(row("staged"))" + (isMarked.map { " OR \($0)" } ?? "") + ")"
        return "SELECT count(*) FILTER (WHERE \(isAbsent)), count(*) FILTER (WHERE \(isNewer)), "
            + "count(*) FILTER (WHERE (\(isNewer)) IS NOT TRUE AND \(isDifferent)) "
            + "FROM \(Self.staged) AS staged LEFT JOIN \(sql) AS there ON "
            + unique.map { Self.compared($0, "=") }.joined(separator: " AND ")
            + " WHERE " + keys.map { "staged.\($0) IS NOT NULL" }.joined(separator: " AND ")
    }

    /// How many different keys are staged.
    static func distinctSQL(_ unique: [String]) -> String {
        "SELECT count(*) FROM (SELECT DISTINCT \(PostgresName.list(unique)) FROM \(staged)) AS keys"
    }

    // MARK: Groups and removals

    /// The rows whose value in a column is a staged one of another column; NULL is a value here.
    func removing(groupsOf column: String, in staged: String, _ other: String, mark: Way.Mark?) -> RowRemoval {
        let (mine, theirs) = (PostgresName.quote(column), PostgresName.quote(other))
        return RowRemoval(
            table: sql,
            condition: "there.\(mine) IN (SELECT \(theirs) FROM \(staged)) OR "
                + "(there.\(mine) IS NULL AND EXISTS (SELECT 1 FROM \(staged) WHERE \(theirs) IS NULL))", mark: mark)
    }

    /// The rows whose values in some columns are those of a staged row. NULL is no value here: no index would find it.
    func removing(keys columns: [String], mark: Way.Mark?) -> RowRemoval {
        let mine = columns.map { "there.\(PostgresName.quote($0))" }.joined(separator: ", ")
        return RowRemoval(
            table: sql, condition: "(\(mine)) IN (SELECT \(PostgresName.list(columns)) FROM \(Self.staged))", mark: mark
        )
    }

    /// The rows that have NULL in one of the columns and all values of a staged row: reads the whole table.
    func removing(keysWithNull columns: [String], mark: Way.Mark?) -> RowRemoval {
        let same = columns.map {
            "staged.\(PostgresName.quote($0)) IS NOT DISTINCT FROM there.\(PostgresName.quote($0))"
        }
        return RowRemoval(
            table: sql,
            condition: "(\(Self.hasNull(columns, of: "there."))) AND EXISTS (SELECT 1 FROM \(Self.staged) AS staged "
                + "WHERE \(same.joined(separator: " AND ")))", mark: mark)
    }

    /// How many different unique columns of staged rows the table has.
    func comingAgainSQL(unique: [String]) -> String {
        let same = unique.map { Self.compared($0, "=") }.joined(separator: " AND ")
        return "SELECT count(*) FROM (SELECT DISTINCT \(PostgresName.list(unique)) FROM \(Self.staged)) AS staged "
            + "WHERE EXISTS (SELECT 1 FROM \(sql) AS there WHERE \(same))"
    }

    /// All rows.
    var removingAll: RowRemoval { RowRemoval(table: sql, condition: "true", mark: nil) }

    /// Whether some staged row has NULL in one of the columns, as a question.
    static func holdsNullSQL(in columns: [String]) -> String {
        "SELECT EXISTS (SELECT 1 FROM \(staged) WHERE \(hasNull(columns)))"
    }

    private static func hasNull(_ columns: [String], of alias: String = "") -> String {
        columns.map { "\(alias)\(PostgresName.quote($0)) IS NULL" }.joined(separator: " OR ")
    }

    // MARK: Missing keys

    /// The keys of the table that staged rows lack, as texts; the staged ones are in the temporary table.
    ///
    /// - Parameter since: Which rows of the table are meant, as a condition on `there`; nil for all.
    func missingSQL(on columns: [String], markColumn: String?, since: String? = nil) -> String {
        let isLeft = markColumn.map { ["there.\(PostgresName.quote($0)) IS NULL"] } ?? []
        return keysSQL(columns, isLeft + (since.map { ["(\($0))"] } ?? []), isStaged: false)
    }

    /// The keys of rows that are marked as gone and that staged rows have.
    func markedSQL(on columns: [String], markColumn: String) -> String {
        keysSQL(columns, ["there.\(PostgresName.quote(markColumn)) IS NOT NULL"], isStaged: true)
    }

    private func keysSQL(_ columns: [String], _ conditions: [String], isStaged: Bool) -> String {
        let names = columns.map { "there.\(PostgresName.quote($0))" }
        let same = columns.map { "staged.\(PostgresName.quote($0)) = there.\(PostgresName.quote($0))" }
        let conditions = names.map { "\($0) IS NOT NULL" } + conditions
        // No index need say that a key is there once.
        return "SELECT \(isStaged ? "DISTINCT " : "")\(names.map { "\($0)::text" }.joined(separator: ", ")) "
            + "FROM \(sql) AS there WHERE \(conditions.joined(separator: " AND ")) AND \(isStaged ? "" : "NOT ")EXISTS "
            + "(SELECT 1 FROM \(Self.staged) AS staged WHERE \(same.joined(separator: " AND ")))"
    }

    /// Adds the rows of several reads: one that is in two of them as it was read last.
    func insertLatestSQL(unique: [String]) -> String {
        let keys = PostgresName.list(unique)
        return "INSERT INTO \(sql) (\(names)) SELECT DISTINCT ON (\(keys)) \(names) FROM \(Self.staged) "
            + "ORDER BY \(keys), \(PostgresName.quote(Self.read)) DESC"
    }
}
