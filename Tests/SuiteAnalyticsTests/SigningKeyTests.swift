import Extraction
import Foundation
import HTTPS
import Synchronization
import TestSupport
import Testing
import Text

@testable import SuiteAnalytics

/// Keys as people have them, and assertions as another implementation reads them.
@Suite struct SigningKeyTests {
    private static var account: AccountID {
        get throws { try #require(AccountID(rawValue: "1234567_SB1")) }
    }

    private static func pem(_ name: String) throws -> Secret {
        Secret(try String(contentsOfFile: "\(AssertionTool.keys)/\(name).pem", encoding: .utf8))
    }

    private static func credentials(_ kind: String, _ form: String, _ texts: [String: String] = [:]) throws
        -> OAuthCredentials
    {
        var secrets = ["private_key": try pem("\(kind).\(form)"), "client_id": "client", "certificate_id": "cert-1"]
        if form.hasSuffix("encrypted") { secrets["private_key_phrase"] = Secret(AssertionTool.phrase) }
        return try OAuthCredentials(LoginValues(texts: texts, secrets: secrets))
    }

    /// The form that a request would send.
    private static func sent(_ credentials: OAuthCredentials) throws -> String {
        let request = try #require(credentials.tokenRequest(to: try account, role: 57))
        let seen = Mutex("")
        _ = try? request.token(
            by: TokenRoute(), seconds: 1, at: Date(),
            send: { post throws(FormError) in
                seen.withLock { $0 = post.body.reveal() }
                throw FormError(.timeout, "")
            })
        return seen.withLock { $0 }
    }

    @Test func everyKindOfKeySignsByEachOfItsAlgorithms() throws {
        var lines: [String] = []
        for kind in AssertionTool.kinds {
            for form in AssertionTool.forms {
                for algorithm in AssertionTool.algorithms(kind) {
                    let form = try Self.sent(Self.credentials(kind, form, ["algorithm": algorithm]))
                    let assertion = try #require(form.split(separator: "client_assertion=").last)
                    lines.append("\(AssertionTool.keys)/\(kind).public.pem \(assertion)")
                }
            }
        }
        let said = try AssertionTool.check(lines)
        #expect(lines.count == 36 && said.last == "verified 36")
        for algorithm in SignatureAlgorithm.allCases {
            #expect(said.contains { $0.contains("\"alg\": \"\(algorithm.rawValue)\"") })
        }
        // Oracle's page on Connect, which is the default.
        #expect(
            said[0].contains(
                "\"aud\": \"https://1234567-sb1.connect.api.netsuite.com/services/rest/auth/oauth2/v1/token\"")
                && said[0].contains("\"scope\": [\"SuiteAnalytics\"]") && said[0].contains("\"iss\": \"client\"")
                && said[0].contains("\"kid\": \"cert-1\""), "\(said[0])")
    }

    @Test func scopeAndAudienceAreSentAsTheyAreConfigured() throws {
        let credentials = try Self.credentials("p256", "pkcs8", ["scope": "suite_analytics", "aud": "https://x/y"])
        let assertion = try #require(try Self.sent(credentials).split(separator: "client_assertion=").last)
        let said = try AssertionTool.check(["\(AssertionTool.keys)/p256.public.pem \(assertion)"])
        #expect(said[0].contains("\"aud\": \"https://x/y\"") && said[0].contains("\"scope\": \"suite_analytics\""))
    }

