import Extraction
import FoundationEssentials

/// The tables in which kleene-ns keeps its own books on a server: those of all destinations of a database, in the schema `_kleene`.
///
/// Every row names the schema that it is about, because two destinations of one database may have extracts of the same name.
struct BookTables {
    let server: PostgresConnection
    /// The destination's schema.
    let schema: String
    /// The destination in words.
    let place: String

    /// Raised when these tables change in a way that an older kleene-ns would get wrong.
    static let formatVersion = 1
    /// Records of one extract that are kept.
    static let keptRuns = 1000
    /// The lock under which the tables are made, or removed that were made for a login: two that make a schema at once would fail over
    /// each other.
    static let making = "pg_catalog.hashtextextended('kleene-ns makes its books', 0)"

    private static let definitions = [
        "CREATE SCHEMA IF NOT EXISTS _kleene",
        "CREATE TABLE IF NOT EXISTS _kleene.format (version integer NOT NULL)",
        """
        CREATE TABLE IF NOT EXISTS _kleene.tables (
          schema text NOT NULL, name text NOT NULL, extract text NOT NULL, source_table text NOT NULL,
          loaded_by text NOT NULL, loaded_at timestamptz NOT NULL, staged_bytes bigint NOT NULL, holding json,
          PRIMARY KEY (schema, name)
        )
        """,
        """
        CREATE TABLE IF NOT EXISTS _kleene.runs (
          id bigint GENERATED ALWAYS AS IDENTITY, schema text NOT NULL, run_id text NOT NULL, extract text NOT NULL,
          status text NOT NULL, started_at timestamptz NOT NULL, finished_at timestamptz, seconds double precision NOT NULL,
          source_table text NOT NULL, destination_table text NOT NULL, extract_type text NOT NULL, load_method text NOT NULL,
          rows_read bigint NOT NULL, bytes_read bigint NOT NULL, rows_in_table bigint, resumed_from text, failure text,
          message text, version text NOT NULL, record json NOT NULL, PRIMARY KEY (schema, run_id)
        )
        """,
        "CREATE INDEX IF NOT EXISTS runs_extract ON _kleene.runs (schema, extract, id)",
        """
        CREATE TABLE IF NOT EXISTS _kleene.watermarks (
          schema text NOT NULL, extract text NOT NULL, key text NOT NULL, watermark text NOT NULL, inclusive boolean NOT NULL,
          run_id text, updated_at timestamptz NOT NULL, state json NOT NULL, vouched json, PRIMARY KEY (schema, extract)
        )
        """,
        """
        CREATE TABLE IF NOT EXISTS _kleene.edits (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, schema text NOT NULL, extract text NOT NULL,
          edited_at timestamptz NOT NULL, action text NOT NULL, edit json NOT NULL
        )
        """,
    ]

    /// Whether there are books; a server without them has loaded nothing of ours.
    func areThere() throws(PostgresError) -> Bool {
        try server.value("SELECT pg_catalog.to_regclass('_kleene.edits') IS NOT NULL") == "t"
    }

    /// Makes the tables where they are absent. In a transaction of its own: what a load writes beside them would otherwise lock out
    /// every other run.
    func create() throws {
        guard try !areThere() else { return try checkVersion() }
        try server.query("BEGIN")
        do {
            try server.query("SELECT pg_catalog.pg_advisory_xact_lock(\(Self.making))")
            for statement in Self.definitions { try server.query(statement) }
            try server.query(
                "INSERT INTO _kleene.format (version) SELECT $1::int WHERE NOT EXISTS (SELECT 1 FROM _kleene.format)",
                [String(Self.formatVersion)])
            try server.query("COMMIT")
        } catch {
            _ = try? server.query("ROLLBACK")
            throw error
        }
        try checkVersion()
    }

    /// Refuses books that a newer kleene-ns has written.
    func checkVersion() throws {
        guard try areThere() else { return }
        let version = try server.value("SELECT max(version) FROM _kleene.format").flatMap { Int($0) } ?? 0
        guard version > Self.formatVersion else { return }
        throw Failure(
            .destination,
            "The books in \(place) were written by a newer kleene-ns: their format is \(version), and this one knows up to "
                + "\(Self.formatVersion).", advice: "Use the newer kleene-ns, or another database.")
    }

    // MARK: Tables and watermarks

    /// How an extract and a table stand.
    func standing(of extract: String, table name: String) throws -> Standing {
        var standing = Standing()
        if try areThere() {
            let row = try server.query(
                "SELECT state, vouched FROM _kleene.watermarks WHERE schema = $1 AND extract = $2", [schema, extract]
            ).first
            standing.state = try row?[0].map { try decode(ExtractState.self, $0) }
            standing.vouched = try row?[1].map { try decode(Vouched.self, $0) }
            standing.holding = try server.query(
                "SELECT holding FROM _kleene.tables WHERE schema = $1 AND name = $2", [schema, name]
            ).first?[0].map { try decode(TableHolding.self, $0) }
        }
        if let table = try ExistingRelation.find(schema, name, in: server), table.kind == "r" {
            standing.table = try table.sight(holding: standing.holding, in: server)
        }
        return standing
    }

