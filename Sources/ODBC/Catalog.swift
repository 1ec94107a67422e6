import CODBC
package import Rows

/// The catalog functions, as rows of text with their columns named.
///
/// What drivers do with their arguments differs more than it agrees, so each call asks for more than it needs and the
/// answers are filtered for exact equality here. `SQLSpecialColumns` is never called: libsqliteodbc 0.9998 frees twice
/// in it.
extension Connection {
    /// One row of `SQLTables`.
    package struct TableRow: Hashable, Sendable {
        @Exact package var catalog: String?
        @Exact package var schema: String?
        @Exact package var name: String
        package var type: String
        package var remarks: String?
    }

    /// One row of `SQLColumns`.
    package struct ColumnRow: Hashable, Sendable {
        @Exact package var catalog: String?
        @Exact package var schema: String?
        @Exact package var table: String
        @Exact package var name: String
        package var type: SQLType
        package var typeName: String
        package var size: Int?
        package var decimalDigits: Int?
        package var isNullable: Bool
        package var ordinal: Int

        /// A column that the driver does not list, in the place of another of the same table.
        package func renamed(_ name: String, type: SQLType, typeName: String, ordinal: Int) -> ColumnRow {
            var row = self
            (row.name, row.type, row.typeName, row.ordinal) = (name, type, typeName, ordinal)
            (row.size, row.decimalDigits, row.isNullable) = (nil, nil, true)
            return row
        }
    }

    /// One unique index of `SQLStatistics`. A hint: psqlodbc lists partial and expression indexes as if they were whole.
    package struct UniqueIndex: Hashable, Sendable {
        package var name: String
        package var columns: [String]
    }

    /// Tables and views of a schema, or of all; system tables left out. The C function is `SQLTables`.
    package func tables(schema: String?) throws(ODBCError) -> [TableRow] {
        do {
            let found = try tables(schema: schema, pattern: schema.map { escaped($0) } ?? "%")
            if !found.isEmpty { return found }
        } catch {
            guard schema != nil, error.isWithoutSchemas else { throw error }
        }
        let current = try tables(schema: schema, pattern: nil)
        // Where there are no schemas, as in MariaDB, people name the database, which need not be the current one.
        guard current.isEmpty, let schema else { return current }
        return try tables(schema: schema, pattern: nil, catalog: schema)
    }

    private func tables(
        schema: String?, pattern: String?, catalog: String? = nil
    ) throws(ODBCError) -> [TableRow] {
        let statement = try Statement(self)
        // NULL means the current schema to psqlodbc 13.02 and "any" to the rest; an empty string means either. Where
        // the database has no schemas, as MariaDB, a pattern finds nothing.
        statement.note(
            try statement.call("SQLTables", isExecution: true) {
                unsafe withNames(catalog, pattern, nil) { catalog, schema, _ in
                    unsafe SQLTables(
                        statement.handle.raw, catalog.bytes, catalog.length, schema.bytes, schema.length, nil, 0, nil, 0
                    )
                }
            })
        var seen: Set<TableRow> = []
        return try statement.textRows().compactMap { row in
            guard row.count >= 4, let name = row[2], !name.isEmpty else { return nil }
            let table = TableRow(
                catalog: row[0].nonEmpty, schema: row[1].nonEmpty, name: name, type: row[3] ?? "",
                remarks: row.count > 4 ? row[4].nonEmpty : nil)
            if let schema, !table.schema.isExactly(schema), !table.catalog.isExactly(schema) { return nil }
            let type = table.type.uppercased()
            if type.contains("SYSTEM") || type.contains("INDEX") || type.contains("SEQUENCE") { return nil }
            // psqlodbc 13.02 lists each table type twice when it lists them at all.
            return seen.insert(table).inserted ? table : nil
        }
    }