    /// As variables of an environment and secret stores have them.
    @Test func keyIsReadHoweverItsLinesAreBroken() throws {
        let text = try Self.pem("rsa3072.pkcs8").reveal()
        let certificate = try Self.pem("rsa3072.cert").reveal()
        let forms = [
            text.replacing("\n", with: "\r\n"), text.replacing("\n", with: "\\n"), text.replacing("\n", with: " "),
            "  \n" + text + "\n\n", certificate + text, text + certificate,
        ]
        let key = try SigningKey(pem: Secret(text), phrase: nil).publicKey
        for form in forms { #expect(try SigningKey(pem: Secret(form), phrase: nil).publicKey == key) }
    }

    @Test(arguments: [
        ("p256.cert", nil, "a certificate"), ("p256.public", nil, "a public key"),
        ("rsa3072.pkcs8.encrypted", nil, "\"private_key_phrase\""),
        ("p256.old.encrypted", nil, "\"private_key_phrase\""),
        ("rsa3072.pkcs8.encrypted", "wrong", "does not open"), ("p384.old.encrypted", "wrong", "does not open"),
        ("p384.pkcs8", "none needed", "is not encrypted"),
    ])
    func whatIsNoKeyIsNamed(name: String, phrase: String?, words: String) throws {
        let pem = try Self.pem(name)
        let failure = #expect(throws: Failure.self) { try SigningKey(pem: pem, phrase: phrase.map { Secret($0) }) }
        #expect(
            failure?.kind == .configuration && failure?.description.contains(words) == true,
            "\(String(describing: failure))")
        Self.hasNothing(of: pem, failure)
    }

