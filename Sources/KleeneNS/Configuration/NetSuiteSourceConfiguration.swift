import Extraction
import ODBCSource
import SuiteAnalytics

/// A source without a profile: the Connect service of one NetSuite account and role, its secrets as references.
struct NetSuiteSourceConfiguration: Sendable {
    /// How to log in.
    enum Authentication: Sendable {
        /// Token-based authentication.
        case token(
            consumerKey: SecretReference, consumerSecret: SecretReference, id: SecretReference, secret: SecretReference)
        case password(user: String, password: SecretReference)
    }

    /// The methods that a configuration may name. OAuth 2.0 is one that this version cannot use yet.
    private enum Method: String, CaseIterable {
        case tba, password, oauth2
    }

    var account: AccountID?
    var role: Int
    var authentication: Authentication?
    var driver: String?
    var host: String?
    var port: Int?
    var dataSource: String?
    var attributes: [DataSourceSettings.Attribute]
    var customPropertiesForm: ServiceSettings.CustomPropertiesForm
    var uppercase: Bool
    var staticSchema: Bool
    var loginTimeout: Int?
    var stallTimeout: Int?
    var reading = ReadSettings()
    var running = RunSettings()

    /// What the mock server has: for a look at it without a configuration.
    static let mock = NetSuiteSourceConfiguration()

    private init() {
        account = AccountID(rawValue: "1234567_SB1")
        role = 57
        attributes = []
        customPropertiesForm = .bare
        uppercase = false
        staticSchema = false
    }

    init(_ reader: ObjectReader) {
        reader.missing("account_id", "the account, such as \"1234567_SB1\"")
        let id = reader.string("account_id")
        account = id.flatMap { AccountID(rawValue: $0) }
        if let id, account == nil {
            reader.fault(
                "account_id", "\"\(id)\" is no account id; it has letters, digits and \"_\", as in \"1234567_SB1\".")
        }
        role = reader.integer("role_id", in: 1...Int(Int32.max)) ?? 0
        reader.missing("role_id", "the number of the role to log in with")
        driver = reader.string("driver")
        host = reader.string("service_host")
        port = reader.integer("service_port", in: Bounds.port)
        dataSource = reader.string("data_source")
        attributes = reader.attributes("attributes", of: .netSuite).map { .init(keyword: $0.keyword, value: $0.value) }
        customPropertiesForm =
            reader.choice("custom_properties_form", ServiceSettings.CustomPropertiesForm.self) ?? .bare
        uppercase = reader.boolean("uppercase") ?? false
        staticSchema = reader.boolean("static_schema") ?? false
        running = RunSettings(reader)
        loginTimeout = reader.integer("login_timeout", in: Bounds.loginTimeout)
        stallTimeout = reader.integer("stall_timeout", in: Bounds.stallTimeout)
        if let bytes = reader.integer("batch_bytes", in: Bounds.batchBytes) { reading.batchBytes = bytes }
        if let rows = reader.integer("batch_rows", in: Bounds.batchRows) { reading.batchRows = rows }
        reading.statementLimit = reader.integer("statement_timeout", in: Bounds.statementTimeout)
        authentication = Self.readAuthentication(reader)
        guard let account else { return }
        let rules = ServiceRules(account: account, role: role, host: host, dataSource: dataSource)
        for fault in rules.faults { reader.fault(fault.key, fault.message) }
    }

    /// All references to secrets, in the order in which they are used.
    var secrets: [SecretReference] {
        switch authentication {
        case .token(let key, let secret, let id, let tokenSecret): [key, secret, id, tokenSecret]
        case .password(_, let password): [password]
        case nil: []
        }
    }

    private static func readAuthentication(_ reader: ObjectReader) -> Authentication? {
        reader.missing("auth", "how to log in")
        guard let auth = reader.object("auth") else { return nil }
        defer { auth.finish() }
        auth.missing("method", "\"tba\" or \"password\"")
        guard let method = auth.choice("method", Method.self) else { return nil }
        func secret(_ key: String) -> SecretReference? {
            auth.missing(key, "the method \"\(method.rawValue)\" needs it")
            return auth.secret(key)
        }
        switch method {
        case .tba:
            let (key, keySecret) = (secret("consumer_key"), secret("consumer_secret"))
            let (id, tokenSecret) = (secret("token_id"), secret("token_secret"))
            guard let key, let keySecret, let id, let tokenSecret else { return nil }
            return .token(consumerKey: key, consumerSecret: keySecret, id: id, secret: tokenSecret)
        case .password:
            let user = auth.string("user")
            auth.missing("user", "the login's e-mail address")
            guard let user, let password = secret("password") else { return nil }
            return .password(user: user, password: password)
        case .oauth2:
            for key in ["client_id", "certificate_id", "private_key"] { _ = auth.value(key) }
            auth.fault(
                "method",
                "OAuth 2.0 is not supported by this version of kleene-ns; use \"tba\", which unattended runs want (the token is "
                    + "made under Setup > Users/Roles > Access Tokens), or \"password\".")
            return nil
        }
    }
}
