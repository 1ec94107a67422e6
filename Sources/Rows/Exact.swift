/// A name, or names, that are the same only where each scalar is.
///
/// Swift takes a letter with an accent and a letter followed by an accent for the same text; databases do not. So names of
/// tables, schemas and columns are compared, hashed and looked up by this and never as `String`: as `@Exact` in types that
/// are compared, as `Exact(name)` in sets and dictionaries.
@propertyWrapper
package struct Exact<Value: ScalarComparable>: Hashable {
    package var wrappedValue: Value

    package init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

    package init(_ value: Value) { wrappedValue = value }

    package static func == (first: Exact, second: Exact) -> Bool { first.wrappedValue.isExactly(second.wrappedValue) }

    package func hash(into hasher: inout Hasher) { wrappedValue.hashExactly(into: &hasher) }
}

extension Exact: Sendable where Value: Sendable {}

extension Exact: ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral,
    ExpressibleByStringLiteral
where Value == String {
    package init(stringLiteral value: String) { wrappedValue = value }
}

/// What consists of text and can be compared by its scalars.
package protocol ScalarComparable {
    func isExactly(_ other: Self) -> Bool
    func hashExactly(into hasher: inout Hasher)
}

extension String: ScalarComparable {
    package func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    package func hashExactly(into hasher: inout Hasher) {
        for byte in utf8 { hasher.combine(byte) }
        hasher.combine(UInt8(0xFF))
    }
}

extension Optional: ScalarComparable where Wrapped: ScalarComparable {
    package func isExactly(_ other: Wrapped?) -> Bool {
        switch (self, other) {
        case (nil, nil): true
        case (let first?, let second?): first.isExactly(second)
        default: false
        }
    }

    package func hashExactly(into hasher: inout Hasher) {
        hasher.combine(self != nil)
        self?.hashExactly(into: &hasher)
    }
}

extension Array: ScalarComparable where Element: ScalarComparable {
    package func isExactly(_ other: [Element]) -> Bool { elementsEqual(other) { $0.isExactly($1) } }

    package func hashExactly(into hasher: inout Hasher) {
        hasher.combine(count)
        for element in self { element.hashExactly(into: &hasher) }
    }
}

extension Collection where Element == String {
    package func containsExactly(_ name: String) -> Bool { contains { $0.isExactly(name) } }

    package func firstIndex(ofExactly name: String) -> Index? { firstIndex { $0.isExactly(name) } }
}

// MARK: - As the value itself is written

extension Exact: Encodable where Value: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}

extension Exact: Decodable where Value: Decodable {
    package init(from decoder: any Decoder) throws {
        wrappedValue = try decoder.singleValueContainer().decode(Value.self)
    }
}

// What synthesized code calls for a member that is optional: absent is nil, and nil is absent.

extension KeyedDecodingContainer {
    package func decode<Wrapped: Decodable>(_: Exact<Wrapped?>.Type, forKey key: Key) throws -> Exact<Wrapped?> {
        Exact(try decodeIfPresent(Wrapped.self, forKey: key))
    }
}

extension KeyedEncodingContainer {
    package mutating func encode<Wrapped: Encodable>(_ value: Exact<Wrapped?>, forKey key: Key) throws {
        try encodeIfPresent(value.wrappedValue, forKey: key)
    }
}