    /// Columns of every table of that name, in order. The C function is `SQLColumns`.
    package func columns(catalog: String?, schema: String?, table: String) throws(ODBCError) -> [ColumnRow] {
        let statement = try Statement(self)
        statement.note(try columns(statement, catalog: catalog, schema: schema.map(escaped), table: escaped(table)))
        let rows: [ColumnRow] = try statement.textRows().compactMap { row in
            guard let found = Self.column(row), found.table.isExactly(table) else { return nil }
            // A place that the driver does not know is none in which the table could be.
            if let schema, !found.schema.isExactly(schema) { return nil }
            if let catalog, !found.catalog.isExactly(catalog) { return nil }
            return found
        }
        return Self.ordered(rows)
    }

    /// Columns of all tables, in the driver's order. A driver may give fewer than it would of one table, or none. The C function
    /// is `SQLColumns`, with a pattern for all: MariaDB 3.1.15 and libsqliteodbc 0.9998 take it for any, psqlodbc 13.02
    /// takes NULL for the current schema.
    package func eachColumn(_ tell: (ColumnRow) throws -> Void) throws {
        let statement = try Statement(self)
        defer { statement.close() }
        statement.note(try columns(statement, catalog: nil, schema: "%", table: "%"))
        let count = try statement.columnCount()
        while let row = try statement.nextTextRow(columns: count) {
            if let found = Self.column(row) { try tell(found) }
        }
    }

    private func columns(
        _ statement: Statement, catalog: String?, schema: String?, table: String
    ) throws(ODBCError) -> Handle.Outcome {
        try statement.call("SQLColumns", isExecution: true) {
            unsafe withNames(catalog, schema, table) { catalog, schema, table in
                unsafe SQLColumns(
                    statement.handle.raw, catalog.bytes, catalog.length, schema.bytes, schema.length, table.bytes,
                    table.length, nil, 0)
            }
        }
    }

    private static func column(_ row: [String?]) -> ColumnRow? {
        guard row.count >= 11, let name = row[3], let table = row[2] else { return nil }
        return ColumnRow(
            catalog: row[0].nonEmpty, schema: row[1].nonEmpty, table: table, name: name,
            type: SQLType(rawValue: row[4].flatMap { Int16($0) } ?? 0), typeName: row[5] ?? "",
            size: row[6].flatMap { Int($0) }, decimalDigits: row[8].flatMap { Int($0) },
            isNullable: row[10].flatMap { Int16($0) } != C.notNullable,
            ordinal: row.count > 16 ? row[16].flatMap { Int($0) } ?? 0 : 0)
    }

    /// The standard says ordered by ordinal; where ordinals are given, this makes it so, and keeps the order elsewhere.
    package static func ordered(_ rows: [ColumnRow]) -> [ColumnRow] {
        rows.enumerated().sorted { ($0.element.ordinal, $0.offset) < ($1.element.ordinal, $1.offset) }.map(\.element)
    }

    /// Columns of the primary key in key order; empty where there is none. Where the driver cannot say, it is empty too, and
    /// why is remarked. The C function is `SQLPrimaryKeys`, which takes names, not patterns.
    ///
    /// - Throws: where the connection is lost over it.
    package func primaryKey(catalog: String?, schema: String?, table: String) throws(ODBCError) -> [String] {
        let rows: [[String?]]
        do {
            rows = try primaryKeyRows(catalog: catalog, schema: schema, table: table)
        } catch {
            guard !isDead else { throw error }
            let said = error.principal
            remark(
                Diagnostic(
                    state: said?.state ?? .general, nativeCode: said?.nativeCode ?? 0,
                    message: "SQLPrimaryKeys failed, so that no key is known: \(error.saying)"))
            return []
        }
        return
            rows
            .filter {
                $0.count >= 5 && $0[2].isExactly(table)
                    && (schema == nil || $0[1].nonEmpty == nil || $0[1].isExactly(schema))
            }
            .sorted { ($0[4].flatMap { Int($0) } ?? 0) < ($1[4].flatMap { Int($0) } ?? 0) }
            .compactMap { $0[3] }
    }

