import Foundation

/// Every version of every row since the log was opened, and every query, in a SQLite file that others may read.
///
/// `versions(sequence, visible_at, table_name, operation, id, key, row_json)`: sequence counts row changes from 1; a
/// row's first change is preceded by what the row was before, with sequence 0 and operation `initial`. `statements
/// (sequence, session, sql, mock_time)`: sequence is the last change that the query can see. `catalog(sequence, visible_at,
/// event, table_name, column_name, value)`: columns that went out of sight (`hide`), came back (`show`) or got more room
/// (`widen`), and the subsidiary that the role sees (`role`), behind the change `sequence`. Times are seconds since 1970. The connection's own triggers write it, so that nobody changes a row past it.
struct ChangeLog {
    let path: String

    /// Opens a new log for the changes that `connection` makes to `catalog`'s tables from `time` on.
    init(path: String, of connection: SQLiteConnection, _ catalog: Catalog, from time: Double) throws(SQLiteFailure) {
        self.path = path
        _ = try connection.rows("ATTACH ? AS mock_log", [path])
        try connection.execute(
            """
            PRAGMA mock_log.journal_mode = WAL;
            PRAGMA mock_log.synchronous = OFF;
            CREATE TABLE mock_log.versions (sequence INTEGER NOT NULL, visible_at REAL NOT NULL,
                table_name TEXT NOT NULL, operation TEXT NOT NULL, id TEXT NOT NULL, key TEXT, row_json TEXT);
            CREATE INDEX mock_log.versions_of_row ON versions (table_name, id, sequence);
            CREATE INDEX mock_log.versions_in_order ON versions (sequence);
            CREATE TABLE mock_log.statements (sequence INTEGER NOT NULL, session INTEGER NOT NULL, sql TEXT NOT NULL,
                mock_time REAL NOT NULL);
            CREATE TABLE mock_log.catalog (sequence INTEGER NOT NULL, visible_at REAL NOT NULL, event TEXT NOT NULL,
                table_name TEXT, column_name TEXT, value INTEGER);
            CREATE TEMP TABLE mock_changes (n INTEGER PRIMARY KEY, table_name, operation, id, key, row_json, old_key,
                old_json);
            CREATE TEMP TABLE mock_start (time REAL);
            INSERT INTO temp.mock_start VALUES (\(time));
            """)
        for (index, table) in catalog.tables.enumerated() {
            for trigger in Self.triggers(table, index) { try connection.execute(trigger) }
        }
    }

    /// Moves what the triggers have noted into the log; to be called in the transaction that made the changes.
    func flush(_ connection: SQLiteConnection, visibleAt time: Double) throws(SQLiteFailure) {
        try connection.execute(
            """
            INSERT INTO mock_log.versions
                SELECT 0, (SELECT time FROM temp.mock_start), table_name, 'initial', id, old_key, old_json
                FROM temp.mock_changes AS c WHERE old_json IS NOT NULL
                AND n IN (SELECT min(n) FROM temp.mock_changes GROUP BY table_name, id)
                AND NOT EXISTS (SELECT 1 FROM mock_log.versions AS v WHERE v.table_name = c.table_name AND v.id = c.id);
            INSERT INTO mock_log.versions
                SELECT (SELECT value FROM main.mock_sequence) + n, \(time), table_name, operation, id, key, row_json
                FROM temp.mock_changes;
            UPDATE main.mock_sequence SET value = value + (SELECT ifnull(max(n), 0) FROM temp.mock_changes);
            DELETE FROM temp.mock_changes;
            """)
    }

    func record(_ events: [Presentation.Event], visibleAt time: Double, _ connection: SQLiteConnection)
        throws(SQLiteFailure)
    {
        for event in events {
            _ = try connection.rows(
                "INSERT INTO mock_log.catalog SELECT value, \(time), ?, ?, ?, ? FROM main.mock_sequence",
                [event.kind.rawValue, event.table, event.column, event.value.map(String.init)])
        }
    }

    func record(
        _ sql: String, session: Int32, sequence: String, at time: Double, _ connection: SQLiteConnection
    ) throws(SQLiteFailure) {
        _ = try connection.rows(
            "INSERT INTO mock_log.statements VALUES (?, ?, ?, \(time))", [sequence, String(session), sql])
    }

    /// The versions behind `since`, of one table or all, as a JSON array; at most `limit` of them.
    func versions(
        _ connection: SQLiteConnection, table: String?, since: Int, limit: Int
    ) throws(SQLiteFailure) -> String {
        let rows = try connection.rows(
            """
            SELECT json_group_array(json_object('sequence', sequence, 'visible_at', visible_at, 'table', table_name,
                'operation', operation, 'id', json(id), 'key', key, 'row', json(row_json)))
            FROM (SELECT * FROM mock_log.versions WHERE sequence > \(since) AND (?1 IS NULL OR lower(table_name) = ?1)
                ORDER BY sequence LIMIT \(limit))
            """, [table?.lowercased()])
        return (rows.first?.first ?? nil) ?? "[]"
    }

