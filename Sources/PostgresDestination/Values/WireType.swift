import Extraction
import Rows
import Staging

/// What a column is in PostgreSQL, and how its values get there. Decided once a column, from its declared type.
enum WireType: Hashable, Sendable {
    case boolean, bigint, double, text, date, time, timestamp, timestamptz, uuid, bytea
    case numeric(precision: Int?, scale: Int?)

    /// The one place that says which type becomes what.
    init(_ column: StoredColumn) {
        switch column.type {
        case .boolean: self = .boolean
        case .integer: self = .bigint
        case .largeInteger: self = .numeric(precision: nil, scale: nil)
        case .double: self = .double
        case .text: self = .text
        // Values of any kind have one type here; text is the one that holds them all.
        case .any: self = .text
        case .date: self = .date
        case .time: self = .time
        case .timestamp: self = .timestamp
        case .uuid: self = .uuid
        case .binary: self = .bytea
        case .decimal(let precision, let scale):
            switch column.decimal {
            case .scaledInteger: self = .bigint
            case .real: self = .double
            case nil where column.staysText: self = .text
            case nil:
                // Beyond 1,000 digits PostgreSQL declares none; an undeclared `numeric` holds what comes.
                if let precision, let scale, (1...1000).contains(precision), (0...precision).contains(scale) {
                    self = .numeric(precision: precision, scale: scale)
                } else {
                    self = .numeric(precision: nil, scale: nil)
                }
            }
        }
    }

    /// The type of one of the columns that kleene-ns adds.
    init(metadata name: String) {
        self = [MetadataColumn.extractedAt, MetadataColumn.deletedAt].contains(name) ? .timestamptz : .text
    }

    /// The type in a definition.
    var sql: String {
        switch self {
        case .boolean: "boolean"
        case .bigint: "bigint"
        case .double: "double precision"
        case .text: "text"
        case .date: "date"
        case .time: "time(6)"
        case .timestamp: "timestamp(6)"
        case .timestamptz: "timestamptz"
        case .uuid: "uuid"
        case .bytea: "bytea"
        case .numeric(let precision?, let scale?): "numeric(\(precision),\(scale))"
        case .numeric: "numeric"
        }
    }

    /// The type as `format_type` of the server's catalog spells it, which is what a table that is there is compared by.
    var catalogName: String {
        switch self {
        case .time: "time(6) without time zone"
        case .timestamp: "timestamp(6) without time zone"
        case .timestamptz: "timestamp with time zone"
        default: sql
        }
    }

    /// Whether a column of a table that is there, of a type as `format_type` spells it, keeps each value as it is, or refuses it.
    func isKept(by type: String) -> Bool {
        if type == catalogName { return true }
        switch self {
        case .boolean, .uuid, .bytea, .double: return false
        // Whole numbers that do not fit are refused by the server.
        case .bigint: return ["smallint", "integer", "numeric"].contains(type)
        // `character varying(n)` takes a text that is too long where only blanks are cut off it; `character(n)` fills up with them.
        case .text: return type == "character varying"
        // Any other precision or scale would round.
        case .numeric(let precision, let scale):
            guard let scale, precision != nil, type.hasPrefix("numeric(") else { return type == "numeric" }
            let parts = type.dropFirst("numeric(".count).dropLast().split(separator: ",").compactMap { Int($0) }
            return parts.count == 2 && parts[1] >= scale
        case .date: return false
        case .time: return type == "time without time zone"
        case .timestamp: return type == "timestamp without time zone"
        case .timestamptz: return type == "timestamp(6) with time zone"
        }
    }
}
