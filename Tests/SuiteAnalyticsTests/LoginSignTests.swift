import ODBC
import ODBCSource
import Testing

@testable import SuiteAnalytics

/// The table of failed logins, row by row and in both directions; and what a text may not be taken for.
@Suite struct LoginSignTests {
    private static let signs = LoginText.judge.signs

    private func verdict(_ text: String, state: String = "HY000", native: Int32 = 0) -> LoginJudge.Verdict {
        verdict([Diagnostic(state: SQLState(rawValue: state), nativeCode: native, message: text)])
    }

    private func verdict(_ diagnostics: [Diagnostic]) -> LoginJudge.Verdict {
        LoginText.judge.verdict(on: ODBCError(kind: .error, function: "SQLDriverConnect", diagnostics: diagnostics))
    }

    private static let vendor = "[NetSuite][ODBC 64 bit driver][OpenAccess SDK SQL Engine]"

    @Test(arguments: signs.indices) func rowKnowsItsExample(index: Int) {
        let sign = Self.signs[index]
        for prefix in ["", Self.vendor, "connection to server at \"10.0.0.1\", port 1708 failed: FATAL:  "] {
            for text in [sign.example, sign.example.uppercased()] {
                let found =
                    sign.phrases.isEmpty
                    ? verdict(
                        prefix + text, state: sign.states.first?.rawValue.padding(to: 5) ?? "HY000",
                        native: Int32(sign.codes.first ?? 0))
                    : verdict(prefix + text)
                #expect(found.topic.meaning == sign.topic.meaning, "\(prefix + text): \(found)")
            }
        }
    }

    @Test(arguments: signs.indices) func rowsCodesAndStatesMeanItsTopic(index: Int) {
        let sign = Self.signs[index]
        for code in sign.codes {
            #expect(verdict("Xyzzy", native: Int32(code)).topic == sign.topic)
            #expect(verdict("Xyzzy [\(code)]").topic == sign.topic)
            #expect(verdict("Xyzzy", native: Int32(code + 100_000)).topic == .unknown)
        }
        for state in sign.states {
            let full = state.rawValue.padding(to: 5)
            #expect(verdict("Xyzzy", state: full).topic == sign.topic, "\(full)")
        }
    }

    /// With letters before and behind, none of the words of any row is itself: "blocked" is no "locked".
    @Test(arguments: signs.indices) func rowDoesNotKnowItsWordsInsideOfOthers(index: Int) {
        let sign = Self.signs[index]
        guard !sign.phrases.isEmpty else { return }
        let mangled = sign.example.split { !$0.isLetter && !$0.isNumber }.map { "q\($0)q" }.joined(separator: " ")
        #expect(verdict(mangled).topic == .unknown, "\(mangled)")
        let name = sign.example.filter { !"\"[]()".contains($0) }.replacing(" ", with: "-")
        #expect(verdict("host \"\(name)\" is here").topic == .unknown, "\(name)")
    }

