import ODBC
package import Text

/// How to reach an ODBC data source, and how to read from it: what a configuration says, with its secrets resolved.
///
/// It crosses the pipe to the worker process, so it can be encoded; it must never be printed or logged.
package struct DataSourceSettings: Codable, Sendable, Equatable, Unprintable {
    /// One `Keyword=value` of a connection string.
    package struct Attribute: Codable, Sendable, Equatable {
        package var keyword: String
        package var value: String

        package init(keyword: String, value: String) {
            self.keyword = keyword
            self.value = value
        }
    }

    /// A driver's name in odbcinst.ini, or the path of its library.
    package var driver: String?
    /// A data source of odbc.ini. Either this or a driver, or both parts in `connectionString`.
    package var dsn: String?
    /// A raw connection string, without user and password. The other parts are added behind it.
    package var connectionString: String?
    package var attributes: [Attribute]
    package var user: String?
    package var password: Secret?
    /// Seconds until a login is given up, as far as the driver obeys.
    package var loginTimeout: Int
    package var reading: ReadSettings
    /// A statement that gives the source's clock; nil for what is known of the driver.
    package var clockQuery: String?

    package init(
        driver: String? = nil, dsn: String? = nil, connectionString: String? = nil, attributes: [Attribute] = [],
        user: String? = nil, password: Secret? = nil, loginTimeout: Int = 30, reading: ReadSettings = ReadSettings()
    ) {
        self.driver = driver
        self.dsn = dsn
        self.connectionString = connectionString
        self.attributes = attributes
        self.user = user
        self.password = password
        self.loginTimeout = loginTimeout
        self.reading = reading
    }
}

extension DataSourceSettings {
    /// All that the user wrote of a connection string, in order.
    package var pairs: [(keyword: String, value: String)] {
        ConnectionString.parse(connectionString ?? "") + attributes.map { ($0.keyword, $0.value) }
    }
}

extension DataSourceSettings {
    /// All that must not be shown, whoever says it.
    package var secrets: [Secret] { [password].compactMap(\.self) + SecretKeyword.secrets(in: pairs) }
}

/// How rows are fetched.
package struct ReadSettings: Codable, Sendable, Equatable {
    /// Memory for one batch at most, in bytes; of several connections together.
    package var batchBytes: Int
    /// Rows of one batch at most; nil for what suits the driver (`DriverProfile.batchRows`).
    package var batchRows: Int?
    /// Seconds that one statement may take, from its execution to its last row; nil for no limit.
    package var statementLimit: Int?

    package init(batchBytes: Int = 8 << 20, batchRows: Int? = nil, statementLimit: Int? = nil) {
        self.batchBytes = batchBytes
        self.batchRows = batchRows
        self.statementLimit = statementLimit
    }

    /// The settings of each of several connections, so that memory does not grow with them.
    ///
    /// Measured with psqlodbc and 24 columns, 2 M rows in chunks: batches of 2 MiB are read as fast as of 8 MiB, and two
    /// connections take 64 MiB in all and not 119. No less, because a batch of a wide table has few rows, and a driver may
    /// ask its service anew for each.
    package func shared(by connections: Int) -> ReadSettings {
        let share = max(batchBytes / max(1, connections), min(batchBytes, Self.smallestShare))
        var shared = self
        shared.batchBytes = share
        return shared
    }

    private static let smallestShare = 4 << 20
}
