import ArgumentParser
import Extraction
import ODBCSource
import SuiteAnalytics
import Text

/// Where rows come from: a configuration file, or flags that describe an ODBC data source.
struct SourceOptions: ParsableArguments {
    /// Absent: `KLEENE_NS_CONFIG`, else `kleene-ns.json`; not read at all when flags describe the source.
    @Option(
        help: "The configuration file. (default: $KLEENE_NS_CONFIG, else ./kleene-ns.json)",
        completion: .configurationFile)
    var config: String?

    @Option(help: "The driver's name in odbcinst.ini, or the path of its library.", completion: .driver)
    var driver: String?

    @Option(help: "A data source of odbc.ini.", completion: .dataSource)
    var dsn: String?

    @Option(help: "An ODBC connection string without user and password.")
    var connectionString: String?

    @Option(
        name: .customLong("attribute"), parsing: .singleValue,
        help: ArgumentHelp("One Keyword=value of the connection string; repeatable.", valueName: "keyword=value"))
    var attributes: [String] = []

    @Option(help: "The user to log in as.")
    var user: String?

    @Option(help: ArgumentHelp("The environment variable that holds the password.", valueName: "name"))
    var passwordEnv: String?

    @Option(
        help: ArgumentHelp("The file that holds the password; only its owner may read it.", valueName: "file"),
        completion: .file())
    var passwordFile: String?

    @Option(help: ArgumentHelp("A shell command that prints the password.", valueName: "command"))
    var passwordCommand: String?

    /// Absent: what the configuration says, else what the settings of a data source say.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Give up a login after this many seconds. (default: 30)", valueName: "seconds"))
    var loginTimeout: Int?

