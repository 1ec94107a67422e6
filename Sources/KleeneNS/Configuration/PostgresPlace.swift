import Extraction
import PostgresDestination
import Text

/// A schema of a PostgreSQL server, as a configuration names it.
struct PostgresPlace: Codable, Equatable, Sendable {
    var server = PostgresServer()
    var schema = "public"
    /// The state directory, below which locks and staging lie: a server has no "beside".
    var stateDirectory = ""
    /// Where the password is to be had; nil where libpq finds one by itself. It never crosses to a worker: the password does.
    var password: SecretReference?

    private enum CodingKeys: String, CodingKey {
        case server, schema, stateDirectory
    }

    /// libpq's own words for how a connection is encrypted.
    private enum SSLMode: String, CaseIterable {
        case disable, allow, prefer, require
        case verifyCA = "verify-ca"
        case verifyFull = "verify-full"
    }

    init?(_ reader: ObjectReader, directory: String) {
        server.service = reader.string("service")
        server.host = reader.string("host")
        server.port = reader.integer("port", in: 1...65_535)
        server.database = reader.string("database")
        server.user = reader.string("user")
        server.sslMode = reader.choice("sslmode", SSLMode.self)?.rawValue
        server.sslRootCertificate = reader.string("sslrootcert").map {
            $0.hasPrefix("/") || $0 == "system" ? $0 : directory + "/" + $0
        }
        if let seconds = reader.integer("connect_timeout", in: Bounds.loginTimeout) { server.connectTimeout = seconds }
        password = reader.secret("password")
        if let schema = reader.string("schema") { self.schema = schema }
        if let host = server.host, host.contains("://") {
            reader.fault("host", "is a URL; give host, port, database and user apart.")
        }
        if server.service == nil {
            reader.missing("host", "the server's name, or a \"service\" of libpq", isAlways: false)
            reader.missing("database", "the database, or a \"service\" of libpq", isAlways: false)
        }
        reader.finish()
        guard server.service != nil || (server.host != nil && server.database != nil) else { return nil }
    }

    /// The secrets that were fetched.
    var secrets: [Secret] { server.password.map { [$0] } ?? [] }

    /// Whether its password was fetched, or it has none.
    var isReachable: Bool { password == nil || server.password != nil }

    /// The same with its password, and with the directory in which locks and staging lie.
    func reachable(_ resolver: inout SecretResolver, stateDirectory: String) throws -> PostgresPlace {
        var place = self
        place.stateDirectory = stateDirectory
        if let password { place.server.password = try resolver.resolve(password) }
        return place
    }

    /// libpq's own default for `sslmode`, `prefer`, goes on in clear where the server speaks no TLS, or somebody between says so. A
    /// service may name another mode in libpq's own files.
    func warnings(_ environment: [String: String]) -> [String] {
        guard server.sslMode == nil, server.service == nil, environment["PGSSLMODE"] == nil, let host = server.host,
            !Self.isLocal(host)
        else { return [] }
        return [
            "the destination names no \"sslmode\", so password and rows may go to \(host) in clear; say \"verify-full\" "
                + "with \"sslrootcert\", or \"disable\" where that is meant"
        ]
    }

    /// This machine, by a socket or by its own address.
    private static func isLocal(_ host: String) -> Bool {
        if host.hasPrefix("/") || host.hasPrefix("@") || host == "::1" || host.lowercased() == "localhost" {
            return true
        }
        return host.hasPrefix("127.") && host.allSatisfy { $0 == "." || $0.isASCII && $0.isNumber }
    }

    /// What it is called in a sentence.
    var words: String { "\(server.words), schema \"\(schema)\"" }
}
