import Foundation
package import ODBCSource
import Text

/// The throw-away PostgreSQL that `Scripts/with-postgres.sh` starts for `make test`.
package struct PostgreSQL: Sendable {
    package let host: String
    package let port: String
    package let user: String
    package let password: String
    package let database: String

    /// Thrown where a test runs outside `make test`.
    package struct NotRunning: Error, CustomStringConvertible {
        package var description: String { "No test database: run the tests with `make test`." }
    }

    package init() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let host = environment["KLEENE_PG_HOST"], let port = environment["KLEENE_PG_PORT"],
            let user = environment["KLEENE_PG_USER"], let password = environment["KLEENE_PG_PASSWORD"],
            let database = environment["KLEENE_PG_DATABASE"]
        else { throw NotRunning() }
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.database = database
    }

    /// Settings that connect to it through psqlodbc.
    package var settings: DataSourceSettings {
        DataSourceSettings(
            driver: "PostgreSQL Unicode",
            attributes: [
                .init(keyword: "Server", value: host), .init(keyword: "Port", value: port),
                .init(keyword: "Database", value: database),
            ],
            user: user, password: Secret(password))
    }

    /// Runs SQL with psql, and returns what it prints, unaligned and without headers.
    ///
    /// - Parameter other: A database of the same server; nil for the one of `settings`.
    @discardableResult package func run(_ sql: String, in other: String? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/psql")
        process.arguments = [
            "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", host, "-p", port, "-U", user, "-d",
            other ?? database,
        ]
        process.environment = [
            "PGPASSWORD": password, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGCLIENTENCODING": "UTF8",
        ]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(sql.utf8))
        try input.fileHandleForWriting.close()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SQLFailed(output: text) }
        return text
    }

    package struct SQLFailed: Error, CustomStringConvertible {
        package var output: String
        package var description: String { "psql failed: \(output)" }
    }
}
