import Extraction
import Rows
import Text

/// What a server has under the name of a destination table.
struct ExistingRelation {
    struct Column: Equatable {
        let name: String
        /// As `format_type` spells it.
        let type: String
        let isRequired: Bool
        let isGenerated: Bool
        /// Whether its collation takes some different texts for the same.
        let isInexact: Bool
    }

    let schema: String
    let name: String
    /// `relkind`: `r` a table, `p` one in partitions, `v` a view, and others.
    let kind: String
    /// By which the server knows it. Another table of the same name has another.
    let oid: String
    let columns: [Column]
    let spelling: ColumnSpelling

    init(schema: String, name: String, kind: String, oid: String, columns: [Column]) {
        self.schema = schema
        self.name = name
        self.kind = kind
        self.oid = oid
        self.columns = columns
        spelling = ColumnSpelling(columns.map(\.name))
    }

    var sql: String { PostgresName.quote(schema) + "." + PostgresName.quote(name) }
    /// By which the books know the table.
    var mark: String { "oid:\(oid)" }

    static func find(_ schema: String, _ name: String, in server: PostgresConnection) throws(PostgresError)
        -> ExistingRelation?
    {
        let row = try server.query(
            """
            SELECT c.oid, c.relkind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = $2
            """, [schema, name]
        ).first
        guard let row, let oid = row[0], let kind = row[1] else { return nil }
        let columns = try server.query(
            """
            SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull AND NOT a.atthasdef
              AND a.attidentity = '', a.attgenerated <> '' OR a.attidentity = 'a',
              EXISTS (SELECT 1 FROM pg_catalog.pg_collation k WHERE k.oid = a.attcollation AND NOT k.collisdeterministic)
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum
            """, [oid])
        return ExistingRelation(
            schema: schema, name: name, kind: kind, oid: oid,
            columns: columns.map {
                Column(
                    name: $0[0] ?? "", type: $0[1] ?? "", isRequired: $0[2] == "t", isGenerated: $0[3] == "t",
                    isInexact: $0[4] == "t")
            })
    }

    /// The column that a name stands for, however it is spelt there.
    func column(_ name: String) -> Column? {
        guard let name = spelling.find(name) else { return nil }
        return columns.first { $0.name.isExactly(name) }
    }

    /// Whether the table is exactly what kleene-ns would make of the definition: then rows are copied straight into it.
    func isExactly(_ table: PostgresTable) -> Bool {
        table.columns.allSatisfy { wanted in column(wanted.name)?.type == wanted.type.catalogName }
    }

    /// Refuses a table that would change values, or that the extract cannot fill.
    ///
    /// - Parameter adds: Whether a column that is missing is added.
    func check(_ table: PostgresTable, advice: String, place: String, adds: (String) -> Bool = { _ in false }) throws {
        func refuse(_ what: String) -> Failure {
            Failure(.drift, "The table \"\(name)\" in \(place) does not fit the extract: \(what).", advice: advice)
        }
        let missing = table.columns.map(\.name).filter { column($0) == nil && !adds($0) }
        guard missing.isEmpty else { throw refuse("it has no column \(Sentence.list(missing))") }
        let wanted = Set(table.columns.map { Exact(spelling($0.name)) })
        let required = columns.filter { $0.isRequired && !$0.isGenerated && !wanted.contains(Exact($0.name)) }
        guard required.isEmpty else {
            throw refuse(
                "its column \(Sentence.list(required.map(\.name))) must not be NULL and has no default, "
                    + "and the extract does not fill it")
        }
        for wanted in table.columns {
            guard let there = column(wanted.name) else { continue }
            guard !there.isGenerated else { throw refuse("its column \"\(there.name)\" is generated") }
            guard wanted.type.isKept(by: there.type) else {
                throw refuse(
                    "its column \"\(there.name)\" is \(there.type), which would change or refuse values that the extract "
                        + "stores as \(wanted.type.sql)")
            }
        }
    }

    /// The tablespace in which it was put; empty for that of its database.
    func tablespace(in server: PostgresConnection) throws(PostgresError) -> String {
        try server.value(
            """
            SELECT s.spcname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
            WHERE c.oid = $1::oid
            """, [oid]) ?? ""
    }

    func holdsRows(in server: PostgresConnection) throws(PostgresError) -> Bool {
        try server.value("SELECT EXISTS (SELECT 1 FROM \(sql))") == "t"
    }

    /// What a look at the table shows.
    func sight(holding: TableHolding?, in server: PostgresConnection) throws(PostgresError) -> TableSight {
        TableSight(
            name: name, mark: mark, isReplaced: holding?.mark.map { $0 != mark } ?? false,
            holdsRows: try holdsRows(in: server), lastRow: nil, columns: columns.map(\.name))
    }
}
