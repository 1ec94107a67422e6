import Extraction
import SuiteAnalytics

/// The source of a command with all that its flags and its configuration say of it: chosen once, and handed on whole.
struct ChosenSource {
    /// Who describes it.
    enum Origin {
        case flags
        /// Nobody: a mock server is to be looked at, and has an account of its own.
        case mockAlone
        case file(Configuration)
    }

    /// What flags say of time, in seconds; nil where they say nothing.
    struct Limits {
        var login: Int?
        var statement: Int?
        var stall: Int?
    }

    let origin: Origin
    let configuration: SourceConfiguration
    /// Stands in for NetSuite.
    let mock: MockServer?
    let limits: Limits
    /// Where the login breaker and cached listings are.
    let stateDirectory: String

    /// - Parameter substitute: What the command could be given in place of a configuration file; with nothing, only a file will do.
    /// - Throws: what is wrong with the configuration, or that there is none.
    init(
        _ options: SourceOptions, environment: [String: String], or substitute: ConfigurationFile.Substitute = .source
    ) throws {
        let origin = try Self.origin(options, environment, substitute)
        let described: SourceConfiguration =
            switch origin {
            case .flags: options.source
            case .mockAlone: .netSuite(.mock)
            case .file(let file): file.source
            }
        self.init(
            described, origin: origin, mock: options.mock,
            limits: Limits(
                login: options.loginTimeout, statement: options.statementTimeout, stall: options.stallTimeout),
            stateDirectory: StateDirectory.path(
                flag: options.stateDir, environment: environment, configuration: Self.directory(origin)))
    }

    init(
        _ configuration: SourceConfiguration, origin: Origin = .flags, mock: MockServer? = nil,
        limits: Limits = Limits(), stateDirectory: String
    ) {
        self.origin = origin
        self.configuration = configuration
        self.mock = mock
        self.limits = limits
        self.stateDirectory = stateDirectory
    }

    private static func origin(
        _ options: SourceOptions, _ environment: [String: String], _ substitute: ConfigurationFile.Substitute
    ) throws -> Origin {
        if substitute != .nothing {
            if options.isGivenByFlags { return .flags }
            if options.mock != nil, options.config == nil, !ConfigurationFile.isThere(environment: environment) {
                return .mockAlone
            }
        }
        let path = ConfigurationFile.path(flag: options.config, environment: environment)
        return .file(try ConfigurationFile.read(path, or: substitute))
    }

    private static func directory(_ origin: Origin) -> String {
        if case .file(let file) = origin { file.directory } else { "." }
    }

    /// The configuration file's content, where there is one.
    var file: Configuration? {
        if case .file(let file) = origin { file } else { nil }
    }

    /// All references to secrets that its description and the file beside it have.
    var secrets: [SecretReference] { configuration.secrets + [file?.maskKey].compactMap(\.self) }

    /// The columns of a table that a configured extract masks, for who only looks at it: what one extract hides no look shows. Of a
    /// table without an extract, those that the defaults mask.
    func masks(of table: TableName) -> [String: ColumnMask] {
        let extracts = (file?.extracts ?? []).filter { $0.table.mayBe(table, ignoringCase: true) }
        let patterns = (file?.patterns ?? []).filter { $0.pattern?.takes(table.shortName) == true }
        guard !(extracts + patterns).isEmpty else { return file?.defaults.masks ?? [:] }
        return (extracts + patterns).reduce(into: [:]) { $0.merge($1.masks.masks) { $0 == .redact ? $0 : $1 } }
    }

    /// Where relative paths of the description start.
    var directory: String { Self.directory(origin) }

    /// The destination that is configured beside it.
    var destination: DestinationConfiguration? { file?.destination }

    /// Seconds without an event after which a worker is stopped.
    var stallLimit: Int { limits.stall ?? configuration.stallTimeout ?? Bounds.defaultStallTimeout }

    /// Where its listings are kept; nil where they are not.
    var catalogCache: CatalogCache? {
        guard case .netSuite(let service) = configuration else { return nil }
        return CatalogCache(directory: stateDirectory, place: CatalogPlace(service, mock: mock))
    }
}
