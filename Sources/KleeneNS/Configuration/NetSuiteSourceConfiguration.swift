import Extraction
import ODBC
import ODBCSource
import SuiteAnalytics

/// A source without a profile: the Connect service of one NetSuite account and role, its secrets as references.
struct NetSuiteSourceConfiguration: Sendable {
    var account: AccountID?
    var role: Int
    var login: LoginConfiguration?
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
    /// The mock's driver would take more rows at a time; a service far away shows with each batch that it lives.
    var reading = ReadSettings(batchRows: DriverProfile.usualBatchRows)
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
        role = reader.integer("role_id", in: 1...Int(Int32.max), takesDigits: true) ?? 0
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
        reader.missing("auth", "how to log in")
        let auth = reader.object("auth")
        login = auth.flatMap { LoginConfiguration($0) }
        guard let account else { return }
        let rules = ServiceRules(
            account: account, role: role, host: host, dataSource: dataSource,
            admitsAdministrator: login?.kind.admitsAdministrator ?? false)
        for fault in rules.faults { reader.fault(fault.key, fault.message) }
        guard let auth, let login else { return }
        for fault in login.kind.faults(of: login.open, for: account) { auth.fault(fault.key, fault.message) }
    }

    /// All references to secrets, in the order in which they are used.
    var secrets: [SecretReference] { login?.secrets ?? [] }
}
