/// Keywords of connection strings whose values are secrets, and so have no place in a configuration or an argument.
enum SecretKeyword {
    static let refusal =
        "holds a secret, which must not stand here; give it as \"password\": {\"env\": \"NAME\"}, {\"file\": \"PATH\"} "
        + "or {\"command\": [\"…\"]}."

    /// Whether a keyword's value is a secret: `PWD`, `Password`, `TruststorePassword`, `TLSKEYPWD` and their like.
    static func isOne(_ keyword: String) -> Bool {
        let letters = keyword.lowercased().filter { $0.isLetter || $0.isNumber }
        return ["pwd", "password", "passwd", "passphrase", "secret", "token", "pass"].contains { letters.hasSuffix($0) }
    }

    /// The first keyword of a connection string whose value is a secret.
    static func first(in connectionString: String) -> String? {
        keywords(of: connectionString).first(where: isOne)
    }

    /// The keywords of a connection string: what stands before each `=`, with values in braces skipped.
    static func keywords(of connectionString: String) -> [String] {
        var result: [String] = []
        var keyword = String.UnicodeScalarView()
        var isInValue = false
        var isInBraces = false
        // By scalars: to Swift a semicolon under an accent is another character, to drivers it is a semicolon.
        for character in connectionString.unicodeScalars {
            if isInBraces {
                // A doubled brace is taken for the end, as by a driver that knows no doubling: rather refuse too much.
                if character == "}" { isInBraces = false }
            } else if character == ";" {
                keyword.removeAll()
                isInValue = false
            } else if isInValue {
                if character == "{" { isInBraces = true }
            } else if character == "=" {
                result.append(String(keyword).trimmingBlanks)
                isInValue = true
            } else {
                keyword.append(character)
            }
        }
        // An unbalanced brace must not hide what stands behind it.
        if isInBraces {
            return connectionString.split(separator: ";").compactMap { part in
                part.split(separator: "=", maxSplits: 1).first.map { String($0).trimmingBlanks }
            }
        }
        return result
    }
}

extension String {
    /// Without white space at both ends.
    var trimmingBlanks: String {
        String(self.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
