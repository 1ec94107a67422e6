import Extraction
import FoundationEssentials
import SQLite

/// The tables in which kleene-ns keeps its own books inside the destination.
enum Bookkeeping {
    /// "klns". Set only in files that kleene-ns makes.
    static let applicationID: Int64 = 0x6B6C_6E73
    /// Raised when these tables change in a way that an older kleene-ns would get wrong.
    ///
    /// 1: tables and runs. 2: watermarks and their edits. 3: what a table holds, and what a watermark vouches for.
    static let formatVersion: Int64 = 3

    private static let schema = [
        "CREATE TABLE IF NOT EXISTS main._kleene_format (version INTEGER NOT NULL)",
        """
        CREATE TABLE IF NOT EXISTS main._kleene_tables (
          name TEXT PRIMARY KEY COLLATE NOCASE NOT NULL,
          extract TEXT NOT NULL,
          source_table TEXT NOT NULL,
          loaded_by TEXT NOT NULL,
          loaded_at TEXT NOT NULL,
          staged_bytes INTEGER NOT NULL,
          holding TEXT
        )
        """,
        """
        CREATE TABLE IF NOT EXISTS main._kleene_runs (
          run_id TEXT PRIMARY KEY NOT NULL,
          extract TEXT NOT NULL,
          status TEXT NOT NULL,
          started_at TEXT NOT NULL,
          finished_at TEXT,
          seconds REAL NOT NULL,
          source_table TEXT NOT NULL,
          destination_table TEXT NOT NULL,
          extract_type TEXT NOT NULL,
          load_method TEXT NOT NULL,
          rows_read INTEGER NOT NULL,
          bytes_read INTEGER NOT NULL,
          rows_in_table INTEGER,
          failure TEXT,
          message TEXT,
          version TEXT NOT NULL,
          record TEXT NOT NULL
        )
        """,
        """
        CREATE TABLE IF NOT EXISTS main._kleene_watermarks (
          extract TEXT PRIMARY KEY NOT NULL,
          key TEXT NOT NULL,
          watermark TEXT NOT NULL,
          inclusive INTEGER NOT NULL,
          run_id TEXT,
          updated_at TEXT NOT NULL,
          state TEXT NOT NULL,
          vouched TEXT
        )
        """,
        """
        CREATE TABLE IF NOT EXISTS main._kleene_edits (
          id INTEGER PRIMARY KEY,
          extract TEXT NOT NULL,
          edited_at TEXT NOT NULL,
          action TEXT NOT NULL,
          edit TEXT NOT NULL
        )
        """,
        "CREATE INDEX IF NOT EXISTS main._kleene_runs_extract ON _kleene_runs (extract, started_at)",
    ]

    /// Whether the file holds nothing yet, so that it may be marked as ours.
    static func isEmpty(_ database: SQLiteDatabase) throws(SQLiteError) -> Bool {
        try database.value("SELECT count(*) FROM main.sqlite_schema") == .integer(0)
    }

    /// Makes the tables where they are absent. Inside the transaction that needs them.
    static func create(in database: SQLiteDatabase) throws(SQLiteError) {
        if try isEmpty(database) { try database.query("PRAGMA main.application_id = \(applicationID)") }
        let version = try version(in: database)
        for statement in schema { try database.query(statement) }
        // An older file becomes a newer one by having what it lacks, in the transaction that needs it.
        if let version, version < formatVersion {
            for (table, column) in [("_kleene_tables", "holding"), ("_kleene_watermarks", "vouched")] {
                let there = try database.value(
                    "SELECT 1 FROM pragma_table_info(?, 'main') WHERE name = ?", [.text(table), .text(column)])
                if there == nil { try database.query("ALTER TABLE main.\(table) ADD COLUMN \(column) TEXT") }
            }
        }
        try database.query(
            "INSERT INTO main._kleene_format (version) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM main._kleene_format)",
            [.integer(formatVersion)])
        try database.query("UPDATE main._kleene_format SET version = ?1 WHERE version < ?1", [.integer(formatVersion)])
    }

    /// The version of the books that are there; nil where there are none.
    static func version(in database: SQLiteDatabase) throws(SQLiteError) -> Int64? {
        guard try has("_kleene_format", in: database) else { return nil }
        return try database.value("SELECT max(version) FROM main._kleene_format")?.integer
    }

