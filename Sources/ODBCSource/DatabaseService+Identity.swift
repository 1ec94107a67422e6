package import Extraction
package import ODBC

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Which database a connection leads to.
extension DatabaseService {
    package func identity(on connection: Connection, profile: DriverProfile) -> SourceIdentity? {
        let told = ToldPlace(
            system: connection.info(.databaseName), server: connection.info(.serverName),
            database: connection.info(.currentDatabase), user: connection.info(.userName))
        return ConfiguredPlace(settings).identity(told, isFile: profile == .sqlite)
    }
}

/// What a connected driver says of where it is: `SQL_DBMS_NAME`, `SQL_SERVER_NAME`, `SQL_DATABASE_NAME`, `SQL_USER_NAME`.
struct ToldPlace: Equatable {
    var system: String?
    var server: String?
    var database: String?
    var user: String?
}

/// Where the settings lead to, as far as they say: of the attributes, the raw connection string, or the data source's entry
/// in odbc.ini.
struct ConfiguredPlace: Equatable {
    var server: String?
    var port: String?
    var database: String?
    var user: String?
    /// What is configured at all; the last resort where neither driver nor settings say anything more.
    var whole: String

    init(_ settings: DataSourceSettings) {
        let raw = ConnectionString(raw: settings.connectionString ?? "")
        let dsn = settings.dsn ?? raw.value(of: "DSN")
        func value(_ keywords: [String]) -> String? {
            for keyword in keywords {
                let own = settings.attributes.last { $0.keyword.lowercased() == keyword.lowercased() }?.value
                let entry = dsn.flatMap { DriverManager.value(keyword, ofDataSource: $0) }
                if let value = own ?? raw.value(of: keyword) ?? entry, !value.isEmpty { return value }
            }
            return nil
        }
        server = value(["Servername", "Server", "Host", "Hostname"])
        port = value(["Port"])
        database = value(["Database", "DBQ", "DB"])
        user = settings.user ?? value(["UID", "User", "Username"])
        whole = dsn ?? settings.driver ?? raw.value(of: "Driver") ?? ""
    }

    /// - Parameter isFile: Whether the database is a file, which its path names.
    func identity(_ told: ToldPlace, isFile: Bool) -> SourceIdentity {
        func word(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
        var parts: [String: String] = [:]
        parts["system"] = word(told.system)
        if isFile {
            let path = word(database) ?? word(told.database) ?? whole
            parts["file"] = Self.realPath(path)
            return SourceIdentity(kind: .database, words: "the file \(parts["file"] ?? path)", parts: parts)
        }
        // The driver's word first: an alias in the settings may lead to the same place.
        parts["server"] = (word(told.server) ?? word(server)).map(Self.host)
        parts["port"] = word(port)
        parts["database"] = word(told.database) ?? word(database)
        parts["user"] = word(told.user) ?? word(user)
        if parts["server"] == nil, parts["database"] == nil { parts["data source"] = whole }
        let name = parts["database"].map { "the database \($0)" } ?? "the data source \(whole)"
        let place = parts["server"].map { " on \($0)" + (parts["port"].map { ":\($0)" } ?? "") } ?? ""
        let user = parts["user"].map { " as the user \($0)" } ?? ""
        return SourceIdentity(kind: .database, words: name + place + user, parts: parts)
    }

    /// Names of one machine for itself are one name; those of hosts know no case.
    private static func host(_ name: String) -> String {
        let folded = name.lowercased()
        return ["localhost", "127.0.0.1", "::1"].contains(folded) ? "localhost" : folded
    }

    /// The file behind links and steps such as `..`; the path itself where there is none, such as `:memory:`.
    private static func realPath(_ path: String) -> String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
}
