import Extraction
package import Text

/// The values of a kind of login's members, by key: its secrets are fetched.
package struct LoginValues: Sendable, Unprintable {
    private let texts: [String: String]
    private let secrets: [String: Secret]
    private let lists: [String: [String]]

    package init(texts: [String: String] = [:], secrets: [String: Secret] = [:], lists: [String: [String]] = [:]) {
        self.texts = texts
        self.secrets = secrets
        self.lists = lists
    }

    func text(_ key: String) throws -> String { try Self.value(of: key, in: texts) }

    func secret(_ key: String) throws -> Secret { try Self.value(of: key, in: secrets) }

    /// What may stand in the configuration or elsewhere.
    func identifier(_ key: String) throws -> Secret { try secrets[key] ?? Secret(text(key)) }

    /// Those texts alone.
    func only(_ keys: Set<String>) -> LoginValues {
        LoginValues(
            texts: texts.filter { keys.contains($0.key) }, lists: lists.filter { keys.contains($0.key) })
    }

    func anyText(_ key: String) -> String? { texts[key] }

    func anySecret(_ key: String) -> Secret? { secrets[key] }

    func list(_ key: String) -> TokenScope? { lists[key].map { .list($0) } ?? texts[key].map { .text($0) } }

    private static func value<Value>(of key: String, in values: [String: Value]) throws -> Value {
        guard let value = values[key] else {
            throw Failure(.internal, "A configuration without \"\(key)\" was taken for valid.")
        }
        return value
    }
}
