import Extraction
package import Text

/// The values of a kind of login's members, by key: its secrets are fetched.
package struct LoginValues: Sendable, Unprintable {
    private let texts: [String: String]
    private let secrets: [String: Secret]

    package init(texts: [String: String] = [:], secrets: [String: Secret] = [:]) {
        self.texts = texts
        self.secrets = secrets
    }

    func text(_ key: String) throws -> String { try Self.value(of: key, in: texts) }

    func secret(_ key: String) throws -> Secret { try Self.value(of: key, in: secrets) }

    private static func value<Value>(of key: String, in values: [String: Value]) throws -> Value {
        guard let value = values[key] else {
            throw Failure(.internal, "A configuration without \"\(key)\" was taken for valid.")
        }
        return value
    }
}
