import Foundation
import ODBCSource
import TestSupport
import Testing

/// Private keys, assertions and access tokens, looked for in everything that a run shows, leaves, or has others see while it lasts.
@Suite struct TokenSecretsTests {
    private let directory: TemporaryDirectory
    private let endpoint: PlayedEndpoint

    init() throws {
        directory = try TemporaryDirectory()
        endpoint = try PlayedEndpoint()
    }

    private static let proxyPassword = "pr0xy-p@ss/w:rd-of-mine"

    /// Runs it to its end, and looks at all processes meanwhile.
    private func watched(_ program: Program, _ arguments: [String]) throws -> (Program.Result, Data, Set<Int>) {
        let running = try program.start(arguments)
        var seen = Data()
        var counts: Set<Int> = []
        while running.process.isRunning {
            let all = SecretSearch.processes(from: running.process.processIdentifier)
            // Nearly the same each time: once is enough.
            for data in [all.arguments, all.environments] where seen.range(of: data) == nil { seen.append(data) }
            counts.insert(all.children)
            usleep(5_000)
        }
        return (try running.wait(), seen, counts)
    }

    private func expectNothing(of search: SecretSearch, in seen: [Data], besides: Set<String> = []) throws {
        for (place, data) in seen.enumerated() {
            let found = search.find(in: data)
            #expect(found == nil, "\(found ?? "") in what was seen at place \(place)")
        }
        let files = try SecretSearch.files(below: directory.url)
        for (name, content) in files where !besides.contains(name) {
            let found = search.find(in: content)
            #expect(found == nil, "\(found ?? "") in \(name)")
            #expect(!name.split(separator: "/").contains { $0.hasPrefix("core") }, "\(name)")
        }
    }

    // MARK: A real run

