import Text

/// Where a mock server listens.
package struct MockServer: Codable, Sendable, Equatable {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// The mock's dummy credentials: printed for everybody, good for nothing else.
    package static let authentication = Authentication(
        TokenCredentials(
            consumerKey: Secret("c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"),
            consumerSecret: Secret("5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2"),
            tokenID: Secret("70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce"),
            tokenSecret: Secret("ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11")))

    /// The same user, by e-mail address and password.
    package static let passwordAuthentication = Authentication(
        PasswordCredentials(user: "mock@example.org", password: Secret("mock-Password-1")))

    /// The mock's user by the same kind of login as that of a configuration, of which what is no credential stays.
    package static func authentication(
        like kind: (any LoginMethod.Type)?, _ values: LoginValues = LoginValues()
    ) -> Authentication {
        users(values).first { type(of: $0.method) == kind } ?? authentication
    }

    private static func users(_ values: LoginValues = LoginValues()) -> [Authentication] {
        [authentication, passwordAuthentication] + (client(values).map { [Authentication($0)] } ?? [])
    }

    /// What the users of this server are called where logins are counted: each mock has users of its own.
    var identities: [Secret] { Self.users().map { user(of: $0.method) } }

    func user(of method: any LoginMethod) -> Secret {
        Secret("\(method.identity.reveal())@\(host):\(port)")
    }
}
