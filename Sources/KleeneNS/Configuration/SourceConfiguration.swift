import Extraction
import ODBCSource
import SuiteAnalytics

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

    /// How runs go about their work.
    var runSettings: RunSettings {
        switch self {
        case .odbc(let source): source.running
        case .netSuite(let source): source.running
        }
    }

    /// What is publicly known of a table, whoever's data it holds.
    func knowledge(of table: String) -> TableKnowledge? {
        switch self {
        case .odbc: nil
        case .netSuite: KnownTables.table(table)
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
    static let statementTimeout = 1...86_400
    static let batchBytes = 65_536...1_073_741_824
    static let batchRows = 1...65_535
    static let port = 1...65_535
    static let connections = 1...64
    static let chunkRows = 1000...100_000_000
    static let attempts = 1...100
    static let failures = 0...100_000

    /// Used where nobody says otherwise.
    static let defaultStallTimeout = 600
}

/// `"profile": "odbc"`: any ODBC connection string or data source.
struct ODBCSourceConfiguration: Sendable {
    var settings = DataSourceSettings()
    var password: SecretReference?
    var stallTimeout: Int?
    var running = Self.pace(RunSettings())

    init() {}

    /// A database near by delivers in a minute what takes NetSuite's service an hour: a table of fewer rows is one chunk, so that
    /// a first load is written once.
    private static func pace(_ settings: RunSettings) -> RunSettings {
        var settings = settings
        settings.chunkRows = 5_000_000
        return settings
    }

    init(_ reader: ObjectReader) {
        settings.driver = reader.string("driver")
        settings.dsn = reader.string("dsn")
        settings.connectionString = reader.string("connection_string")
        if settings.driver != nil, settings.dsn != nil {
            reader.fault("dsn", "excludes \"driver\": a data source names its own driver.")
        }
        if let text = settings.connectionString {
            if let found = SecretKeyword.first(in: text) {
                reader.fault(
                    "connection_string", "its keyword \(found.keyword) \(SecretKeyword.refusal(found.kind, .odbc))")
            } else if SecretKeyword.isURLWithPassword(text) {
                reader.fault(
                    "connection_string", "has a password in a URL. \(SecretKeyword.refusal(.password, .odbc))")
            } else if let keyword = SecretKeyword.firstWithSecretValue(in: text) {
                reader.fault(
                    "connection_string",
                    "has a password in the value of \(keyword). \(SecretKeyword.refusal(.password, .odbc))")
            }
        }
        if !["driver", "dsn", "connection_string"].contains(where: reader.has) {
            reader.faults.add(
                reader.path,
                "one of \"driver\", \"dsn\" and \"connection_string\" is needed, to say what to connect to.")
        }
        settings.attributes = reader.attributes("attributes", of: .odbc).map {
            .init(keyword: $0.keyword, value: $0.value)
        }
        settings.user = reader.string("user")
        password = reader.secret("password")
        if let seconds = reader.integer("login_timeout", in: Bounds.loginTimeout) { settings.loginTimeout = seconds }
        stallTimeout = reader.integer("stall_timeout", in: Bounds.stallTimeout)
        settings.clockQuery = reader.string("clock_query")
        running = Self.pace(RunSettings(reader))
        if let bytes = reader.integer("batch_bytes", in: Bounds.batchBytes) { settings.reading.batchBytes = bytes }
        if let rows = reader.integer("batch_rows", in: Bounds.batchRows) { settings.reading.batchRows = rows }
        settings.reading.statementLimit = reader.integer("statement_timeout", in: Bounds.statementTimeout)
    }
}

extension RunSettings {
    /// `connections` and `retry` of a source.
    init(_ reader: ObjectReader) {
        self.init(connections: reader.integer("connections", in: Bounds.connections) ?? 1)
        guard let reader = reader.object("retry") else { return }
        if let attempts = reader.integer("attempts", in: Bounds.attempts) { retry.attempts = attempts }
        if let seconds = reader.duration("first_delay") { retry.firstDelay = Double(seconds) }
        if let seconds = reader.duration("longest_delay") { retry.longestDelay = Double(seconds) }
        if let budget = reader.integer("budget", in: Bounds.failures) { retry.budget = budget }
        reader.finish()
    }
}