    /// The key from a variable, its phrase from a command, a proxy with a password; a forced end in the middle, too.
    @Test(arguments: ["works", "refused", "killed"]) func nothingOfARunWithAKeyIsShownOrLeft(how: String) throws {
        let mock = try MockServerTests.Mock(scale: 60)
        try mock.tell("tokens certificate mine \(AssertionTool.keys)/rsa3072.cert.pem")
        let clear = try String(contentsOfFile: "\(AssertionTool.keys)/rsa3072.pkcs8.pem", encoding: .utf8)
        let pem = try String(contentsOfFile: "\(AssertionTool.keys)/rsa3072.old.encrypted.pem", encoding: .utf8)
        try endpoint.tell([
            "endpoint": "forward", "port": mock.port, "keys": "\(AssertionTool.keys)/rsa3072.public.pem",
            "proxy": "login",
            "user": "me", "password": Self.proxyPassword,
        ])
        if how == "refused" { try mock.tell("fault login refused always") }
        try mock.tell("fault login slow always milliseconds=300")
        if how == "killed" { try mock.tell("fault fetch stall always") }
        let octal = AssertionTool.phrase.utf8.map { String(format: "\\\\%03o", $0) }.joined()
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "driver": "PostgreSQL Unicode", "service_port": \(mock.port),
          "attributes": {"Server": "127.0.0.1", "Database": "NetSuite2.com"}, "stall_timeout": 2,
          "auth": {"method": "oauth2", "client_id": "\(String(repeating: "c11e47", count: 10))c11e",
            "certificate_id": "mine", "private_key": {"env": "THE_KEY"},
            "private_key_phrase": {"command": ["printf", "\(octal)"]},
            "token_in": "password", "token_host": "localhost:\(endpoint.port)", "ca_file": "\(endpoint.authority)"}},
          "destination": {"type": "sqlite", "path": "n.db"}, "extracts": [{"table": "customer"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let letters = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        let coded = try #require(Self.proxyPassword.addingPercentEncoding(withAllowedCharacters: letters))
        let program = Program(
            directory: directory.url,
            environment: [
                "PGOPTIONS": "-c ns.account=1234567_SB1 -c ns.role=57", "THE_KEY": pem,
                "SSLKEYLOGFILE": directory.path("keys.log"),
                "HTTPS_PROXY": "http://me:\(coded)@127.0.0.1:\(endpoint.proxy)",
            ])
        var seen: [Data] = []
        var children: Set<Int> = []
        for arguments in [
            ["extract", "--log-level", "trace", "--format", "json"], ["doctor", "--probe", "--log-format", "json"],
            ["tables", "--refresh", "--log-level", "trace"],
        ] {
            let (result, processes, count) = try watched(
                program, arguments + ["--state-dir", directory.path("state-\(arguments[0])")])
            #expect((result.code == 0) == (how == "works"), "\(result.all)")
            seen += [Data(result.all.utf8), processes]
            children.formUnion(count)
        }
        #expect(children.contains { $0 >= 1 })
        #expect(!FileManager.default.fileExists(atPath: directory.path("keys.log")))
        let visits = try endpoint.visits().filter { $0.who == "endpoint" }
        let (tokens, assertions) = (visits.compactMap(\.token), visits.compactMap(\.assertion))
        #expect(tokens.count >= 3 && assertions.count == tokens.count, "\(visits)")
        func lines(_ pem: String) -> String {
            pem.split(separator: "\n").filter { !$0.contains("-----") && !$0.contains(":") }.joined()
        }
        // The first bytes of a key say what it is, and are the same for all.
        let keys = [String(lines(clear).dropFirst(40)), lines(pem)] + lines(pem).split(by: 64)
        let search = SecretSearch(
            tokens + assertions.map { String($0.drop { $0 != "." }) } + keys + [AssertionTool.phrase])
        try expectNothing(of: search, in: seen)
        // The proxy's password is in the environment that the driver gets, as the user has put it there; nowhere else.
        for data in seen.enumerated().filter({ $0.offset.isMultiple(of: 2) }).map(\.element) {
            for form in [Self.proxyPassword, coded, Data("me:\(Self.proxyPassword)".utf8).base64EncodedString()] {
                #expect(data.range(of: Data(form.utf8)) == nil)
            }
        }
        for (name, content) in try SecretSearch.files(below: directory.url) {
            for form in [Self.proxyPassword, coded] { #expect(content.range(of: Data(form.utf8)) == nil, "\(name)") }
        }
        // There was something to find.
        #expect(search.find(in: Data("x\(tokens[0].suffix(30))y".utf8)) != nil)
    }

    // MARK: Drivers that tell

    private static let token: String = {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        func part(_ count: Int) -> String { String((0..<count).compactMap { _ in letters.randomElement() }) }
        return "\(part(60)).\(part(500)).\(part(340))"
    }()

    /// What a driver does with a connection string that it was given.
    enum Behaviour: String, CaseIterable {
        case prints, crashesAtConnecting, abortsAtConnecting, hangsAtConnecting, putsFormsIntoItsErrors,
            putsPiecesIntoItsErrors

        func probe(_ token: String) -> String {
            func fail(_ text: String) -> String {
                "at connect fail 28000 1 \"refused for \(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
            }
            let say = "at connect say stdout \"{connection}\"\nat connect say stderr \"{connection}\\n\"\n"
            switch self {
            case .prints: return say + RecordingDriver.goodProbe
            case .crashesAtConnecting: return say + "at connect crash"
            case .abortsAtConnecting: return say + "at connect abort"
            case .hangsAtConnecting: return say + "at connect hang"
            case .putsFormsIntoItsErrors:
                // A message has room for some hundred characters, so long forms are cut anyway.
                return SecretSearch.forms(of: token).filter { !$0.text.contains("\0") }.map { fail($0.text) }
                    .joined(separator: "\n")
            case .putsPiecesIntoItsErrors:
                let cuts = [16, 60, 61, 300, 561, 562, 800, 885]
                return cuts.flatMap { [fail(String(token.prefix($0))), fail(String(token.dropFirst($0)) + "}")] }
                    .joined(separator: "\n")
            }
        }
    }

    @Test(arguments: Behaviour.allCases, ["custom_properties", "password"])
    func nothingOfATokenThatADriverTellsIsShownOrLeft(behaviour: Behaviour, carrier: String) throws {
        try endpoint.tell([
            "body": "{\"access_token\": \"\(Self.token)\", \"expires_in\": 3600}",
            "headers": ["Content-Type": "application/json"],
        ])
        let driver = try RecordingDriver("", probe: behaviour.probe(Self.token))
        let attributes = driver.settings.attributes.map { "\"\($0.keyword)\": \"\($0.value)\"" }.joined(separator: ", ")
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "driver": "\(driver.libraryPath)",
          "attributes": {\(attributes)}, "stall_timeout": 2, "retry": {"attempts": 1, "budget": 0},
          "auth": {"method": "oauth2", "client_id": "abc-of-the-client", "certificate_id": "mine",
            "private_key": {"file": "\(AssertionTool.keys)/p256.pkcs8.pem"}, "token_in": "\(carrier)",
            "token_host": "localhost:\(endpoint.port)", "ca_file": "\(endpoint.authority)"}},
          "destination": {"type": "sqlite", "path": "n.db"}, "extracts": [{"table": "customer"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let program = Program(directory: directory.url)
        var seen: [Data] = []
        for arguments in [
            ["extract", "--log-level", "trace", "--log-format", "json"], ["doctor"],
            ["tables", "--refresh", "--log-level", "debug"],
        ] {
            let (result, processes, _) = try watched(
                program, arguments + ["--login-timeout", "2", "--state-dir", directory.path("state-\(arguments[0])")])
            #expect(result.code != 0, "\(result.all)")
            seen += [Data(result.all.utf8), processes]
        }
        // It did reach the driver; of logins without an answer, and of refused ones, there are two.
        #expect(try endpoint.visits().count >= 2)
        #expect(driver.calls.contains { $0.contains(Self.token) })
        try expectNothing(of: SecretSearch([Self.token]), in: seen)
    }

    // MARK: Endpoints that tell

    /// What a server's answer repeats of the request, in whatever form, is not shown.
    @Test(arguments: [
        (400, "invalid_request"), (401, "invalid_client"), (200, "invalid_grant"), (500, "server_error"),
        (302, "moved"),
    ])
    func assertionThatTheEndpointRepeatsIsNotShown(status: Int, error: String) throws {
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "driver": "PostgreSQL Unicode",
          "auth": {"method": "oauth2", "client_id": "abc-of-the-client", "certificate_id": "mine",
            "private_key": {"file": "\(AssertionTool.keys)/p521.pkcs8.pem"},
            "token_host": "localhost:\(endpoint.port)", "ca_file": "\(endpoint.authority)"}}}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let program = Program(directory: directory.url)
        var seen: [Data] = []
        for form in 0..<8 {
            try endpoint.tell(["endpoint": "echo", "status": status, "body": error, "form": form])
            for format in ["text", "json"] {
                let result = try program.run([
                    "tables", "--refresh", "--log-level", "trace", "--log-format", format, "--state-dir",
                    directory.path("state-\(form)-\(format)"),
                ])
                #expect(result.code == (status < 300 || status >= 400 && status < 500 ? 4 : 1), "\(result.all)")
                seen.append(Data(result.all.utf8))
            }
        }
        let assertions = try endpoint.visits().compactMap(\.assertion)
        #expect(assertions.count == 16)
        // Head and claims are known to whoever knows the configuration; the signature is what makes them good.
        let signatures = assertions.compactMap { $0.split(separator: ".").last.map(String.init) }
        try expectNothing(of: SecretSearch(signatures), in: seen)
    }

    // MARK: The search

    /// Without this no test above could fail.
    @Test func searchFindsEachFormWhereverItIsCut() {
        let search = SecretSearch([Self.token])
        for (name, text) in SecretSearch.forms(of: Self.token) {
            for start in [0, 7, 100] {
                let piece = text.dropFirst(start).prefix(40)
                #expect(search.find(in: Data("before \(piece) after".utf8)) != nil, "\(name)")
            }
        }
        #expect(search.find(in: Data(String(repeating: "nothing of it, ", count: 100).utf8)) == nil)
    }
}

extension String {
    fileprivate func split(by length: Int) -> [String] {
        let all = Array(self)
        return stride(from: 0, to: all.count, by: length).map { String(all[$0..<Swift.min($0 + length, all.count)]) }
    }
}
