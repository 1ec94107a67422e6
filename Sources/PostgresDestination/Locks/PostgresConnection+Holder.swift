extension PostgresConnection {
    /// The session that has an advisory lock, in words.
    func holder(of key: Int64) throws(PostgresError) -> String {
        let holder = try query(
            """
            SELECT a.pid, a.client_addr, to_char(a.backend_start, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
            WHERE \(BookTables.isHeld)
            """, [String(key)]
        ).first
        guard let holder else { return "it does not say which" }
        return
            "the session \(holder[0] ?? "?") of \(holder[1] ?? "the server's own machine"), since \(holder[2] ?? "?")"
    }
}
