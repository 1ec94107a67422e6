import Text

extension BookTables {
    /// The number under which the server locks an extract or a table of a schema.
    static func lockKey(_ schema: String, _ name: String, _ kind: String = "extract") -> Int64 {
        let digits = Fingerprint.of("kleene-ns \(kind)\u{1F}\(schema)\u{1F}\(name)")
        return Int64(bitPattern: UInt64(digits, radix: 16) ?? 0)
    }

    /// Which lock it is, for a number as the first parameter: one of this database, and a session's or a transaction's.
    static let isHeld = """
        l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND (l.classid::bigint << 32 | l.objid::bigint) = $1::bigint
          AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        """

    /// Keeps other changes of these extracts and tables away until the transaction ends. In one order for all, so that two cannot wait for
    /// each other.
    func lock(_ names: [String], _ kind: String) throws(PostgresError) {
        for key in Set(names.map { Self.lockKey(schema, $0, kind) }).sorted() {
            try server.query("SELECT pg_catalog.pg_advisory_xact_lock($1::bigint)", [String(key)])
        }
    }
}
