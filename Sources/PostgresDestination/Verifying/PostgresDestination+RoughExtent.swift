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
            // Numbers in a column of text sort as text.
            guard let smallest = row?[0].flatMap({ Int64($0) }), let largest = row?[1].flatMap({ Int64($0) }),
                smallest <= largest
            else { return nil }
            return smallest...largest
        }
    }

    private static let mostPages: Int64 = 256
}

extension VerifySQL {
    /// Between which values all but two of a hundred of a column lie, by so many pages of a table at most: a row that somebody has put
    /// in far away says nothing of the others.
    static func roughExtent(of column: String, in table: String, pages: Int64, most: Int64) -> String {
        let value = PostgresName.quote(column)
        let part = pages > most ? " TABLESAMPLE SYSTEM (100.0 * \(most) / \(pages))" : ""
        let ends = ["0.01", "0.99"].map { "percentile_disc(\($0)) WITHIN GROUP (ORDER BY \(value))::text" }
        return "SELECT \(ends.joined(separator: ", ")) FROM \(table)\(part)"
    }
}
