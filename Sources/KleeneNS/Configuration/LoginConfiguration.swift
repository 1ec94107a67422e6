import Extraction
import SuiteAnalytics
import Text

/// How to log in to the Connect service, as a configuration says it: a kind, its texts, and references to its secrets.
struct LoginConfiguration: Sendable {
    let kind: any LoginMethod.Type
    private let texts: [String: String]
    private let references: [(key: String, reference: SecretReference)]

    /// Kinds of which a configuration may speak and that this version cannot use yet.
    private static let later = ["oauth2"]

    /// From the member `auth` of a source; nil where it has a fault, which is noted.
    init?(_ reader: ObjectReader) {
        let names = Authentication.kinds.map { $0.name }
        if let sketch = reader.sketch, !reader.has("method") {
            for name in names {
                let alternative = SchemaSketch()
                _ = LoginConfiguration(
                    ObjectReader(
                        ["method": .string(name)], path: reader.path, faults: reader.faults, sketch: alternative))
                alternative.fix("method", name)
                sketch.alternatives.append(alternative)
            }
            return nil
        }
        reader.missing("method", names.map { "\"\($0)\"" }.joined(separator: " or "))
        guard let name = reader.choice("method", among: names + Self.later) else { return nil }
        guard let kind = Authentication.kind(named: name) else {
            for key in ["client_id", "certificate_id", "private_key"] { _ = reader.value(key) }
            reader.fault(
                "method",
                "OAuth 2.0 is not supported by this version of kleene-ns; use \"tba\", which unattended runs want (the token is "
                    + "made under Setup > Users/Roles > Access Tokens), or \"password\".")
            return nil
        }
        var texts: [String: String] = [:]
        var references: [(key: String, reference: SecretReference)] = []
        for member in kind.members {
            if let purpose = member.purpose {
                texts[member.key] = reader.string(member.key)
                reader.missing(member.key, purpose)
            } else {
                reader.missing(member.key, "the method \"\(name)\" needs it")
                if let reference = reader.secret(member.key) { references.append((member.key, reference)) }
            }
        }
        guard texts.count + references.count == kind.members.count else { return nil }
        self.kind = kind
        self.texts = texts
        self.references = references
    }

    /// All references to secrets, in the order in which they are used.
    var secrets: [SecretReference] { references.map(\.reference) }

    /// With the secrets fetched.
    func resolved(_ resolver: inout SecretResolver) throws -> Authentication {
        var secrets: [String: Secret] = [:]
        for (key, reference) in references { secrets[key] = try resolver.resolve(reference) }
        return try Authentication(kind, LoginValues(texts: texts, secrets: secrets))
    }
}
