import Foundation
import Testing

@testable import MockSuiteAnalytics

/// The published vectors and the lockout rules, with time given by the test.
@Suite struct LoginGateTests {
    /// Oracle's worked example; the signature is published, not computed here.
    static let vector: (credentials: MockCredentials, password: String, time: Double) = {
        var credentials = MockCredentials()
        credentials.account = "1234567"
        credentials.consumerKey = "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4"
        credentials.consumerSecret = "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd"
        credentials.tokenID = "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82"
        credentials.tokenSecret = "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2"
        let base = [
            "1234567", credentials.consumerKey, credentials.tokenID, "6obMKq0tmY8ylVOdEkA1", "1439829974",
        ]
        let password = (base + ["FCghIZqXNetuZY8ILWOFH0ucdfzQOmAuL+q+kF21zPs=", "HMAC-SHA256"])
            .joined(separator: "&")
        return (credentials, password, 1_439_829_974)
    }()

    func attempt(_ password: String = vector.password, account: String? = "1234567", role: String? = "57")
        -> LoginAttempt
    {
        LoginAttempt(user: "TBA", password: password, database: "NetSuite2.com", account: account, role: role)
    }

    func judge(_ gate: inout LoginGate, _ attempt: LoginAttempt, after seconds: Double = 0) -> LoginGate.Verdict {
        gate.judge(attempt, against: Self.vector.credentials, at: Self.vector.time + seconds)
    }

    @Test func publishedTokenPasswordIsLetInOnce() {
        var gate = LoginGate()
        #expect(judge(&gate, attempt()) == .accepted)
        #expect(judge(&gate, attempt(), after: 1) == .refused(.replayedNonce))
    }

    @Test(arguments: [(300.0, true), (-300, true), (301, false), (-301, false)])
    func passwordLivesFiveMinutes(_ age: Double, _ fresh: Bool) {
        var gate = LoginGate()
        #expect(judge(&gate, attempt(), after: age) == (fresh ? .accepted : .refused(.staleTimestamp)))
    }

    @Test(arguments: [
        (Self.edit(5) { "A" + $0.dropFirst() }, LoginFault.wrongSignature),
        (Self.edit(0) { $0 + "_SB1" }, .wrongAccount),
        (Self.edit(1) { $0 + "0" }, .wrongConsumerKey), (Self.edit(2) { $0 + "0" }, .wrongToken),
        (Self.edit(3) { _ in "abc-def" }, .badNonce), (Self.edit(3) { _ in "abc" }, .badNonce),
        (Self.edit(6) { _ in "HMAC-SHA1" }, .wrongAlgorithm), ("nonsense", .malformedToken), ("", .malformedToken),
    ])
    func everyPartOfThePasswordCounts(_ password: String, _ fault: LoginFault) {
        var gate = LoginGate()
        #expect(judge(&gate, attempt(password)) == .refused(fault))
    }

    static func edit(_ part: Int, _ change: (String) -> String) -> String {
        var parts = vector.password.split(separator: "&").map(String.init)
        parts[part] = change(parts[part])
        return parts.joined(separator: "&")
    }

    @Test func accountAndRoleMustBeNamedAndRight() {
        var gate = LoginGate()
        #expect(judge(&gate, attempt(role: "3")) == .refused(.wrongRole))
        #expect(judge(&gate, attempt(account: "7654321")) == .refused(.wrongAccount))
        #expect(judge(&gate, attempt(role: nil)) == .refused(.missingAccountOrRole))
    }

    @Test func emailAndPasswordAreTheOtherWayIn() {
        var gate = LoginGate()
        let credentials = Self.vector.credentials
        var attempt = attempt(credentials.password)
        attempt.user = credentials.email
        #expect(judge(&gate, attempt) == .accepted)
        attempt.password = "wrong"
        #expect(judge(&gate, attempt) == .refused(.wrongPassword))
        attempt.user = "nobody@example.org"
        #expect(judge(&gate, attempt) == .refused(.wrongUser))
    }

    @Test func sixthTryFindsTheAccountLockedForThirtyMinutes() {
        var gate = LoginGate()
        for _ in 1...5 { #expect(judge(&gate, attempt("x")) == .refused(.malformedToken)) }
        #expect(judge(&gate, attempt()) == .locked)
        #expect(judge(&gate, attempt(), after: 1799) == .locked)
        // The password of the vector is stale by then; what matters is that it is read at all.
        #expect(judge(&gate, attempt(), after: 1800) == .refused(.staleTimestamp))
        #expect(judge(&gate, attempt(), after: 1801) == .locked)
        #expect(judge(&gate, attempt(), after: 3600) == .refused(.staleTimestamp))
    }

    @Test func successForgetsRefusals() {
        var gate = LoginGate()
        for _ in 1...4 { _ = judge(&gate, attempt("x")) }
        #expect(judge(&gate, attempt()) == .accepted)
        for _ in 1...4 { #expect(judge(&gate, attempt("x")) == .refused(.malformedToken)) }
        #expect(!gate.isLocked(at: Self.vector.time))
    }
}
