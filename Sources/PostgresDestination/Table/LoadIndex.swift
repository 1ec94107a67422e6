import Rows

/// The indexes that kleene-ns itself puts on a table, to find rows by.
enum LoadIndex: String {
    /// Of rows that are replaced: one row a key.
    case unique = "kleene_unique_"
    /// Of rows that are added: each version of a row once.
    case versions = "kleene_versions_"
    /// Of groups that are replaced.
    case groups = "kleene_groups_"
    /// Of rows that are removed by columns which nothing keeps unique.
    case keys = "kleene_keys_"

    /// Makes the index of some columns, where the table has none such of ours yet.
    ///
    /// A unique one of ours over other columns goes: what it kept apart is no key any more, and it would refuse rows.
    func make(on table: ExistingRelation, _ columns: [String], in server: PostgresConnection) throws(PostgresError) {
        if self == .unique { try dropOutdated(on: table, columns, in: server) }
        let wanted = columns.map { Exact($0) }
        // By one with another collation than the column's, no row is found.
        let isThere = try indexes(on: table, in: server).contains {
            $0.columns == wanted && (self == .unique || $0.hasCollations)
        }
        guard !isThere else { return }
        try server.query(createSQL(try freeName(for: table, in: server), on: table.sql, columns))
    }

    func dropOutdated(
        on table: ExistingRelation, _ columns: [String], in server: PostgresConnection
    ) throws(PostgresError) {
        let wanted = Set(columns.map { Exact($0) })
        for index in try indexes(on: table, in: server) where Set(index.columns) != wanted {
            try server.query(Self.dropSQL(index.name, in: table.schema))
        }
    }

    /// The name of the table's, with a number where another index has it: one that a table took along when it was renamed.
    func name(_ table: String, number: Int) -> String {
        PostgresName.derived(rawValue, number == 1 ? table : "\(table)_\(number)")
    }

    func createSQL(_ name: String, on table: String, _ columns: [String]) -> String {
        "CREATE \(self == .unique ? "UNIQUE " : "")INDEX \(PostgresName.quote(name)) ON \(table) "
            + "(\(PostgresName.list(columns)))"
    }

    static func dropSQL(_ name: String, in schema: String) -> String {
        "DROP INDEX \(PostgresName.quote(schema)).\(PostgresName.quote(name))"
    }

    private func freeName(
        for table: ExistingRelation, in server: PostgresConnection
    ) throws(PostgresError) -> String {
        var number = 1
        while true {
            let candidate = name(table.name, number: number)
            let isTaken = try server.value(
                """
                SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = $1 AND c.relname = $2)
                """, [table.schema, candidate])
            if isTaken != "t" { return candidate }
            number += 1
        }
    }

    /// Those of this kind that the table has, whole and of plain columns, and whether they have the collations of these. What a
    /// constraint needs is a person's by now.
    private func indexes(
        on table: ExistingRelation, in server: PostgresConnection
    ) throws(PostgresError) -> [(name: String, columns: [Exact<String>], hasCollations: Bool)] {
        let rows = try server.query(
            """
            SELECT x.relname, a.attname, i.indcollation[place] = a.attcollation
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
            CROSS JOIN pg_catalog.generate_series(0, i.indnkeyatts - 1) AS place
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[place]
            WHERE i.indrelid = $1::oid AND pg_catalog.starts_with(x.relname::text, $2)
              AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indisvalid AND i.indisunique = $3::boolean
              AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint c WHERE c.conindid = i.indexrelid)
            ORDER BY x.relname, place
            """, [table.oid, rawValue, self == .unique ? "t" : "f"])
        return Dictionary(grouping: rows) { $0[0] ?? "" }.map { name, rows in
            (name, rows.map { Exact($0[1] ?? "") }, rows.allSatisfy { $0[2] == "t" })
        }
    }
}
