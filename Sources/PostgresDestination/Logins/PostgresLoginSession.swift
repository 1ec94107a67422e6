import Extraction

/// What a database remembers of logins, while one is made: a session of its own, opened for it and closed after it.
///
/// Three locks of the server, which gives them back when the session ends, however it ends:
///
/// * that of a name, as long as the login of that user takes: hundreds of machines with bad credentials try twice, not hundreds of times;
/// * a shared one of the table, as long as the session lives: nobody removes it meanwhile;
/// * that under which books are made, while the table is made or removed.
///
/// A command that only looks leaves a database without books as it was: the table that a login needed goes again with the last session that
/// is in, while the row `temporary` lies in it and nothing in it has to be remembered. What a process leaves that dies in its login stays.
///
/// Not `Sendable`: used by one thread.
package final class PostgresLoginSession {
    private let server: PostgresConnection
    private let isNeeded: Bool
    private var isInside = false
    private var isPrepared = false

    private static let table = "_kleene.logins"
    private static let definition =
        "CREATE TABLE \(table) (name text PRIMARY KEY, content text NOT NULL, changed_at timestamptz NOT NULL)"
    /// The row that says that the table was made for a login, and whether the schema was made with it.
    private static let mark = "temporary"
    private static let markOfSchema = "schema"

    /// - Parameters:
    ///   - patience: Seconds to wait for another session's lock.
    ///   - isNeeded: Whether a right that is missing is a failure.
    init(_ server: PostgresConnection, patience: Double, isNeeded: Bool) throws(PostgresError) {
        self.server = server
        self.isNeeded = isNeeded
        // It may wait long and idle in between. What it says is written must outlive the server: an attempt that is forgotten is one too
        // many. And the server has to notice soon that a machine has gone with its locks: by itself it takes two hours.
        try server.query(
            """
            SELECT pg_catalog.set_config(s.name, v.value, false) FROM pg_catalog.pg_settings s JOIN (VALUES
              ('idle_session_timeout', '0'), ('statement_timeout', '0'), ('lock_timeout', $1), ('synchronous_commit', 'local'),
              ('tcp_keepalives_idle', '20'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3')
            ) v (name, value) USING (name) WHERE name <> 'synchronous_commit' OR s.setting = 'off'
            """, [String(Int(patience * 1000))])
    }

    // MARK: Room

    /// Whether there is a table that takes texts of this user.
    ///
    /// - Parameter isMaking: Whether it is made where there is none: to stay where there are books, else for this login.
    /// - Throws: `Failure` where a right is missing that is needed.
    package func prepare(isMaking: Bool) throws -> Bool {
        if isPrepared { return true }
        do throws(PostgresError) {
            if !isInside {
                try server.query("SELECT pg_catalog.pg_advisory_lock_shared($1::bigint)", [Self.place])
                isInside = true
            }
            if try !isThere(), isMaking { try make() }
            isPrepared = try isThere()
        } catch {
            guard !isNeeded, PostgresLogins.lacksRights(error) else { throw Self.failure(error, on: server.server) }
            return false
        }
        guard isPrepared, try !mayUse() else { return isPrepared }
        isPrepared = false
        if !isNeeded { return false }
        throw Failure(
            .destination, "The destination's user may not read and write the table \(Self.table).",
            advice: Self.rights)
    }

    private static let place = String(BookTables.lockKey("", "", "logins"))
    private static let rights =
        "Give that user `GRANT USAGE ON SCHEMA _kleene` and `GRANT SELECT, INSERT, UPDATE, DELETE ON _kleene.logins`. Where there is "
        + "no such table, it needs `GRANT CREATE ON SCHEMA _kleene`; where there is no such schema, `GRANT CREATE ON DATABASE`."

    private func isThere() throws(PostgresError) -> Bool { try has("logins") }

    /// Whether the schema has a table. By the catalog's rows: what `to_regclass` says may be of before a lock was waited for in the same
    /// transaction (PostgreSQL 15), because no lock of ours makes the session look again.
    private func has(_ table: String) throws(PostgresError) -> Bool {
        try server.value(
            """
            SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = '_kleene' AND c.relname = $1
            """, [table]) != nil
    }

    private func mayUse() throws -> Bool {
        try trying {
            try server.value(
                """
                SELECT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                  AND (SELECT pg_catalog.bool_and(pg_catalog.has_table_privilege(c.oid, p))
                    FROM pg_catalog.unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p)
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = '_kleene' AND c.relname = 'logins'
                """) == "t"
        }
    }

    /// Makes the table, unless another session has made it meanwhile.
    private func make() throws(PostgresError) {
        try begin()
        do throws(PostgresError) {
            if try !isThere() {
                // Who may not make schemas may have been given one.
                let isWithoutSchema =
                    try server.value("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = '_kleene'") == nil
                if isWithoutSchema { try server.query("CREATE SCHEMA _kleene") }
                try server.query(Self.definition)
                if try !has("edits") {
                    try insert(isWithoutSchema ? Self.markOfSchema : "table", Self.mark, orUpdate: false)
                }
            }
            try server.query("COMMIT")
        } catch {
            _ = try? server.query("ROLLBACK")
            throw error
        }
    }

    /// Begins a transaction in which nobody else makes books or removes them. What others have done before is seen: with another isolation
    /// level only what they had done before the lock was asked for.
    private func begin() throws(PostgresError) {
        try server.query("BEGIN ISOLATION LEVEL READ COMMITTED")
        try server.query("SELECT pg_catalog.pg_advisory_xact_lock(\(BookTables.making))")
    }

    package func keep() throws {
        try remove(Self.mark)
    }

    /// Leaves the table. Where removing it fails it stays, for the next one to remove.
    package func leave(isForgettable: (_ name: String, _ text: String) -> Bool) {
        guard isInside else { return }
        if isPrepared, (try? text(Self.mark)) == nil { return }
        do {
            // First this: of two that leave together, each would keep the other from removing it.
            try server.query("SELECT pg_catalog.pg_advisory_unlock_shared($1::bigint)", [Self.place])
            isInside = false
            if isPrepared { try removeWhatWasMade(isForgettable) }
        } catch {
            _ = try? server.query("ROLLBACK")
        }
    }

    private func removeWhatWasMade(_ isForgettable: (_ name: String, _ text: String) -> Bool) throws {
        // Where somebody is in, that one removes it. Those who come now wait until it is done.
        guard try server.value("SELECT pg_catalog.pg_try_advisory_lock($1::bigint)", [Self.place]) == "t" else {
            return
        }
        try server.query("SET lock_timeout = '1s'")
        try begin()
        if try isThere(), let mark = try text(Self.mark) {
            if try has("edits") {
                try remove(Self.mark)
            } else if try all().allSatisfy({ isForgettable($0.name, $0.text) }) {
                try server.query("DROP TABLE \(Self.table)")
                if mark == Self.markOfSchema { try server.query("DROP SCHEMA _kleene") }
            }
        }
        try server.query("COMMIT")
        try server.query("SELECT pg_catalog.pg_advisory_unlock($1::bigint)", [Self.place])
    }

    // MARK: Locks

    /// Waits for the lock of a name: as long as others have it in turn, each for its own login.
    ///
    /// - Returns: who has it, where one session has had it for all of the time that this one waits.
    package func lock(_ name: String) throws -> String? {
        let key = BookTables.lockKey("", name, "login")
        return try trying {
            if try server.value("SELECT pg_catalog.pg_try_advisory_lock($1::bigint)", [String(key)]) == "t" {
                return nil
            }
            var holder = try server.holder(of: key)
            while true {
                do throws(PostgresError) {
                    try server.query("SELECT pg_catalog.pg_advisory_lock($1::bigint)", [String(key)])
                    return nil
                } catch {
                    guard error.isLockTimeout else { throw error }
                }
                let now = try server.holder(of: key)
                if now == holder { return now }
                holder = now
            }
        }
    }

    package func unlock(_ name: String) throws {
        let key = BookTables.lockKey("", name, "login")
        try trying { try server.query("SELECT pg_catalog.pg_advisory_unlock($1::bigint)", [String(key)]) }
    }

    // MARK: Texts

    package func text(_ name: String) throws -> String? {
        try trying { try server.value("SELECT content FROM \(Self.table) WHERE name = $1", [name]) }
    }

    package func all() throws -> [(name: String, text: String)] {
        try trying {
            try server.query(
                "SELECT name, content FROM \(Self.table) WHERE name <> $1 ORDER BY name COLLATE \"C\"", [Self.mark]
            ).map { (name: $0[0] ?? "", text: $0[1] ?? "") }
        }
    }

    package func write(_ text: String, _ name: String) throws {
        try trying { try insert(text, name, orUpdate: true) }
    }

    package func add(_ text: String, _ name: String) throws {
        try trying { try insert(text, name, orUpdate: false) }
    }

    package func remove(_ name: String) throws {
        try trying { try server.query("DELETE FROM \(Self.table) WHERE name = $1", [name]) }
    }

    private func insert(_ text: String, _ name: String, orUpdate: Bool) throws(PostgresError) {
        let change = orUpdate ? "UPDATE SET content = excluded.content, changed_at = excluded.changed_at" : "NOTHING"
        try server.query(
            """
            INSERT INTO \(Self.table) (name, content, changed_at) VALUES ($1, $2, pg_catalog.now())
            ON CONFLICT (name) DO \(change)
            """, [name, text])
    }

    // MARK: Failures

    @discardableResult
    private func trying<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as PostgresError { throw Self.failure(error, on: server.server) }
    }

    static func failure(_ error: PostgresError, on server: PostgresServer) -> Failure {
        var failure = error.failure("Looking up what is remembered of logins", on: server.words)
        if error.sqlState == "42501" { failure.advice = rights }
        return failure
    }
}
