import Foundation
import TestSupport
import Testing

/// Extracts with OAuth 2.0 from the mock, whose token endpoint speaks TLS: granted, refused, hanging, renewed.
@Suite struct OAuthTests: OAuthSuite {
    let directory: TemporaryDirectory
    let mock: MockServerTests.Mock
    let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        mock = try MockServerTests.Mock(scale: 60)
        program = Program(directory: directory.url)
    }

    // MARK: Granted

    @Test(arguments: ["PS256", "PS384", "PS512", "ES256", "ES384", "ES512"])
    func eachAlgorithmExtractsFromTheMock(algorithm: String) throws {
        for carrier in ["custom_properties", "password"] {
            try configure("\"algorithm\": \"\(algorithm)\", \"token_in\": \"\(carrier)\"")
            let result = try extract()
            #expect(result.code == 0, "\(result.all)")
        }
        #expect(try mock.count("token_requests") == 2 && mock.count("logins_accepted") == 2)
    }

    @Test func oldConfigurationThatSaysNothingOfAlgorithmsWorksToo() throws {
        try configure("\"user\": \"me@example.org\"")
        #expect(try extract().code == 0)
        #expect(try mock.tell("logins").contains("me@example.org"))
    }

    /// As they stand, whatever secrets they speak of.
    @Test(arguments: ["config.example.json", "config.oauth2.example.json"])
    func exampleRunsAgainstTheMockAsItStands(name: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        try FileManager.default.copyItem(
            atPath: root.appending(path: name).path, toPath: directory.path("kleene-ns.json"))
        let result = try extract("--format", "json")
        #expect(result.code == 0, "\(result.all)")
        #expect(try mock.count("token_requests") == (name.contains("oauth2") ? 1 : 0))
        #expect(try mock.tell("logins").contains("extracts@example.com") == name.contains("oauth2"))
    }

    // MARK: Keys

    @Test(arguments: ["rsa-3072", "rsa-4096", "ec-p256", "ec-p384", "ec-p521"])
    func keyThatIsMadeLogsInOnceItsCertificateIsUploaded(kind: String) throws {
        let made = try program.run(["auth", "keygen", "--kind", kind, "--directory", "new/secrets", "--format", "json"])
        #expect(made.code == 0 && made.output.contains("Create New"), "\(made.all)")
        let (key, certificate) = (
            directory.path("new/secrets/private_key.pem"), directory.path("new/secrets/certificate.pem")
        )
        #expect(try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int == 0o600)
        let pem = try String(contentsOfFile: key, encoding: .utf8)
        for line in pem.split(separator: "\n") { #expect(!made.all.contains(line)) }
        // By others than us: OpenSSL reads both, and the certificate vouches for itself.
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/openssl")
        openssl.arguments = ["verify", "-check_ss_sig", "-CAfile", certificate, "-partial_chain", certificate]
        openssl.standardOutput = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        #expect(openssl.terminationStatus == 0)
        #expect(try mock.tell("tokens certificate mine \(certificate)").contains("\"ok\":true"))
        var own = try configureOwn("p256", "pkcs8", "PS256", id: "mine")
        let algorithm = ["ec-p256": "ES256", "ec-p384": "ES384", "ec-p521": "ES512"][kind] ?? "PS256"
        let text = try String(contentsOfFile: directory.path("own.json"), encoding: .utf8)
            .replacing("\(AssertionTool.keys)/p256.pkcs8.pem", with: "new/secrets/private_key.pem")
            .replacing("\"PS256\"", with: "\"\(algorithm)\", \"certificate\": \"new/secrets/certificate.pem\"")
        try text.write(toFile: directory.path("own.json"), atomically: true, encoding: .utf8)
        let doctor = try own.run([
            "doctor", "--config", "own.json", "--state-dir", directory.path("state"), "--format", "csv",
        ])
        #expect(doctor.code == 0 && doctor.output.contains("is that of the private key"), "\(doctor.all)")
        #expect(doctor.output.contains("pass,login") && doctor.output.contains("signs by \(algorithm)"))
        #expect(try mock.count("token_requests") == 1)

        let again = try program.run(["auth", "keygen", "--kind", kind, "--directory", "new/secrets"])
        #expect(again.code == 2 && again.errors.contains("is there already"))
        #expect(try String(contentsOfFile: key, encoding: .utf8) == pem)
        own.environment["PHRASE"] = nil
    }

    @Test func doctorTellsAnEndedCertificateAndAnothersBeforeALogin() throws {
        let own = try configureOwn("p384", "pkcs8", "ES384", id: "mine")
        let text = try String(contentsOfFile: directory.path("own.json"), encoding: .utf8)
        for (file, status, words) in [
            ("p384.ended", "fail", "has ended"), ("p256.cert", "fail", "different pairs"),
            ("p384.public", "fail", "no form that kleene-ns knows"), ("nothing", "fail", "cannot be read"),
        ] {
            try text.replacing(
                "\"ES384\"", with: "\"ES384\", \"certificate\": \"\(AssertionTool.keys)/\(file).pem\""
            ).write(toFile: directory.path("own.json"), atomically: true, encoding: .utf8)
            let result = try own.run([
                "doctor", "--config", "own.json", "--state-dir", directory.path("state"), "--format", "csv",
            ])
            #expect(result.code == 7 && result.output.contains("\(status),certificate"), "\(result.all)")
            #expect(result.output.contains(words) && result.output.contains("skip,login"), "\(result.all)")
        }
        #expect(try mock.count("token_requests") == 0)
    }

    private func doctor(_ program: Program) throws -> Program.Result {
        // Logins are remembered beside the destination, too.
        try? FileManager.default.removeItem(atPath: directory.path("n.db.kleene"))
        return try program.run([
            "doctor", "--config", "own.json", "--state-dir", directory.path("\(UUID())"), "--format", "csv",
        ])
    }

    @Test func doctorWarnsBeforeTheCertificateEnds() throws {
        try mock.tell("tokens certificate mine \(AssertionTool.keys)/p384.cert.pem")
        let own = try configureOwn("p384", "pkcs8", "ES384", id: "mine")
        let text = try String(contentsOfFile: directory.path("own.json"), encoding: .utf8)
        for (file, status, words) in [("ending", "warn", "ends in 29 days"), ("cert", "pass", "good until")] {
            try text.replacing(
                "\"ES384\"", with: "\"ES384\", \"certificate\": \"\(AssertionTool.keys)/p384.\(file).pem\""
            ).write(toFile: directory.path("own.json"), atomically: true, encoding: .utf8)
            let result = try doctor(own)
            // A warning is none of the failures.
            #expect(result.code == 0 && result.output.contains("\(status),certificate"), "\(result.all)")
            #expect(result.output.contains(words) && result.output.contains("pass,login"), "\(result.all)")
            #expect(result.output.contains("auth keygen") == (status == "warn"))
        }
    }

    /// Both are refused in the same words by NetSuite; the time in its answer tells them apart.
    @Test func doctorTellsAWrongClockFromAWrongKey() throws {
        try mock.tell("tokens certificate mine \(AssertionTool.keys)/p384.cert.pem")
        let right = try configureOwn("p384", "pkcs8", "ES384", id: "mine")
        #expect(try doctor(right).code == 0)
        for (seconds, words) in [(600, "10 minutes behind"), (-600, "10 minutes ahead")] {
            try mock.tell("tokens clock \(seconds)")
            let result = try doctor(right)
            #expect(result.code == 7 && result.output.contains(words), "\(result.all)")
            #expect(
                result.output.contains("timedatectl") && !result.output.contains("private key is not that"),
                "\(result.all)")
        }
        try mock.tell("tokens clock 0")
        try mock.tell("tokens certificate mine \(AssertionTool.keys)/p256.cert.pem")
        let wrong = try doctor(right)
        #expect(wrong.code == 7 && wrong.output.contains("private key is not that of the certificate"), "\(wrong.all)")
        #expect(
            wrong.output.contains("The clock of this machine is right") && !wrong.output.contains("timedatectl"),
            "\(wrong.all)")
    }

    /// Oracle's two pages, and an account that takes one of them alone.
    @Test func accountMayTakeOneSpellingAlone() throws {
        let host = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token"
        let other = "\"scope\": \"suite_analytics\", \"aud\": \"\(host)\""
        for (spelling, auth, code) in [
            ("tolerant", "\"scope\": [\"SuiteAnalytics\"]", 0), ("tolerant", other, 0),
            ("connect", "\"scope\": [\"SuiteAnalytics\"]", 0), ("connect", other, 4),
            ("request_token", other, 0), ("request_token", "\"scope\": [\"SuiteAnalytics\"]", 4),
            ("tolerant", "\"scope\": \"restlets\"", 4), ("tolerant", "\"aud\": \"https://elsewhere/\"", 4),
        ] {
            try mock.tell("tokens spelling \(spelling)")
            try configure(auth)
            let result = try program.run(
                ["extract", "--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("\(UUID())")])
            #expect(Int(result.code) == code, "\(spelling) \(auth): \(result.all)")
            if auth.contains("restlets") { #expect(result.errors.contains("suite_analytics"), "\(result.errors)") }
            if auth.contains("elsewhere") { #expect(result.errors.contains("\"aud\""), "\(result.errors)") }
        }
    }

    /// NetSuite's own connection string with a user's own key; the stock driver takes its address from "attributes".
    private func configureOwn(_ kind: String, _ form: String, _ algorithm: String, id: String) throws -> Program {
        let phrase = form.hasSuffix("encrypted") ? ", \"private_key_phrase\": {\"env\": \"PHRASE\"}" : ""
        try """
        {"source": {\(Self.account), "driver": "PostgreSQL Unicode", "service_port": \(mock.port),
          "attributes": {"Server": "127.0.0.1", "Database": "NetSuite2.com"},
          "auth": {"method": "oauth2", "client_id": "\(String(repeating: "c11e47", count: 10))c11e",
            "certificate_id": "\(id)", "private_key": {"file": "\(AssertionTool.keys)/\(kind).\(form).pem"}\(phrase),
            "algorithm": "\(algorithm)", "token_in": "password", "token_host": "localhost:\(mock.port)",
            "ca_file": "ca.pem"}}, \(Self.rest)}
        """.write(toFile: directory.path("own.json"), atomically: true, encoding: .utf8)
        try mock.certificate.write(toFile: directory.path("ca.pem"), atomically: true, encoding: .utf8)
        return Program(
            directory: directory.url,
            environment: [
                "PGOPTIONS": "-c ns.account=1234567_SB1 -c ns.role=57", "PHRASE": AssertionTool.phrase,
                "NO_PROXY": "localhost",
            ])
    }

    private func run(_ program: Program, _ more: String...) throws -> Program.Result {
        try program.run(["tables", "--refresh", "--config", "own.json", "--state-dir", directory.path("state")] + more)
    }

    @Test func probeSaysWhichSpellingTheAccountTakes() throws {
        try configure()
        for (spelling, code, words) in [
            ("tolerant", 0, "gives a token for \"\"scope\"\": \"\"suite_analytics\"\""),
            ("connect", 0, "gives no token for \"\"scope\"\": \"\"suite_analytics\"\""),
            ("request_token", 7, "gives a token for \"\"scope\"\": \"\"suite_analytics\"\""),
        ] {
            try mock.tell("reset")
            try mock.tell("tokens spelling \(spelling)")
            let result = try program.run(
                [
                    "doctor", "--probe", "--format", "csv", "--mock", "127.0.0.1:\(mock.port)", "--state-dir",
                    directory.path("\(UUID())"),
                ])
            #expect(Int(result.code) == code && result.output.contains(words), "\(result.all)")
            #expect(try mock.count("token_requests") == 2)
        }
    }

    // MARK: Nobody has judged

    static let broken: [(fault: String, kind: String, word: String)] = [
        ("stall", "connection", "no answer within"), ("reset", "connection", "broke the connection off"),
        ("close", "connection", "broke the connection off"), ("html", "connection", "A proxy or gateway answered"),
        ("ticket", "connection", "HTTP 503"), ("error", "connection", "HTTP 500"),
        ("session-limit", "connection", "HTTP 429"),
    ]

    @Test(arguments: broken.indices) func endpointThatDoesNotAnswerShutsNoDoor(index: Int) throws {
        let (fault, kind, word) = Self.broken[index]
        try configure()
        try mock.tell("fault token \(fault) always")
        for _ in 0..<3 {
            let result = try program.run(
                ["tables", "--refresh", "--login-timeout", "1", "--log-format", "json"] + flags)
            #expect(result.code == 1 && result.errors.contains("\"kind\":\"\(kind)\""), "\(result.all)")
            #expect(result.errors.contains(word) && result.errors.contains("No login was counted"), "\(result.errors)")
        }
        try mock.tell("clear")
        #expect(try program.run(["tables", "--refresh"] + flags).code == 0)
        #expect(try mock.count("logins_refused") == 0)
    }

    @Test func extractWaitsForAnEndpointThatComesBack() throws {
        try configure()
        try mock.tell("fault token ticket")
        let result = try extract()
        #expect(result.code == 0, "\(result.all)")
        #expect(try mock.count("token_requests") == 2)
    }

    @Test func certificateThatNobodyVouchesForIsRefused() throws {
        let own = try configureOwn("p256", "pkcs8", "ES256", id: "mock-ec-p256")
        try "-----BEGIN NOTHING-----\n".write(toFile: directory.path("ca.pem"), atomically: true, encoding: .utf8)
        let bad = try run(own)
        #expect(bad.code == 1 && bad.errors.contains("\"ca_file\"") && bad.errors.contains("ca.pem"), "\(bad.all)")
        try FileManager.default.removeItem(atPath: directory.path("ca.pem"))
        #expect(try run(own).code == 1)
        // The system's do not know the mock's.
        let text = try String(contentsOfFile: directory.path("own.json"), encoding: .utf8)
        try text.replacing(",\n    \"ca_file\": \"ca.pem\"", with: "").write(
            toFile: directory.path("own.json"), atomically: true, encoding: .utf8)
        let unknown = try run(own)
        #expect(unknown.code == 1 && unknown.errors.contains("could not be made"), "\(unknown.all)")
        #expect(try mock.count("token_requests") == 0)
        // A whole machine's own authority.
        try mock.certificate.write(toFile: directory.path("all.pem"), atomically: true, encoding: .utf8)
        var trusting = own
        trusting.environment["SSL_CERT_FILE"] = directory.path("all.pem")
        #expect(try run(trusting).errors.contains("NetSuite refused a token"))
    }

    /// Opened at run time, and only where there is a token to ask for.
    @Test func libraryThatIsMissingIsNamedAndMissedByNobodyElse() throws {
        try configure()
        for name in ["libcurl.so.4", "libcurl-gnutls.so.4"] {
            try "junk".write(toFile: directory.path(name), atomically: true, encoding: .utf8)
        }
        let without = Program(directory: directory.url, environment: ["LD_LIBRARY_PATH": directory.url.path])
        let result = try without.run(["tables", "--refresh"] + flags)
        #expect(result.code == 1 && result.errors.contains("apt-get install libcurl4"), "\(result.all)")
        let text = try String(contentsOfFile: directory.path("kleene-ns.json"), encoding: .utf8)
        try text.replacing(
            "\"method\": \"oauth2\"", with: "\"method\": \"password\", \"user\": \"u\", \"password\": {\"env\": \"P\"}"
        )
        .replacing(/, "client_id.*?\n.*?"algorithm": "PS256"/, with: "")
        .write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let other = try without.run(["tables", "--refresh"] + flags)
        #expect(other.code == 0, "\(other.all)")
        #expect(try mock.count("logins_refused") == 0)
    }

    @Test func proxyThatIsNotThereIsNamed() throws {
        var own = try configureOwn("p256", "pkcs8", "ES256", id: "mock-ec-p256")
        own.environment["NO_PROXY"] = nil
        own.environment["HTTPS_PROXY"] = "http://someone:s3cretproxy@127.0.0.1:1"
        let result = try run(own)
        #expect(result.code == 1 && !result.all.contains("s3cretproxy"), "\(result.all)")
        #expect(try mock.count("token_requests") == 0)
        own.environment["NO_PROXY"] = "localhost"
        #expect(try run(own).errors.contains("NetSuite refused a token"))
    }

    // MARK: Renewed

    @Test func fourConnectionsShareOneToken() throws {
        try configure(more: ", \"connections\": 4")
        let result = try program.run(["extract"] + flags)
        #expect(result.code == 0, "\(result.all)")
        #expect(try mock.count("token_requests") == 1)
    }

    @Test func tokenThatIsSpentIsRenewedForTheNextLogin() throws {
        // Good for less than a login takes: each has to have its own.
        try mock.tell("tokens lifetime 1")
        try mock.tell("fault token slow always milliseconds=800")
        try configure()
        try mock.tell("fault fetch reset")
        let result = try extract()
        #expect(result.code == 0, "\(result.all)")
        #expect(try mock.count("logins_accepted") == 2 && mock.count("token_requests") == 2)
    }
}
