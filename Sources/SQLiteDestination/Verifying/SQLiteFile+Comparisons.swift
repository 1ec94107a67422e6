package import Extraction
import Rows
import SQLite

/// Comparisons with the source, as the file has them written down: in a table of their own, which an older kleene-ns does not know and
/// does not miss.
extension SQLiteFile {
    private static let table = "_kleene_comparisons"
    /// Comparisons of one extract that are kept.
    private static let kept = 1000

    package func keep(_ record: VerifyRecord) throws {
        try trying("Writing the comparison \(record.id) down") {
            let database = try openForWriting()
            try Admission.checkVersion(of: database)
            try database.query("BEGIN IMMEDIATE")
            defer { database.rollBack() }
            try database.query(
                """
                CREATE TABLE IF NOT EXISTS main.\(Self.table) (
                  id INTEGER PRIMARY KEY, comparison TEXT NOT NULL, extract TEXT NOT NULL, started_at TEXT NOT NULL,
                  outcome TEXT NOT NULL, record TEXT NOT NULL
                )
                """)
            try database.query(
                "INSERT INTO main.\(Self.table) (comparison, extract, started_at, outcome, record) VALUES (?, ?, ?, ?, ?)",
                [
                    .text(record.id), .text(record.extract), .text(record.startedAt.text),
                    .text(record.outcome.rawValue), .text(try Bookkeeping.encode(record)),
                ])
            try database.query(
                """
                DELETE FROM main.\(Self.table) WHERE extract = ?1 AND id < (
                  SELECT id FROM main.\(Self.table) WHERE extract = ?1 ORDER BY id DESC LIMIT 1 OFFSET \(Self.kept - 1))
                """, [.text(record.extract)])
            try database.query("COMMIT")
            WriteAheadLog.trim(of: database)
        }
    }

    package func comparisons(of extract: String?, limit: Int) throws -> [VerifyRecord] {
        guard isThere else { return [] }
        return try trying("Reading the comparisons") {
            let database = try openForReading()
            guard try Bookkeeping.has(Self.table, in: database) else { return [] }
            return try database.query(
                "SELECT record FROM main.\(Self.table) WHERE ?1 IS NULL OR extract = ?1 ORDER BY id DESC LIMIT ?2",
                [.optional(extract), .integer(Int64(limit))]
            ).map { try Bookkeeping.decode(VerifyRecord.self, $0[0], database) }
        }
    }
}
