import Extraction
import SuiteAnalytics
import Text

/// How to log in to the Connect service, as a configuration says it: a kind, its texts, and references to its secrets.
struct LoginConfiguration: Sendable {
    let kind: any LoginMethod.Type
    private var texts: [String: String] = [:]
    private var lists: [String: [String]] = [:]
    private var references: [(key: String, reference: SecretReference)] = []

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
        // Without a method nothing is known about the other keys, so nothing is said about them.
        guard let name = reader.choice("method", among: names), let kind = Authentication.kind(named: name) else {
            reader.finishUnknown()
            return nil
        }
        self.kind = kind
        var isWhole = true
        for member in kind.members {
            if !member.isOptional {
                reader.missing(member.key, member.purpose ?? "the method \"\(name)\" needs it")
            }
            let isThere = reader.has(member.key)
            if !read(member, reader), isThere || !member.isOptional { isWhole = false }
        }
        reader.finish()
        guard isWhole else { return nil }
    }

    /// Whether it has a value.
    private mutating func read(_ member: LoginMember, _ reader: ObjectReader) -> Bool {
        let key = member.key
        switch member.form {
        case .secret, .key: return refer(key, reader, isText: member.form == .key)
        case .identifier:
            let (text, reference) = reader.stringOrSecret(key)
            if let reference { references.append((key, reference)) }
            return keep(key, text) || reference != nil
        case .text, .path: return keep(key, reader.string(key))
        case .choice(let words): return keep(key, reader.choice(key, among: words))
        case .list:
            let (one, several) = reader.stringOrStrings(key)
            lists[key] = several
            return keep(key, one) || several != nil
        }
    }

    private mutating func keep(_ key: String, _ text: String?) -> Bool {
        texts[key] = text
        return text != nil
    }

    private mutating func refer(_ key: String, _ reader: ObjectReader, isText: Bool) -> Bool {
        guard var reference = reader.secret(key) else { return false }
        reference.hasLines = isText
        references.append((key, reference))
        return true
    }

    /// All references to secrets, in the order in which they are used.
    var secrets: [SecretReference] { references.map(\.reference) }

    /// What is no secret, for a login to somebody who has credentials of his own.
    var open: LoginValues { LoginValues(texts: texts, lists: lists) }

    /// With the secrets fetched.
    ///
    /// - Throws: `Failure` of kind `configuration` for secrets that are not to be had, and for those that are surely wrong.
    func resolved(_ resolver: inout SecretResolver) throws -> Authentication {
        var secrets: [String: Secret] = [:]
        for (key, reference) in references { secrets[key] = try resolver.resolve(reference) }
        var texts = texts
        for member in kind.members where member.form == .path {
            texts[member.key] = texts[member.key].map { $0.hasPrefix("/") ? $0 : resolver.directory + "/" + $0 }
        }
        return try Authentication(kind, LoginValues(texts: texts, secrets: secrets, lists: lists))
    }
}
