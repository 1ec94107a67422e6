import Extraction
import SQLite

/// The indexes and triggers of a table, which go when it is dropped. Views stay: they know tables by name only.
struct TableAttachments {
    private struct Entry {
        let type: String
        let name: String
        let sql: String
    }

    private let entries: [Entry]

    /// Reads them in the order in which they were made. What a table's own constraints have made is left out.
    static func read(from database: SQLiteDatabase, table: String) throws(SQLiteError) -> TableAttachments {
        let rows = try database.query(
            """
            SELECT type, name, sql FROM main.sqlite_schema
            WHERE tbl_name = ? COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid
            """, [.text(table)])
        var entries: [Entry] = []
        for row in rows {
            if let type = row[0].text, let name = row[1].text, let sql = row[2].text {
                entries.append(Entry(type: type, name: name, sql: sql))
            }
        }
        return TableAttachments(entries: entries)
    }

    var triggers: [String] { entries.filter { $0.type == "trigger" }.map(\.name) }

    /// Makes them again, each by itself; what no longer fits is left out and noted.
    ///
    /// - Throws: what has nothing to do with the fit, such as a full disk.
    func recreate(in database: SQLiteDatabase, definition: TableDefinition) throws -> [String] {
        var notes: [String] = []
        for entry in entries {
            try database.query("SAVEPOINT kleene_attachment")
            do {
                try database.query(entry.sql)
                try database.query("RELEASE kleene_attachment")
            } catch {
                guard Self.saysItDoesNotFit(error) else { throw error }
                try database.query("ROLLBACK TO kleene_attachment")
                try database.query("RELEASE kleene_attachment")
                notes.append(
                    "The \(entry.type) \"\(entry.name)\" no longer fits the table \"\(definition.name)\" and is gone: "
                        + "\(error.message). It was: \(entry.sql)")
                continue
            }
            if entry.type == "trigger", let misfit = try misfit(in: database, definition: definition) {
                notes.append(
                    "The trigger \"\(entry.name)\" was kept, but no longer fits the table \"\(definition.name)\": \(misfit)."
                )
            }
        }
        return notes
    }

    /// SQLite's generic code, for an unknown column or function, and a unique index over duplicates.
    private static func saysItDoesNotFit(_ error: SQLiteError) -> Bool {
        .error ~= error.code || .constraint ~= error.code
    }

    /// What SQLite would say to a change of the table: it looks into a trigger only when it compiles one.
    private func misfit(in database: SQLiteDatabase, definition: TableDefinition) throws -> String? {
        let table = Identifier.quote(definition.name)
        let columns = definition.storedColumns.map { Identifier.quote($0.name) }
        let values = columns.map { _ in "NULL" }.joined(separator: ", ")
        let assignments = columns.map { "\($0) = NULL" }.joined(separator: ", ")
        database.enableTriggers(true)
        defer { database.enableTriggers(false) }
        for change in [
            "INSERT INTO main.\(table) VALUES (\(values))", "DELETE FROM main.\(table)",
            "UPDATE main.\(table) SET \(assignments)",
        ] {
            do {
                _ = try database.prepare(change)
            } catch {
                guard Self.saysItDoesNotFit(error) else { throw error }
                return error.message
            }
        }
        return nil
    }
}
