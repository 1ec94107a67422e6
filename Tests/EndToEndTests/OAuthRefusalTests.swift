import Foundation
import TestSupport
import Testing

/// Tokens that are refused, at the endpoint and at the door: each with its sentence, and no account is locked by it.
@Suite struct OAuthRefusalTests: OAuthSuite {
    let directory: TemporaryDirectory
    let mock: MockServerTests.Mock
    let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        mock = try MockServerTests.Mock(scale: 60)
        program = Program(directory: directory.url)
    }

    /// What is told to the mock, a word of the sentence, and what the mock itself notes.
    static let refusals: [(tell: String, word: String, note: String)] = [
        ("", "\"scope\"", "wrong scope"),
        ("tokens certificate mock-rsa-3072 \(AssertionTool.keys)/rsa3072.cert.pem", "invalid_grant", "signature"),
        ("tokens certificate mock-rsa-3072 \(AssertionTool.keys)/rsa3072.ended.pem", "has ended", "has ended"),
        ("tokens forget mock-rsa-3072", "\"certificate_id\"", "unknown certificate id"),
        ("tokens clock 600", "10 minutes behind", "not good now"),
        ("tokens clock -600", "10 minutes ahead", "not good now"),
        ("tokens spelling request_token", "\"aud\"", "wrong aud"),
        ("fault token refused always text=unauthorized_client", "Machine to Machine", ""),
        ("fault token refused always text=access_denied", "OAuth 2.0 Access Tokens", ""),
    ]

    /// A hundred runs of the first refusal, and twenty of each other: what counts them is the same.
    @Test(arguments: refusals.indices) func manyRunsWithARefusedTokenMakeTwoRequests(index: Int) throws {
        let (tell, word, note) = Self.refusals[index]
        if tell.isEmpty {
            try configure("\"scope\": \"restlets\"")
        } else {
            #expect(try mock.tell(tell).contains("\"ok\":true"))
            try configure()
        }
        var results: [Program.Result] = []
        let rounds = index == 0 ? 5 : 1
        for _ in 0..<rounds {
            let running = try (0..<20).map { _ in try program.start(["tables", "--refresh"] + flags) }
            results += try running.map { try $0.wait() }
        }
        #expect(results.count == rounds * 20 && results.allSatisfy { $0.code == 4 }, "\(results.map(\.code))")
        #expect(try mock.count("token_requests") == 2 && mock.count("logins_tried") == 0)
        #expect(results.count { $0.errors.contains("NetSuite refused a token") && $0.errors.contains(word) } == 2)
        if !note.isEmpty { #expect(try mock.tell("notes").contains(note)) }
        let status = try program.run(["auth", "status", "--state-dir", directory.path("state"), "--format", "csv"])
        #expect(status.output.contains(",open,2,"), "\(status.output)")
    }

    /// Granted, and refused at the door: it is the login that counts, and the token before it makes it no better.
    @Test(arguments: ["expire", "revoke", "refused"]) func hundredRunsWithATokenThatTheDoorRefusesMakeTwoLogins(
        how: String
    ) throws {
        try configure()
        try mock.tell(how == "refused" ? "fault login refused always" : "fault login slow always milliseconds=1500")
        var results: [Program.Result] = []
        for number in 1...2 {
            let running = try program.start(["tables", "--refresh"] + flags)
            if how != "refused" {
                while try mock.count("logins_tried") != number {}
                try mock.tell("tokens \(how)")
            }
            results.append(try running.wait())
        }
        for _ in 0..<7 {
            let running = try (0..<14).map { _ in try program.start(["tables", "--refresh"] + flags) }
            results += try running.map { try $0.wait() }
        }
        #expect(results.count == 100 && results.allSatisfy { $0.code == 4 }, "\(results.map(\.code))")
        #expect(try mock.count("logins_tried") == 2 && mock.count("token_requests") == 2)
        #expect(results[0].errors.contains("Log in using OAuth 2.0 Access Tokens"), "\(results[0].errors)")
        let words = ["expire": "The access token expired", "revoke": "The access token was revoked"][how]
        #expect(results.prefix(2).allSatisfy { $0.errors.contains(words ?? "OAuth 2.0") }, "\(results[0].errors)")
        let reason = ["expire": "access token expired", "revoke": "access token revoked"][how] ?? "injected"
        #expect(try mock.tell("logins").contains(reason))
    }

    @Test func certificateOfAnotherRoleIsNotTried() throws {
        try configure()
        try mock.tell("tokens role 3")
        for _ in 0..<3 {
            let result = try program.run(["tables", "--refresh"] + flags)
            #expect(result.code == 2 && result.errors.contains("Set \"role_id\" to 3"), "\(result.all)")
        }
        #expect(try mock.count("logins_tried") == 0)
    }
}
