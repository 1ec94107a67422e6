import Extraction

/// What a table has beside its columns, and takes along when it is made again: indexes, constraints of its own, owner, rights,
/// comments, statistics, settings. What depends on the table from outside is refused before (`ExistingRelation.dependents`).
struct TableAttachments {
    /// Statements that make each again, with words for it.
    private let statements: [(what: String, sql: String)]
    /// The table's name as SQL.
    private let sql: String

    /// In an order in which each finds what it needs: an index before the identity of replicas that goes by it.
    static func read(_ table: ExistingRelation, in server: PostgresConnection) throws(PostgresError) -> TableAttachments
    {
        let rows = try server.query(
            """
            SELECT 1, 'the constraint ' || conname, 'ALTER TABLE ' || $2 || ' ADD CONSTRAINT ' || quote_ident(conname) || ' '
              || pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint
              WHERE conrelid = $1::oid AND contype IN ('p', 'u', 'c', 'x')
            UNION ALL SELECT 2, 'the index ' || indexrelid::regclass, pg_catalog.pg_get_indexdef(indexrelid)
              FROM pg_catalog.pg_index i WHERE indrelid = $1::oid
              AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
            UNION ALL SELECT 3, 'NOT NULL of the column ' || attname, 'ALTER TABLE ' || $2 || ' ALTER COLUMN ' || quote_ident(attname)
              || ' SET NOT NULL' FROM pg_catalog.pg_attribute
              WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped AND attnotnull
            UNION ALL SELECT 4, 'the owner ' || pg_catalog.pg_get_userbyid(relowner), 'ALTER TABLE ' || $2 || ' OWNER TO '
              || quote_ident(pg_catalog.pg_get_userbyid(relowner)) FROM pg_catalog.pg_class
              WHERE oid = $1::oid AND pg_catalog.pg_get_userbyid(relowner) <> current_user
            UNION ALL SELECT 5, 'the right ' || privilege_type || ' of ' || who, 'GRANT ' || privilege_type || ' ON ' || $2 || ' TO '
              || who || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
              FROM (SELECT x.*, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS who
                    FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) x WHERE c.oid = $1::oid AND x.grantee <> c.relowner) g
            UNION ALL SELECT 6, 'the right ' || privilege_type || ' of ' || who || ' to the column ' || attname, 'GRANT ' || privilege_type
              || ' (' || quote_ident(attname) || ') ON ' || $2 || ' TO ' || who || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
              FROM (SELECT x.*, a.attname, CASE WHEN x.grantee = 0 THEN 'PUBLIC'
                      ELSE quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS who
                    FROM pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) x
                    WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped) g
            UNION ALL SELECT 7, 'the setting ' || o.option_name, 'ALTER TABLE ' || $2 || ' SET (' || quote_ident(o.option_name) || ' = '
              || quote_literal(o.option_value) || ')'
              FROM pg_catalog.pg_class c, pg_catalog.pg_options_to_table(c.reloptions) o WHERE c.oid = $1::oid
            UNION ALL SELECT 8, 'the statistics ' || stxname, pg_catalog.pg_get_statisticsobjdef(oid)
              FROM pg_catalog.pg_statistic_ext WHERE stxrelid = $1::oid
            UNION ALL SELECT 9, 'the replica identity', 'ALTER TABLE ' || $2 || ' REPLICA IDENTITY ' || CASE relreplident
                WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE 'USING INDEX ' || (SELECT quote_ident(x.relname)
                  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                  WHERE i.indrelid = $1::oid AND i.indisreplident) END
              FROM pg_catalog.pg_class WHERE oid = $1::oid AND relreplident <> 'd'
            UNION ALL SELECT 10, 'the comment', 'COMMENT ON TABLE ' || $2 || ' IS ' || quote_literal(description)
              FROM pg_catalog.pg_description WHERE objoid = $1::oid AND objsubid = 0
                AND classoid = 'pg_catalog.pg_class'::regclass
            UNION ALL SELECT 11, 'the comment on ' || attname, 'COMMENT ON COLUMN ' || $2 || '.' || quote_ident(attname) || ' IS '
              || quote_literal(description) FROM pg_catalog.pg_description
              JOIN pg_catalog.pg_attribute ON attrelid = objoid AND attnum = objsubid
              WHERE objoid = $1::oid AND objsubid > 0 AND classoid = 'pg_catalog.pg_class'::regclass
            ORDER BY 1, 2
            """, [table.oid, table.sql])
        return TableAttachments(statements: rows.map { ($0[1] ?? "", $0[2] ?? "") }, sql: table.sql)
    }

    /// Makes them again, each by itself; what no longer fits is left out and noted.
    ///
    /// - Throws: what has nothing to do with the fit, such as a full disk.
    func recreate(on table: String, in server: PostgresConnection) throws(PostgresError) -> [String] {
        try revokeDefaults(in: server)
        var notes: [String] = []
        for (what, sql) in statements {
            try server.query("SAVEPOINT kleene_attachment")
            do throws(PostgresError) {
                try server.query(sql)
                try server.query("RELEASE SAVEPOINT kleene_attachment")
            } catch {
                guard Self.saysItDoesNotFit(error) else { throw error }
                try server.query("ROLLBACK TO SAVEPOINT kleene_attachment")
                notes.append(
                    "Of the table \"\(table)\", \(what) no longer fits and is gone: \(error.message). It was: \(sql)")
            }
        }
        return notes
    }

    /// What `ALTER DEFAULT PRIVILEGES` gave with the new table: the old one's rights are given next, and one that was revoked stays so.
    private func revokeDefaults(in server: PostgresConnection) throws(PostgresError) {
        let grantees = try server.query(
            """
            SELECT DISTINCT CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END
            FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) x
            WHERE c.oid = $1::regclass AND x.grantee <> c.relowner
            """, [sql])
        for grantee in grantees { try server.query("REVOKE ALL ON \(sql) FROM \(grantee[0] ?? "PUBLIC")") }
    }

    /// Class 42: an unknown column, a right that is lacking. 23: a unique index over duplicates.
    private static func saysItDoesNotFit(_ error: PostgresError) -> Bool {
        error.sqlState.map { $0.hasPrefix("42") || $0.hasPrefix("23") } ?? false
    }
}
