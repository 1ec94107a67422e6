/// What a publication demands of a table whose changes it publishes: that subscribers can find the rows.
extension ExistingRelation {
    /// The statement that lets subscribers find each row by all of its values.
    var identifyingSQL: String { "ALTER TABLE \(sql) REPLICA IDENTITY FULL" }

    /// A publication for whose sake the server refuses to change rows of the table, or to remove them: it has nothing by which
    /// subscribers would find a row. Nil where there is none.
    func unidentifying(
        updates: Bool, deletes: Bool, in server: PostgresConnection
    ) throws(PostgresError) -> String? {
        // Most databases publish nothing, and PostgreSQL (15) takes milliseconds to plan the question.
        guard try server.value("SELECT 1 FROM pg_catalog.pg_publication LIMIT 1") != nil else { return nil }
        return try server.value(Self.unidentifyingSQL, [oid, updates ? "t" : "f", deletes ? "t" : "f"])
    }

    /// PostgreSQL's own rule: a key that is checked at the end of a transaction identifies no row.
    private static let unidentifyingSQL = """
        SELECT min(p.pubname) FROM pg_catalog.pg_publication p
          JOIN pg_catalog.pg_publication_tables t ON t.pubname = p.pubname
          JOIN pg_catalog.pg_class c ON c.relname = t.tablename
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = t.schemaname
        WHERE c.oid = $1::oid AND c.relpersistence = 'p' AND (p.pubupdate AND $2::boolean OR p.pubdelete AND $3::boolean)
          AND CASE c.relreplident
            WHEN 'f' THEN false
            WHEN 'n' THEN true
            ELSE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
              AND CASE c.relreplident WHEN 'i' THEN i.indisreplident ELSE i.indisprimary END)
          END
        """
}