    func isRegistered(_ table: String) throws(PostgresError) -> Bool {
        guard try areThere() else { return false }
        return try server.value(
            "SELECT 1 FROM _kleene.tables WHERE schema = $1 AND name = $2", [schema, table]) != nil
    }

    func register(_ record: RunRecord, holding: TableHolding, stagedBytes: Int) throws {
        try server.query(
            """
            INSERT INTO _kleene.tables (schema, name, extract, source_table, loaded_by, loaded_at, staged_bytes, holding)
            VALUES ($1, $2, $3, $4, $5, $6::timestamptz, $7::bigint, $8::json)
            ON CONFLICT (schema, name) DO UPDATE SET extract = excluded.extract, source_table = excluded.source_table,
              loaded_by = excluded.loaded_by, loaded_at = excluded.loaded_at, staged_bytes = excluded.staged_bytes,
              holding = excluded.holding
            """,
            [
                schema, record.destinationTable, record.extract, record.sourceTable, record.runID,
                record.startedAt.text,
                String(stagedBytes), try encode(holding),
            ])
    }

    func states() throws -> [ExtractState] {
        guard try areThere() else { return [] }
        return try server.query(
            "SELECT state FROM _kleene.watermarks WHERE schema = $1 ORDER BY extract COLLATE \"C\"", [schema]
        ).map { try decode(ExtractState.self, $0[0]) }
    }

    func write(_ state: ExtractState, vouched: Vouched?) throws {
        try server.query(
            """
            INSERT INTO _kleene.watermarks (schema, extract, key, watermark, inclusive, run_id, updated_at, state, vouched)
            VALUES ($1, $2, $3, $4, $5::boolean, $6, $7::timestamptz, $8::json, $9::json)
            ON CONFLICT (schema, extract) DO UPDATE SET key = excluded.key, watermark = excluded.watermark,
              inclusive = excluded.inclusive, run_id = excluded.run_id, updated_at = excluded.updated_at,
              state = excluded.state, vouched = excluded.vouched
            """,
            [
                schema, state.extract, state.basis.key, state.watermark.value.description,
                state.watermark.isInclusive ? "true" : "false", state.runID, state.updatedAt.text, try encode(state),
                try vouched.map { try encode($0) },
            ])
    }

    // MARK: Edits

    /// Does what an edit says, and keeps it.
    func write(_ edit: StateEdit, vouched: Vouched?) throws {
        if let after = edit.after {
            try write(after, vouched: vouched)
        } else {
            try server.query(
                "DELETE FROM _kleene.watermarks WHERE schema = $1 AND extract = $2", [schema, edit.extract])
        }
        try server.query(
            "INSERT INTO _kleene.edits (schema, extract, edited_at, action, edit) "
                + "VALUES ($1, $2, $3::timestamptz, $4, $5::json)",
            [schema, edit.extract, edit.at.text, edit.action, try encode(edit)])
    }

    func edits(of extract: String?) throws -> [StateEdit] {
        guard try areThere() else { return [] }
        return try server.query(
            """
            SELECT edit FROM _kleene.edits WHERE schema = $1 AND ($2::text IS NULL OR extract = $2)
            ORDER BY id DESC LIMIT 100
            """, [schema, extract]
        ).map { try decode(StateEdit.self, $0[0]) }
    }

    /// What a watermark vouches for after an edit; changes what the books say of the table where a person vouches for it.
    func vouch(for name: String, _ vouching: EditVouching) throws -> Vouched? {
        switch vouching {
        case .asBefore:
            return try server.query(
                "SELECT vouched FROM _kleene.watermarks WHERE schema = $1 AND extract = $2", [schema, name]
            ).first?[0].map { try decode(Vouched.self, $0) }
        case .present(nil): return nil
        case .present(let extract?):
            return Vouched(
                table: extract.destinationTable,
                standing: try standing(of: extract.name, table: extract.destinationTable))
        case .ownRows(let extract):
            var standing = try standing(of: extract.name, table: extract.destinationTable)
            if var holding = standing.holding {
                holding.become(rowsOf: extract, as: standing.table)
                try server.query(
                    """
                    UPDATE _kleene.tables SET extract = $3, source_table = $4, holding = $5::json
                    WHERE schema = $1 AND name = $2
                    """,
                    [schema, extract.destinationTable, holding.extract, holding.sourceTable, try encode(holding)])
                standing.holding = holding
                standing.table?.isReplaced = false
            }
            return Vouched(table: extract.destinationTable, standing: standing)
        }
    }

    // MARK: Runs

