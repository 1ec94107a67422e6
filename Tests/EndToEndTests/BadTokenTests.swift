import Foundation
import TestSupport
import Testing

/// Token passwords that the mock itself finds wrong, sent in NetSuite's own connection string.
@Suite struct BadTokenTests {
    private static let right = String(repeating: "ba5eba11", count: 8)
    private let directory: TemporaryDirectory
    private let mock: MockServerTests.Mock

    init() throws {
        directory = try TemporaryDirectory()
        mock = try MockServerTests.Mock(scale: 0)
        // The stock driver passes over NetSuite's keywords and takes its own from "attributes".
        try """
        {"source": {
          "account_id": "1234567_SB1", "role_id": 57, "driver": "PostgreSQL Unicode", "service_port": \(mock.port),
          "attributes": {"Server": "127.0.0.1", "Database": "NetSuite2.com"},
          "auth": {"method": "tba", "consumer_key": {"env": "CK"}, "consumer_secret": {"env": "CS"},
            "token_id": {"env": "TI"}, "token_secret": {"env": "TS"}}}}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    private func program(tokenSecret: String) -> Program {
        Program(
            directory: directory.url,
            environment: [
                // What libpq adds to a login; as an attribute it could hold a password, and is refused.
                "PGOPTIONS": "-c ns.account=1234567_SB1 -c ns.role=57", "CK": String(repeating: "c0ffee00", count: 8),
                "CS": String(String(repeating: "5ec2e7", count: 11).prefix(64)),
                "TI": String(String(repeating: "70ce9d", count: 11).prefix(64)), "TS": tokenSecret,
            ])
    }

    private var arguments: [String] { ["tables", "--refresh", "--state-dir", directory.path("state")] }

    @Test func hundredRunsWithABadTokenSomeAtTheSameTimeMakeTwoLogins() throws {
        let bad = program(tokenSecret: String(repeating: "bad0bad0", count: 8))
        var results: [Program.Result] = []
        for _ in 0..<10 {
            let running = try (0..<10).map { _ in try bad.start(arguments) }
            results += try running.map { try $0.wait() }
        }
        #expect(results.count == 100 && results.allSatisfy { $0.code == 4 }, "\(results.map(\.code))")
        #expect(try mock.count("logins_tried") == 2)
        #expect(results.count { $0.errors.contains("NetSuite refused the login") } == 2)
        #expect(results.count { $0.errors.contains("No login to account 1234567_SB1 was tried") } == 98)
        let logins = try mock.tell("logins")
        #expect(!logins.contains("\"accepted\"") && logins.contains("\"refused\""), "\(logins)")
        // The driver makes a blank of a "+" that is not in braces.
        #expect(logins.contains("wrong signature") || logins.contains("malformed token password"), "\(logins)")

        // Fresh credentials are let through at once, and once `auth reset` was said the old ones are.
        _ = try program(tokenSecret: Self.right).run(arguments)
        #expect(try mock.count("logins_tried") == 3)
        #expect(try bad.run(["auth", "reset", "--state-dir", directory.path("state")]).code == 0)
        #expect(try bad.run(arguments).code == 4)
        #expect(try mock.count("logins_tried") == 4)
    }
}
