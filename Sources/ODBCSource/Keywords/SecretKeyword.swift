import ODBC
package import Text

/// Keywords of connection strings whose values are secrets, or say who logs in: one rule, whatever case, blanks or underscores
/// they are written with. Such values have a place of their own in a configuration, are never shown, and are in no report.
package enum SecretKeyword {
    /// What a value would be, and where it goes instead.
    package enum Kind: Sendable, Equatable {
        /// The password of the login.
        case password
        /// Another secret, such as a key's or a token: drivers take it from their data source.
        case secret
        /// Who logs in.
        case user
        /// A list for the service behind a gateway: whose data, and with some logins a token.
        case properties
    }

    private static let passwords: Set<String> = ["pwd", "password", "passwd", "pass", "pw"]
    private static let users: Set<String> = ["uid", "user", "userid", "username", "logonid", "login"]
    /// Anywhere in a keyword.
    private static let secrets: [StaticString] = [
        "password", "passwd", "passphrase", "passcode", "secret", "apikey", "accesskey", "authorization", "credential",
        "bearer",
    ]
    /// At its end: `PasswordTimeout` is refused above, `TokenCacheSize` is nobody's secret.
    private static let secretEnds = ["pwd", "pass", "token", "jwt", "accountkey", "sharedkey", "masterkey"]

    /// What a keyword's value would be, nil for anything that may stand in a configuration.
    package static func kind(of keyword: String) -> Kind? {
        let word = folded(keyword)
        if passwords.contains(word) { return .password }
        if users.contains(word) { return .user }
        if word == "customproperties" { return .properties }
        let isSecret = secrets.contains { word.holds($0) } || secretEnds.contains { word.hasSuffix($0) }
        if word.hasSuffix("bypass") { return nil }
        return isSecret ? .secret : nil
    }

    /// A keyword without case, blanks and underscores.
    static func folded(_ keyword: String) -> String {
        String(keyword.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    // By scalars, all of what follows: to Swift a semicolon under an accent is another character, to drivers it is a semicolon.

    /// Whether `://user:password@` stands anywhere in a text. Written out, because a regular expression is compiled by each process
    /// that asks, which costs more than a login's whole configuration.
    package static func isURLWithPassword(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return false }
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.dropLast(2).contains { start in
            guard scalars[start] == ":", scalars[start + 1] == "/", scalars[start + 2] == "/" else { return false }
            var hasColon = false
            for scalar in scalars[(start + 3)...] {
                switch scalar {
                case "/", "?", "#": return false
                case ":": hasColon = true
                // One without a colon before it ends the host's user; one behind it ends the password.
                case "@": return hasColon
                default: if scalar.properties.isWhitespace { return false }
                }
            }
            return false
        }
    }

    /// Whether a value holds what no keyword tells: the password in a URL, or in options that are handed on.
    package static func isSecret(value: String) -> Bool {
        if isURLWithPassword(value) { return true }
        // libpq's and the like: `password=… host=…`.
        return value.unicodeScalars.split(whereSeparator: { " ;,&?".unicodeScalars.contains($0) }).contains { part in
            let pair = part.split(separator: "=", maxSplits: 1)
            return pair.count == 2 && isSecret(keyword: String(pair[0]))
        }
    }

    /// Whether nobody may see what a keyword's value is.
    package static func isSecret(keyword: String) -> Bool { [.password, .secret].contains(kind(of: keyword)) }

    /// The values among pairs that nobody may see.
    package static func secrets(in pairs: [(keyword: String, value: String)]) -> [Secret] {
        pairs.filter { isSecret(keyword: $0.keyword) || isSecret(value: $0.value) }.map { Secret($0.value) }
    }

    /// The first keyword of a connection string that has no place there.
    package static func first(in connectionString: String) -> (keyword: String, kind: Kind)? {
        for keyword in keywords(of: connectionString) {
            if let kind = kind(of: keyword) { return (keyword, kind) }
        }
        return nil
    }

    /// The first keyword of a connection string whose value holds what no keyword tells.
    package static func firstWithSecretValue(in connectionString: String) -> String? {
        ConnectionString.parse(connectionString).first { isSecret(value: $0.value) }?.keyword
    }

    /// The keywords of a connection string: what stands before each `=`, with values in braces skipped.
    static func keywords(of connectionString: String) -> [String] {
        var result: [String] = []
        var keyword = String.UnicodeScalarView()
        var isInValue = false
        var isInBraces = false
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
            return connectionString.unicodeScalars.split(separator: ";").compactMap { part in
                part.split(separator: "=", maxSplits: 1).first.map { String($0).trimmingBlanks }
            }
        }
        return result
    }
}
