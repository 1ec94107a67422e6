import Extraction
import Foundation
import HTTPS
import TestSupport
import Testing
import Text

@testable import SuiteAnalytics

/// What the token endpoint, or somebody on the way to it, may answer: the class, the sentence, and whether a login was counted.
@Suite struct TokenAnswerTests {
    private static var account: AccountID {
        get throws { try #require(AccountID(rawValue: "1234567")) }
    }
    /// Sat, 28 Nov 2026 15:04:14 GMT.
    private static let now = Date(timeIntervalSince1970: 1_795_878_254)
    private static let date = "Sat, 28 Nov 2026 15:04:14 GMT"

    private static func outcome(
        _ status: Int, _ body: String, type: String = "application/json", date: String = date
    ) throws -> Result<AccessToken, Failure> {
        let credentials = try #require(MockServer.client())
        let request = try #require(credentials.tokenRequest(to: try account, role: 57))
        let answer = FormAnswer(status: status, body: Array(body.utf8), contentType: type, date: date)
        do {
            return .success(try request.token(by: TokenRoute(), seconds: 30, at: now, send: { _ in answer }))
        } catch let failure as Failure {
            return .failure(failure)
        }
    }

    private static func failure(
        _ status: Int, _ body: String, type: String = "application/json", date: String = date
    ) throws -> Failure {
        switch try outcome(status, body, type: type, date: date) {
        case .success: Failure(.internal, "granted")
        case .failure(let failure): failure
        }
    }

    private static let token = "eyJhbGciOiJub25lIn0.e30.c2lnbmF0dXJl"

    @Test func tokenComesWithItsSeconds() throws {
        for (seconds, lifetime) in [
            ("\"3600\"", 3600), ("3600", 3600), ("1800.5", 1800), ("null", 3600), ("\"\"", 3600), ("1e30", 86_400),
            ("\"soon\"", 3600), ("true", 3600), ("[1]", 3600), ("{}", 3600), ("1e999", 3600), ("\"inf\"", 86_400),
            // Spent as it comes: for one login, and no other.
            ("0", 0), ("-1", 0), ("\"0\"", 0), ("\"nan\"", 0), ("-1e30", 0),
        ] {
            let answer = try Self.outcome(200, "{\"access_token\":\"\(Self.token)\",\"expires_in\":\(seconds)}")
            #expect(try answer.get() == AccessToken(Secret(Self.token), lifetime: lifetime), "\(seconds)")
        }
    }

    @Test(arguments: [
        ("invalid_client", "\"client_id\""), ("invalid_grant", "\"certificate_id\""),
        ("unauthorized_client", "Machine to Machine"), ("access_denied", "Log in using OAuth 2.0 Access Tokens"),
        ("invalid_scope", "\"scope\""), ("invalid_request", "\"aud\""), ("something_new", "M2M"),
    ])
    func refusalsAreRefusedLoginsEachWithItsCause(code: String, words: String) throws {
        for status in [200, 400, 401, 403] {
            let failure = try Self.failure(status, "{\"error\":\"\(code)\",\"error_description\":\"why not\"}")
            #expect(failure.kind == .credentials && ServiceFailures.outcome(failure) == .refused)
            #expect(failure.message.contains("\"\(code): why not\"") && failure.advice.contains(words), "\(failure)")
            #expect(failure.advice.contains("not tried again by itself"))
        }
    }

    @Test func silentRefusalIsOne() throws {
        for status in [400, 401] { #expect(try Self.failure(status, "").kind == .credentials) }
    }

    @Test(arguments: [
        (503, "<html>maintenance</html>", "text/html", "HTTP 503"), (500, "", "", "HTTP 500"),
        (502, "x", "text/plain", "HTTP 502"), (429, "{\"error\":\"x\"}", "application/json", "HTTP 429"),
        (400, "{\"error\":\"server_error\"}", "application/json", "server_error"),
        (401, "{\"error\":\"temporarily_unavailable\"}", "application/json", "temporarily_unavailable"),
        (200, "<html>Sign in</html>", "text/html; charset=utf-8", "A proxy or gateway"),
        (200, "", "", "A proxy or gateway"),
        (200, "{}", "application/json", "without an \"access_token\""),
        (200, "{\"access_token\":null}", "application/json", "without an"),
        (200, "[]", "application/json", "A proxy or"),
        (200, "{\"access_token\":17}", "application/json", "without an"), (302, "", "", "A proxy or gateway"),
        (403, "<html>blocked</html>", "text/html", "A proxy or gateway"), (403, "", "", "A proxy or gateway"),
        (401, "<html>who</html>", "text/html", "A proxy or gateway"),
        (404, "<html>", "text/html", "HTTP 404"), (407, "", "", "A proxy or gateway"),
    ])
    func whatNobodyHasJudgedIsNoRefusal(status: Int, body: String, type: String, words: String) throws {
        let failure = try Self.failure(status, body, type: type)
        #expect(failure.kind == .connection && ServiceFailures.outcome(failure) == .notTried, "\(failure)")
        #expect(failure.message.contains(words) && failure.advice.contains("No login was counted"), "\(failure)")
        #expect(!failure.message.contains("Sign in"))
    }

    @Test func wrongClockIsToldFromAWrongKey() throws {
        let body = "{\"error\":\"invalid_grant\"}"
        let ahead = try Self.failure(400, body, date: "Sat, 28 Nov 2026 14:54:14 GMT")
        #expect(ahead.message.contains("10 minutes ahead") && ahead.advice.contains("timedatectl"), "\(ahead)")
        let behind = try Self.failure(400, body, date: "Sat, 28 Nov 2026 15:14:14 GMT")
        #expect(behind.message.contains("10 minutes behind"), "\(behind)")
        let right = try Self.failure(400, body)
        #expect(right.advice.contains("private key is not that of the certificate"))
        #expect(right.advice.contains("The clock of this machine is right"))
        // Who says no time gives no clue.
        let silent = try Self.failure(400, body, date: "")
        #expect(!silent.description.contains("clock of this machine"), "\(silent)")
    }

    @Test func assertionThatTheAnswerRepeatsIsNotShown() throws {
        let client = try #require(MockServer.client())
        let request = try #require(client.tokenRequest(to: try Self.account, role: 57))
        let failure = #expect(throws: Failure.self) {
            try request.token(
                by: TokenRoute(), seconds: 1, at: Self.now,
                send: { post in
                    let assertion = post.body.reveal().split(separator: "client_assertion=").last ?? ""
                    return FormAnswer(
                        status: 400,
                        body: Array("{\"error\":\"invalid_request\",\"error_description\":\"bad \(assertion)\"}".utf8))
                })
        }
        #expect(failure?.message.contains("[redacted]") == true && failure?.message.contains("eyJ") == false)
    }

    @Test func tokenOfAnotherRoleIsNotTried() throws {
        let claims = Assertion.base64(Array("{\"sub\":\"3;4711\"}".utf8))
        let failure = try Self.failure(200, "{\"access_token\":\"eyJhbGciOiJub25lIn0.\(claims).c2ln\"}")
        #expect(failure.kind == .configuration && failure.advice.contains("Set \"role_id\" to 3"), "\(failure)")
        #expect(ServiceFailures.outcome(failure) == .notTried)
    }

    @Test(arguments: ["a;b", "short", "with blank in it, and long enough", "with'quote-0123456789"])
    func tokenThatNoConnectionStringCarriesIsNotSent(token: String) throws {
        let failure = try Self.failure(200, "{\"access_token\":\"\(token)\"}")
        #expect(failure.kind == .connection && !failure.description.contains(token))
    }

    @Test(arguments: [
        (FormError.Reason.unknownHost, FailureClass.connection, "not found"), (.unreachable, .connection, "reached"),
        (.timeout, .connection, "30 seconds"), (.broken, .connection, "broke"), (.proxy, .connection, "proxy"),
        (.encryption, .environment, "\"ca_file\""), (.noLibrary, .environment, "libcurl4"),
        (.tooLong, .connection, "token_host"), (.calledOff, .interrupted, "interrupted"),
        (.other, .connection, "asked"),
    ])
    func wayThatIsClosedIsNoRefusal(reason: FormError.Reason, kind: FailureClass, words: String) throws {
        let client = try #require(MockServer.client())
        let request = try #require(client.tokenRequest(to: try Self.account, role: 57))
        let failure = #expect(throws: Failure.self) {
            try request.token(
                by: TokenRoute(), seconds: 30, at: Self.now,
                send: { _ throws(FormError) in
                    throw FormError(reason, "said the system")
                })
        }
        #expect(failure?.kind == kind && failure?.description.contains(words) == true, "\(String(describing: failure))")
        if let failure { #expect(ServiceFailures.outcome(failure) == .notTried) }
    }

    @Test func datesOfHTTPAreRead() {
        #expect(HTTPDate(Self.date)?.secondsSince1970 == 1_795_878_254)
        #expect(HTTPDate("Thu, 01 Jan 1970 00:00:00 GMT")?.secondsSince1970 == 0)
        #expect(HTTPDate("Thu, 29 Feb 2024 23:59:59 GMT")?.secondsSince1970 == 1_709_251_199)
        for text in ["", "yesterday", "Sat, 28 Now 2026 15:04:14 GMT", "Sat, 28 Nov 2026 15:04 GMT"] {
            #expect(HTTPDate(text) == nil)
        }
    }
}
