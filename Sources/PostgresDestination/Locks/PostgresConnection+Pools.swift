import Extraction

/// Pools between here and the server.
extension PostgresConnection {
    /// Whether the sessions of the server are handed out by the transaction or the statement: a session's lock would then be everybody's.
    ///
    /// A session of the server says its own process number when it takes the connection; a pool makes one up (pgbouncer 1.18), or hands
    /// on that of the first session that it gave. Then two are opened at once. Where a pool keeps one session for both, the numbers
    /// are the same; where it hands them out in turn, one connection has two numbers.
    func isPooledByTransaction() throws -> Bool {
        let numbers = try [currentProcess(), currentProcess()]
        guard numbers[0] == numbers[1] else { return true }
        guard numbers[0] != String(process) else { return false }
        let other = try PostgresConnection(server, application: "kleene-ns")
        do throws(PostgresError) {
            try other.query("BEGIN")
            // A pool of one session has none left for this connection until the other's transaction ends.
            if try other.currentProcess() == numbers[0] { return true }
            return try currentProcess() != numbers[0]
        } catch {
            // "transaction blocks not allowed in statement pooling mode" (pgbouncer 1.18).
            if error.message.contains("statement pooling") { return true }
            throw error
        }
    }

    private func currentProcess() throws(PostgresError) -> String? { try value("SELECT pg_catalog.pg_backend_pid()") }

    /// - Parameter server: What lies behind the pool, in words.
    static func poolRefusal(_ server: String) -> Failure {
        Failure(
            .destination,
            "Between here and \(server) is a pool that changes sessions between transactions, which breaks locks.",
            advice: "Connect to the server itself, or to a pool in session mode.")
    }
}
