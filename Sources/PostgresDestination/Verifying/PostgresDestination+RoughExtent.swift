import Extraction

extension PostgresDestination {
    /// By some pages of the table, or all of one that has few.
    package func roughExtent(of column: String, in table: String) throws -> ClosedRange<Int64>? {
        try connected("Looking at some values of \"\(column)\" of \"\(table)\"") { server in
            guard let found = try ExistingRelation.find(schema, table, in: server), found.kind == "r",
                let name = found.column(column)?.name,
                let pages = try server.value(
                    "SELECT pg_catalog.pg_relation_size(\(found.oid)) / current_setting('block_size')::bigint"
                ).flatMap({ Int64($0) })
            else { return nil }
            let row = try server.query(
                VerifySQL.roughExtent(of: name, in: found.sql, pages: pages, most: Self.mostPages)
            ).first
            guard let smallest = row?[0].flatMap({ Int64($0) }), let largest = row?[1].flatMap({ Int64($0) }) else {
                return nil
            }
            return smallest...largest
        }
    }

    private static let mostPages: Int64 = 256
}

extension VerifySQL {
    /// The smallest and the largest value of a column, by so many pages of a table at most.
    static func roughExtent(of column: String, in table: String, pages: Int64, most: Int64) -> String {
        let value = PostgresName.quote(column)
        let part = pages > most ? " TABLESAMPLE SYSTEM (100.0 * \(most) / \(pages))" : ""
        return "SELECT min(\(value))::text, max(\(value))::text FROM \(table)\(part)"
    }
}
