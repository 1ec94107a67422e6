/// What a client brings to log in.
package struct LoginAttempt: Sendable, Equatable {
    /// `TBA`, or an e-mail address.
    package var user: String
    package var password: String
    /// The data source, `NetSuite2.com`.
    package var database: String
    /// From the custom properties, which come as server options: nil where missing.
    package var account: String?
    package var role: String?
    /// From the custom properties, or in place of a password.
    package var accessToken: String?

    package init(
        user: String, password: String, database: String, account: String?, role: String?, accessToken: String? = nil
    ) {
        // A person's password that has this form is nobody's.
        self.accessToken = accessToken ?? (password.hasPrefix("eyJ") && password.contains(".") ? password : nil)
        self.user = user
        self.password = password
        self.database = database
        self.account = account
        self.role = role
    }
}

/// Why a login was refused.
///
/// The client never learns it, as with the real service; it is in the audit trail.
package enum LoginFault: String, Sendable, Codable, Equatable {
    case unknownDatabase = "unknown data source"
    case missingAccountOrRole = "AccountID or RoleID missing"
    case wrongAccount = "wrong account"
    case wrongRole = "wrong role"
    case malformedToken = "malformed token password"
    case wrongAlgorithm = "signature algorithm is not HMAC-SHA256"
    case wrongConsumerKey = "wrong consumer key"
    case wrongToken = "wrong token"
    case badNonce = "nonce is not 6 to 64 letters and digits"
    case wrongSignature = "wrong signature"
    case staleTimestamp = "timestamp outside the five minutes"
    case replayedNonce = "nonce used before"
    case wrongUser = "unknown user"
    case wrongPassword = "wrong password"
    case unknownAccessToken = "unknown access token"
    case expiredAccessToken = "access token expired"
    case revokedAccessToken = "access token revoked"
    case injected = "injected fault"
}

extension LoginAttempt {
    var usesToken: Bool { accessToken == nil && user == "TBA" }

    /// What is wrong with this attempt, its nonce's history aside; nil when nothing is.
    ///
    /// - Parameter access: What is wrong with its access token, where it has one.
    func fault(_ credentials: MockCredentials, at now: Double, access: LoginFault?) -> LoginFault? {
        guard database.lowercased() == "netsuite2.com" else { return .unknownDatabase }
        guard let account, let role else { return .missingAccountOrRole }
        guard account == credentials.account else { return .wrongAccount }
        guard role == String(credentials.role) else { return .wrongRole }
        if accessToken != nil { return access }
        guard usesToken else {
            guard user.lowercased() == credentials.email.lowercased() else { return .wrongUser }
            return password == credentials.password ? nil : .wrongPassword
        }
        guard let token = TokenPassword(password) else { return .malformedToken }
        return token.fault(credentials, at: now)
    }
}
