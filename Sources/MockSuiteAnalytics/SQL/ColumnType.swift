/// A column's type, as the service's catalog names it.
package enum ColumnType: Equatable, Hashable, Sendable {
    case smallint
    case integer
    case bigint
    case double
    case numeric(precision: Int, scale: Int)
    /// NetSuite's `VARCHAR2`; the length is in characters.
    case varchar(Int)
    /// What the service's own catalog tables are made of.
    case wvarchar(Int)
    case char(Int)
    case clob
    case timestamp
    case date

    /// The `TYPE_NAME` that `oa_columns` shows.
    package var name: String {
        switch self {
        case .smallint: "SMALLINT"
        case .integer: "INTEGER"
        case .bigint: "BIGINT"
        case .double: "DOUBLE"
        case .numeric: "NUMERIC"
        case .varchar: "VARCHAR2"
        case .wvarchar: "WVARCHAR"
        case .char: "CHAR"
        case .clob: "CLOB"
        case .timestamp: "TIMESTAMP"
        case .date: "DATE"
        }
    }

    /// The `DATA_TYPE` that `oa_columns` shows: ODBC's type codes, wide ones for text.
    package var code: Int {
        switch self {
        case .smallint: 5
        case .integer: 4
        case .bigint: -5
        case .double: 8
        case .numeric: 2
        case .varchar, .wvarchar: -9
        case .char: 1
        case .clob: -10
        case .timestamp: 93
        case .date: 91
        }
    }

    /// Bytes transferred, the catalog's `oa_length`.
    package var length: Int {
        switch self {
        case .smallint: 2
        case .integer: 4
        case .bigint, .double: 8
        case .numeric(let precision, _): precision + 2
        case .varchar(let length), .wvarchar(let length), .char(let length): length
        case .clob: 4000
        case .timestamp: 16
        case .date: 6
        }
    }

    /// The catalog's `oa_precision`: characters of a text, 0 for numbers, as the service is known to say.
    package var precision: Int {
        switch self {
        case .varchar(let length), .wvarchar(let length), .char(let length): length
        case .clob: 4000
        case .numeric(let precision, _): precision
        default: 0
        }
    }

    package var scale: Int? {
        if case .numeric(_, let scale) = self { scale } else { nil }
    }

    /// How the store declares the column.
    ///
    /// The name gives the affinity, and so what SQLite does to a value on its way in: decimals must stay text, or
    /// SQLite would make doubles of them.
    package var declaration: String {
        switch self {
        case .numeric(let precision, let scale): "DECIMALTEXT(\(precision),\(scale))"
        case .varchar(let length): "VARCHAR2(\(length))"
        case .wvarchar(let length): "WVARCHAR(\(length))"
        case .char(let length): "CHAR(\(length))"
        default: name
        }
    }

    package var isNumeric: Bool {
        switch self {
        case .smallint, .integer, .bigint, .double, .numeric: true
        default: false
        }
    }

    package var isTemporal: Bool { self == .timestamp || self == .date }

    /// The type object that makes the PostgreSQL driver report the nearest ODBC type.
    package var wireType: (oid: Int32, size: Int16, modifier: Int32) {
        switch self {
        case .smallint: (21, 2, -1)
        case .integer: (23, 4, -1)
        case .bigint: (20, 8, -1)
        case .double: (701, 8, -1)
        case .numeric(let precision, let scale): (1700, -1, Int32(precision << 16 | scale) + 4)
        case .varchar(let length), .wvarchar(let length): (1043, -1, Self.modifier(length))
        case .char(let length): (1042, -1, Self.modifier(length))
        case .clob: (25, -1, -1)
        case .timestamp: (1114, 8, -1)
        case .date: (1082, 4, -1)
        }
    }

    /// PostgreSQL knows no longer texts than this, and a catalog may say anything.
    private static func modifier(_ length: Int) -> Int32 {
        Int32(min(length, 10_485_760)) + 4
    }
}

/// One column of a result.
package struct ResultColumn: Equatable, Sendable {
    package let name: String
    package let type: ColumnType

    package init(name: String, type: ColumnType) {
        self.name = name
        self.type = type
    }
}
