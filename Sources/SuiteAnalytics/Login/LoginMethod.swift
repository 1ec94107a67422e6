package import FoundationEssentials
package import Text

/// A kind of login to the Connect service, with the values that it takes. Each kind is one file beside this one; nothing else
/// knows which kinds there are but the list in `Authentication`.
package protocol LoginMethod: Codable, Sendable, Equatable, Unprintable {
    /// What the member `method` of a configuration calls it.
    static var name: String { get }

    /// The members that a configuration has beside `method`, in the order in which they are asked for.
    static var members: [LoginMember] { get }

    /// - Throws: `Failure` of kind `internal` where a member has no value.
    init(_ values: LoginValues) throws

    /// All that must not be shown, whoever says it.
    var secrets: [Secret] { get }

    /// Whose logins these are, for the count of those that failed.
    var identity: Secret { get }

    /// What is sent or signed with besides: a change of any of them makes other credentials.
    var credentials: [Secret] { get }

    /// What one physical connection logs in with, made just before it is used. It is called within the guard that counts
    /// logins, so that whatever is asked for first, such as a token, is a part of the login.
    func login(to account: AccountID, at now: Date) throws -> Login

    /// What is unusual of the values and may be right, by the configuration's key; no part of a secret is in it.
    var oddities: [(key: String, message: String)] { get }

    /// What tells who logs in, and what a report has in its place.
    var privateWords: [(word: String, placeholder: String)] { get }
}

extension LoginMethod {
    package var oddities: [(key: String, message: String)] { [] }
    package var privateWords: [(word: String, placeholder: String)] { [] }

    func isEqual(_ other: any LoginMethod) -> Bool { (other as? Self) == self }
}

/// A member of a configuration's `auth`.
package struct LoginMember: Sendable {
    package let key: String
    /// What it is, for whoever has left it out; nil for a secret, which stands elsewhere and is referred to.
    package let purpose: String?

    static func secret(_ key: String) -> LoginMember { LoginMember(key: key, purpose: nil) }
    static func text(_ key: String, _ purpose: String) -> LoginMember { LoginMember(key: key, purpose: purpose) }
}

/// What one physical connection logs in with.
package struct Login: Sendable, Unprintable {
    package let user: String
    /// Nil where the properties say it.
    package let password: Secret?
    /// Further properties of the service, beside account and role.
    package let properties: [(name: String, value: Secret)]

    package init(user: String, password: Secret? = nil, properties: [(name: String, value: Secret)] = []) {
        self.user = user
        self.password = password
        self.properties = properties
    }
}
