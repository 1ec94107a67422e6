import Foundation

/// A schema from a JSON file, with generated rows.
///
/// As `kleene-ns columns --all --format json` writes it, the file is one array with an object for each column:
///
///     [{"catalog": "Acme Inc", "schema": "Role", "table": "customrecord_x", "table_type": "TABLE",
///       "name": "id", "type": "BIGINT", "length": 8, "decimal_digits": null, "nullable": true, "key": 1, …}]
///
/// The mock then lists these tables and columns as the file does. Written by hand, it may be shorter; only `table`, `name`
/// and `type` are required:
///
///     {"tables": [{"table": "customrecord_x", "rows": 250, "columns": [{"name": "id", "type": "BIGINT", "key": true}]}]}
///
/// Keys that are not known here are passed over: the format may grow.
package struct CatalogFile: Sendable {
    /// A table and its columns, with their places in the file.
    struct Table: Sendable {
        var place: String
        var catalog: Given<String> = .absent
        var schema: Given<String> = .absent
        var table: String
        var type: String?
        var rows: Int?
        var columns: [(place: String, column: Column)]
    }

    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    var tables: [Table]

    /// The catalog in the file at `path`, with `rows` rows in each table that does not say how many.
    ///
    /// Throws a sentence with the place of the fault and what is expected there.
    package static func read(_ path: String, rows: Int) throws(Refusal) -> Catalog {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            let isMissing = !FileManager.default.fileExists(atPath: path)
            throw Refusal(
                description: isMissing
                    ? "There is no catalog file \(path)." : "The catalog file \(path) could not be read.")
        }
        do {
            return try CatalogFile(data).catalog(rows: rows)
        } catch {
            throw Refusal(description: "\(path) is not a catalog: \(error.description)")
        }
    }

    private init(_ data: Data) throws(Refusal) {
        do {
            tables = try JSONDecoder().decode(CatalogDocument.self, from: data).tables
        } catch let error as DecodingError {
            throw Refusal(description: Self.sentence(error))
        } catch {
            throw Refusal(description: "it is not JSON.")
        }
        if tables.isEmpty { throw Refusal(description: "it has no tables.") }
    }

    /// The place of a fault, and what is expected there.
    private static func sentence(_ error: DecodingError) -> String {
        let (context, key, expected): (DecodingError.Context, (any CodingKey)?, String) =
            switch error {
            case .keyNotFound(let key, let context): (context, key, "it is missing.")
            case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
                (context, nil, "\(name(of: type)) is expected.")
            case .dataCorrupted(let context) where context.codingPath.isEmpty:
                (context, nil, "it is not JSON; write it with `kleene-ns columns --all --format json`.")
            case .dataCorrupted(let context): (context, nil, context.debugDescription)
            @unknown default: (.init(codingPath: [], debugDescription: ""), nil, "\(error)")
            }
        let path = place(context.codingPath + (key.map { [$0] } ?? []))
        if !path.isEmpty { return "\(path): \(expected)" }
        guard case .typeMismatch = error else { return expected }
        return "an array of columns is expected, as `kleene-ns columns --all --format json` writes it, "
            + "or an object with \"tables\"."
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Int.Type: "a whole number"
        case is Bool.Type: "true or false"
        case is [Any].Type: "an array"
        default: "an object"
        }
    }

    static func place(_ path: [any CodingKey]) -> String {
        let text = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        return text.hasPrefix(".") ? String(text.dropFirst()) : text
    }

    /// What SQLite takes unless it is compiled otherwise.
    private static let columnLimit = 2000

    /// Names that SQLite or the mock keeps for itself.
    private static func isReserved(_ name: String) -> Bool {
        name == "dual" || ["sqlite_", "mock_"].contains { name.hasPrefix($0) }
            || SystemTables.all.contains { $0.name == name }
    }

    private func catalog(rows: Int) throws(Refusal) -> Catalog {
        var made: [CatalogTable] = []
        var names: Set<String> = []
        for table in tables where table.type?.uppercased() != "SYSTEM TABLE" {
            guard !table.columns.isEmpty else {
                throw Refusal(description: "\(table.place): \(table.table) has no columns.")
            }
            if Self.isReserved(table.table.lowercased()) {
                throw Refusal(description: "\(table.place): the name \(table.table) is the mock's own.")
            }
            guard table.columns.count <= Self.columnLimit else {
                throw Refusal(
                    description:
                        "\(table.place): \(table.table) has \(table.columns.count) columns, and the mock holds "
                        + "\(Self.columnLimit) at most.")
            }
            guard names.insert(table.table.lowercased()).inserted else {
                throw Refusal(
                    description: "\(table.place): there is a table \(table.table) already; "
                        + "SQL names tables without their schema, so one of them must go.")
            }
            made.append(try table.made(rows: table.rows ?? rows))
        }
        return Catalog(tables: made)
    }
}

extension CatalogFile.Table {
    fileprivate func made(rows: Int) throws(CatalogFile.Refusal) -> CatalogTable {
        let keyCount = columns.count { $0.column.isKey }
        let positions = columns.compactMap { $0.column.keyPosition }
        if !positions.isEmpty, positions.sorted() != Array(1...keyCount) {
            let first = columns.first { $0.column.isKey }?.place ?? place
            throw CatalogFile.Refusal(
                description:
                    "\(first).key: the places in the key of \(table) are expected to be 1 to \(keyCount), each once.")
        }
        var keyIndex = 0
        var made = CatalogTable(table, rows: rows, [])
        var names: Set<String> = []
        for (place, column) in columns {
            guard names.insert(column.name.lowercased()).inserted else {
                throw CatalogFile.Refusal(description: "\(place).name: \(table) has a column \(column.name) already.")
            }
            guard let type = column.columnType else {
                throw CatalogFile.Refusal(
                    description: "\(place).type: the type \(column.type) is not known; expected is one of "
                        + "\(CatalogFile.Column.typeNames.joined(separator: ", ")).")
            }
            var rule: ValueRule
            if column.isKey {
                // Together the key's columns count the rows.
                rule = .sql(type.keyValue("(i >> \(keyCount - 1 - keyIndex))\(keyIndex == 0 ? "" : " & 1")"))
                keyIndex += 1
            } else {
                rule = column.nullable == false ? type.values : .sparse(150, type.values)
            }
            made.columns.append(column.made(type, rule))
        }
        made.kind = type?.uppercased() == "VIEW" ? .view : .table
        made.custom = table.uppercased().hasPrefix("CUSTOM")
        (made.qualifier, made.owner) = home
        return made
    }

    /// Qualifier and owner; nil for the mock's own, empty for none.
    private var home: (String?, String?) {
        switch (catalog, schema) {
        // Of a schema alone the qualifier is a part: a role's name is not expected to hold a dot; a company's may.
        case (.absent, .value(let schema)):
            guard let dot = schema.lastIndex(of: ".") else { return (nil, schema) }
            return (String(schema[..<dot]), String(schema[schema.index(after: dot)...]))
        default: return (catalog.text, schema.text)
        }
    }
}

extension Given<String> {
    /// Nil where nothing is said, empty where the source is said to have none.
    fileprivate var text: String? {
        switch self {
        case .absent: nil
        case .null: ""
        case .value(let text): text
        }
    }
}
