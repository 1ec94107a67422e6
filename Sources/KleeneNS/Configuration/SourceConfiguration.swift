import ODBCSource

/// The source that a configuration or the command line describes, its secrets as references.
enum SourceConfiguration: Sendable {
    case odbc(ODBCSourceConfiguration)
    case netSuite(NetSuiteSourceConfiguration)

    /// Seconds without an event after which the worker is stopped; nil where nothing is said.
    var stallTimeout: Int? {
        switch self {
        case .odbc(let source): source.stallTimeout
        case .netSuite(let source): source.stallTimeout
        }
    }

    /// All references to secrets, in the order in which they are written.
    var secrets: [SecretReference] {
        switch self {
        case .odbc(let source): source.password.map { [$0] } ?? []
        case .netSuite(let source): source.secrets
        }
    }
}

/// Bounds of numbers in a configuration, the same for the file and the flags.
enum Bounds {
    static let loginTimeout = 1...3600
    static let stallTimeout = 1...86_400
    static let batchBytes = 65_536...1_073_741_824
    static let batchRows = 1...65_535
    static let port = 1...65_535
    static let connections = 1...64

    /// Used where nobody says otherwise.
    static let defaultStallTimeout = 600
}

/// `"profile": "odbc"`: any ODBC connection string or data source.
struct ODBCSourceConfiguration: Sendable {
    var settings = DataSourceSettings()
    var password: SecretReference?
    var stallTimeout: Int?

    init() {}

    init(_ reader: ObjectReader) {
        settings.driver = reader.string("driver")
        settings.dsn = reader.string("dsn")
        settings.connectionString = reader.string("connection_string")
        if settings.driver != nil, settings.dsn != nil {
            reader.fault("dsn", "excludes \"driver\": a data source names its own driver.")
        }
        if let text = settings.connectionString, let keyword = SecretKeyword.first(in: text) {
            reader.fault("connection_string", "its keyword \(keyword) \(SecretKeyword.refusal)")
        }
        if !["driver", "dsn", "connection_string"].contains(where: reader.has) {
            reader.faults.add(
                reader.path,
                "one of \"driver\", \"dsn\" and \"connection_string\" is needed, to say what to connect to.")
        }
        settings.attributes = reader.attributes("attributes").map { .init(keyword: $0.keyword, value: $0.value) }
        settings.user = reader.string("user")
        password = reader.secret("password")
        if let seconds = reader.integer("login_timeout", in: Bounds.loginTimeout) { settings.loginTimeout = seconds }
        stallTimeout = reader.integer("stall_timeout", in: Bounds.stallTimeout)
        if let bytes = reader.integer("batch_bytes", in: Bounds.batchBytes) { settings.reading.batchBytes = bytes }
        if let rows = reader.integer("batch_rows", in: Bounds.batchRows) { settings.reading.batchRows = rows }
    }
}

/// A source without a profile: the Connect service of one NetSuite account and role.
struct NetSuiteSourceConfiguration: Sendable {
    enum Authentication: String, CaseIterable {
        case tba, password, oauth2
    }

    var accountID: String
    var secrets: [SecretReference]
    var stallTimeout: Int?

    init(_ reader: ObjectReader) {
        accountID = reader.string("account_id") ?? ""
        reader.missing("account_id", "the account, such as \"1234567_SB1\"")
        _ = reader.integer("role_id", in: 1...Int(Int32.max))
        reader.missing("role_id", "the number of the role to log in with")
        secrets = Self.readAuthentication(reader)
        _ = reader.string("driver")
        _ = reader.string("service_host")
        _ = reader.integer("service_port", in: Bounds.port)
        _ = reader.string("data_source")
        _ = reader.attributes("attributes")
        _ = reader.integer("connections", in: Bounds.connections)
        _ = reader.integer("login_timeout", in: Bounds.loginTimeout)
        stallTimeout = reader.integer("stall_timeout", in: Bounds.stallTimeout)
        _ = reader.integer("batch_bytes", in: Bounds.batchBytes)
        _ = reader.integer("batch_rows", in: Bounds.batchRows)
    }

    private static func readAuthentication(_ reader: ObjectReader) -> [SecretReference] {
        reader.missing("auth", "how to log in")
        guard let auth = reader.object("auth") else { return [] }
        auth.missing("method", "\"tba\", \"password\" or \"oauth2\"")
        guard let method = auth.choice("method", Authentication.self) else { return [] }
        let keys: [String]
        switch method {
        case .tba: keys = ["consumer_key", "consumer_secret", "token_id", "token_secret"]
        case .oauth2: keys = ["client_id", "certificate_id", "private_key"]
        case .password:
            keys = ["password"]
            _ = auth.string("user")
            auth.missing("user", "the login's e-mail address")
        }
        let secrets = keys.compactMap { key in
            auth.missing(key, "the method \"\(method.rawValue)\" needs it")
            return auth.secret(key)
        }
        auth.finish()
        return secrets
    }
}