    @Test(arguments: [
        ("rsa1024", "RSA with 1024 bits"), ("rsa2048", "RSA with 2048 bits"), ("p192", "P-192"), ("p224", "P-224"),
        ("k256", "secp256k1"), ("brainpool", "brainpoolP256r1"), ("ed25519", "Ed25519"), ("ed448", "Ed448"),
        ("x25519", "X25519"), ("dsa", "DSA"),
    ])
    func keyThatNetSuiteDoesNotTakeIsCalledByItsKind(kind: String, name: String) throws {
        var count = 0
        for form in ["pkcs8", "old"] {
            guard let pem = try? Self.pem("\(kind).\(form)") else { continue }
            count += 1
            let failure = #expect(throws: Failure.self) { try SigningKey(pem: pem, phrase: nil) }
            #expect(
                failure?.kind == .configuration && failure?.message.contains(name) == true,
                "\(String(describing: failure))")
            #expect(failure?.advice.contains("auth keygen") == true)
            Self.hasNothing(of: pem, failure)
        }
        #expect(count == (["ed25519", "ed448", "x25519"].contains(kind) ? 1 : 2))
    }

    @Test func damagedKeysAreNamed() throws {
        let text = try Self.pem("p256.pkcs8").reveal()
        let lines = text.split(separator: "\n").map(String.init)
        let bytes = try #require(Data(base64Encoded: lines.dropFirst().dropLast().joined()))
        func block(_ data: Data, _ label: String = "PRIVATE KEY") -> String {
            "-----BEGIN \(label)-----\n\(data.base64EncodedString())\n-----END \(label)-----\n"
        }
        for damaged in [
            block(bytes.dropLast(9)), block(bytes.dropFirst(3)), block(Data(repeating: 0x30, count: 400)),
            block(Data([0x30, 0])),
            block(Data(repeating: 0xFF, count: 90)), block(bytes, "ENCRYPTED PRIVATE KEY"),
            block(Data([0x30, 0x80]) + bytes), block(Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })),
            "", "secret", lines[1], lines.dropLast().joined(separator: "\n"),
            ([lines[0]] + lines.dropFirst(2)).joined(separator: "\n"),
            text.replacing(String(lines[1].prefix(8)), with: "!!!!!!!!"),
            "-----BEGIN OPENSSH PRIVATE KEY-----\n\(lines[1])\n-----END OPENSSH PRIVATE KEY-----",
            "PuTTY-User-Key-File-3: ssh-rsa",
        ] {
            let failure = #expect(throws: Failure.self, "\(damaged.prefix(80))") {
                try SigningKey(pem: Secret(damaged), phrase: nil)
            }
            #expect(failure?.kind == .configuration)
            Self.hasNothing(of: Secret(text), failure)
        }
    }

    private static func hasNothing(of pem: Secret, _ failure: Failure?) {
        for line in pem.reveal().split(separator: "\n") where !line.contains("-----") && line.count > 16 {
            #expect(failure?.description.contains(line) != true)
        }
    }

    @Test func algorithmOfAnotherKindOfKeyIsRefusedBeforeAnythingIsSent() throws {
        for (kind, algorithm) in [("rsa3072", "ES256"), ("p256", "PS256"), ("p256", "ES384"), ("p521", "ES256")] {
            let failure = #expect(throws: Failure.self) {
                try Self.credentials(kind, "pkcs8", ["algorithm": algorithm])
            }
            #expect(failure?.kind == .configuration && failure?.advice.contains("signs by") == true)
        }
        // Where none is named it is the key's own.
        let assertion = try #require(try Self.sent(Self.credentials("p384", "old")).split(separator: "=").last)
        let said = try AssertionTool.check(["\(AssertionTool.keys)/p384.public.pem \(assertion)"])
        #expect(said[0].contains("ES384"))
    }

    /// The process that loads a driver has no use for it.
    @Test func privateKeyIsInNoOrderToAWorker() throws {
        let credentials = try Self.credentials("p256", "pkcs8")
        let encoder = JSONEncoder()
        if let passage = Secret.passage { encoder.userInfo[passage] = true }
        let data = try encoder.encode(Authentication(credentials))
        let text = String(decoding: data, as: UTF8.self)
        for line in try Self.pem("p256.pkcs8").reveal().split(separator: "\n") where !line.contains("-----") {
            #expect(!text.contains(line) && credentials.secrets.contains { $0.reveal() == String(line) })
        }
        let decoded = try JSONDecoder().decode(Authentication.self, from: data)
        #expect(decoded.method.tokenRequest(to: try Self.account, role: 57) == nil)
        // Of the two processes each counts the same credentials.
        #expect(decoded.method.credentials == credentials.credentials)
        #expect(decoded.method.identity == credentials.identity)
    }

    // MARK: Certificates

    @Test func certificateIsWatchedFromTwoMonthsBeforeItsEnd() throws {
        let now = Date(timeIntervalSince1970: 1_795_878_254)
        let key = try SigningKey.make(.p256)
        let made = try ClientCertificate.make(for: key, name: "ns é", days: 730, at: now)
        let certificate = try ClientCertificate(pem: "junk before\n" + made.pem)
        #expect(certificate == made && certificate.publicKey == key.publicKey)
        for (day, status) in [
            (0.0, Check.Status.pass), (-0.02, .pass), (-0.05, .fail), (667, .pass), (669, .warn), (729, .warn),
            (730, .fail),
        ] {
            #expect(made.checks(key, at: now + day * 86_400).map(\.status) == [status], "\(day)")
        }
        #expect(made.checks(try SigningKey.make(.p256), at: now).map(\.status) == [.fail])
        #expect(made.end.timeIntervalSince(made.beginning) <= 730 * 86_400)
    }

    @Test func administratorMayLogInWithOAuthAlone() throws {
        func faults(_ admits: Bool) throws -> [String] {
            ServiceRules(
                account: try Self.account, role: 3, host: nil, dataSource: nil, admitsAdministrator: admits
            ).faults.map(\.key)
        }
        #expect(try faults(false) == ["role_id"] && faults(true).isEmpty)
        #expect(Authentication.kinds.filter { $0.admitsAdministrator }.map { $0.name } == ["oauth2"])
    }

    // MARK: The lease of a token

    @Test func tokenIsUsedUntilFiveMinutesBeforeItsEnd() {
        let start = ContinuousClock.now
        var lease = TokenLease()
        #expect(lease.token(at: start) == nil)
        lease.take(AccessToken("t", lifetime: 3600), askedAt: start)
        for (seconds, isGood) in [(0, true), (3299, true), (3300, false), (3600, false), (99_999, false), (-1, false)] {
            #expect((lease.token(at: start + .seconds(seconds)) != nil) == isGood, "\(seconds)")
        }
        lease.take(AccessToken("s", lifetime: 100), askedAt: start)
        #expect(lease.token(at: start + .seconds(74)) == "s" && lease.token(at: start + .seconds(75)) == nil)
    }
}
