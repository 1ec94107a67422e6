import Foundation
import TestSupport
import Testing

/// A user's own keys: those that NetSuite takes extract rows, with an assertion that another implementation than ours has verified;
/// those that it does not take are told before anything is sent.
@Suite struct TokenKeyTests {
    private let directory: TemporaryDirectory
    private let mock: MockServerTests.Mock

    init() throws {
        directory = try TemporaryDirectory()
        mock = try MockServerTests.Mock(scale: 60)
    }

    /// NetSuite's own connection string with a user's own key; the stock driver takes its address from "attributes".
    private func configure(
        _ key: String, algorithm: String? = nil, phrase: Bool = false, host: String, authority: String,
        more: String = ""
    ) throws -> Program {
        let phrase = phrase ? ", \"private_key_phrase\": {\"env\": \"PHRASE\"}" : ""
        let algorithm = algorithm.map { ", \"algorithm\": \"\($0)\"" } ?? ""
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "driver": "PostgreSQL Unicode", "service_port": \(mock.port),
          "attributes": {"Server": "127.0.0.1", "Database": "NetSuite2.com"},
          "auth": {"method": "oauth2", "client_id": "\(String(repeating: "c11e47", count: 10))c11e",
            "certificate_id": "mine", "private_key": {"file": "\(key)"}\(phrase)\(algorithm)\(more),
            "token_in": "password", "token_host": "\(host)", "ca_file": "\(authority)"}},
          "destination": {"type": "sqlite", "path": "n.db"}, "extracts": [{"table": "customer"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        return Program(
            directory: directory.url,
            environment: [
                "PGOPTIONS": "-c ns.account=1234567_SB1 -c ns.role=57", "PHRASE": AssertionTool.phrase,
                "NO_PROXY": "localhost",
            ])
    }

    @Test(arguments: AssertionTool.kinds) func eachKindAndFormOfAKeyExtracts(kind: String) throws {
        let endpoint = try PlayedEndpoint()
        let answer = try mock.tell("tokens certificate mine \(AssertionTool.keys)/\(kind).cert.pem")
        #expect(answer.contains("\"ok\":true"), "\(answer)")
        try endpoint.tell([
            "endpoint": "forward", "port": mock.port, "keys": "\(AssertionTool.keys)/\(kind).public.pem",
        ])
        var count = 0
        for form in AssertionTool.forms {
            for algorithm in AssertionTool.algorithms(kind) {
                let program = try configure(
                    "\(AssertionTool.keys)/\(kind).\(form).pem", algorithm: algorithm,
                    phrase: form.hasSuffix("encrypted"),
                    host: "localhost:\(endpoint.port)", authority: endpoint.authority)
                let result = try program.run(["extract", "--state-dir", directory.path("state")])
                #expect(result.code == 0, "\(form) \(algorithm): \(result.all)")
                #expect(try (Int(sqlite(directory.path("n.db"), "SELECT count(*) FROM customer")) ?? 0) > 0)
                let visits = try endpoint.visits()
                #expect(visits.count == 1 && visits[0].verified == true, "\(form) \(algorithm): \(visits)")
                #expect(visits.first?.header?["alg"] == algorithm && visits.first?.header?["kid"] == "mine")
                count += 1
            }
        }
        #expect(count == (kind.hasPrefix("rsa") ? 12 : 4))
        #expect(try mock.count("tokens_granted") == count && mock.count("logins_accepted") == count)
    }

    /// The other eyes see what is to be seen: a key that is not the one.
    @Test func assertionOfAnotherKeyIsFoundOutByTheOtherImplementation() throws {
        let endpoint = try PlayedEndpoint()
        try mock.tell("tokens certificate mine \(AssertionTool.keys)/p256.cert.pem")
        try endpoint.tell([
            "endpoint": "forward", "port": mock.port, "keys": "\(AssertionTool.keys)/p384.public.pem",
        ])
        let program = try configure(
            "\(AssertionTool.keys)/p256.pkcs8.pem", host: "localhost:\(endpoint.port)", authority: endpoint.authority)
        #expect(try program.run(["extract", "--state-dir", directory.path("state")]).code == 0)
        #expect(try endpoint.visits().map(\.verified) == [false])
    }

    // MARK: What is no such key

    static let unfit: [(file: String, words: [String])] = [
        ("rsa2048.pkcs8", ["RSA with 2048 bits", "3072 and 4096", "auth keygen"]),
        ("rsa1024.old", ["RSA with 1024 bits"]),
        ("p192.pkcs8", ["P-192", "P-256, P-384 and P-521"]), ("k256.old", ["secp256k1"]),
        ("ed25519.pkcs8", ["Ed25519"]),
        ("dsa.pkcs8", ["DSA"]), ("x25519.pkcs8", ["X25519"]),
        ("p256.cert", ["is a certificate"]), ("rsa3072.public", ["is a public key"]), ("openssh", ["an OpenSSH key"]),
        ("der.pkcs8", ["does not hold lines of UTF-8 text"]), ("pkcs12", ["does not hold lines of UTF-8 text"]),
        ("p256.pkcs8.encrypted", ["is encrypted", "\\\"private_key_phrase\\\""]),
        ("not-there", ["cannot be read", "No such file"]), (".", ["is not a regular file"]),
    ]

    private func expectRefused(_ program: Program, _ words: [String], code: Int32 = 2) throws {
        for command in [["extract"], ["tables", "--refresh"]] {
            let result = try program.run(
                command + ["--state-dir", directory.path("state"), "--log-format", "json"])
            #expect(result.code == code, "\(result.all)")
            for word in words { #expect(result.errors.contains(word), "\(word): \(result.all)") }
        }
        #expect(try mock.count("token_requests") == 0 && mock.count("logins_tried") == 0)
        // Nothing was counted, so nothing has to be reset.
        let status = try program.run(["auth", "status", "--state-dir", directory.path("state"), "--format", "csv"])
        #expect(!status.output.contains(",open,"), "\(status.output)")
    }

    @Test(arguments: unfit.indices) func whatIsNoKeyThatNetSuiteTakesIsToldBeforeAnythingIsSent(index: Int) throws {
        let (file, words) = Self.unfit[index]
        let path = file == "." ? AssertionTool.keys : "\(AssertionTool.keys)/\(file).pem"
        let program = try configure(path, host: "localhost:\(mock.port)", authority: "ca.pem")
        try expectRefused(program, words)
        let doctor = try program.run(["doctor", "--state-dir", directory.path("state")])
        #expect(doctor.code == 7, "\(doctor.all)")
    }

    @Test(arguments: [0o604, 0o640, 0o644, 0o660, 0o666]) func keyThatOthersMayReadIsNotUsed(mode: Int) throws {
        let path = directory.path("key.pem")
        try FileManager.default.copyItem(atPath: "\(AssertionTool.keys)/p256.pkcs8.pem", toPath: path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let program = try configure(path, host: "localhost:\(mock.port)", authority: "ca.pem")
        try expectRefused(program, ["other users may read", "chmod 600"])
    }

    @Test func keyThatIsEmptyGarbageOrHugeIsToldSo() throws {
        let path = directory.path("key.pem")
        for (content, words) in [
            (Data(), "does not hold lines"), (Data("\n\n \n".utf8), "does not hold lines"),
            (Data("hunter2\n".utf8), "a text without the line"), (Data([0, 1, 2, 3]), "does not hold lines"),
            (Data([0xFF, 0xFE, 0x41, 0x42]), "does not hold lines"),
            (Data("{\"kty\": \"EC\", \"crv\": \"P-256\", \"d\": \"abc\"}".utf8), "a text without the line"),
            (Data(repeating: 0x41, count: 70_000), "does not hold lines"),
            (Data("-----BEGIN PRIVATE KEY-----\nMIG".utf8), "and no end"),
            (Data("-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n".utf8), "is damaged"),
            (Data("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8), "in no form that"),
        ] {
            try content.write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let program = try configure(path, host: "localhost:\(mock.port)", authority: "ca.pem")
            try expectRefused(program, [words])
        }
    }

    @Test func phraseThatDoesNotOpenTheKeyIsToldSo() throws {
        for form in ["pkcs8.encrypted", "old.encrypted"] {
            var program = try configure(
                "\(AssertionTool.keys)/rsa3072.\(form).pem", phrase: true, host: "localhost:\(mock.port)",
                authority: "ca.pem")
            program.environment["PHRASE"] = "wr0ng-phrase"
            try expectRefused(program, ["does not open the private key"])
            let result = try program.run(["extract", "--state-dir", directory.path("state")])
            #expect(!result.all.contains("wr0ng"))
        }
    }

    @Test(arguments: [("rsa4096", "ES256"), ("p256", "PS256"), ("p256", "ES512"), ("p521", "ES384")])
    func algorithmThatDoesNotFitTheKeyIsToldBeforeAnythingIsSent(kind: String, algorithm: String) throws {
        let program = try configure(
            "\(AssertionTool.keys)/\(kind).pkcs8.pem", algorithm: algorithm, host: "localhost:\(mock.port)",
            authority: "ca.pem")
        try expectRefused(program, ["\\\"algorithm\\\" is \\\"\(algorithm)\\\"", "signs by"])
    }

    @Test(arguments: ["RS256", "HS256", "none", "ps256", ""]) func algorithmThatNetSuiteDoesNotTakeIsNone(name: String)
        throws
    {
        let program = try configure(
            "\(AssertionTool.keys)/rsa3072.pkcs8.pem", algorithm: name, host: "localhost:\(mock.port)",
            authority: "ca.pem")
        try expectRefused(program, ["algorithm", "PS256"])
    }

    /// What would be sent to somebody else, or for another account.
    @Test(arguments: [
        ("https://localhost:1/x", "is a URL"), ("a b", "no host's name"), ("me@localhost", "no host's name"),
        ("", "is empty"),
        ("localhost:0", "no port"), ("localhost:99999", "no port"), ("localhost:https", "no port"),
        ("::1", "in brackets"),
        ("7654321.suitetalk.api.netsuite.com", "of the account 7654321"),
        ("1234567.suitetalk.api.netsuite.com", "of the account 1234567"),
    ])
    func hostThatIsNoneOfTheAccountsIsToldOffline(host: String, words: String) throws {
        let program = try configure("\(AssertionTool.keys)/p256.pkcs8.pem", host: host, authority: "ca.pem")
        try expectRefused(program, [words, "token_host"])
    }

    @Test(arguments: [
        (", \"scope\": []", "scope"), (", \"scope\": \" \"", "scope"), (", \"scope\": [\"a\", \"\"]", "scope"),
        (", \"aud\": \"\"", "aud"),
        (
            ", \"aud\": \"https://7654321.connect.api.netsuite.com/services/rest/auth/oauth2/v1/token\"",
            "account 7654321"
        ),
    ])
    func scopeAndAudienceThatAreSurelyWrongAreToldOffline(more: String, words: String) throws {
        let program = try configure(
            "\(AssertionTool.keys)/p256.pkcs8.pem", host: "localhost:\(mock.port)", authority: "ca.pem", more: more)
        try expectRefused(program, [words])
    }
}
