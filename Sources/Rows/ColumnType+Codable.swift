/// `{"integer":{}}`, `{"decimal":{"precision":38,"scale":10}}`: what the compiler would make of the type, and staging files and books
/// hold, with one type of keys instead of one for each case. Each such type costs a process as much as reading forty columns does.
extension ColumnType: Codable {
    private enum Key: String, CodingKey {
        case boolean, integer, largeInteger, decimal, double, text, date, time, timestamp, uuid, binary, any
        case precision, scale
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1, let type = try Self(key, in: container)
        else {
            throw DecodingError.typeMismatch(
                ColumnType.self,
                .init(codingPath: decoder.codingPath, debugDescription: "It is not one type of a column."))
        }
        self = type
    }

    private init?(_ key: Key, in container: KeyedDecodingContainer<Key>) throws {
        switch key {
        case .boolean: self = .boolean
        case .integer: self = .integer
        case .largeInteger: self = .largeInteger
        case .decimal:
            let digits = try container.nestedContainer(keyedBy: Key.self, forKey: .decimal)
            self = .decimal(
                precision: try digits.decodeIfPresent(Int.self, forKey: .precision),
                scale: try digits.decodeIfPresent(Int.self, forKey: .scale))
        case .double: self = .double
        case .text: self = .text
        case .date: self = .date
        case .time: self = .time
        case .timestamp: self = .timestamp
        case .uuid: self = .uuid
        case .binary: self = .binary
        case .any: self = .any
        case .precision, .scale: return nil
        }
    }

    private var key: Key {
        switch self {
        case .boolean: .boolean
        case .integer: .integer
        case .largeInteger: .largeInteger
        case .decimal: .decimal
        case .double: .double
        case .text: .text
        case .date: .date
        case .time: .time
        case .timestamp: .timestamp
        case .uuid: .uuid
        case .binary: .binary
        case .any: .any
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        var inner = container.nestedContainer(keyedBy: Key.self, forKey: key)
        if case .decimal(let precision, let scale) = self {
            try inner.encodeIfPresent(precision, forKey: .precision)
            try inner.encodeIfPresent(scale, forKey: .scale)
        }
    }
}
