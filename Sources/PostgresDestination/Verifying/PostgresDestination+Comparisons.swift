package import Extraction
import Rows

/// Comparisons with the source, as the server has them written down: in a table of their own, which an older kleene-ns does not know
/// and does not miss.
extension PostgresDestination {
    /// Comparisons of one extract that are kept.
    private static let kept = 1000

    package func keep(_ record: VerifyRecord) throws {
        try connected("Writing the comparison \(record.id) down") { server in
            let books = bookTables(server)
            try books.create()
            try server.query("BEGIN")
            do {
                // Two that make it at once would fail over each other.
                try books.lock([record.extract], "comparisons")
                try server.query(
                    """
                    CREATE TABLE IF NOT EXISTS _kleene.comparisons (
                      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, schema text NOT NULL, comparison text NOT NULL,
                      extract text NOT NULL, started_at timestamptz NOT NULL, outcome text NOT NULL, record json NOT NULL
                    )
                    """)
                try server.query(
                    """
                    INSERT INTO _kleene.comparisons (schema, comparison, extract, started_at, outcome, record)
                    VALUES ($1, $2, $3, $4::timestamptz, $5, $6::json)
                    """,
                    [
                        schema, record.id, record.extract, record.startedAt.text, record.outcome.rawValue,
                        try books.encode(record),
                    ])
                try server.query(
                    """
                    DELETE FROM _kleene.comparisons WHERE schema = $1 AND extract = $2 AND id < (SELECT id FROM _kleene.comparisons
                      WHERE schema = $1 AND extract = $2 ORDER BY id DESC LIMIT 1 OFFSET \(Self.kept - 1))
                    """, [schema, record.extract])
                try server.query("COMMIT")
            } catch {
                _ = try? server.query("ROLLBACK")
                throw error
            }
        }
    }

    package func comparisons(of extract: String?, limit: Int) throws -> [VerifyRecord] {
        try connected("Reading the comparisons") { server in
            guard try server.value("SELECT pg_catalog.to_regclass('_kleene.comparisons') IS NOT NULL") == "t" else {
                return []
            }
            let books = bookTables(server)
            return try server.query(
                """
                SELECT record FROM _kleene.comparisons WHERE schema = $1 AND ($2::text IS NULL OR extract = $2)
                ORDER BY id DESC LIMIT $3::bigint
                """, [schema, extract, String(limit)]
            ).map { try books.decode(VerifyRecord.self, $0[0]) }
        }
    }
}
