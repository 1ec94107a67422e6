import Foundation
import ODBCSource
import TestSupport
import Testing

/// A database of its own on the tests' server, into which runs load that come from the mock, each with the HOME that it is given.
final class BooksOfLogins {
    let directory: TemporaryDirectory
    let mock: MockServerTests.Mock
    let database = "logins_\(UInt64.random(in: .min ... .max))"
    private let server: PostgreSQL
    private var homes = 0

    init() throws {
        directory = try TemporaryDirectory()
        mock = try MockServerTests.Mock(scale: 20)
        server = try PostgreSQL()
        try server.run("CREATE DATABASE \(database)")
    }

    deinit { _ = try? server.run("DROP DATABASE \(database) WITH (FORCE)") }

    /// Writes a configuration; a role that is not the mock's is refused by it.
    ///
    /// - Parameters:
    ///   - port: Of the server; nil for the one that is there.
    ///   - hasDestination: Whether there is one at all.
    func configure(
        _ name: String = "kleene-ns.json", role: Int = 57, schema: String = "public", user: String = "kleene",
        port: String? = nil, hasDestination: Bool = true
    ) throws {
        let destination = """
            "destination": {"type": "postgresql", "host": "127.0.0.1", "port": \(port ?? server.port),
              "database": "\(database)", "user": "\(user)", "password": {"env": "WORD"}, "schema": "\(schema)"},
            """
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": \(role), "auth": {"method": "tba",
           "consumer_key": {"env": "CK"}, "consumer_secret": {"env": "CS"}, "token_id": {"env": "TI"},
           "token_secret": {"env": "TS"}}}, \(hasDestination ? destination : "")
         "extracts": [{"name": "e", "table": "department", "destination_table": "t"}]}
        """.write(toFile: directory.path(name), atomically: true, encoding: .utf8)
    }

    /// - Parameters:
    ///   - home: Its name; nil for one that nobody has had.
    ///   - word: The password of the destination; nil for the right one.
    func program(home: String? = nil, failpoint: String? = nil, word: String? = nil) -> Program {
        homes += 1
        var environment = [
            "HOME": directory.path(home ?? "home-\(homes)"), "XDG_STATE_HOME": "", "WORD": word ?? server.password,
        ]
        environment["KLEENE_NS_FAILPOINT"] = failpoint
        return Program(directory: directory.url, environment: environment)
    }

    func start(_ program: Program, _ arguments: String...) throws -> Program.Running {
        try program.start(arguments + ["--mock", "127.0.0.1:\(mock.port)"])
    }

    @discardableResult func run(_ program: Program, _ arguments: String...) throws -> Program.Result {
        try program.run(arguments + ["--mock", "127.0.0.1:\(mock.port)"])
    }

    var logins: Int { get throws { try mock.count("logins_tried") ?? -1 } }

    @discardableResult func ask(_ sql: String) throws -> String {
        try server.run(sql, in: database).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What lies in the database that is ours: tables, schemas, types; nothing in one that was left alone.
    var ours: String {
        get throws {
            try ask(
                """
                SELECT string_agg(n.nspname || '.' || c.relname, ' ' ORDER BY c.relname) FROM pg_namespace n
                LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r' WHERE n.nspname = '_kleene'
                """)
        }
    }

    var hasSchema: Bool { get throws { try ask("SELECT to_regnamespace('_kleene') IS NOT NULL") == "t" } }
}
