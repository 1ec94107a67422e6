/// Pools between here and the server.
extension PostgresDestination {
    /// Whether the sessions of the server are handed out by the transaction or the statement: a session's lock would then be everybody's.
    ///
    /// A session of the server says its own process number when it takes the connection; a pool makes one up (pgbouncer 1.18), or hands
    /// on that of the first session that it gave. Then two are opened at once. Where a pool keeps one session for both, the numbers
    /// are the same; where it hands them out in turn, one connection has two numbers.
    func isPooledByTransaction(_ server: PostgresConnection) throws -> Bool {
        let numbers = try [process(of: server), process(of: server)]
        guard numbers[0] == numbers[1] else { return true }
        guard numbers[0] != String(server.process) else { return false }
        let other = try connect()
        do throws(PostgresError) {
            try other.query("BEGIN")
            // A pool of one session has none left for this connection until the other's transaction ends.
            if try process(of: other) == numbers[0] { return true }
            return try process(of: server) != numbers[0]
        } catch {
            // "transaction blocks not allowed in statement pooling mode" (pgbouncer 1.18).
            if error.message.contains("statement pooling") { return true }
            throw error
        }
    }

    private func process(of server: PostgresConnection) throws(PostgresError) -> String? {
        try server.value("SELECT pg_catalog.pg_backend_pid()")
    }
}
