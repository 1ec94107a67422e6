package import FoundationEssentials
package import Text

/// Token-based authentication: four secrets, of which a password is made for each connection.
package struct TokenCredentials: LoginMethod {
    package var consumerKey: Secret
    package var consumerSecret: Secret
    package var tokenID: Secret
    package var tokenSecret: Secret

    package init(consumerKey: Secret, consumerSecret: Secret, tokenID: Secret, tokenSecret: Secret) {
        self.consumerKey = consumerKey
        self.consumerSecret = consumerSecret
        self.tokenID = tokenID
        self.tokenSecret = tokenSecret
    }

    package static let name = "tba"
    package static let members: [LoginMember] = [
        .secret("consumer_key"), .secret("consumer_secret"), .secret("token_id"), .secret("token_secret"),
    ]

    package init(_ values: LoginValues) throws {
        self.init(
            consumerKey: try values.secret("consumer_key"), consumerSecret: try values.secret("consumer_secret"),
            tokenID: try values.secret("token_id"), tokenSecret: try values.secret("token_secret"))
    }

    package var secrets: [Secret] { [consumerKey, consumerSecret, tokenID, tokenSecret] }
    package var identity: Secret { tokenID }
    package var credentials: [Secret] { [consumerKey, consumerSecret, tokenSecret] }

    package func login(to account: AccountID, at now: Date, token: () throws -> Secret) -> Login {
        Login(
            user: "TBA",
            password: TokenPassword.make(
                account: account, credentials: self, nonce: TokenPassword.nonce(),
                timestamp: Int(now.timeIntervalSince1970)))
    }

    /// What tells that a secret may be another text than NetSuite's: keys, tokens and their secrets were 64 hexadecimal digits
    /// wherever one was published. By the configuration's key; no part of a secret is in it.
    package var oddities: [(key: String, message: String)] {
        let all = [
            ("consumer_key", consumerKey), ("consumer_secret", consumerSecret), ("token_id", tokenID),
            ("token_secret", tokenSecret),
        ].map { ($0, $1.reveal()) }
        return all.compactMap { key, text in
            if let same = all.first(where: { $0.0 != key && $0.1 == text }) {
                return (key, "is the same text as \(same.0); NetSuite's four secrets differ")
            }
            let length = text.unicodeScalars.count
            if length != 64 { return (key, "has \(Sentence.count(length, "character")); NetSuite's have 64") }
            let isHexadecimal = text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
            }
            return isHexadecimal
                ? nil : (key, "has other characters than 0 to 9 and a to f, of which NetSuite's are made")
        }
    }
}