    private func primaryKeyRows(
        catalog: String?, schema: String?, table: String
    ) throws(ODBCError) -> [[String?]] {
        let statement = try Statement(self)
        statement.note(
            try statement.call("SQLPrimaryKeys", isExecution: true) {
                unsafe withNames(catalog, schema, table) { catalog, schema, table in
                    unsafe SQLPrimaryKeys(
                        statement.handle.raw, catalog.bytes, catalog.length, schema.bytes, schema.length, table.bytes,
                        table.length)
                }
            })
        return try statement.textRows()
    }

    /// Unique indexes, by name; empty where there are none or the driver cannot say. The C function is `SQLStatistics`,
    /// quick, because an exact answer may scan the table.
    package func uniqueIndexes(catalog: String?, schema: String?, table: String) -> [UniqueIndex] {
        guard let statement = try? Statement(self) else { return [] }
        let outcome = try? statement.call("SQLStatistics", isExecution: true) {
            unsafe withNames(catalog, schema, table) { catalog, schema, table in
                unsafe SQLStatistics(
                    statement.handle.raw, catalog.bytes, catalog.length, schema.bytes, schema.length, table.bytes,
                    table.length, C.uniqueIndexes, C.quick)
            }
        }
        guard outcome != nil, let rows = try? statement.textRows() else { return [] }
        var order: [String] = []
        var columns: [Exact<String>: [(Int, String)]] = [:]
        for row in rows where row.count >= 9 && row[6] != "0" && (row[3] == nil || row[3] == "0") {
            guard let name = row[5].nonEmpty, let column = row[8].nonEmpty else { continue }
            if columns[Exact(name)] == nil { order.append(name) }
            columns[Exact(name), default: []].append((row[7].flatMap { Int($0) } ?? 0, column))
        }
        return order.map { name in
            UniqueIndex(name: name, columns: columns[Exact(name), default: []].sorted { $0.0 < $1.0 }.map(\.1))
        }
    }

    /// A name as a pattern that matches itself, as far as the driver knows escapes.
    ///
    /// The escape character within a name becomes the wildcard for one character, because psqlodbc 13.02 finds nothing
    /// by the doubled one; what else that matches is filtered out of the answer.
    private func escaped(_ name: String) -> String {
        guard let escape = info(.searchPatternEscape).nonEmpty else { return name }
        // By scalars: to Swift an underscore under an accent is another character, to drivers it is a wildcard.
        return name.unicodeScalars.map { scalar in
            if String(scalar) == escape { return "_" }
            return scalar == "_" || scalar == "%" ? escape + String(scalar) : String(scalar)
        }.joined()
    }
}

/// A name as the catalog functions take it: bytes and `SQL_NTS`, or NULL and 0.
@unsafe private struct CName {
    var bytes: UnsafeMutablePointer<SQLCHAR>?
    var length: SQLSMALLINT { unsafe bytes == nil ? 0 : C.nullTerminated }

    /// Lends a name to `body`.
    static func with(_ name: String?, _ body: (CName) -> SQLRETURN) -> SQLRETURN {
        guard let name else { return unsafe body(CName(bytes: nil)) }
        var text = CText(name)
        return unsafe text.bytes.withUnsafeMutableBufferPointer { unsafe body(CName(bytes: $0.baseAddress)) }
    }
}

/// Lends the three names of a table to a catalog function; they hold until it returns.
private func withNames(
    _ catalog: String?, _ schema: String?, _ table: String?, _ body: (CName, CName, CName) -> SQLRETURN
) -> SQLRETURN {
    unsafe CName.with(catalog) { catalog in
        unsafe CName.with(schema) { schema in
            unsafe CName.with(table) { table in unsafe body(catalog, schema, table) }
        }
    }
}

extension String? {
    /// Drivers give an empty string where they mean none.
    var nonEmpty: String? { self?.isEmpty == true ? nil : self }
}
