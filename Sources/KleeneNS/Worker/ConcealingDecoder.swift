import FoundationEssentials

/// A value as it is without secrets.
struct Concealed<Value: Decodable>: DecodableWithConfiguration {
    let value: Value

    init(from decoder: any Decoder, configuration redact: Redactor) throws {
        value = try Self.value(from: decoder, redact)
    }

    static func value(from decoder: any Decoder, _ redact: Redactor) throws -> Value {
        if isPlain { return try decoder.singleValueContainer().decode(Value.self) }
        if Value.self is any Verbatim.Type { return try Value(from: decoder) }
        // Of an enumeration, not of a structure around any text.
        if Value.self is any RawRepresentable.Type, let value = try? Value(from: decoder),
            Mirror(reflecting: value).displayStyle == .enum
        {
            return value
        }
        let names = (Value.self as? any HoldsNames.Type)?.names ?? []
        return try Value(from: ConcealingDecoder(base: decoder, redact: redact, names: names))
    }

    /// Whether there is no text in it; also what JSON writes in a way of its own.
    static var isPlain: Bool {
        switch Value.self {
        case is Bool.Type, is Double.Type, is Float.Type, is Int.Type, is Int8.Type, is Int16.Type, is Int32.Type,
            is Int64.Type, is UInt.Type, is UInt8.Type, is UInt16.Type, is UInt32.Type, is UInt64.Type, is Data.Type,
            is Date.Type, is Decimal.Type:
            true
        default: false
        }
    }
}

/// A decoder whose texts have lost all secrets.
private struct ConcealingDecoder: Decoder {
    let base: any Decoder
    let redact: Redactor
    /// The keys of texts that stay as they are.
    let names: Set<String>

    var codingPath: [any CodingKey] { base.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { base.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Keyed(base: try base.container(keyedBy: type), redact: redact, names: names))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        Unkeyed(base: try base.unkeyedContainer(), redact: redact, names: names)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        Single(base: try base.singleValueContainer(), decoder: base, redact: redact)
    }
}

private struct Single: SingleValueDecodingContainer {
    let base: any SingleValueDecodingContainer
    let decoder: any Decoder
    let redact: Redactor

    var codingPath: [any CodingKey] { base.codingPath }
    func decodeNil() -> Bool { base.decodeNil() }
    func decode(_ type: String.Type) throws -> String { redact(try base.decode(type)) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try Concealed<Value>.value(from: decoder, redact)
    }
}

private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let base: KeyedDecodingContainer<Key>
    let redact: Redactor
    let names: Set<String>

    var codingPath: [any CodingKey] { base.codingPath }
    var allKeys: [Key] { base.allKeys }
    func contains(_ key: Key) -> Bool { base.contains(key) }
    func decodeNil(forKey key: Key) throws -> Bool { try base.decodeNil(forKey: key) }

    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        let text = try base.decode(type, forKey: key)
        return names.contains(key.stringValue) ? text : redact(text)
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        if Concealed<Value>.isPlain { return try base.decode(type, forKey: key) }
        // Who asks for what is not there gets a decoder of nothing, and no error.
        guard base.contains(key) else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "it is not there"))
        }
        return try Concealed<Value>.value(from: base.superDecoder(forKey: key), redact)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        // The parts of an enumeration's case are in one.
        let nested = try base.nestedContainer(keyedBy: type, forKey: key)
        return KeyedDecodingContainer(Keyed<Nested>(base: nested, redact: redact, names: names))
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        Unkeyed(base: try base.nestedUnkeyedContainer(forKey: key), redact: redact, names: names)
    }

    func superDecoder() throws -> any Decoder {
        ConcealingDecoder(base: try base.superDecoder(), redact: redact, names: names)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        ConcealingDecoder(base: try base.superDecoder(forKey: key), redact: redact, names: names)
    }
}

private struct Unkeyed: UnkeyedDecodingContainer {
    var base: any UnkeyedDecodingContainer
    let redact: Redactor
    let names: Set<String>

    var codingPath: [any CodingKey] { base.codingPath }
    var count: Int? { base.count }
    var isAtEnd: Bool { base.isAtEnd }
    var currentIndex: Int { base.currentIndex }
    mutating func decodeNil() throws -> Bool { try base.decodeNil() }
    mutating func decode(_ type: String.Type) throws -> String { redact(try base.decode(type)) }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if Concealed<Value>.isPlain { return try base.decode(type) }
        guard !base.isAtEnd else {
            throw DecodingError.valueNotFound(type, .init(codingPath: codingPath, debugDescription: "it has ended"))
        }
        return try Concealed<Value>.value(from: base.superDecoder(), redact)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let nested = try base.nestedContainer(keyedBy: type)
        return KeyedDecodingContainer(Keyed<Nested>(base: nested, redact: redact, names: names))
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        Unkeyed(base: try base.nestedUnkeyedContainer(), redact: redact, names: names)
    }

    mutating func superDecoder() throws -> any Decoder {
        ConcealingDecoder(base: try base.superDecoder(), redact: redact, names: names)
    }
}
