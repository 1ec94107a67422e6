package import Text

/// Where a PostgreSQL server is, and as whom it is reached: libpq's own keywords, of which those that are nil are libpq's to
/// decide (its environment, its service file, its password file).
package struct PostgresServer: Codable, Sendable, Equatable, Unprintable {
    package var service: String?
    package var host: String?
    package var port: Int?
    package var database: String?
    package var user: String?
    package var password: Secret?
    /// `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`.
    package var sslMode: String?
    package var sslRootCertificate: String?
    /// Seconds.
    package var connectTimeout = 30

    package init() {}

    /// The server in a sentence, without a secret.
    package var words: String {
        if let service { return "the PostgreSQL service \"\(service)\"" }
        return "the PostgreSQL server \(host ?? "of libpq's environment")\(port.map { ":\($0)" } ?? "")"
    }

    /// What tells this place from another, in words that are the same in every run: for locks and staging.
    var identity: String {
        [service, host, port.map(String.init), database].map { $0 ?? "" }.joined(separator: "\u{1F}")
    }

    /// Keywords and values of a connection, as `PQconnectdbParams` takes them.
    ///
    /// - Parameter application: What the server's list of sessions shows.
    func parameters(application: String) -> [(String, String)] {
        var all: [(String, String)] = []
        func add(_ keyword: String, _ value: String?) { value.map { all.append((keyword, $0)) } }
        add("service", service)
        add("host", host)
        add("port", port.map(String.init))
        add("dbname", database)
        add("user", user)
        add("password", password?.reveal())
        add("sslmode", sslMode)
        add("sslrootcert", sslRootCertificate)
        add("connect_timeout", String(connectTimeout))
        add("application_name", application)
        add("client_encoding", "UTF8")
        // A session that is cut off is noticed, on both sides.
        add("keepalives_idle", "60")
        return all
    }

    /// What each session is told, so that values and what the catalog says depend on no role and no database: with
    /// `quote_all_identifiers`, `format_type` says `"text"` for `text`. By a statement: a pool takes no startup `options` (pgbouncer
    /// 1.18: "unsupported startup parameter: options").
    static let sessionSQL = """
        SET DateStyle = 'ISO'; SET TimeZone = 'UTC'; SET bytea_output = 'hex'; SET extra_float_digits = 3;
        SET quote_all_identifiers = off
        """
}
