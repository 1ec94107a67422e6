import Foundation
import ODBC
import ODBCSource
import SuiteAnalytics
import TestSupport
import Testing
import Text

@testable import KleeneNS

/// All types through which a secret goes from where it lies to the driver: none shows it to anybody who asks.
@Suite struct UnprintableTests {
    private static let token = TokenCredentials(
        consumerKey: "hush-key", consumerSecret: "hush-consumer", tokenID: "hush-id", tokenSecret: "hush-token")

    private static func service(_ authentication: Authentication) throws -> ServiceSettings {
        ServiceSettings(
            account: try #require(AccountID(rawValue: "1")), role: 57, authentication: authentication,
            stateDirectory: "/nowhere")
    }

    private static var database: DataSourceSettings {
        DataSourceSettings(driver: "D", user: "u", password: "hush-pass")
    }

    private static func values() throws -> [Any] {
        var string = ConnectionString()
        try string.append("PWD", Secret("hush-pass"))
        var resolver = SecretResolver(environment: ["P": "hush-pass"], directory: "/")
        _ = try resolver.resolve(SecretReference(place: .environment("P"), origin: "x"))
        let services = try [
            service(Authentication(token)),
            service(Authentication(PasswordCredentials(user: "u", password: "hush-pass"))),
        ]
        let sources =
            [WorkOrder.SourceSettings.odbc(database)]
            + services.map { .netSuite($0, reading: ReadSettings(), loginTimeout: 30) }
        let subject = LoginBreakerStore.Subject(
            account: try #require(AccountID(rawValue: "1")), identity: "hush-id", secrets: ["hush-token"])
        let password = TokenPassword.make(
            account: try #require(AccountID(rawValue: "1")), credentials: token, nonce: "hush-nonce", timestamp: 1)
        var all: [Any] = [
            Secret("hush-pass"), string, string.text, try ConnectionPlan(database), database, DatabaseService(database),
            token, password, subject, resolver, LoginValues(secrets: ["x": "hush-pass"]),
            Login(user: "u", password: password, properties: [("Token", "hush-token")]),
            PasswordCredentials(user: "u", password: "hush-pass"), Redactor([Secret("hush-pass")]),
        ]
        for service in services {
            all += [
                service, service.authentication, service.authentication.method, service.door,
                SuiteAnalyticsService(service, reading: ReadSettings()),
            ]
        }
        for source in sources {
            all += [source, WorkOrder(source: source, task: .question(AskedQuestion(CatalogQuestion.schemas)))]
        }
        return all
    }

    /// Whether any part that reflection finds says it.
    private static func isHeard(_ value: Any, depth: Int = 8) -> Bool {
        if "\(value)".contains("hush") || String(reflecting: value).contains("hush") { return true }
        return depth > 0 && Mirror(reflecting: value).children.contains { isHeard($0.value, depth: depth - 1) }
    }

    @Test func noTypeThatHoldsASecretShowsIt() throws {
        for value in try Self.values() {
            var (dumped, printed) = ("", "")
            dump(value, to: &dumped)
            dump(Optional(value), to: &dumped)
            dump(["x": [value]], to: &dumped)
            print(value, [value], to: &printed)
            debugPrint(value, Optional(value) as Any, to: &printed)
            for text in [dumped, printed] { #expect(!text.contains("hush"), "\(type(of: value)): \(text)") }
            #expect(!Self.isHeard(value), "\(type(of: value))")
        }
    }

    @Test func encoderThatWasNotToldToWritesNoSecret() throws {
        var count = 0
        for value in try Self.values() {
            guard let value = value as? any Encodable else { continue }
            count += 1
            for userInfo: [CodingUserInfoKey: any Sendable] in [[:], Secret.passage.map { [$0: false] } ?? [:]] {
                let encoder = JSONEncoder()
                encoder.userInfo = userInfo
                let error = #expect(throws: EncodingError.self) { try encoder.encode(value) }
                #expect(!String(reflecting: error).contains("hush"), "\(type(of: value))")
            }
        }
        #expect(count >= 12)
    }

    /// Where a secret's text is looked at. Who adds a file here has read it: the text goes to a driver, into a computation, or
    /// into what redaction looks for, and nowhere else.
    @Test func secretsAreRevealedInFewPlaces() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        var found: Set<String> = []
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            guard try String(contentsOf: file, encoding: .utf8).contains(".reveal()") else { continue }
            found.insert(file.path.replacing(sources.path + "/", with: ""))
        }
        #expect(
            found == [
                "KleeneNS/Worker/Redactor.swift", "Masks/MaskKey.swift", "ODBC/ConnectionHandle.swift",
                "ODBC/ConnectionString.swift",
                "PostgresDestination/Server/PostgresServer.swift",
                "SuiteAnalytics/Door/MockDoor.swift", "SuiteAnalytics/Door/MockServer.swift",
                "SuiteAnalytics/Door/NetSuiteDoor.swift", "SuiteAnalytics/Login/TokenCredentials.swift",
                "HTTPS/FormPost.swift", "SuiteAnalytics/Login/OAuth/EncryptedKey.swift",
                "SuiteAnalytics/Login/OAuth/OAuthCredentials.swift", "SuiteAnalytics/Login/OAuth/PEMBlock.swift",
                "SuiteAnalytics/Login/OAuth/SigningKey.swift", "SuiteAnalytics/Login/OAuth/TokenRequest.swift",
                "SuiteAnalytics/Login/TokenPassword.swift", "SuiteAnalytics/LoginFingerprint.swift",
            ])
    }

    @Test func eachSecretIsOnceInAWorkersOrderAndArrives() throws {
        for source: WorkOrder.SourceSettings in [
            .odbc(Self.database),
            .netSuite(try Self.service(Authentication(Self.token)), reading: ReadSettings(), loginTimeout: 30),
            .netSuite(
                try Self.service(Authentication(PasswordCredentials(user: "u", password: "hush-pass"))),
                reading: ReadSettings(), loginTimeout: 30
            ),
        ] {
            let line = try WorkOrder(source: source, task: .question(AskedQuestion(CatalogQuestion.schemas))).line()
            let text = String(decoding: line, as: UTF8.self)
            let order = try JSONDecoder().decode(WorkOrder.self, from: Data(line))
            #expect(!source.secrets.isEmpty && order.source.secrets == source.secrets)
            for secret in source.secrets { #expect(text.components(separatedBy: secret.reveal()).count == 2) }
            // None that is not among those that redaction knows.
            #expect(text.components(separatedBy: "hush").count - 1 == source.secrets.count)
        }
    }
}
