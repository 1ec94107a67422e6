import Foundation
import ODBC
import ODBCSource
import TestSupport
import Testing

@testable import SuiteAnalytics

/// Each text of the table with each SQLSTATE, as whole programs meet it in a login: new homes, and a clock that jumps in
/// between. The driver counts.
@Suite struct LoginPairTests {
    private static let states = ["28000", "08001", "HY000", "HYT00"]

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func configure(_ driver: RecordingDriver) throws {
        let attributes = driver.settings.attributes.map { "\"\($0.keyword)\": \"\($0.value)\"" }.joined(separator: ", ")
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "driver": "\(driver.libraryPath)",
           "attributes": {\(attributes)}, "retry": {"attempts": 2, "first_delay": "0s", "longest_delay": "0s"},
           "auth": {"method": "tba", "consumer_key": {"env": "CK"}, "consumer_secret": {"env": "CS"},
           "token_id": {"env": "TI"}, "token_secret": {"env": "TS"}}},
         "destination": {"type": "sqlite", "path": "d.db"},
         "extracts": [{"table": "a"}, {"table": "b"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    private func run(home: String, _ arguments: [String]) throws -> Program.Result {
        try Program(
            directory: directory.url,
            environment: [
                "HOME": directory.path(home), "XDG_STATE_HOME": "", "CK": "consumerkey1", "CS": "consumersecret1",
                "TI": "tokenid1", "TS": "tokensecret1",
            ]
        ).run(arguments)
    }

    @Test(arguments: states) func refusedLoginsAreTwoAtMostAndNothingElseShutsADoorForGood(state: String) throws {
        let driver = try RecordingDriver("")
        try configure(driver)
        var pairs = 0
        for sign in LoginText.judge.signs where !sign.phrases.isEmpty {
            let text = sign.example
            let meaning = LoginText.judge.verdict(
                on: ODBCError(
                    kind: .error, function: "SQLDriverConnect",
                    diagnostics: [Diagnostic(state: SQLState(rawValue: state), nativeCode: 0, message: text)])
            ).topic.meaning
            let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            try driver.rewrite("", probe: "at connect fail \(state) 0 \"\(escaped)\"")
            for path in ["d.db", "d.db.kleene", "h0", "h1"] {
                try? FileManager.default.removeItem(atPath: directory.path(path))
            }
            let before = driver.calls.count { $0.hasPrefix("SQLDriverConnect") }
            for (home, seconds) in [("h0", 0), ("h1", 86_400 * 40), ("h0", -7200), ("h1", 7200)] as [(String, Double)] {
                try RememberedLogins(below: directory.url).age(by: seconds)
                #expect(try run(home: home, ["extract", "--quiet"]).code != 0)
            }
            let logins = driver.calls.count { $0.hasPrefix("SQLDriverConnect") } - before
            #expect(logins > 0)
            switch meaning {
            case .refused, .locked: #expect(logins <= 2, "\(state) \(text): \(logins)")
            case .unanswered: #expect(logins <= 2, "\(state) \(text), with credentials that never worked: \(logins)")
            case .notTried:
                let status = try run(home: "h0", ["auth", "status", "--format", "csv"])
                #expect(status.output.contains(",closed,0,"), "\(state) \(text): \(status.all)")
            }
            pairs += 1
        }
        #expect(pairs > 15)
    }
}
