import Text

/// Where a secret is, as one text: `env:NAME`, `file:PATH`, `command:LINE` or `credential:NAME`.
struct SecretSpelling: Equatable, Sendable {
    let place: SecretReference.Place

    static let forms = "env:NAME, file:PATH, command:LINE or credential:NAME"

    /// Nil for what names no place; it may be the secret itself.
    init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = String(text[text.index(after: colon)...]).trimmingBlanks
        guard !rest.isEmpty else { return nil }
        switch text[..<colon] {
        case "env": place = .environment(rest)
        case "file": place = .file(rest)
        case "command": place = .command(Self.words(rest))
        case "credential" where rest.isPlainName: place = .credential(rest)
        default: return nil
        }
    }

    /// A program and its arguments, where no shell is needed to tell them apart.
    private static func words(_ line: String) -> [String] {
        let plain = line.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || " _./:@%+=,-".unicodeScalars.contains($0)
        }
        return plain ? line.split(separator: " ").map { String($0) } : ["/bin/sh", "-c", line]
    }

    /// How a configuration says it.
    var json: JSONValue {
        switch place {
        case .environment(let name): .object(["env": .string(name)])
        case .file(let path): .object(["file": .string(path)])
        case .command(let words): .object(["command": .array(words.map { .string($0) })])
        case .credential(let name): .object(["credential": .string(name)])
        }
    }
}
