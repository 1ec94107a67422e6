/// Keywords of connection strings whose values are secrets, or say who logs in, and so have a place of their own in a
/// configuration: one rule, whatever case, blanks or underscores they are written with.
enum SecretKeyword {
    /// What a value would be, and where it goes instead.
    enum Kind: Equatable {
        /// The password of the login.
        case password
        /// Another secret, such as a key's or a token: drivers take it from their data source.
        case secret
        /// Who logs in.
        case user
        /// NetSuite's list of account, role and more.
        case properties
    }

    /// Whose attributes they are: NetSuite's login stands in other keys than that of any data source.
    enum Profile { case odbc, netSuite }

    private static let passwords: Set<String> = ["pwd", "password", "passwd", "pass", "pw"]
    private static let users: Set<String> = ["uid", "user", "userid", "username", "logonid", "login"]
    /// Anywhere in a keyword.
    private static let secrets = [
        "password", "passwd", "passphrase", "passcode", "secret", "apikey", "accesskey", "authorization", "credential",
        "bearer",
    ]
    /// At its end: `PasswordTimeout` is refused above, `TokenCacheSize` is nobody's secret.
    private static let secretEnds = ["pwd", "pass", "token", "jwt", "accountkey", "sharedkey", "masterkey"]

    /// What a keyword's value would be, nil for anything that may stand in a configuration.
    static func kind(of keyword: String) -> Kind? {
        let word = String(keyword.lowercased().filter { $0.isLetter || $0.isNumber })
        if passwords.contains(word) { return .password }
        if users.contains(word) { return .user }
        if word == "customproperties" { return .properties }
        let isSecret = secrets.contains { word.contains($0) } || secretEnds.contains { word.hasSuffix($0) }
        if word.hasSuffix("bypass") { return nil }
        return isSecret ? .secret : nil
    }

    /// Why a keyword cannot stand among attributes or in a connection string, and the line to write instead.
    static func refusal(_ kind: Kind, _ profile: Profile) -> String {
        let password = "\"password\": {\"env\": \"NAME\"}, {\"file\": \"PATH\"} or {\"command\": [\"…\"]}"
        switch (kind, profile) {
        case (.password, .odbc), (.secret, .odbc):
            let other =
                kind == .password
                ? ""
                : " A secret that is no password goes into a data source of odbc.ini that only you can read, and \"dsn\"."
            return "holds a secret, which must not stand here; write \(password) in \"source\".\(other)"
        case (.password, .netSuite), (.secret, .netSuite):
            return "holds a secret, which must not stand here; write \"auth\": {\"method\": \"tba\", \"consumer_key\": "
                + "{\"env\": \"NAME\"}, …} or {\"method\": \"password\", \"user\": \"…\", \(password)}."
        case (.user, .odbc): return "says who logs in; write \"user\": \"NAME\" in \"source\"."
        case (.user, .netSuite):
            return "says who logs in, which the token does; for a password write \"auth\": {\"method\": \"password\", "
                + "\"user\": \"NAME\", …}."
        case (.properties, .odbc):
            return
                "says whose data is read; leave \"profile\" out and write \"account_id\" and \"role_id\", or put it into a "
                + "data source of odbc.ini and name that with \"dsn\"."
        case (.properties, .netSuite):
            return "is made by kleene-ns; write \"account_id\", \"role_id\", \"uppercase\" and \"static_schema\"."
        }
    }

    static func isURLWithPassword(_ text: String) -> Bool {
        text.contains(/:\/\/[^\/?#@\s]*:[^\/?#\s]*@/)
    }

    /// Whether a value holds what no keyword tells: the password in a URL, or in options that are handed on.
    static func isSecret(value: String) -> Bool {
        if isURLWithPassword(value) { return true }
        // libpq's and the like: `password=… host=…`.
        return value.split(whereSeparator: { " ;,&?".contains($0) }).contains { part in
            let pair = part.split(separator: "=", maxSplits: 1)
            return pair.count == 2 && [.password, .secret].contains(kind(of: String(pair[0])))
        }
    }

    /// The first keyword of a connection string that has no place there.
    static func first(in connectionString: String) -> (keyword: String, kind: Kind)? {
        for keyword in keywords(of: connectionString) {
            if let kind = kind(of: keyword) { return (keyword, kind) }
        }
        return nil
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