    /// Closes the log, which leaves it in one file when nobody else has it open.
    func finish(_ connection: SQLiteConnection) {
        _ = try? connection.rows("PRAGMA mock_log.wal_checkpoint(TRUNCATE)", [])
        _ = try? connection.rows("DETACH mock_log", [])
    }

    // MARK: Triggers

    private static func triggers(_ table: CatalogTable, _ index: Int) -> [String] {
        let name = Renderer.quote(string: table.name)
        let keys = table.columns.filter(\.key).map(\.name)
        let stamp =
            table.columns.first(where: \.lastModified)?.name
            ?? (table.name.lowercased() == "deletedrecord" ? table.columns.map(\.name) : [])
            .first { $0.lowercased() == "deleteddate" }
        func id(_ row: String) -> String {
            let parts = keys.isEmpty ? ["\(row).rowid"] : keys.map { json("\(row).\(Renderer.quote($0))") }
            return "'[' || " + parts.joined(separator: " || ',' || ") + " || ']'"
        }
        func key(_ row: String) -> String { stamp.map { "\(row).\(Renderer.quote($0))" } ?? "NULL" }
        let (new, old) = (object(table, "NEW"), object(table, "OLD"))
        func trigger(_ event: String, _ suffix: String, when: String = "", _ values: String...) -> String {
            let insertions = values.map {
                "INSERT INTO mock_changes (table_name, operation, id, key, row_json, old_key, old_json) VALUES (\($0));"
            }
            return
                "CREATE TEMP TRIGGER mock_log_\(suffix)_\(index) AFTER \(event) ON main.\(Renderer.quote(table.name)) "
                + "\(when)BEGIN \(insertions.joined(separator: " ")) END"
        }
        let added = "\(name), 'insert', \(id("NEW")), \(key("NEW")), \(new), NULL, NULL"
        let removed = "\(name), 'delete', \(id("OLD")), NULL, NULL, \(key("OLD")), \(old)"
        let updated = "\(name), 'update', \(id("NEW")), \(key("NEW")), \(new), \(key("OLD")), \(old)"
        var triggers = [
            trigger("INSERT", "insert", added), trigger("DELETE", "delete", removed),
            trigger("UPDATE", "update", when: "WHEN \(id("OLD")) IS \(id("NEW")) ", updated),
        ]
        if !keys.isEmpty {
            // A row that gets another key is another row.
            let event = "UPDATE OF \(keys.map { Renderer.quote($0) }.joined(separator: ", "))"
            triggers.append(trigger(event, "rename", when: "WHEN \(id("OLD")) IS NOT \(id("NEW")) ", removed, added))
        }
        return triggers
    }

    /// A value as JSON; a double with all its digits, where SQLite's own JSON has fifteen.
    private static func json(_ value: String) -> String {
        "CASE typeof(\(value)) WHEN 'real' THEN quote(\(value)) ELSE json_quote(\(value)) END"
    }

    /// A row as a JSON object, the columns in the catalog's order.
    private static func object(_ table: CatalogTable, _ row: String) -> String {
        let members = table.columns.enumerated().map { index, column in
            let name = String(decoding: (try? JSONEncoder().encode(column.name)) ?? Data(), as: UTF8.self)
            let start = Renderer.quote(string: (index == 0 ? "" : ",") + name + ":")
            let value = "\(row).\(Renderer.quote(column.name))"
            // Shorter where no double can be: the text is compiled for every change.
            return "\(start) || \(column.type.isNumeric ? json(value) : "json_quote(\(value))")"
        }
        return "'{' || \(concatenation(members[...])) || '}'"
    }

    /// Halved over and over: SQLite takes no expression that is a thousand operators deep.
    private static func concatenation(_ parts: ArraySlice<String>) -> String {
        guard parts.count > 1 else { return "(\(parts.first ?? "''"))" }
        let middle = parts.startIndex + parts.count / 2
        return "(\(concatenation(parts[..<middle])) || \(concatenation(parts[middle...])))"
    }
}

extension SQLiteConnection {
    /// All rows of a short result, as texts.
    func rows(_ sql: String, _ parameters: [String?]) throws(SQLiteFailure) -> [[String?]] {
        let statement = try prepare(sql)
        try statement.bind(parameters)
        var rows: [[String?]] = []
        while try statement.step() { rows.append((0..<statement.columnCount).map { statement.text(at: $0) }) }
        return rows
    }
}
