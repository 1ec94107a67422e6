/// A value of a JSON object that may be absent, which is not the same as null.
enum Given<Value: Sendable>: Sendable {
    case absent
    case null
    case value(Value)

    var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }

    /// The value, null included; the other one only where nothing is said.
    func or(_ other: Value?) -> Value? {
        if case .absent = self { other } else { value }
    }
}

/// The JSON of a catalog file, in either of its forms.
struct CatalogDocument: Decodable {
    var tables: [CatalogFile.Table] = []

    private enum Key: String, CodingKey {
        case tables, catalog, schema, table, type, rows, columns, name, length, precision, scale, nullable, key, custom,
            calculated, hidden
        case tableType = "table_type"
        case decimalDigits = "decimal_digits"
        case lastModified = "last_modified"
    }

    private typealias Object = KeyedDecodingContainer<Key>

    init(from decoder: any Decoder) throws {
        if var rows = try? decoder.unkeyedContainer() {
            try read(&rows)
        } else {
            let object = try decoder.container(keyedBy: Key.self)
            var tables = try object.nestedUnkeyedContainer(forKey: .tables)
            while !tables.isAtEnd { self.tables.append(try Self.table(tables.nestedContainer(keyedBy: Key.self))) }
        }
    }

    /// The flat form: rows of columns, those of one table together or not.
    private mutating func read(_ rows: inout any UnkeyedDecodingContainer) throws {
        var positions: [[String?]: Int] = [:]
        while !rows.isAtEnd {
            let row = try rows.nestedContainer(keyedBy: Key.self)
            let (catalog, schema) = (
                try Self.given(String.self, .catalog, row), try Self.given(String.self, .schema, row)
            )
            let table = try Self.name(.table, row)
            let position = positions[[catalog.value, schema.value, table]] ?? tables.count
            if position == tables.count {
                positions[[catalog.value, schema.value, table]] = position
                tables.append(
                    CatalogFile.Table(
                        place: CatalogFile.place(row.codingPath), catalog: catalog, schema: schema, table: table,
                        type: try row.decodeIfPresent(String.self, forKey: .tableType), columns: []))
            }
            tables[position].columns.append((CatalogFile.place(row.codingPath), try Self.column(row)))
        }
    }

    private static func table(_ object: Object) throws -> CatalogFile.Table {
        var table = CatalogFile.Table(
            place: CatalogFile.place(object.codingPath), catalog: try given(String.self, .catalog, object),
            schema: try given(String.self, .schema, object), table: try name(.table, object),
            type: try object.decodeIfPresent(String.self, forKey: .type), columns: [])
        table.rows = try object.decodeIfPresent(Int.self, forKey: .rows)
        if let rows = table.rows, !(0...20_000_000).contains(rows) {
            throw fault(.rows, object, "a number of rows from 0 to 20000000 is expected.")
        }
        var columns = try object.nestedUnkeyedContainer(forKey: .columns)
        while !columns.isAtEnd {
            let column = try columns.nestedContainer(keyedBy: Key.self)
            table.columns.append((CatalogFile.place(column.codingPath), try Self.column(column)))
        }
        return table
    }

    private static func column(_ object: Object) throws -> CatalogFile.Column {
        var length = try given(Int.self, .length, object)
        if case .absent = length { length = try given(Int.self, .precision, object) }
        var scale = try given(Int.self, .decimalDigits, object)
        if case .absent = scale { scale = try given(Int.self, .scale, object) }
        if let length = length.value, length < 1 {
            throw fault(.length, object, "a number from 1 on, or null, is expected.")
        }
        return CatalogFile.Column(
            name: try name(.name, object), type: try name(.type, object), length: length, scale: scale,
            nullable: try object.decodeIfPresent(Bool.self, forKey: .nullable), key: try key(object),
            custom: try object.decodeIfPresent(Bool.self, forKey: .custom),
            calculated: try object.decodeIfPresent(Bool.self, forKey: .calculated),
            hidden: try object.decodeIfPresent(Bool.self, forKey: .hidden),
            lastModified: try object.decodeIfPresent(Bool.self, forKey: .lastModified))
    }

    private static func key(_ object: Object) throws -> CatalogFile.Column.Key? {
        guard object.contains(.key), try !object.decodeNil(forKey: .key) else { return nil }
        if let flag = try? object.decode(Bool.self, forKey: .key) { return .flag(flag) }
        if let position = try? object.decode(Int.self, forKey: .key) { return .position(position) }
        throw fault(.key, object, "the place in the key, true, false or null is expected.")
    }

    private static func name(_ key: Key, _ object: Object) throws -> String {
        let text = try object.decode(String.self, forKey: key)
        if text.isEmpty || text.utf8.contains(0) { throw fault(key, object, "a name is expected.") }
        return text
    }

    private static func given<Value: Decodable & Sendable>(
        _ type: Value.Type, _ key: Key, _ object: Object
    ) throws -> Given<Value> {
        guard object.contains(key) else { return .absent }
        do {
            return try object.decodeIfPresent(type, forKey: key).map { .value($0) } ?? .null
        } catch let error as DecodingError {
            throw error
        } catch {
            // What the decoder throws at 1.5 and at 1e300 is no error of decoding yet, and names no place.
            throw fault(key, object, "a whole number is expected.")
        }
    }

    private static func fault(_ key: Key, _ object: Object, _ sentence: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: object.codingPath + [key], debugDescription: sentence))
    }
}
