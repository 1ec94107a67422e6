import Extraction
import HTTPS
import ODBC
import ODBCSource
import Text

/// The mock's door: the stock PostgreSQL driver, in clear.
struct MockDoor: ServiceDoor {
    let settings: ServiceSettings
    let server: MockServer

    let name = "mock"
    let driver = "PostgreSQL Unicode"
    let driverWords = "The mock server's driver"
    let installation: String? = nil
    /// Its account and role stand for any.
    let warnings: [String] = []

    /// The mock stands in for all accounts.
    var identity: SourceIdentity { SourceIdentity(kind: .mock, words: "the mock server", parts: [:]) }

    var address: String { "\(server.host):\(server.port)" }

    var bell: ServiceBell? { ServiceBell(host: server.host, port: server.port, seconds: settings.ringSeconds) }

    func user(of method: any LoginMethod) -> Secret { server.user(of: method) }

    /// On the same port, with a certificate of its own: whoever speaks TLS there asks for a token.
    var tokenRoute: TokenRoute {
        let host = server.host.contains(":") ? "[\(server.host)]" : server.host
        return TokenRoute(
            host: "localhost:\(server.port)", connectTo: "localhost:\(server.port):\(host):\(server.port)",
            authorities: .text(MockServer.authority))
    }

    /// Account, role and custom properties travel as start-up options.
    func string(for login: Login, batchRows: Int) throws(ConnectionStringError) -> ConnectionString {
        var string = ConnectionString()
        try string.append("Driver", driver)
        try string.append("Server", server.host, syntax: DriverProfile.postgreSQL.syntax)
        try string.append("Port", String(server.port))
        try string.append("Database", settings.dataSource, syntax: DriverProfile.postgreSQL.syntax)
        var options = "-c ns.account=\(settings.account) -c ns.role=\(settings.role)"
        if settings.uppercase { options += " -c ns.uppercase=1" }
        if settings.staticSchema { options += " -c ns.static_schema=1" }
        for (name, value) in login.properties {
            let value = value.reveal()
            // What a blank, a quote or a backslash would be is nobody's business here: tokens have none.
            guard value.utf8.allSatisfy({ $0 > 0x20 && !"'\\".utf8.contains($0) }) else {
                throw ConnectionStringError(keyword: name, problem: .characters("'"))
            }
            options += " -c ns.\(name.lowercased())=\(value)"
        }
        try string.append("pqopt", Secret("options='\(options)'"))
        try string.append("SSLmode", "disable")
        for preset in DriverProfile.postgreSQL.presets where preset.keyword != "ConnSettings" {
            let value =
                switch preset.value {
                case .text(let text): text
                case .batchRows: String(batchRows)
                }
            try string.append(preset.keyword, value)
        }
        try string.append("UID", login.user, syntax: DriverProfile.postgreSQL.syntax)
        if let password = login.password { try string.append("PWD", password) }
        return string
    }
}
