import Foundation
import TestSupport
import Testing

/// What suites share that log in with OAuth 2.0 at a mock.
protocol OAuthSuite {
    var directory: TemporaryDirectory { get }
    var mock: MockServerTests.Mock { get }
    var program: Program { get }
}

extension OAuthSuite {
    static var account: String { "\"account_id\": \"1234567_SB1\", \"role_id\": 57" }
    static var rest: String {
        "\"destination\": {\"type\": \"sqlite\", \"path\": \"n.db\"}, \"extracts\": [{\"table\": \"customer\"}]"
    }

    /// A user's own configuration, for `--mock`.
    func configure(_ auth: String = "\"algorithm\": \"PS256\"", more: String = "") throws {
        try """
        {"source": {\(Self.account), "auth": {"method": "oauth2", "client_id": "abc", "certificate_id": {"env": "NOT_SET"},
          "private_key": {"file": "not-there.pem"}, \(auth)}\(more)}, \(Self.rest)}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    var flags: [String] { ["--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")] }

    func extract(_ more: String...) throws -> Program.Result { try program.run(["extract"] + flags + more) }
}
