import FoundationEssentials
import ODBC
package import ODBCSource
import Text

/// How to reach the Connect service of one account and role: what a configuration says, its secrets resolved.
///
/// It crosses the pipe to the worker process, so it can be encoded; it must never be printed or logged.
package struct ServiceSettings: Codable, Sendable, Equatable, Unprintable {
    package enum Authentication: Codable, Sendable, Equatable, Unprintable {
        /// Token-based authentication: a password made anew for every connection.
        case token(TokenCredentials)
        /// E-mail address and password. Not for roles that require two factors.
        case password(user: String, password: String)

        /// Whose logins these are.
        var identity: String {
            switch self {
            case .token(let token): token.tokenID
            case .password(let user, _): user.lowercased()
            }
        }
    }

    /// How `CustomProperties`, whose value holds `;`, is written.
    package enum CustomPropertiesForm: String, Codable, Sendable, CaseIterable {
        /// As it is, at the very end: what Oracle's page and most working connectors write.
        case bare
        /// In braces, as some connectors write it.
        case braces
    }

    package var account: AccountID
    package var role: Int
    package var authentication: Authentication
    package var driver = "NetSuite ODBC Drivers 8.1"
    package var host: String?
    package var port = 1708
    package var dataSource = "NetSuite2.com"
    /// The user's own attributes, such as `Truststore`; they come before ours and replace them.
    package var attributes: [DataSourceSettings.Attribute] = []
    package var customPropertiesForm = CustomPropertiesForm.bare
    /// Whether names come in upper case: their case may change between releases otherwise.
    package var uppercase = false
    /// Whether the catalog lists all record types, whatever the role may read.
    package var staticSchema = false
    /// Set to send everything to the mock server instead.
    package var mock: MockServer?
    /// Seconds after which a service that takes no connection is given up.
    package var ringSeconds = 10
    /// The directory of the login breaker.
    package var stateDirectory: String
    /// The directory beside the destination in which it is kept as well; nil where there is no destination.
    package var workplace: String?

    package init(account: AccountID, role: Int, authentication: Authentication, stateDirectory: String) {
        self.account = account
        self.role = role
        self.authentication = authentication
        self.stateDirectory = stateDirectory
    }
}

extension ServiceSettings {
    /// Whose logins these are.
    var subject: LoginBreakerStore.Subject {
        let secrets =
            switch authentication {
            case .token(let token): [token.consumerKey, token.consumerSecret, token.tokenSecret]
            case .password(_, let password): [password]
            }
        return .init(
            account: account, identity: mock?.identity(authentication) ?? authentication.identity,
            secrets: [String(role)] + secrets)
    }

    /// Where to ring before a login; nil where only the driver knows: not NetSuite's, or one that goes through a proxy.
    var door: ServiceDoor? {
        if let mock { return ServiceDoor(host: mock.host, port: mock.port, seconds: ringSeconds) }
        let library = DriverManager.library(ofDriver: driver) ?? driver
        guard library.split(separator: "/").last?.lowercased().hasPrefix("ivoa") == true,
            FileManager.default.fileExists(atPath: library),
            !attributes.contains(where: { $0.keyword.lowercased().contains("proxy") })
        else { return nil }
        func own(_ keyword: String) -> String? { attributes.last { $0.keyword.lowercased() == keyword }?.value }
        guard let port = own("port").map({ Int($0) }) ?? self.port else { return nil }
        return ServiceDoor(
            host: own("host") ?? host ?? account.serviceHost, port: port, seconds: ringSeconds)
    }

    /// Says that a login was called off that a worker of this process was at when it was stopped on purpose.
    package func callOffLogin(orderedBy process: Int32) {
        LoginBreakerStore(directory: stateDirectory, workplace: workplace).callOff(subject, parent: process)
    }

    /// What is unusual and may be right: of the service's description, and of the secrets, without any part of those.
    package var oddities: [String] {
        let rules = ServiceRules(account: account, role: role, host: host, dataSource: dataSource)
        guard case .token(let token) = authentication else { return rules.oddities }
        return rules.oddities + token.oddities.map { "The secret \"\($0.key)\" \($0.message)." }
    }
}

/// Where a mock server listens.
package struct MockServer: Codable, Sendable, Equatable {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// The mock's dummy credentials: printed for everybody, good for nothing else.
    package static let authentication = ServiceSettings.Authentication.token(
        TokenCredentials(
            consumerKey: "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00",
            consumerSecret: "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2",
            tokenID: "70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce",
            tokenSecret: "ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11"))
    /// What the users of this server are called where logins are counted: each mock has users of its own.
    var identities: [String] { [Self.authentication, Self.passwordAuthentication].map(identity) }

    func identity(_ authentication: ServiceSettings.Authentication) -> String {
        "\(authentication.identity)@\(host):\(port)"
    }

    /// The same user, by e-mail address and password.
    package static let passwordAuthentication = ServiceSettings.Authentication.password(
        user: "mock@example.org", password: "mock-Password-1")
}

extension AccountID: Codable {}