    static func has(_ table: String, in database: SQLiteDatabase) throws(SQLiteError) -> Bool {
        try database.value(
            "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = ?", [.text(table)]) == .integer(1)
    }

    // MARK: Tables

    /// Whether kleene-ns has loaded this table before.
    static func isRegistered(_ table: String, in database: SQLiteDatabase) throws(SQLiteError) -> Bool {
        guard try has("_kleene_tables", in: database) else { return false }
        return try database.value("SELECT count(*) FROM main._kleene_tables WHERE name = ?", [.text(table)])
            == .integer(1)
    }

    /// Bytes that the table's rows took in staging when they were loaded last.
    static func stagedBytes(_ table: String, in database: SQLiteDatabase) throws(SQLiteError) -> Int {
        guard try has("_kleene_tables", in: database) else { return 0 }
        let bytes = try database.value("SELECT staged_bytes FROM main._kleene_tables WHERE name = ?", [.text(table)])
        return Int(bytes?.integer ?? 0)
    }

    static func register(
        _ record: RunRecord, holding: TableHolding, stagedBytes: Int, in database: SQLiteDatabase
    ) throws {
        try database.query(
            """
            INSERT OR REPLACE INTO main._kleene_tables
              (name, extract, source_table, loaded_by, loaded_at, staged_bytes, holding) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(record.destinationTable), .text(record.extract), .text(record.sourceTable), .text(record.runID),
                .text(record.startedAt.text), .integer(Int64(stagedBytes)), .text(try encode(holding)),
            ])
    }

    // MARK: Watermarks

    static func states(in database: SQLiteDatabase) throws -> [ExtractState] {
        guard try has("_kleene_watermarks", in: database) else { return [] }
        return try database.query("SELECT state FROM main._kleene_watermarks ORDER BY extract").map {
            try decode(ExtractState.self, $0[0], database)
        }
    }

    static func write(_ state: ExtractState, vouched: Vouched?, in database: SQLiteDatabase) throws {
        try database.query(
            """
            INSERT OR REPLACE INTO main._kleene_watermarks
              (extract, key, watermark, inclusive, run_id, updated_at, state, vouched) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(state.extract), .text(state.basis.key), .text(state.watermark.value.description),
                .integer(state.watermark.isInclusive ? 1 : 0), .optional(state.runID), .text(state.updatedAt.text),
                .text(try encode(state)), .optional(try vouched.map { try encode($0) }),
            ])
    }

    /// Does what an edit says, and keeps it.
    static func write(_ edit: StateEdit, vouched: Vouched?, in database: SQLiteDatabase) throws {
        if let after = edit.after {
            try write(after, vouched: vouched, in: database)
        } else {
            try database.query("DELETE FROM main._kleene_watermarks WHERE extract = ?", [.text(edit.extract)])
        }
        try database.query(
            "INSERT INTO main._kleene_edits (extract, edited_at, action, edit) VALUES (?, ?, ?, ?)",
            [.text(edit.extract), .text(edit.at.text), .text(edit.action), .text(try encode(edit))])
    }

    static func edits(of extract: String?, in database: SQLiteDatabase) throws -> [StateEdit] {
        guard try has("_kleene_edits", in: database) else { return [] }
        return try database.query(
            "SELECT edit FROM main._kleene_edits WHERE ?1 IS NULL OR extract = ?1 ORDER BY id DESC LIMIT 100",
            [.optional(extract)]
        ).map { try decode(StateEdit.self, $0[0], database) }
    }

    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(
        _ type: Value.Type, _ value: SQLiteValue, _ database: SQLiteDatabase
    ) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data((value.text ?? "").utf8))
        } catch {
            throw Failure(
                .destination, "The books of kleene-ns in \(database.path) hold something that it did not write.",
                advice: "Restore the file from a copy, or load into another destination.")
        }
    }

    // MARK: Runs

    /// Adds a record, or replaces an earlier one of the same run.
    static func write(_ record: RunRecord, in database: SQLiteDatabase) throws {
        let json = try encode(record)
        try database.query(
            "INSERT OR REPLACE INTO main._kleene_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .text(record.runID), .text(record.extract), .text(record.status.rawValue), .text(record.startedAt.text),
                .optional(record.finishedAt?.text), .real(record.seconds), .text(record.sourceTable),
                .text(record.destinationTable), .text(record.extractType.rawValue), .text(record.loadMethod.rawValue),
                .integer(Int64(record.rowsRead)), .integer(Int64(record.bytesRead)), .optional(record.rowsInTable),
                .optional(record.failure?.kind.rawValue), .optional(record.failure?.message), .text(record.version),
                .text(json),
            ])
        // A record a minute for years would outgrow the data. The oldest as they were written: by a clock that was once
        // ahead, the record of this very run would be the oldest.
        try database.query(
            """
            DELETE FROM main._kleene_runs WHERE extract = ?1 AND rowid < (
              SELECT rowid FROM main._kleene_runs WHERE extract = ?1 ORDER BY rowid DESC LIMIT 1 OFFSET ?2)
            """, [.text(record.extract), .integer(keptRuns - 1)])
    }

    /// Records of one extract that are kept.
    static let keptRuns: Int64 = 1000

    /// Whether what a run has staged is loaded: by itself, or by a later run that went on with it.
    static func hasLoaded(_ run: RunIdentity, in database: SQLiteDatabase) throws -> Bool {
        guard try has("_kleene_runs", in: database) else { return false }
        return try database.query(
            "SELECT record FROM main._kleene_runs WHERE status = 'succeeded' AND instr(record, ?) > 0", [.text(run.id)]
        ).contains {
            let record = try decode(RunRecord.self, $0[0], database)
            return record.runID == run.id || record.resumedFrom == run.id
        }
    }

    /// The last full run of an extract that read a table and was loaded; nil where there is none.
    static func lastFullRun(of extract: String, reading table: String, in database: SQLiteDatabase) throws -> RunRecord?
    {
        guard try has("_kleene_runs", in: database) else { return nil }
        let row = try database.query(
            """
            SELECT record FROM main._kleene_runs WHERE extract = ? AND status = 'succeeded' AND extract_type = 'full'
            AND source_table = ? AND record NOT LIKE '{"action":%' ORDER BY rowid DESC LIMIT 1
            """, [.text(extract), .text(table)]
        ).first
        return try row.map { try decode(RunRecord.self, $0[0], database) }
    }

    /// Whether a run has loaded what it read.
    static func hasSucceeded(_ runID: String, in database: SQLiteDatabase) throws(SQLiteError) -> Bool {
        try database.value(
            "SELECT count(*) FROM main._kleene_runs WHERE run_id = ? AND status = 'succeeded'", [.text(runID)])
            != .integer(0)
    }

    /// Records, the latest first; nil where the file has no books.
    static func runs(
        extract: String?, id: String?, limit: Int, in database: SQLiteDatabase
    ) throws -> [RunRecord]? {
        guard try has("_kleene_runs", in: database) else { return nil }
        let rows = try database.query(
            """
            SELECT record FROM main._kleene_runs WHERE (?1 IS NULL OR extract = ?1) AND (?2 IS NULL OR run_id = ?2)
            ORDER BY rowid DESC LIMIT ?3
            """, [.optional(extract), .optional(id), .integer(Int64(limit))])
        return try rows.map { try record($0[0], database) }
    }

    /// The last run of each extract; the index by extract and time finds them.
    static func lastRuns(in database: SQLiteDatabase) throws -> [RunRecord] {
        guard try has("_kleene_runs", in: database) else { return [] }
        return try database.query(
            """
            SELECT record FROM main._kleene_runs WHERE rowid IN (SELECT max(rowid) FROM main._kleene_runs GROUP BY extract)
            """
        ).map { try record($0[0], database) }
    }

    private static func record(_ value: SQLiteValue, _ database: SQLiteDatabase) throws -> RunRecord {
        do {
            return try JSONDecoder().decode(RunRecord.self, from: Data((value.text ?? "").utf8))
        } catch {
            throw Failure(
                .destination,
                "A run record in \(database.path) cannot be read: it is not what kleene-ns writes there.",
                advice: "Look at it with `sqlite3 '\(database.path)' 'SELECT * FROM _kleene_runs'`.")
        }
    }
}
