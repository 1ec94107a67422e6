import Extraction
import Staging

/// Who has what a load has waited for.
extension PostgresDestination {
    /// A refusal for a lock that was not had in time, with the sessions that may hold it; any other error as it is.
    ///
    /// The server tells whom a statement waits for only while it waits. Afterwards those are named that use the tables, or have the lock
    /// that keeps two changes apart: whose transaction is the oldest comes first.
    func naming(_ error: any Error, _ change: Change<SealedFile>, in server: PostgresConnection) -> any Error {
        guard var failure = error as? Failure, failure.sqlState == PostgresError.lockTimeout else { return error }
        let keys =
            change.extracts.map { BookTables.lockKey(schema, $0, "change") }
            + change.tables.map { BookTables.lockKey(schema, $0.table, "table") }
        let sessions =
            (try? server.query(
                Self.holdersSQL, [schema, Self.array(change.tables.map(\.table)), Self.array(keys.map(String.init))]))
            ?? []
        guard !sessions.isEmpty else { return failure }
        let words = sessions.map { session in
            "\(session[0] ?? "?") of \(session[1] ?? "nobody"), \(session[2] ?? "of unknown state") since \(session[3] ?? "?")"
        }
        failure.message +=
            " \(words.count == 1 ? "This session has" : "These sessions have") it: \(words.joined(separator: "; "))."
        failure.advice =
            "Wait until \(words.count == 1 ? "it has" : "they have") ended, or end \(words.count == 1 ? "it" : "the one that is in the way") "
            + "(`SELECT pg_terminate_backend(\(sessions[0][0] ?? "pid"))`), and run the same command again."
        return failure
    }

    /// Parameters: the schema, the tables, the numbers of advisory locks.
    private static let holdersSQL = """
        SELECT a.pid, a.usename, a.state, to_char(min(coalesce(a.xact_start, a.backend_start)), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
        WHERE l.granted AND a.pid <> pg_catalog.pg_backend_pid()
          AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
          AND (l.locktype = 'relation' AND l.relation IN
              (SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]))
            OR l.locktype = 'advisory' AND l.objsubid = 1 AND (l.classid::bigint << 32 | l.objid::bigint) = ANY ($3::bigint[]))
        GROUP BY a.pid, a.usename, a.state, coalesce(a.xact_start, a.backend_start)
        ORDER BY coalesce(a.xact_start, a.backend_start) LIMIT 3
        """

    /// Texts as the server writes an array of them.
    private static func array(_ texts: [String]) -> String {
        let quoted = texts.map { text in
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return "{" + quoted.joined(separator: ",") + "}"
    }
}