    /// Adds a record, or replaces an earlier one of the same run.
    func write(_ record: RunRecord) throws {
        try server.query(
            """
            INSERT INTO _kleene.runs (schema, run_id, extract, status, started_at, finished_at, seconds, source_table,
              destination_table, extract_type, load_method, rows_read, bytes_read, rows_in_table, resumed_from, failure, message,
              version, record)
            VALUES ($1, $2, $3, $4, $5::timestamptz, $6::timestamptz, $7::double precision, $8, $9, $10, $11, $12::bigint,
              $13::bigint, $14::bigint, $15, $16, $17, $18, $19::json)
            ON CONFLICT (schema, run_id) DO UPDATE SET status = excluded.status, finished_at = excluded.finished_at,
              seconds = excluded.seconds, rows_read = excluded.rows_read, bytes_read = excluded.bytes_read,
              rows_in_table = excluded.rows_in_table, resumed_from = excluded.resumed_from, failure = excluded.failure,
              message = excluded.message, record = excluded.record
            """,
            [
                schema, record.runID, record.extract, record.status.rawValue, record.startedAt.text,
                record.finishedAt?.text, String(record.seconds), record.sourceTable, record.destinationTable,
                record.extractType.rawValue, record.loadMethod.rawValue, String(record.rowsRead),
                String(record.bytesRead), record.rowsInTable.map { String($0) }, record.resumedFrom,
                record.failure?.kind.rawValue, record.failure?.message.withoutNUL, record.version, try encode(record),
            ])
        try server.query(
            """
            DELETE FROM _kleene.runs WHERE schema = $1 AND extract = $2 AND id < (SELECT id FROM _kleene.runs
              WHERE schema = $1 AND extract = $2 ORDER BY id DESC LIMIT 1 OFFSET \(Self.keptRuns - 1))
            """, [schema, record.extract])
    }

    /// Whether what a run has staged is loaded: by itself, or by a later run that went on with it.
    func hasLoaded(_ run: RunIdentity) throws(PostgresError) -> Bool {
        guard try areThere() else { return false }
        return try server.value(
            "SELECT 1 FROM _kleene.runs WHERE schema = $1 AND status = 'succeeded' AND (run_id = $2 OR resumed_from = $2) LIMIT 1",
            [schema, run.id]) != nil
    }

    /// What tells the last run of an extract from later ones, runs left out that are the caller's; nil where there is none.
    func lastRun(of extract: String, without own: [String]) throws(PostgresError) -> String? {
        guard try areThere() else { return nil }
        let others = own.indices.map { " AND run_id <> $\($0 + 3)" }.joined()
        return try server.value(
            "SELECT max(id) FROM _kleene.runs WHERE schema = $1 AND extract = $2\(others)", [schema, extract] + own)
    }

    func hasSucceeded(_ runID: String) throws(PostgresError) -> Bool {
        try server.value(
            "SELECT 1 FROM _kleene.runs WHERE schema = $1 AND run_id = $2 AND status = 'succeeded'", [schema, runID])
            != nil
    }

    func lastFullRun(of extract: String, reading table: String) throws -> RunRecord? {
        guard try areThere() else { return nil }
        return try server.query(
            """
            SELECT record FROM _kleene.runs WHERE schema = $1 AND extract = $2 AND status = 'succeeded'
            AND extract_type = 'full' AND source_table = $3 AND record->>'action' IS NULL ORDER BY id DESC LIMIT 1
            """, [schema, extract, table]
        ).first.map { try decode(RunRecord.self, $0[0]) }
    }

    /// Records, the latest first; nil where there are no books.
    func runs(extract: String?, id: String?, limit: Int) throws -> [RunRecord]? {
        guard try areThere() else { return nil }
        return try server.query(
            """
            SELECT record FROM _kleene.runs WHERE schema = $1 AND ($2::text IS NULL OR extract = $2)
            AND ($3::text IS NULL OR run_id = $3) ORDER BY id DESC LIMIT $4::bigint
            """, [schema, extract, id, String(limit)]
        ).map { try decode(RunRecord.self, $0[0]) }
    }

    /// The last run of each extract.
    func lastRuns() throws -> [RunRecord] {
        guard try areThere() else { return [] }
        return try server.query(
            "SELECT DISTINCT ON (extract) record FROM _kleene.runs WHERE schema = $1 ORDER BY extract, id DESC",
            [schema]
        ).map { try decode(RunRecord.self, $0[0]) }
    }

    // MARK: JSON

    func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    func decode<Value: Decodable>(_ type: Value.Type, _ text: String?) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data((text ?? "").utf8))
        } catch {
            throw Failure(
                .destination, "The books of kleene-ns in \(place) hold something that it did not write.",
                advice: "Restore the schema _kleene from a copy, or load into another database.")
        }
    }
}

extension String {
    /// The server takes no NUL in a text; JSON escapes it.
    fileprivate var withoutNUL: String {
        unicodeScalars.contains("\0") ? String(unicodeScalars.filter { $0 != "\0" }) : self
    }
}
