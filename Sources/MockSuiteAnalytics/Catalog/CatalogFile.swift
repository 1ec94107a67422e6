import Foundation

/// A schema from a JSON file, as `kleene-ns columns --format json` writes it, with generated rows.
///
///     {"tables": [
///       {"schema": "Company.Role", "table": "CUSTOMRECORD_X", "type": "TABLE", "rows": 250,
///        "columns": [
///          {"name": "id", "type": "BIGINT", "nullable": false, "key": true},
///          {"name": "name", "type": "VARCHAR2", "length": 300, "custom": true, "calculated": false, "hidden": false}
///       ]}
///     ]}
///
/// Only names and types are required; `rows` is ours and may stand in a file edited by hand, as may `precision`,
/// `scale` and `last_modified`. Keys that are not known here are passed over: the format may grow.
package struct CatalogFile: Decodable, Sendable {
    package struct Table: Decodable, Sendable {
        var schema: String?
        var table: String
        var type: String?
        var rows: Int?
        var columns: [Column]
    }

    package struct Column: Decodable, Sendable {
        var name: String
        var type: String
        var length: Int?
        var precision: Int?
        var scale: Int?
        var nullable: Bool?
        var key: Bool?
        var custom: Bool?
        var calculated: Bool?
        var hidden: Bool?
        var lastModified: Bool?

        enum CodingKeys: String, CodingKey {
            case name, type, length, precision, scale, nullable, key, custom, calculated, hidden
            case lastModified = "last_modified"
        }
    }

    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    var tables: [Table]

    /// The catalog in the file at `path`, with `rows` rows in each table that does not say how many.
    ///
    /// Throws a sentence with the place of the fault.
    package static func read(_ path: String, rows: Int) throws(Refusal) -> Catalog {
        let file: CatalogFile
        do {
            file = try JSONDecoder().decode(CatalogFile.self, from: Data(contentsOf: URL(filePath: path)))
        } catch let error as DecodingError {
            throw Refusal(description: "\(path) is not a catalog: \(place(of: error))")
        } catch {
            throw Refusal(description: "\(path) could not be read: \(error.localizedDescription)")
        }
        return try file.catalog(path, rows: rows)
    }

    private static func place(of error: DecodingError) -> String {
        let (context, what): (DecodingError.Context, String) =
            switch error {
            case .keyNotFound(let key, let context): (context, "\(key.stringValue) is missing")
            case .typeMismatch(let type, let context): (context, "a \(type) is wanted")
            case .valueNotFound(let type, let context): (context, "a \(type) is wanted")
            case .dataCorrupted(let context): (context, context.debugDescription)
            @unknown default: (.init(codingPath: [], debugDescription: ""), "\(error)")
            }
        let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        return "\(path.isEmpty ? "it" : "at \(path)"): \(what)."
    }

    private func catalog(_ path: String, rows: Int) throws(Refusal) -> Catalog {
        var made: [CatalogTable] = []
        var names: Set<String> = []
        for (index, table) in tables.enumerated() where table.type?.uppercased() != "SYSTEM TABLE" {
            guard !table.columns.isEmpty else {
                throw Refusal(description: "\(path), tables[\(index)]: \(table.table) has no columns.")
            }
            guard names.insert(table.table.lowercased()).inserted else {
                throw Refusal(
                    description: "\(path), tables[\(index)]: \(table.table) is there twice; "
                        + "SQL names tables without their schema, so one of them must go.")
            }
            made.append(try self.made(table, "\(path), tables[\(index)]", rows: table.rows ?? rows))
        }
        return Catalog(tables: made)
    }

    private func made(_ table: Table, _ place: String, rows: Int) throws(Refusal) -> CatalogTable {
        let keyCount = table.columns.count { $0.key == true }
        var keyIndex = 0
        var columns: [CatalogColumn] = []
        for (index, column) in table.columns.enumerated() {
            guard let type = column.columnType else {
                throw Refusal(description: "\(place).columns[\(index)]: the type \(column.type) is not known.")
            }
            let rule: ValueRule
            if column.key == true {
                // Together the key's columns count the rows.
                rule = .sql(type.keyValue("(i >> \(keyCount - 1 - keyIndex))\(keyIndex == 0 ? "" : " & 1")"))
                keyIndex += 1
            } else {
                rule = column.nullable == false ? type.values : .sparse(150, type.values)
            }
            columns.append(column.made(type, rule))
        }
        var made = CatalogTable(table.table, rows: rows, columns)
        made.kind = table.type?.uppercased() == "VIEW" ? .view : .table
        made.custom = table.table.uppercased().hasPrefix("CUSTOM")
        // A role's name is not expected to hold a dot; a company's may.
        if let schema = table.schema, let dot = schema.lastIndex(of: ".") {
            made.qualifier = String(schema[..<dot])
            made.owner = String(schema[schema.index(after: dot)...])
        } else {
            made.owner = table.schema
        }
        return made
    }
}

