import Text

/// How to log in to the service, whatever the kind. The only place that knows which kinds there are.
package struct Authentication: Sendable, Unprintable {
    package static let kinds: [any LoginMethod.Type] = [
        TokenCredentials.self, PasswordCredentials.self, OAuthCredentials.self,
    ]

    package let method: any LoginMethod

    package init(_ method: some LoginMethod) { self.method = method }

    /// From the values of a kind's members.
    package init(_ kind: any LoginMethod.Type, _ values: LoginValues) throws { method = try kind.init(values) }

    /// The kind that a configuration calls so.
    package static func kind(named name: String) -> (any LoginMethod.Type)? { kinds.first { $0.name == name } }
}

extension Authentication: Equatable {
    package static func == (one: Authentication, other: Authentication) -> Bool { one.method.isEqual(other.method) }
}

extension Authentication: Codable {
    private enum Key: CodingKey { case kind, values }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let name = try container.decode(String.self, forKey: .kind)
        guard let kind = Self.kind(named: name) else {
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: container, debugDescription: "\"\(name)\" is no kind of login.")
        }
        method = try container.decode(kind, forKey: .values)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(type(of: method).name, forKey: .kind)
        try container.encode(method, forKey: .values)
    }
}
