import Extraction
import Staging
import Text

/// The lock of an extract on the server: runs from other machines see that one.
extension PostgresDestination {
    /// A session that holds the extract's lock. The server gives it back when the session ends, however it ends.
    func lock(_ extract: String) throws -> LockSession {
        try trying("Locking the extract \"\(extract)\"") {
            let session = try connect(for: extract)
            // It idles as long as rows are read; the setting is PostgreSQL 14's.
            try session.query(
                """
                SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings
                WHERE name IN ('idle_session_timeout', 'statement_timeout')
                """)
            let key = BookTables.lockKey(schema, extract)
            guard try session.value("SELECT pg_catalog.pg_try_advisory_lock($1::bigint)", [String(key)]) == "t" else {
                throw Failure(
                    .busy,
                    "Another run holds the lock of the extract \"\(extract)\": \(try session.holder(of: key)).",
                    advice: "Wait until it has ended, or stop that process.")
            }
            let identity = try session.query(
                "SELECT pid, backend_start FROM pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()"
            ).first
            let held = HeldLocks.Held(
                process: identity?[0] ?? "", since: identity?[1] ?? "",
                lastRun: try bookTables(session).lastRun(of: extract, without: []))
            return LockSession(session, key: key, held, in: locks)
        }
    }

    /// Refuses a change whose extract may have been another run's meanwhile, because the session that held its lock is gone: a firewall
    /// or an administrator ended it while rows were read.
    ///
    /// Called in the change's transaction and behind its lock "change": who takes the lock later commits later. Where the lock is free,
    /// and no other run has been written down since it was ours, it is taken again until the transaction ends.
    func checkLocks(of change: Change<SealedFile>, in server: PostgresConnection) throws {
        guard !change.tables.isEmpty || !change.states.isEmpty || !change.edits.isEmpty else { return }
        let own = change.tables.map(\.run.runID) + change.records.map(\.runID)
        for extract in Set(change.extracts) {
            let key = BookTables.lockKey(schema, extract)
            guard let held = locks[key] else { continue }
            let isHeld = try server.value(
                """
                SELECT 1 FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_get_activity($2::int) a USING (pid)
                WHERE \(BookTables.isHeld) AND a.backend_start = $3::timestamptz
                """, [String(key), held.process, held.since])
            if isHeld != nil { continue }
            let lost =
                "The server ended the session that held the lock of the extract \"\(extract)\" before its rows were loaded"
            guard try server.value("SELECT pg_catalog.pg_try_advisory_xact_lock($1::bigint)", [String(key)]) == "t"
            else {
                throw Failure(
                    .busy,
                    "\(lost), and another run has it now: \(try server.holder(of: key)). Nothing was loaded.",
                    advice: "Wait until that run has ended, and run the same command again.")
            }
            guard try bookTables(server).lastRun(of: extract, without: own) == held.lastRun else {
                for rows in change.staged { rows.distrust() }
                throw Failure(
                    .busy, "\(lost), and another run of it has come in between. Nothing was loaded.",
                    advice: "Run the same command again: it reads afresh.")
            }
        }
    }
}
