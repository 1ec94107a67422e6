import Extraction
import FoundationEssentials
import ODBC
import ODBCSource

/// Connection strings of the Connect service, and of the mock in its place.
///
/// The secret comes from outside, because a token password is made just before it is used.
enum ServiceConnection {
    /// NetSuite's, in the order and spelling of connectors that work: bare values, `CustomProperties` last.
    ///
    /// - Throws: `ConnectionStringError` for a value that the form cannot carry.
    static func string(_ settings: ServiceSettings, user: String, secret: String) throws(ConnectionStringError)
        -> ConnectionString
    {
        var string = ConnectionString()
        try string.append("DRIVER", settings.driver, quoting: .bare)
        func add(_ keyword: String, _ value: String) throws(ConnectionStringError) {
            let own = settings.attributes.last { $0.keyword.lowercased() == keyword.lowercased() }
            try string.append(keyword, own?.value ?? value, quoting: .bare)
        }
        try add("Host", settings.host ?? settings.account.serviceHost)
        try add("Port", String(settings.port))
        try add("Encrypted", "1")
        try add("AllowSinglePacketLogout", "1")
        try add("ServerDataSource", settings.dataSource)
        for attribute in settings.attributes where !string.contains(attribute.keyword) {
            try string.append(attribute.keyword, attribute.value, quoting: .bare)
        }
        try string.append("UID", user, quoting: .bare)
        // A token password needs no braces; a person's password may.
        try string.append("PWD", secret, quoting: secret.contains(where: ";{}".contains) ? .braces : .bare)
        try string.append(
            "CustomProperties", customProperties(settings),
            quoting: settings.customPropertiesForm == .bare ? .raw : .braces)
        return string
    }

    static func customProperties(_ settings: ServiceSettings) -> String {
        var properties = ["AccountID=\(settings.account)", "RoleID=\(settings.role)"]
        if settings.uppercase { properties.append("Uppercase=1") }
        if settings.staticSchema { properties.append("StaticSchema=1") }
        return properties.joined(separator: ";")
    }

    /// The mock's, for the stock PostgreSQL driver: account, role and custom properties travel as start-up options.
    static func mockString(
        _ settings: ServiceSettings, at mock: MockServer, user: String, secret: String, batchRows: Int
    ) throws(ConnectionStringError) -> ConnectionString {
        var string = ConnectionString()
        try string.append("Driver", mockDriver)
        try string.append("Server", mock.host, syntax: DriverProfile.postgreSQL.syntax)
        try string.append("Port", String(mock.port))
        try string.append("Database", settings.dataSource, syntax: DriverProfile.postgreSQL.syntax)
        var options = "-c ns.account=\(settings.account) -c ns.role=\(settings.role)"
        if settings.uppercase { options += " -c ns.uppercase=1" }
        if settings.staticSchema { options += " -c ns.static_schema=1" }
        try string.append("pqopt", "options='\(options)'")
        try string.append("SSLmode", "disable")
        for preset in DriverProfile.postgreSQL.presets where preset.keyword != "ConnSettings" {
            let value =
                switch preset.value {
                case .text(let text): text
                case .batchRows: String(batchRows)
                }
            try string.append(preset.keyword, value)
        }
        try string.append("UID", user, syntax: DriverProfile.postgreSQL.syntax)
        try string.append("PWD", secret)
        return string
    }

    static let mockDriver = "PostgreSQL Unicode"
}