    /// Absent: what the configuration says, else no limit.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Cancel a statement that is not read to its end after this many seconds. (default: no limit)",
            valueName: "seconds"))
    var statementTimeout: Int?

    /// Absent: what the configuration says, else `Bounds.defaultStallTimeout`.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Stop a driver that has done nothing for this many seconds. (default: 600)", valueName: "seconds"))
    var stallTimeout: Int?

    @Option(
        help: ArgumentHelp(
            "Use the mock server at this address instead of NetSuite: other driver, address and credentials, nothing else.",
            valueName: "host:port"),
        transform: MockServer.init(argument:))
    var mock: MockServer?

    /// Absent: see `StateDirectory`.
    @Option(
        help: ArgumentHelp(
            "Where the login breaker and cached listings are. (default: kleene-ns in $XDG_STATE_HOME, else in ~/.local/state)",
            valueName: "directory"), completion: .directory)
    var stateDir: String?

    /// Whether flags describe the source.
    var isGivenByFlags: Bool {
        !given(["--driver": driver, "--dsn": dsn, "--connection-string": connectionString]).isEmpty
    }

    private func given(_ flags: KeyValuePairs<String, String?>) -> [String] {
        flags.filter { $0.value != nil }.map(\.key)
    }

    /// For a command that only takes the extracts of a configuration.
    func validateConfigured(_ command: String) throws {
        guard isGivenByFlags else { return }
        throw ValidationError("'\(command)' is for configured extracts: name the file with '--config'.")
    }

    func validate() throws {
        let places = given(["--driver": driver, "--dsn": dsn, "--connection-string": connectionString])
        let passwords = given([
            "--password-env": passwordEnv, "--password-file": passwordFile, "--password-command": passwordCommand,
        ])
        if driver != nil, dsn != nil {
            throw ValidationError("'--driver' and '--dsn' exclude each other: a data source names its own driver.")
        }
        if config != nil, let flag = places.first {
            throw ValidationError(
                "'--config' and '\(flag)' exclude each other: the source comes from the file or from the flags.")
        }
        if passwords.count > 1 {
            throw ValidationError("'\(passwords[0])' and '\(passwords[1])' exclude each other: name one place.")
        }
        let dependent = given(["--attribute": attributes.first, "--user": user]) + passwords
        if places.isEmpty, let flag = dependent.first {
            throw ValidationError(
                "'\(flag)' needs '--driver', '--dsn' or '--connection-string': it does not change a configured source.")
        }
        for attribute in attributes { try Self.judge(attribute) }
        if let connectionString {
            if let found = SecretKeyword.first(in: connectionString) {
                throw ValidationError(Self.refusal(found.keyword, found.kind, of: "--connection-string"))
            }
            if SecretKeyword.isURLWithPassword(connectionString) {
                throw ValidationError(Self.refusal(nil, .password, of: "--connection-string"))
            }
            if let keyword = SecretKeyword.firstWithSecretValue(in: connectionString) {
                throw ValidationError(Self.refusal(keyword, .password, of: "--connection-string"))
            }
        }
        try Self.judge(loginTimeout, "--login-timeout", Bounds.loginTimeout)
        try Self.judge(statementTimeout, "--statement-timeout", Bounds.statementTimeout)
        try Self.judge(stallTimeout, "--stall-timeout", Bounds.stallTimeout)
    }

    private static func judge(_ number: Int?, _ flag: String, _ range: ClosedRange<Int>) throws {
        guard let number, !range.contains(number) else { return }
        throw ValidationError("'\(flag)' must be a number of seconds from \(range.lowerBound) to \(range.upperBound).")
    }

    private static func judge(_ attribute: String) throws {
        let (name, value) = Self.pair(attribute)
        if let kind = SecretKeyword.kind(of: name) {
            throw ValidationError(refusal(name, kind, of: "--attribute"))
        }
        if SecretKeyword.isSecret(value: value ?? "") {
            throw ValidationError(refusal(nil, .password, of: "--attribute"))
        }
        if TargetKeyword.isOne(name) {
            throw ValidationError("'--attribute' \(name) says what to connect to; that is '--driver' or '--dsn'.")
        }
        guard value != nil, !name.isEmpty, !name.contains(where: { ";{}".contains($0) }) else {
            // Without its value: a forgotten keyword may leave a secret alone.
            throw ValidationError("'--attribute' takes Keyword=value.")
        }
    }

    /// Keyword and value of an attribute; by scalars, for to Swift `=` before an accent is another character.
    private static func pair(_ attribute: String) -> (keyword: String, value: String?) {
        let parts = attribute.unicodeScalars.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]).trimmingBlanks, parts.count > 1 ? String(parts[1]) : nil)
    }

    private static func refusal(_ keyword: String?, _ kind: SecretKeyword.Kind, of flag: String) -> String {
        let holds = keyword.map { "'\(flag)' holds the keyword \($0)" } ?? "'\(flag)' holds a URL with a password"
        return switch kind {
        case .user: "\(holds), which says who logs in; that is '--user'."
        case .properties:
            "\(holds), which says whose data is read; put it into a data source of odbc.ini and name that with '--dsn'."
        case .password, .secret:
            "\(holds), and arguments are visible to every user of this machine. Give the secret with '--password-env', "
                + "'--password-file' or '--password-command'."
        }
    }

    /// The source that the flags describe.
    var source: SourceConfiguration {
        var source = ODBCSourceConfiguration()
        source.settings.driver = driver
        source.settings.dsn = dsn
        source.settings.connectionString = connectionString
        source.settings.attributes = attributes.map { attribute in
            let (keyword, value) = Self.pair(attribute)
            return .init(keyword: keyword, value: value ?? "")
        }
        source.settings.user = user
        if let passwordEnv {
            source.password = SecretReference(place: .environment(passwordEnv), origin: "--password-env")
        } else if let passwordFile {
            source.password = SecretReference(place: .file(passwordFile), origin: "--password-file")
        } else if let passwordCommand {
            source.password = SecretReference(
                place: .command(["/bin/sh", "-c", passwordCommand]), origin: "--password-command")
        }
        return .odbc(source)
    }
}

extension MockServer {
    /// From `HOST:PORT`.
    init(argument: String) throws {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let port = Int(parts[1]), Bounds.port.contains(port) else {
            throw ValidationError("'--mock' takes HOST:PORT, such as 127.0.0.1:1708.")
        }
        self.init(host: String(parts[0]), port: port)
    }
}
