import Extraction
import Rows
import Text

/// What finds the rows of a table and keeps them apart.
extension ExistingRelation {
    /// Refuses to find rows by columns that take some different texts for the same: one row would replace another.
    func checkKeys(_ keys: [String], place: String) throws {
        guard let inexact = keys.compactMap({ column($0) }).first(where: { $0.isInexact }) else { return }
        throw Failure(
            .drift,
            "The column \"\(inexact.name)\" of the table \"\(name)\" in \(place), by which rows are found, has a collation "
                + "that takes some different texts for the same, so that one row would replace another.",
            advice: "Give it another: `ALTER TABLE \(sql) ALTER COLUMN \(PostgresName.quote(inexact.name)) "
                + "TYPE \(inexact.type) COLLATE \"C\"`; or load into another \"destination_table\".")
    }

    /// Refuses a unique index by which `ON CONFLICT` would take some different texts for the same, or which it does not go by: a statement
    /// takes all that keep its columns unique, and has no say in it.
    func checkConflicts(on unique: [String], place: String, in server: PostgresConnection) throws {
        let indexes = try uniqueIndexes(on: unique, in: server)
        if let late = indexes.first(where: { !$0.isImmediate }) {
            let columns = PostgresName.list(unique)
            throw Failure(
                .destination,
                "The table \"\(name)\" in \(place) has the constraint \"\(late.name)\" on \(Sentence.list(unique)), which is "
                    + "DEFERRABLE, and by such a one PostgreSQL replaces no rows.",
                advice:
                    "Make it again without that: `ALTER TABLE \(sql) DROP CONSTRAINT \(PostgresName.quote(late.name)), ADD "
                    + "CONSTRAINT \(PostgresName.quote(late.name)) \(late.isPrimary ? "PRIMARY KEY" : "UNIQUE") (\(columns))`; or load "
                    + "into another \"destination_table\".")
        }
        guard let inexact = indexes.first(where: { !$0.isExact }) else { return }
        throw Failure(
            .drift,
            "The table \"\(name)\" in \(place) has the unique index \"\(inexact.name)\" on \(Sentence.list(unique)) with a "
                + "collation of its own that takes some different texts for the same, so that one row would replace another.",
            advice:
                "Drop it: `\(LoadIndex.dropSQL(inexact.name, in: schema))`, and make it without COLLATE where you need it; or "
                + "load into another \"destination_table\".")
    }

    /// Whether some of its indexes keep exactly these columns unique, for `ON CONFLICT`, and find rows by them.
    func hasUniqueIndex(on unique: [String], in server: PostgresConnection) throws(PostgresError) -> Bool {
        try uniqueIndexes(on: unique, in: server).contains { $0.isExact }
    }

    private struct UniqueIndex {
        let name: String
        let isExact: Bool
        /// Whether it is looked at with each row, not at the end of a statement or transaction.
        let isImmediate: Bool
        let isPrimary: Bool
    }

    private func uniqueIndexes(
        on unique: [String], in server: PostgresConnection
    ) throws(PostgresError) -> [UniqueIndex] {
        let rows = try server.query(
            """
            SELECT x.relname, a.attname,
              EXISTS (SELECT 1 FROM pg_catalog.pg_collation k WHERE k.oid = i.indcollation[place] AND NOT k.collisdeterministic),
              i.indimmediate, i.indisprimary
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
            CROSS JOIN pg_catalog.generate_series(0, i.indnkeyatts - 1) AS place
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[place]
            WHERE i.indrelid = $1::oid AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indisvalid
            """, [oid])
        let wanted = Set(unique.map { Exact($0) })
        let indexes = Dictionary(grouping: rows) { Exact($0[0] ?? "") }
        return indexes.compactMap { name, columns -> UniqueIndex? in
            guard Set(columns.map { Exact($0[1] ?? "") }) == wanted else { return nil }
            func isTrue(_ place: Int, _ row: [String?]) -> Bool { row[place] == "t" }
            return UniqueIndex(
                name: name.wrappedValue, isExact: !columns.contains { isTrue(2, $0) },
                isImmediate: columns.allSatisfy { isTrue(3, $0) }, isPrimary: columns.allSatisfy { isTrue(4, $0) })
        }
    }
}
