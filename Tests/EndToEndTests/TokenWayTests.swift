import Foundation
import TestSupport
import Testing

/// The way to the token endpoint: who answers there, in whose name, and through which proxy. Nothing on it is a refusal, so none of it
/// shuts the door; and nothing that is sent goes anywhere else.
@Suite(.waiting) struct TokenWayTests {
    private let directory: TemporaryDirectory
    private let mock: MockServerTests.Mock
    private let endpoint: PlayedEndpoint
    private let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        mock = try MockServerTests.Mock(scale: 0)
        endpoint = try PlayedEndpoint()
        program = Program(
            directory: directory.url, environment: ["PGOPTIONS": "-c ns.account=1234567_SB1 -c ns.role=57"])
        try configure()
        try mock.tell("tokens certificate mine \(AssertionTool.keys)/p256.cert.pem")
    }

    private func configure(_ host: String? = nil) throws {
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "driver": "PostgreSQL Unicode", "service_port": \(mock.port),
          "attributes": {"Server": "127.0.0.1", "Database": "NetSuite2.com"},
          "auth": {"method": "oauth2", "client_id": "\(String(repeating: "c11e47", count: 10))c11e",
            "certificate_id": "mine", "private_key": {"file": "\(AssertionTool.keys)/p256.pkcs8.pem"},
            "token_in": "password", "token_host": "\(host ?? "localhost:\(endpoint.port)")",
            "ca_file": "\(endpoint.authority)"}}}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    private func run(_ program: Program? = nil) throws -> Program.Result {
        try (program ?? self.program).run([
            "tables", "--refresh", "--login-timeout", "2", "--log-format", "json", "--state-dir",
            directory.path("state"),
        ])
    }

    /// Fails three times with this class and these words and counts nothing; and works once the way is free.
    private func expectNoLock(
        _ program: Program? = nil, kind: String, _ words: [String], _ free: () throws -> Void = {}
    ) throws {
        for _ in 0..<3 {
            let result = try run(program)
            #expect(result.code == 1 && result.errors.contains("\"kind\":\"\(kind)\""), "\(result.all)")
            #expect(result.errors.contains("No login was counted"), "\(result.errors)")
            for word in words { #expect(result.errors.contains(word), "\(word): \(result.errors)") }
        }
        #expect(try mock.count("logins_tried") == 0 && mock.count("token_requests") == 0)
        try free()
        try endpoint.tell(forwarding.merging(["certificate": "good", "proxy": "pass"]) { $1 })
        let result = try run(program)
        #expect(result.code == 0, "\(result.all)")
        #expect(try mock.count("logins_accepted") == 1 && mock.count("logins_refused") == 0)
    }

    private var forwarding: [String: Any] {
        ["endpoint": "forward", "port": mock.port, "keys": "\(AssertionTool.keys)/p256.public.pem"]
    }

    // MARK: Answers

    private static let json = ["Content-Type": "application/json"]
    static let answers: [(name: String, order: @Sendable () -> [String: Any], words: [String])] = [
        ("hangs", { ["endpoint": "hang"] }, ["gave no answer within 2 seconds"]),
        ("resets", { ["endpoint": "reset"] }, ["broke the connection off"]),
        ("drips", { ["endpoint": "drip"] }, ["gave no answer within 2 seconds"]),
        ("is endless", { ["endpoint": "huge"] }, ["answered with more than a token can be"]),
        ("speaks no TLS", { ["endpoint": "plain"] }, ["does not speak TLS"]),
        ("is no JSON", { ["body": "token: abc", "headers": json] }, ["A proxy or gateway answered"]),
        (
            "is half of one", { ["body": "{\"access_token\": \"eyJhbGciOiJub25lIn0.e30.c2", "headers": json] },
            ["A proxy or"]
        ),
        ("is empty", { ["body": "", "headers": json] }, ["A proxy or gateway answered"]),
        ("has no token", { ["body": "{\"expires_in\": 3600}", "headers": json] }, ["without an \\\"access_token\\\""]),
        (
            "has a token that is too long",
            { ["body": "{\"access_token\": \"\(String(repeating: "x", count: 9000))\"}", "headers": json] },
            ["granted a token that no connection string can carry"]
        ),
        (
            "is a list", { ["body": "[\"eyJhbGciOiJub25lIn0.e30.c2lnbmF0dXJl\"]", "headers": json] },
            ["A proxy or gateway"]
        ),
        (
            "is a page", { ["body": "<html>Sign in</html>", "headers": ["Content-Type": "text/html"]] },
            ["A proxy or gateway"]
        ),
    ]

    @Test(arguments: answers.indices) func answerThatIsNoneShutsNoDoor(index: Int) throws {
        let (_, order, words) = Self.answers[index]
        try endpoint.tell(["endpoint": "answer", "status": 200].merging(order()) { $1 })
        try expectNoLock(kind: "connection", words)
    }

    /// The assertion is for one host, and so is the body of the request.
    @Test(arguments: [301, 302, 303, 307, 308]) func redirectIsNotFollowed(status: Int) throws {
        try endpoint.tell(["endpoint": "redirect", "status": status])
        try expectNoLock(kind: "connection", ["A proxy or gateway answered", "HTTP \(status)"]) {
            let visits = try endpoint.visits()
            #expect(visits.count == 3 && visits.allSatisfy { $0.who == "endpoint" }, "\(visits)")
        }
    }

    // MARK: Certificates

    @Test(arguments: [
        ("other_name", ["for another host", "\\\"token_host\\\""]), ("unknown", ["\\\"ca_file\\\"", "authority.pem"]),
        ("ended", ["not good at this time", "timedatectl"]), ("future", ["not good at this time", "timedatectl"]),
    ])
    func serverThatNobodyVouchesForGetsNothing(certificate: String, words: [String]) throws {
        try endpoint.tell(["certificate": certificate])
        try expectNoLock(kind: "environment", words + ["cannot be turned off"]) {
            // Not a byte of the request has gone there.
            let visits = try endpoint.visits()
            #expect(visits.isEmpty)
        }
    }

    /// libcurl takes each name below `localhost` for this machine: the certificate has another.
    @Test func hostOfAnotherNameIsRefused() throws {
        try configure("other.localhost:\(endpoint.port)")
        try expectNoLock(kind: "environment", ["for another host"]) {
            let visits = try endpoint.visits()
            #expect(visits.isEmpty)
            try configure()
        }
    }

    // MARK: Proxies

    private func through(_ login: String = "", _ more: [String: String] = [:]) -> Program {
        var program = program
        let proxy = "http://\(login)127.0.0.1:\(endpoint.proxy)"
        program.environment.merge(["HTTPS_PROXY": proxy].merging(more) { $1 }) { $1 }
        return program
    }

    @Test func tokenIsAskedForThroughTheProxyThatTheEnvironmentNames() throws {
        try endpoint.tell(forwarding)
        for (variable, isUsed) in [
            ("HTTPS_PROXY", true), ("https_proxy", true), ("ALL_PROXY", true), ("HTTP_PROXY", false),
            ("http_proxy", false),
        ] {
            var program = program
            program.environment[variable] = "http://127.0.0.1:\(endpoint.proxy)"
            #expect(try run(program).code == 0)
            let visits = try endpoint.visits()
            #expect(visits.map(\.who) == (isUsed ? ["proxy", "endpoint"] : ["endpoint"]), "\(variable): \(visits)")
            if isUsed { #expect(visits[0].line == "CONNECT localhost:\(endpoint.port) HTTP/1.1") }
        }
        for exception in ["localhost", "example.org,localhost", "*", ".localhost"] {
            #expect(try run(through("", ["NO_PROXY": exception])).code == 0)
            #expect(try endpoint.visits().map(\.who) == ["endpoint"], "\(exception)")
        }
    }

    static let password = "s3cr€t:p@ss/wörd#1"

    @Test func proxyGetsItsUserAndItsPassword() throws {
        try endpoint.tell(forwarding.merging(["proxy": "login", "user": "me", "password": Self.password]) { $1 })
        let plain = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
        let coded = try #require(Self.password.addingPercentEncoding(withAllowedCharacters: plain))
        let result = try run(through("me:\(coded)@"))
        #expect(result.code == 0, "\(result.all)")
        #expect(try endpoint.visits().last?.verified == true)
        #expect(try mock.count("logins_accepted") == 1)
    }

    static let proxies: [(name: String, order: @Sendable () -> [String: Any], words: [String])] = [
        (
            "login", { ["proxy": "login", "user": "me", "password": "right"] },
            ["without a user and a password", "HTTP 407"]
        ),
        (
            "forbidden", { ["proxy": "status", "status": 403, "body": "<html>No.</html>"] },
            ["let this machine through", "HTTP 403"]
        ),
        ("redirect", { ["proxy": "status", "status": 302, "headers": ["Location": "http://x/"]] }, ["HTTP 302"]),
        ("away", { ["proxy": "status", "status": 503, "body": "<html>Later.</html>"] }, ["HTTP 503"]),
        (
            "page",
            {
                [
                    "proxy": "status", "status": 200, "body": "<html>Sign in</html>",
                    "headers": ["Content-Type": "text/html"],
                ]
            },
            ["does not speak TLS"]
        ),
        ("hangs", { ["proxy": "hang"] }, ["gave no answer within 2 seconds"]),
        ("resets", { ["proxy": "reset"] }, ["broke the connection off"]),
        ("closes", { ["proxy": "close"] }, ["broke the connection off"]),
    ]

    @Test(arguments: proxies.indices, ["", "p7user:wr0ng-password@"]) func proxyThatLetsNobodyThroughIsNamed(
        index: Int, login: String
    ) throws {
        let (_, order, words) = Self.proxies[index]
        try endpoint.tell(order())
        let program = through(login)
        // It can be told from the endpoint, by its address without its password.
        try expectNoLock(program, kind: "connection", words + ["127.0.0.1:\(endpoint.proxy)"]) {
            let visits = try endpoint.visits()
            #expect(!visits.isEmpty && visits.allSatisfy { $0.who == "proxy" })
            let result = try run(program)
            #expect(!result.all.contains("wr0ng") && !result.all.contains("p7user"), "\(result.all)")
        }
    }

    /// What libcurl says of a value that it cannot use holds all of it.
    @Test(arguments: [
        "ftp://me:PASSWORD@127.0.0.1:9", "http://me:PASSWORD@127.0.0.1:99999999", "http://me:PASSWORD@[bad/",
        "me:PASSWORD@:x",
    ])
    func proxyThatNobodyUnderstandsIsNotShownWithItsPassword(form: String) throws {
        for password in ["s3cret-of-mine", "pa/ss@wo#rd", "abc"] {
            var program = program
            program.environment["HTTPS_PROXY"] = form.replacing("PASSWORD", with: password)
            let result = try program.run([
                "tables", "--refresh", "--login-timeout", "2", "--log-level", "trace", "--state-dir",
                directory.path("state"),
            ])
            #expect(result.code == 1 && !result.all.contains(password), "\(result.all)")
            #expect(result.errors.contains("No login was counted"), "\(result.all)")
        }
        #expect(try mock.count("logins_tried") == 0)
    }
}
