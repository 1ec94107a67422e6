import Text

/// Where a secret is to be had.
///
/// The secret itself is not in it.
struct SecretReference: Hashable, Sendable {
    enum Place: Hashable, Sendable {
        /// An environment variable.
        case environment(String)
        /// A file that only its owner can read.
        case file(String)
        /// A program and its arguments; the secret is what it prints.
        case command([String])
        /// A credential that systemd gives to a service, by its name.
        case credential(String)
    }

    var place: Place
    /// Who refers to it, for a sentence: `$.source.password` or `--password-env`.
    var origin: String
    /// Whether it is taken as it comes, quotes and blanks at its ends included.
    var isExact = false
    /// Whether it is a text of several lines, such as a key.
    var hasLines = false

    /// The name of the credential, where it is one.
    var credential: String? {
        if case .credential(let name) = place { name } else { nil }
    }
}

extension ObjectReader {
    /// A reference to a secret.
    ///
    /// A literal string is refused, and never repeated.
    func secret(_ key: String) -> SecretReference? {
        sketch?.note(key, .secret)
        guard let value = value(key) else { return nil }
        let forms =
            "\"\(key)\": {\"env\": \"\(variableName(key))\"}, {\"file\": \"secrets/\(key)\"} "
            + "or {\"command\": [\"pass\", \"show\", \"\(key)\"]}"
        guard case .object(let members) = value else {
            if case .string = value {
                fault(key, "is a secret, which must not stand in this file; write \(forms).")
            } else {
                fault(key, "expected \(forms), found \(value.kind).")
            }
            return nil
        }
        let reader = ObjectReader(members, path: path(of: key), faults: faults)
        let variable = reader.string("env")
        let file = reader.string("file")
        let command = reader.strings(orRepeated: "command")
        let credential = reader.string("credential")
        let isExact = reader.boolean("exact") ?? false
        reader.finish()
        guard members.keys.count(where: { ["env", "file", "command", "credential"].contains($0) }) == 1 else {
            fault(
                key,
                "expected exactly one of {\"env\"}, {\"file\"}, {\"credential\"} and {\"command\"}; write \(forms).")
            return nil
        }
        let origin = path(of: key)
        if let variable { return SecretReference(place: .environment(variable), origin: origin, isExact: isExact) }
        if let file { return SecretReference(place: .file(file), origin: origin, isExact: isExact) }
        if let credential {
            if credential.isPlainName {
                return SecretReference(place: .credential(credential), origin: origin, isExact: isExact)
            }
            reader.fault(
                "credential", "takes letters, digits, \"-\" and \"_\", at most 64, and does not begin with \"-\".")
            return nil
        }
        if let command {
            if !command.isEmpty {
                return SecretReference(place: .command(command), origin: origin, isExact: isExact)
            }
            reader.fault("command", "is empty; name the program and its arguments.")
        }
        return nil
    }

    /// A list of strings in which one may be there twice, such as the arguments of a command.
    private func strings(orRepeated key: String) -> [String]? {
        guard let value = value(key) else { return nil }
        var result: [String] = []
        if case .array(let elements) = value {
            for element in elements {
                guard case .string(let text) = element, !text.unicodeScalars.contains("\0") else { break }
                result.append(text)
            }
            if result.count == elements.count { return result }
        }
        fault(key, "expected an array of strings, the program and its arguments.")
        return nil
    }

    /// As the pages and `config.example.json` call them.
    private func variableName(_ key: String) -> String {
        (path.hasSuffix(".auth") ? "NETSUITE_" : "KLEENE_NS_") + key.uppercased()
    }
}
