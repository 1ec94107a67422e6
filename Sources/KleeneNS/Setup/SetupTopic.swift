import SuiteAnalytics
import Text

/// What `init` asks about. Its name is that of its flag.
struct SetupTopic: Hashable, Sendable {
    let name: String

    init(_ name: String) { self.name = name }

    /// The topic of a configuration's key.
    init(key: String) { name = key.replacing("_", with: "-") }

    var flag: String { "--" + name }

    /// How a configuration spells it.
    var key: String { name.replacing("-", with: "_") }

    static let profile = SetupTopic("profile")
    static let accountID = SetupTopic("account-id")
    static let roleID = SetupTopic("role-id")
    static let method = SetupTopic("method")
    /// How all secrets are kept, in one answer.
    static let secrets = SetupTopic("secrets")
    static let driver = SetupTopic("driver")
    static let truststore = SetupTopic("truststore")
    static let serviceHost = SetupTopic("service-host")
    static let servicePort = SetupTopic("service-port")
    static let reachedBy = SetupTopic("reached-by")
    static let dsn = SetupTopic("dsn")
    static let connectionString = SetupTopic("connection-string")
    static let attributes = SetupTopic("attribute")
    static let user = SetupTopic("user")
    static let password = SetupTopic("password")
    static let login = SetupTopic("login")
    static let schema = SetupTopic("schema")
    static let table = SetupTopic("table")
    static let columns = SetupTopic("columns")
    static let loadMethod = SetupTopic("load-method")
    /// Whether the data are asked for what identifies rows.
    static let prove = SetupTopic("prove")
    static let uniqueColumns = SetupTopic("unique-columns")
    static let extractType = SetupTopic("extract-type")
    static let incrementalKey = SetupTopic("incremental-key")
    static let name = SetupTopic("name")
    static let destination = SetupTopic("destination")
    static let postgresHost = SetupTopic("postgres-host")
    static let postgresDatabase = SetupTopic("postgres-database")
    static let postgresUser = SetupTopic("postgres-user")
    static let postgresPassword = SetupTopic("postgres-password")
    static let postgresSchema = SetupTopic("postgres-schema")
    static let destinationTable = SetupTopic("destination-table")
    static let finish = SetupTopic("finish")

    /// Of several names, with commas between them where they are written on one line.
    var isList: Bool { [.columns, .uniqueColumns].contains(self) }
    /// Given by a flag without a value.
    var isSwitch: Bool { self == .prove }
    /// Given by a flag that may stand several times.
    var isRepeated: Bool { self == .attributes }
}

extension SetupTopic {
    /// Those that stand in a configuration and that nobody is asked about, or not in each case: flags answer them.
    static func unasked(of answers: SetupAnswers) -> [SetupTopic] {
        let members = answers.text(.method).flatMap { Authentication.kind(named: $0)?.members } ?? []
        return members.map { SetupTopic(key: $0.key) } + [
            .driver, .dsn, .connectionString, .truststore, .serviceHost, .servicePort, .attributes, .name,
        ]
    }

    /// Those whose answers are places of secrets.
    static func places(of answers: SetupAnswers) -> [SetupTopic] {
        let isODBC = answers.text(.profile) == "odbc"
        let members = answers.text(.method).flatMap { Authentication.kind(named: $0)?.members } ?? []
        let secrets = members.filter { $0.form == .secret }.map { SetupTopic(key: $0.key) }
        return (isODBC ? [.password] : secrets) + [.postgresPassword]
    }
}
