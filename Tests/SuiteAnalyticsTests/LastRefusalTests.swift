import Extraction
import Foundation
import ODBC
import SuiteAnalytics
import Testing

/// What the other side said last: remembered beside the counts, and told to who asks.
@Suite struct LastRefusalTests {
    private func refusal(_ text: String, state: SQLState = SQLState(rawValue: "28000")) -> ODBCError {
        ODBCError(
            kind: .error, function: "SQLDriverConnect",
            diagnostics: [Diagnostic(state: state, nativeCode: 101, message: text)])
    }

    @Test func whatWasSaidLastIsRememberedUntilALoginSucceedsOrAPersonResets() throws {
        try BreakerDirectory.with { path in
            let store = LoginBreakerStore(directory: path)
            let subject = try BreakerDirectory.subject()
            func told() throws -> LoginRefusal? { try store.all(account: nil).first?.breaker.lastRefusal }
            let time = Date(timeIntervalSince1970: 1_700_000_000)
            _ = try? store.guarding(subject, now: { time }, outcome: { _ in .refused }) {
                throw refusal("Failed to login using TBA.")
            }
            let first = try #require(try told())
            #expect(first.kind == .refused && first.at == time && first.words == "Failed to login using TBA")
            #expect(first.sqlState == "28000" && first.nativeCode == 101)
            // One that never got there says nothing of the user.
            _ = try? store.guarding(subject, now: { time }, outcome: { _ in .notTried }) { throw refusal("no host") }
            #expect(try told() == first)
            try store.guarding(subject, now: { time + 1 }, outcome: { _ in .refused }) {}
            #expect(try told() == nil)
            _ = try? store.guarding(subject, now: { time + 2 }, outcome: { _ in .locked }) { throw refusal("locked") }
            #expect(try told()?.kind == .locked)
            _ = try store.reset(account: nil)
            #expect(try told() == nil)
        }
    }

    @Test func whatIsRememberedHoldsNoSecretAndIsCut() throws {
        try BreakerDirectory.with { path in
            let store = LoginBreakerStore(
                directory: path, conceal: { $0.replacing("hush-hush", with: "[redacted]") })
            let long = "hush-hush " + String(repeating: "x", count: 5000)
            _ = try? store.guarding(try BreakerDirectory.subject(), outcome: { _ in .unanswered }) {
                throw Failure(.credentials, long)
            }
            let told = try #require(try store.all(account: nil).first?.breaker.lastRefusal)
            #expect(told.kind == .unanswered && told.words.hasPrefix("[redacted] xx") && told.words.count == 500)
            for name in try FileManager.default.contentsOfDirectory(atPath: path) {
                let text = try String(decoding: Data(contentsOf: URL(filePath: path + "/" + name)), as: UTF8.self)
                #expect(!text.contains("hush"))
            }
        }
    }

    /// An older kleene-ns writes none, a newer one may write what this one does not know: the counts hold.
    @Test(arguments: [
        "", #", "lastRefusal": {"kind": "bewitched", "at": 1, "words": "x"}"#,
        #", "lastRefusal": {"kind": "refused", "at": 1e300, "words": "x"}"#, #", "lastRefusal": 7"#,
    ])
    func whatCannotBeReadOfTheWordsCostsNoCount(_ member: String) throws {
        let text = #"{"format": 2, "refusals": {"a": 2}\#(member)}"#
        let breaker = try JSONDecoder().decode(LoginBreaker.self, from: Data(text.utf8))
        #expect(breaker.lastRefusal == nil && breaker.decide("a", at: Date()) == .open(refusals: 2))
    }

    @Test func bothPlacesKnowWhatWasSaidLast() throws {
        try BreakerDirectory.with { path in
            let (home, beside) = (path + "/home", path + "/beside")
            try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: true)
            let store = LoginBreakerStore(directory: home, workplace: beside)
            _ = try? store.guarding(try BreakerDirectory.subject(), outcome: { _ in .refused }) {
                throw refusal("not you")
            }
            for directory in [home, beside + "/logins"] {
                let all = try LoginBreakerStore(directory: directory).all(account: nil)
                #expect(all.first?.breaker.lastRefusal?.words == "not you", "\(directory)")
            }
        }
    }
}
