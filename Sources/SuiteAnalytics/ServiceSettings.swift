import FoundationEssentials
package import ODBCSource
package import Text

/// How to reach the Connect service of one account and role: what a configuration says, its secrets resolved.
///
/// It crosses the pipe to the worker process, so it can be encoded; it must never be printed or logged.
package struct ServiceSettings: Codable, Sendable, Equatable, Unprintable {
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
    /// A file of authorities that may vouch for the token endpoint, where the credentials name none.
    package var authorities: String?
    /// Seconds after which a service that takes no connection is given up.
    package var ringSeconds = 10
    /// The directory of the login breaker.
    package var stateDirectory: String
    /// The directory beside the destination in which it is kept as well; nil where there is no destination, or it is a server.
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
        let method = authentication.method
        return .init(
            account: account, identity: door.user(of: method),
            secrets: [Secret(String(role))] + method.credentials,
            words: "role \(role) (\(type(of: method).name))" + (door.address.isEmpty ? "" : " at \(door.address)"),
            isGuessable: type(of: method).isGuessable)
    }

    /// All that must not be shown, whoever says it.
    package var secrets: [Secret] {
        authentication.method.secrets + SecretKeyword.secrets(in: attributes.map { ($0.keyword, $0.value) })
    }

    /// How to ask for an access token, and which way; nil where a login takes none.
    package var tokenRequest: (request: TokenRequest, route: TokenRoute)? {
        authentication.method.tokenRequest(to: account, role: role).map { ($0, door.tokenRoute) }
    }

    /// Says that a login was called off that a worker of this process was at when it was stopped on purpose.
    ///
    /// - Parameter shelf: Where a server remembers logins; nil where none does.
    package func callOffLogin(orderedBy process: Int32, shelf: (any LoginShelf)? = nil) {
        LoginBreakerStore(directory: stateDirectory, workplace: workplace, shelf: shelf).callOff(
            subject, parent: process)
    }

    /// What is unusual and may be right: of the service's description, and of the secrets, without any part of those.
    var oddities: [String] {
        let rules = ServiceRules(account: account, role: role, host: host, dataSource: dataSource)
        return rules.oddities + authentication.method.oddities.map { "\"\($0.key)\" \($0.message)." }
    }
}

extension AccountID: Codable {}
