/// One column of a catalog file, and what the mock makes of it.
extension CatalogFile {
    struct Column: Sendable {
        enum Key: Sendable {
            /// In the order of the columns.
            case flag(Bool)
            /// At this place of the key, from 1.
            case position(Int)
        }

        var name: String
        var type: String
        var length: Given<Int>
        var scale: Given<Int>
        var nullable: Bool?
        var key: Key?
        var custom: Bool?
        var calculated: Bool?
        var hidden: Bool?
        var lastModified: Bool?
    }
}

extension CatalogFile.Column {
    private static let changeNames: Set<String> = ["lastmodifieddate", "linelastmodifieddate", "lastmodified"]

    static let typeNames = [
        "BIGINT", "INTEGER", "SMALLINT", "DOUBLE", "NUMERIC", "VARCHAR2", "WVARCHAR", "CHAR", "CLOB", "TIMESTAMP",
        "DATE",
    ]

    var isKey: Bool {
        switch key {
        case .flag(let flag): flag
        case .position: true
        case nil: false
        }
    }

    var keyPosition: Int? {
        if case .position(let position) = key { position } else { nil }
    }

    func made(_ type: ColumnType, _ rule: ValueRule) -> CatalogColumn {
        var made = CatalogColumn(name, type, rule)
        made.nullable = nullable ?? !isKey
        made.key = isKey
        made.custom = custom ?? name.lowercased().hasPrefix("cust")
        made.calculated = calculated ?? false
        made.hidden = hidden ?? false
        made.lastModified = lastModified ?? (type == .timestamp && Self.changeNames.contains(name.lowercased()))
        made.listed = .init(
            // A size behind the name is a person's; the catalog has it elsewhere.
            typeName: self.type.prefix { $0 != "(" }.description,
            length: length.or(type.precision > 0 ? type.precision : type.length),
            scale: scale.or(type.scale), keyPosition: keyPosition)
        return made
    }

    /// The type by its catalog name, alone or with its size behind it, as in `VARCHAR2(300)`.
    var columnType: ColumnType? {
        let parts = type.split(whereSeparator: { "(,) ".contains($0) }).map(String.init)
        let size = length.value ?? (parts.count > 1 ? Int(parts[1]) : nil)
        let characters = max(1, size ?? 4000)
        switch parts.first?.uppercased() {
        case "SMALLINT": return .smallint
        case "INTEGER", "INT": return .integer
        case "BIGINT": return .bigint
        case "DOUBLE", "FLOAT", "REAL": return .double
        case "NUMERIC", "DECIMAL", "NUMBER":
            let digits = min(max(size ?? 18, 1), 18)
            let places = scale.value ?? (parts.count > 2 ? Int(parts[2]) : nil) ?? 0
            return .numeric(precision: digits, scale: min(max(places, 0), digits))
        case "VARCHAR", "VARCHAR2": return .varchar(characters)
        case "WVARCHAR", "NVARCHAR", "NVARCHAR2": return .wvarchar(characters)
        case "CHAR", "WCHAR", "NCHAR": return .char(characters)
        case "CLOB", "LONGVARCHAR", "WLONGVARCHAR", "TEXT": return .clob
        case "TIMESTAMP", "DATETIME": return .timestamp
        case "DATE": return .date
        default: return nil
        }
    }
}