    @Test func everyMeaningHasARowAndEveryRowSaysWhereItComesFrom() {
        #expect(Set(Self.signs.map(\.topic.meaning)) == Set(LoginMeaning.allCases))
        for sign in Self.signs {
            #expect(!sign.example.isEmpty)
            if case .source(let source) = sign.origin { #expect(!source.isEmpty) }
        }
        #expect(Self.signs.contains { $0.origin == .invented })
    }

    struct Said: Sendable, CustomTestStringConvertible {
        var text: String
        var meaning: LoginMeaning
        var state = "08001"
        var native: Int32 = 0
        var testDescription: String { text }
    }

    static let said: [Said] = [
        // A refusal outranks whatever else is said.
        Said(
            text:
                "connection to server at \"::1\", port 1 failed: Connection refused\n\tIs the server running on that host "
                + "and accepting TCP/IP connections?\nconnection to server at \"127.0.0.1\", port 1 failed: FATAL:  "
                + "[NetSuite]Failed to login using TBA", meaning: .refused),
        Said(text: "Connection refused. Invalid login attempt", meaning: .refused),
        Said(text: "Connection refused, Invalid login attempt", meaning: .refused),
        Said(text: "Too many connections: Invalid login attempt", meaning: .refused),
        Said(text: "too many connections", meaning: .refused, state: "28000"),
        Said(text: "Connection refused", meaning: .refused, state: "28P01"),
        Said(text: "Ungültige Anmeldung", meaning: .refused, state: "28000"),
        Said(text: "No route to host\nYour account is locked", meaning: .locked),
        Said(text: "YOUR ACCOUNT IS LOCKED", meaning: .locked),
        Said(text: "Your account has been temporarily locked out.", meaning: .locked),
        Said(text: "Votre compte est verrouillé", meaning: .locked),
        Said(text: "Tu cuenta está bloqueada", meaning: .locked, state: "28000"),
        Said(text: "The user (mock@example.org) is locked.", meaning: .locked),
        Said(text: "ACCOUNT_LOCKED", meaning: .locked),
        Said(text: "User lockout for 30 minutes", meaning: .locked),
        Said(text: "Xyzzy", meaning: .locked, state: "28000", native: 18486),
        Said(text: "INVALID_LOGIN_CREDENTIALS", meaning: .refused),
        Said(text: "SSS_REQUEST_LIMIT_EXCEEDED", meaning: .notTried),
        // Whole words, and words about this user.
        Said(text: "Concurrent request limit exceeded. Request blocked.", meaning: .notTried),
        Said(text: "Request blocked.", meaning: .notTried),
        Said(text: "The request was blocked by a policy", meaning: .unanswered),
        Said(text: "The database is locked", meaning: .unanswered),
        Said(text: "The table was locked by another user", meaning: .unanswered),
        Said(text: "deadlocked", meaning: .unanswered),
        Said(text: "could not translate host name \"account.locked.example.org\" to address", meaning: .notTried),
        Said(text: "host \"login-failed\", port 1 could not be reached: Connection refused", meaning: .notTried),
        Said(text: "Error ticket# lockedlockedlocked00", meaning: .unanswered),
        // Nobody is let in, or nobody was there.
        Said(text: "HTTP/1.1 407 Proxy Authentication Required\r\nAccess denied. Login required.", meaning: .notTried),
        Said(text: "<html><body>403 Forbidden: you are not authorized (squid/5.7)</body></html>", meaning: .notTried),
        Said(text: "502 Bad Gateway", meaning: .notTried),
        Said(text: "The system is being upgraded; logins are not available.", meaning: .notTried),
        Said(text: "NetSuite is undergoing scheduled maintenance.", meaning: .notTried),
        Said(text: "Login failed. The service is under maintenance.", meaning: .unanswered),
        Said(text: "Service temporarily unavailable", meaning: .notTried),
        Said(text: "Session refused by service, connection closed", meaning: .notTried, state: "08S01", native: 2404),
        Said(text: "Maximum number of concurrent sessions reached", meaning: .notTried),
        Said(text: "FATAL:  sorry, too many clients already", meaning: .notTried, state: "53300"),
        Said(text: "FATAL:  the database system is shutting down", meaning: .notTried),
        Said(text: "Can't connect to server on '10.0.0.1' (111)", meaning: .notTried, native: 2002),
        // No answer is no refusal.
        Said(text: "Login timeout expired", meaning: .unanswered, state: "HYT00"),
        Said(text: "Login failed: timeout expired", meaning: .unanswered),
        Said(text: "The server did not answer the login request in time", meaning: .unanswered),
        Said(text: "Unable to connect to server: login timeout expired", meaning: .unanswered),
        Said(text: "server closed the connection unexpectedly", meaning: .unanswered),
        Said(text: "Etwas ist schiefgegangen", meaning: .unanswered),
        Said(text: "Your password will expire in 5 days", meaning: .unanswered),
        // Refusals in other words.
        Said(text: "Your password has expired.", meaning: .refused),
        Said(text: "invalid_login_attempt", meaning: .refused),
        Said(text: "Invalid login\nattempt", meaning: .refused),
        Said(text: "You must change your password", meaning: .refused),
        Said(text: "Two-factor authentication is required for this role", meaning: .refused),
        Said(text: "The integration record is blocked.", meaning: .refused),
        Said(text: "This role is inactive", meaning: .refused),
        Said(text: "Login from this IP address is not allowed", meaning: .refused),
    ]

    @Test(arguments: said) func textMeansWhatItSays(_ said: Said) {
        #expect(verdict(said.text, state: said.state, native: said.native).meaning == said.meaning)
    }

    @Test func diagnosticsAreJudgedOneByOne() {
        func record(_ state: String, _ text: String, _ code: Int32 = 0) -> Diagnostic {
            Diagnostic(state: SQLState(rawValue: state), nativeCode: code, message: text)
        }
        // The last words of one and the first of the next are no sentence.
        #expect(verdict([record("HY000", "the account"), record("HY000", "locked file")]).topic == .unknown)
        #expect(verdict([record("08001", "Connection refused"), record("28000", "")]).meaning == .refused)
        #expect(
            verdict([record("28000", "x"), record("08S01", "Session refused by service", 2404)]).meaning == .refused)
        #expect(
            verdict([record("08001", "Connection refused"), record("HYT00", "timeout expired")]).meaning == .unanswered)
        #expect(verdict([record("HY000", "nobody knows"), record("08001", "Connection refused")]).meaning == .notTried)
        // A warning beside an error is no error.
        #expect(
            verdict([record("01000", "Invalid login attempts are logged"), record("08001", "Connection refused")])
                .meaning
                == .notTried)
        #expect(
            verdict([record("01000", "[unixODBC][Driver Manager]Can't open lib 'x' : file not found")]).topic == .driver
        )
        for state in ["IM002", "IM003", "IM004", "IM006", "IM010", "IM012"] {
            #expect(verdict([record(state, "[unixODBC][Driver Manager]Something")]).meaning == .notTried)
        }
    }
}

extension String {
    fileprivate func padding(to length: Int) -> String { self + String(repeating: "0", count: max(0, length - count)) }
}