extension CatalogFile.Column {
    fileprivate static let changeNames: Set<String> = ["lastmodifieddate", "linelastmodifieddate", "lastmodified"]

    fileprivate func made(_ type: ColumnType, _ rule: ValueRule) -> CatalogColumn {
        var made = CatalogColumn(name, type, rule)
        made.nullable = nullable ?? (key != true)
        made.key = key ?? false
        made.custom = custom ?? name.lowercased().hasPrefix("cust")
        made.calculated = calculated ?? false
        made.hidden = hidden ?? false
        made.lastModified = lastModified ?? (type == .timestamp && Self.changeNames.contains(name.lowercased()))
        return made
    }

    /// The type by its catalog name, alone or with its size behind it, as in `VARCHAR2(300)`.
    fileprivate var columnType: ColumnType? {
        let parts = type.split(whereSeparator: { "(,) ".contains($0) }).map(String.init)
        let size = parts.count > 1 ? Int(parts[1]) : nil
        let length = max(1, length ?? size ?? precision ?? 4000)
        switch parts.first?.uppercased() {
        case "SMALLINT": return .smallint
        case "INTEGER", "INT": return .integer
        case "BIGINT": return .bigint
        case "DOUBLE", "FLOAT", "REAL": return .double
        case "NUMERIC", "DECIMAL", "NUMBER":
            let digits = min(max(precision ?? size ?? 18, 1), 18)
            return .numeric(
                precision: digits, scale: min(scale ?? (parts.count > 2 ? Int(parts[2]) : nil) ?? 0, digits))
        case "VARCHAR", "VARCHAR2": return .varchar(length)
        case "WVARCHAR", "NVARCHAR", "NVARCHAR2": return .wvarchar(length)
        case "CHAR", "WCHAR", "NCHAR": return .char(length)
        case "CLOB", "LONGVARCHAR", "WLONGVARCHAR", "TEXT": return .clob
        case "TIMESTAMP", "DATETIME": return .timestamp
        case "DATE": return .date
        default: return nil
        }
    }
}

extension ColumnType {
    /// Values for a column that is known by its type alone.
    fileprivate var values: ValueRule {
        switch self {
        case .smallint: .integer(-300...3000)
        case .integer, .bigint: .integer(-50...5_000_000)
        case .double: .amount
        case .numeric(let precision, let scale): .sql(Self.decimal(precision, scale))
        case .varchar(1), .wvarchar(1), .char(1): .flag(300)
        case .varchar(let length), .wvarchar(let length), .char(let length):
            length < 8 ? .sql("substr('ÄBCDEFG', 1 + i % \(length), \(length))") : .clipped(.words(3), length)
        case .clob: .longText(3000)
        case .timestamp: .timestamp
        case .date: .date
        }
    }

    /// SQL for a part of a key: `number` as this type writes it.
    fileprivate func keyValue(_ number: String) -> String {
        switch self {
        case .smallint, .integer, .bigint: "\(number) + 1"
        case .double: "(\(number)) + 0.5"
        case .numeric, .varchar, .wvarchar, .char, .clob: "CAST(\(number) AS TEXT)"
        case .timestamp: "datetime(1609459200 + (\(number)) * 60, 'unixepoch')"
        case .date: "datetime(1609459200 + (\(number)) * 86400, 'unixepoch')"
        }
    }

    /// SQL for a decimal with all its digits, as text.
    private static func decimal(_ precision: Int, _ scale: Int) -> String {
        let whole = precision - scale
        let head = whole == 0 ? "'0'" : "substr('918273645546372819', 1 + i % 9, \(min(whole, 9)))"
        let tail = scale == 0 ? "''" : "'.' || substr('375126849012345678', 1, \(scale))"
        return "CASE WHEN i % 5 = 0 THEN '-' ELSE '' END || \(head) || \(tail)"
    }
}
