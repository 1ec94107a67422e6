import Foundation
import TestSupport

/// A directory with a loaded destination, an honest source and a broken one.
final class Stage: Sendable {
    let directory: TemporaryDirectory
    let driver: RecordingDriver
    let server: PostgreSQL
    var destination: String { directory.path("d.db") }

    init() throws {
        directory = try TemporaryDirectory()
        server = try PostgreSQL()
        driver = try RecordingDriver(
            RecordingDriver.table(columns: [("id", "BIGINT size 19")], answer: "repeat 3 \"{row}\""))
    }

    /// Flags for the table `t` of the recording driver into `d`.
    var honest: [String] { driver.flags + target }
    var target: [String] {
        ["--schema", "s", "--table", "t", "--destination", destination, "--destination-table", "d"]
    }

    func postgreSQL(
        host: String? = nil, port: String? = nil, database: String? = nil, table: String = "bad_input",
        password: String = "KLEENE_PG_PASSWORD"
    ) -> [String] {
        [
            "--driver", "PostgreSQL Unicode", "--attribute", "Server=\(host ?? server.host)", "--attribute",
            "Port=\(port ?? server.port)", "--attribute", "Database=\(database ?? server.database)", "--user",
            server.user, "--password-env", password, "--table", table, "--destination", destination,
            // The rows of `d` are another source's, which is refused before anything is asked.
            "--destination-table", "another",
        ]
    }

    /// Writes a configuration and returns the flag that names it.
    func configuration(_ text: String) throws -> [String] {
        let path = directory.path("c.json")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return ["--config", path]
    }

    func shell(_ command: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = directory.url
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CommandFailed(command: command) }
    }
}

struct CommandFailed: Error { var command: String }

extension Stage {
    /// User tables with their rows, whatever pages they lie on: a failed run may add a record of itself.
    func digest() throws -> String {
        guard FileManager.default.fileExists(atPath: destination) else { return "absent" }
        return try sqlite(
            destination,
            "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE '_kleene_%' ORDER BY name; "
                + "SELECT * FROM d; PRAGMA integrity_check")
    }
}

extension [String] {
    /// Replaces each argument that is exactly `old`.
    func replacing(_ old: String, with new: String) -> [String] { map { $0 == old ? new : $0 } }
}
