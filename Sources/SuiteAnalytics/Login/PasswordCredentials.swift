package import FoundationEssentials
package import Text

/// E-mail address and password. Not for roles that require two factors.
package struct PasswordCredentials: LoginMethod {
    package var user: String
    package var password: Secret

    package init(user: String, password: Secret) {
        self.user = user
        self.password = password
    }

    package static let name = "password"
    package static let members: [LoginMember] = [.text("user", "the login's e-mail address"), .secret("password")]

    package init(_ values: LoginValues) throws {
        self.init(user: try values.text("user"), password: try values.secret("password"))
    }

    package static var isGuessable: Bool { true }
    package var secrets: [Secret] { [password] }
    package var identity: Secret { Secret(user.lowercased()) }
    package var credentials: [Secret] { [password] }

    package func login(to account: AccountID, at now: Date, token: () throws -> Secret) -> Login {
        Login(user: user, password: password)
    }

    package var privateWords: [(word: String, placeholder: String)] { [(user, "<user>")] }
}
