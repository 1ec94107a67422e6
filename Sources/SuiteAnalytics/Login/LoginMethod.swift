package import Extraction
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

    /// Whether people choose a part of the credentials, which others may guess.
    static var isGuessable: Bool { get }

    /// What one physical connection logs in with, made just before it is used. It is called within the guard that counts
    /// logins, so that whatever is asked for first, such as a token, is a part of the login.
    ///
    /// - Parameter token: Gives an access token, for a kind that logs in with one.
    func login(to account: AccountID, at now: Date, token: () throws -> Secret) throws -> Login

    /// How to ask for an access token; nil for a kind that needs none, and where the key is not at hand.
    func tokenRequest(to account: AccountID, role: Int) -> TokenRequest?

    /// What is unusual of the values and may be right, by the configuration's key; no part of a secret is in it.
    var oddities: [(key: String, message: String)] { get }

    /// Whether the Administrator may log in so.
    static var admitsAdministrator: Bool { get }

    /// What is wrong with texts that are no secrets, by the configuration's key.
    static func faults(of values: LoginValues, for account: AccountID) -> [(key: String, message: String)]

    /// What can be found out without a login.
    func checks(at now: Date) -> [Check]

    /// Why NetSuite may refuse such a login, each cause with where to look.
    var refusalCauses: [(cause: String, place: String)] { get }

    /// What tells who logs in, and what a report has in its place.
    var privateWords: [(word: String, placeholder: String)] { get }
}

extension LoginMethod {
    package var oddities: [(key: String, message: String)] { [] }
    package var privateWords: [(word: String, placeholder: String)] { [] }
    package func tokenRequest(to account: AccountID, role: Int) -> TokenRequest? { nil }
    package static var isGuessable: Bool { false }
    package static var admitsAdministrator: Bool { false }
    package static func faults(of values: LoginValues, for account: AccountID) -> [(key: String, message: String)] {
        []
    }
    package func checks(at now: Date) -> [Check] { [] }
    package var refusalCauses: [(cause: String, place: String)] { LoginText.documentedCauses }

    func isEqual(_ other: any LoginMethod) -> Bool { (other as? Self) == self }
}

/// A member of a configuration's `auth`.
package struct LoginMember: Sendable {
    /// What a configuration has there.
    package enum Form: Sendable, Equatable {
        /// What stands elsewhere and is referred to.
        case secret
        /// The same, of several lines.
        case key
        case text
        /// A text, or a reference: some keep the one in the file and some do not.
        case identifier
        /// One of these words.
        case choice([String])
        /// A text, or an array of texts.
        case list
        /// A file's path, beginning where the configuration is.
        case path
    }

    package let key: String
    package let form: Form
    /// What it is, for whoever has left it out; nil for what goes without saying.
    package let purpose: String?
    package private(set) var isOptional = false

    static func secret(_ key: String) -> LoginMember { LoginMember(key: key, form: .secret, purpose: nil) }
    static func key(_ key: String) -> LoginMember { LoginMember(key: key, form: .key, purpose: nil) }
    static func text(_ key: String, _ purpose: String) -> LoginMember {
        LoginMember(key: key, form: .text, purpose: purpose)
    }
    static func identifier(_ key: String, _ purpose: String) -> LoginMember {
        LoginMember(key: key, form: .identifier, purpose: purpose)
    }
    static func choice(_ key: String, among words: [String]) -> LoginMember {
        optional(LoginMember(key: key, form: .choice(words), purpose: nil))
    }
    static func list(_ key: String) -> LoginMember { optional(LoginMember(key: key, form: .list, purpose: nil)) }
    static func path(_ key: String) -> LoginMember { optional(LoginMember(key: key, form: .path, purpose: nil)) }
    static func optional(_ member: LoginMember) -> LoginMember {
        var member = member
        member.isOptional = true
        return member
    }
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
