import Extraction
import FoundationEssentials
import HTTPS
import ODBC
import ODBCSource
import Text

/// NetSuite's own door: its driver, over TLS.
struct NetSuiteDoor: ServiceDoor {
    let settings: ServiceSettings

    let name = "netsuite"
    let address = ""
    var driver: String { settings.driver }
    var driverWords: String { "The driver \(settings.driver)" }

    var installation: String? {
        "Install NetSuite's driver from Settings > Set Up SuiteAnalytics Connect and register it (`odbcinst -i -d -f "
            + "/opt/netsuite/odbcclient/odbcinst.ini`), or name its ivoa27.so with \"driver\"."
    }

    /// Account and role; the driver says nothing of them.
    var identity: SourceIdentity {
        SourceIdentity(
            kind: .netSuite, words: "the account \(settings.account) under the role \(settings.role)",
            parts: [
                "account": settings.account.rawValue, "role": String(settings.role), "data source": settings.dataSource,
            ])
    }

    var warnings: [String] {
        settings.oddities + TransportKeyword.warnings(settings.attributes.map { ($0.keyword, $0.value) })
    }

    func user(of method: any LoginMethod) -> Secret { method.identity }

    var tokenRoute: TokenRoute {
        TokenRoute(authorities: settings.authorities.map { .file($0) } ?? .system)
    }

    /// Where to ring before a login; nil where only the driver knows: another than NetSuite's, or one that goes through a proxy.
    var bell: ServiceBell? {
        let library = DriverManager.library(ofDriver: driver) ?? driver
        let attributes = settings.attributes
        guard library.split(separator: "/").last?.lowercased().hasPrefix("ivoa") == true,
            FileManager.default.fileExists(atPath: library),
            !attributes.contains(where: { $0.keyword.lowercased().contains("proxy") })
        else { return nil }
        func own(_ keyword: String) -> String? { attributes.last { $0.keyword.lowercased() == keyword }?.value }
        guard let port = own("port").map({ Int($0) }) ?? settings.port else { return nil }
        return ServiceBell(
            host: own("host") ?? settings.host ?? settings.account.serviceHost, port: port,
            seconds: settings.ringSeconds)
    }

    // MARK: The connection string

    /// In the order and spelling of connectors that work: bare values, `CustomProperties` last. The secret comes from outside,
    /// because a token password is made just before it is used.
    func string(for login: Login, batchRows: Int) throws(ConnectionStringError) -> ConnectionString {
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
        try string.append("UID", login.user, quoting: .bare)
        if let password = login.password {
            // A token password needs no braces; a person's password may. By scalars, as the driver reads it.
            let isBraced = password.reveal().unicodeScalars.contains { ";{}".unicodeScalars.contains($0) }
            try string.append("PWD", password, quoting: isBraced ? .braces : .bare)
        }
        try string.append(
            "CustomProperties", try customProperties(login.properties),
            quoting: settings.customPropertiesForm == .bare ? .raw : .braces)
        return string
    }

    private func customProperties(
        _ further: [(name: String, value: Secret)]
    ) throws(ConnectionStringError) -> Secret {
        var properties = ["AccountID=\(settings.account)", "RoleID=\(settings.role)"]
        if settings.uppercase { properties.append("Uppercase=1") }
        if settings.staticSchema { properties.append("StaticSchema=1") }
        for (name, value) in further {
            let value = value.reveal()
            // The list has no quotes.
            guard !value.utf8.contains(UInt8(ascii: ";")) else {
                throw ConnectionStringError(keyword: name, problem: .characters(";"))
            }
            properties.append("\(name)=\(value)")
        }
        return Secret(properties.joined(separator: ";"))
    }
}
