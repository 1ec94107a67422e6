/// Why a table cannot be dropped, or not be loaded at all.
extension ExistingRelation {
    /// What would break, or go without a word, if the table were dropped and made again, in words.
    func dependents(in server: PostgresConnection) throws(PostgresError) -> [String] {
        try server.query(Self.dependentsSQL, [oid]).compactMap { $0[0] }
    }

    /// The tables that inherit from it, or that it inherits from or is a partition of, in words; with the statement that parts them.
    func relatives(in server: PostgresConnection) throws(PostgresError) -> [(what: String, parting: String)] {
        try server.query(Self.relativesSQL, [oid]).map { ($0[0] ?? "", $0[1] ?? "") }
    }

    private static let relativesSQL = """
        SELECT 'the table ' || inhrelid::regclass || ' inherits from it',
          'ALTER TABLE ' || inhrelid::regclass || ' NO INHERIT ' || inhparent::regclass
          FROM pg_catalog.pg_inherits WHERE inhparent = $1::oid
        UNION ALL SELECT CASE WHEN r.relispartition THEN 'it is a partition of ' ELSE 'it inherits from ' END || inhparent::regclass,
          CASE WHEN r.relispartition THEN 'ALTER TABLE ' || inhparent::regclass || ' DETACH PARTITION ' || inhrelid::regclass
            ELSE 'ALTER TABLE ' || inhrelid::regclass || ' NO INHERIT ' || inhparent::regclass END
          FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_class r ON r.oid = inhrelid WHERE inhrelid = $1::oid
        """

    /// Whether a trigger or a rule of a person's may drop rows on their way, keep them or add some; or a policy hides them from what
    /// changes them.
    func mayChangeRows(in server: PostgresConnection) throws(PostgresError) -> Bool {
        try server.value(
            """
            SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_trigger WHERE tgrelid = $1::oid AND NOT tgisinternal AND tgenabled <> 'D')
              OR EXISTS (SELECT 1 FROM pg_catalog.pg_rewrite
                WHERE ev_class = $1::oid AND rulename <> '_RETURN' AND ev_enabled <> 'D')
              OR pg_catalog.row_security_active($1::oid)
            """, [oid]) == "t"
    }

    /// A foreign key of another table by which rows there go, or change, with rows of this one.
    struct Action {
        let constraint: String
        let table: String
        /// `CASCADE`, `SET NULL` or `SET DEFAULT`.
        let words: String
        /// The statement that makes it one that does nothing but look, at the end of a transaction.
        let remedy: String
    }

    func actions(in server: PostgresConnection) throws(PostgresError) -> [Action] {
        try server.query(Self.actionsSQL, [oid]).map {
            Action(constraint: $0[0] ?? "", table: $0[1] ?? "", words: $0[2] ?? "", remedy: $0[3] ?? "")
        }
    }

    /// What a definition says behind `ON DELETE` is the action, and when the key is checked.
    private static let actionsSQL = """
        SELECT conname, conrelid::regclass, CASE confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END,
          'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname) || ', ADD CONSTRAINT '
          || quote_ident(conname) || ' ' || pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(oid), ' ON DELETE .*$', '')
          || ' DEFERRABLE INITIALLY DEFERRED'
        FROM pg_catalog.pg_constraint
        WHERE contype = 'f' AND confrelid = $1::oid AND confdeltype IN ('c', 'n', 'd') AND conparentid = 0
        ORDER BY conrelid::regclass::text, conname
        """

    /// Indexes, constraints, rights, comments, statistics and settings are not among them: they are made again.
    ///
    /// A publication of all tables, or of a schema's, takes the new table too, but whoever is subscribed does not follow it there. Of a table's
    /// row type there may be columns, domains and parameters; the array of it is a type of its own.
    private static let dependentsSQL = """
        SELECT DISTINCT 'the view ' || v.oid::regclass FROM pg_catalog.pg_depend d
          JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
          JOIN pg_catalog.pg_class v ON v.oid = w.ev_class
          WHERE d.refobjid = $1::oid AND v.oid <> $1::oid
        UNION ALL SELECT 'the foreign key ' || conname || ' of ' || conrelid::regclass FROM pg_catalog.pg_constraint
          WHERE contype = 'f' AND (confrelid = $1::oid OR conrelid = $1::oid)
        UNION ALL SELECT 'the trigger ' || tgname FROM pg_catalog.pg_trigger
          WHERE tgrelid = $1::oid AND NOT tgisinternal
        UNION ALL SELECT 'the rule ' || rulename FROM pg_catalog.pg_rewrite
          WHERE ev_class = $1::oid AND rulename <> '_RETURN'
        UNION ALL SELECT 'the policy ' || polname FROM pg_catalog.pg_policy WHERE polrelid = $1::oid
        UNION ALL SELECT 'its row level security, which hides rows,' FROM pg_catalog.pg_class
          WHERE oid = $1::oid AND relrowsecurity
        UNION ALL SELECT 'the publication ' || p.pubname FROM pg_catalog.pg_publication_tables p
          JOIN pg_catalog.pg_class c ON c.relname = p.tablename
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = p.schemaname
          WHERE c.oid = $1::oid
        UNION ALL SELECT 'the sequence ' || s.oid::regclass || ' that one of its columns owns' FROM pg_catalog.pg_depend d
          JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = $1::oid AND d.deptype = 'a'
        UNION ALL SELECT DISTINCT 'the ' || pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
          FROM pg_catalog.pg_depend d
          WHERE d.deptype = 'n' AND d.classid <> 'pg_catalog.pg_rewrite'::regclass AND (
            d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = $1::oid AND d.classid = 'pg_catalog.pg_proc'::regclass
            OR d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid IN (
              SELECT a.oid FROM pg_catalog.pg_type r JOIN pg_catalog.pg_type a ON a.oid IN (r.oid, r.typarray) WHERE r.typrelid = $1::oid))
        """
}
