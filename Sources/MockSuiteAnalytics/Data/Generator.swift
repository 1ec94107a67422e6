/// Fills a database with a catalog's tables and rows.
package enum Generator {
    /// Writes `catalog` with rows made from `seed` into an empty database: the data tables under their own names, and
    /// `oa_tables`, `oa_columns`, `oa_fkeys`.
    package static func write(_ catalog: Catalog, seed: UInt64, to database: SQLiteConnection) throws(SQLiteFailure) {
        try database.execute("PRAGMA journal_mode = OFF")
        try database.execute("PRAGMA synchronous = OFF")
        try database.execute("BEGIN")
        try writeWords(to: database)
        var rowCounts: [String: Int] = [:]
        for table in catalog.tables {
            for statement in statements(for: table, seed: seed, rowCounts: rowCounts) {
                try database.execute(statement)
            }
            rowCounts[table.name.lowercased()] = table.rowCount
        }
        for table in SystemTables.all { try database.execute(table.definition) }
        try fillSystemTables(catalog, of: database)
        try database.execute("COMMIT")
        try database.execute("DROP TABLE temp.mock_words")
        try database.execute("ANALYZE")
    }

    /// The statements that make and fill one table.
    static func statements(for table: CatalogTable, seed: UInt64, rowCounts: [String: Int]) -> [String] {
        let name = Renderer.quote(table.name)
        let definitions = table.columns.map { column in
            "\(Renderer.quote(column.name)) \(column.type.declaration)\(column.nullable ? "" : " NOT NULL")"
        }
        var statements = ["CREATE TABLE \(name) (\(definitions.joined(separator: ", ")))"]
        if table.rowCount > 0 {
            let values = table.columns.map { column in
                var writer = ValueWriter(seed: seed, table: table.name, column: column.name, rowCounts: rowCounts)
                return writer.sql(column.values)
            }
            statements.append(
                """
                INSERT INTO \(name) WITH RECURSIVE mock_rows(i) AS \
                (SELECT 0 UNION ALL SELECT i + 1 FROM mock_rows WHERE i + 1 < \(table.rowCount)) \
                SELECT \(values.joined(separator: ", ")) FROM mock_rows
                """)
        }
        let keys = table.keyColumns.map { Renderer.quote($0.name) }
        if !keys.isEmpty {
            let index = Renderer.quote("mock_key_\(table.name)")
            statements.append("CREATE INDEX \(index) ON \(name) (\(keys.joined(separator: ", ")))")
        }
        for column in table.columns where column.lastModified {
            let index = Renderer.quote("mock_modified_\(table.name)")
            statements.append("CREATE INDEX \(index) ON \(name) (\(Renderer.quote(column.name)))")
        }
        return statements
    }

    /// Makes the temporary table that the rules take words from.
    static func writeWords(to database: SQLiteConnection) throws(SQLiteFailure) {
        try database.execute("CREATE TEMP TABLE mock_words (n INTEGER PRIMARY KEY, word TEXT NOT NULL)")
        let insertion = try database.prepare("INSERT INTO temp.mock_words VALUES (?, ?)")
        for (number, word) in Words.all.enumerated() {
            try insertion.bind([String(number), word])
            _ = try insertion.step()
        }
    }

    /// Writes what `oa_tables`, `oa_columns` and `oa_fkeys` say of a catalog, in place of what they said.
    static func fillSystemTables(_ catalog: Catalog, of database: SQLiteConnection) throws(SQLiteFailure) {
        let rows = SystemRows(catalog)
        try insert(rows.tables, into: SystemTables.tables, of: database)
        try insert(rows.columns, into: SystemTables.columns, of: database)
        try insert(rows.foreignKeys, into: SystemTables.foreignKeys, of: database)
    }

    private static func insert(
        _ rows: [[String?]], into table: SystemTable, of database: SQLiteConnection
    ) throws(SQLiteFailure) {
        try database.execute("DELETE FROM \(table.name)")
        let insertion = try database.prepare(table.insertion)
        for row in rows {
            try insertion.bind(row)
            _ = try insertion.step()
        }
    }
}
