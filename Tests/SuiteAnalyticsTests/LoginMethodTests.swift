import Crypto
import Extraction
import Foundation
import ODBC
import ODBCSource
import TestSupport
import Testing
import Text

@testable import SuiteAnalytics

/// A kind of login is one value: what nothing but it and the doors need to know.
@Suite struct LoginMethodTests {
    private static let token = TokenCredentials(
        consumerKey: "the-key", consumerSecret: "its-secret", tokenID: "The-Token", tokenSecret: "token-secret")
    private static let password = PasswordCredentials(user: "Me@Example.org", password: "hunter2")

    /// A kind that asks another service for what it logs in with.
    private struct AskingMethod: LoginMethod {
        static let name = "asking"
        static let members: [LoginMember] = []
        var identity: Secret = "client-4711"
        var granted: Secret?

        init(granted: Secret?) { self.granted = granted }
        init(_ values: LoginValues) throws { self.init(granted: nil) }

        var secrets: [Secret] { [] }
        var credentials: [Secret] { [] }
        func login(to account: AccountID, at now: Date, token: () throws -> Secret) throws -> Login {
            guard let granted else { throw Failure(.credentials, "The token was refused.") }
            return Login(user: "me", properties: [("OAuth2Token", granted)])
        }
    }

    private static func settings(_ method: some LoginMethod, state: String = "/nowhere") throws -> ServiceSettings {
        ServiceSettings(
            account: try #require(AccountID(rawValue: "1234567_SB1")), role: 57,
            authentication: Authentication(method), stateDirectory: state)
    }

    // MARK: Kinds

    @Test func eachKindIsMadeFromTheMembersThatItNames() throws {
        #expect(Authentication.kinds.map { $0.name } == ["tba", "password", "oauth2"])
        for kind in Authentication.kinds {
            var (texts, secrets): ([String: String], [String: Secret]) = ([:], [:])
            let key = try SigningKey.make(.p256).pem
            for member in kind.members where !member.isOptional {
                switch member.form {
                case .secret, .identifier: secrets[member.key] = Secret("secret of \(member.key)")
                case .key: secrets[member.key] = key
                default: texts[member.key] = "text of \(member.key)"
                }
            }
            let method = try Authentication(kind, LoginValues(texts: texts, secrets: secrets)).method
            // Each secret that it takes is among those that it wants concealed, in the order in which they are asked for.
            #expect(
                method.secrets.map { $0.reveal() }.filter { $0.hasPrefix("secret of") }
                    == kind.members.filter { secrets[$0.key] != nil && $0.form != .key }.map { "secret of \($0.key)" })
            for line in key.reveal().split(separator: "\n").dropFirst().dropLast()
            where kind.members.contains(where: { $0.form == .key }) {
                #expect(method.secrets.contains { $0.reveal() == String(line) })
            }
            for key in secrets.keys {
                let failure = #expect(throws: Failure.self) {
                    try Authentication(kind, LoginValues(texts: texts, secrets: secrets.filter { $0.key != key }))
                }
                #expect(failure?.kind == .internal && failure?.message.contains(key) == true)
            }
        }
    }

    @Test func oneAuthenticationIsAnotherIfKindAndValuesAre() throws {
        #expect(Authentication(Self.token) == Authentication(Self.token))
        #expect(Authentication(Self.password) != Authentication(Self.token))
        var other = Self.token
        other.tokenSecret = "x"
        #expect(Authentication(other) != Authentication(Self.token))
    }

    @Test func mockHasAUserForEachKind() throws {
        for kind in Authentication.kinds {
            #expect(type(of: MockServer.authentication(like: kind).method) == kind)
        }
        #expect(MockServer.authentication(like: nil) == MockServer.authentication)
        let server = MockServer(host: "127.0.0.1", port: 17)
        #expect(server.identities.count == Authentication.kinds.count)
        #expect(server.user(of: Self.password).reveal() == "me@example.org@127.0.0.1:17")
    }

    // MARK: Counting

    /// Else an upgrade would let refused credentials through once more.
    @Test func fingerprintsAreThoseOfEarlierVersions() throws {
        let directory = try TemporaryDirectory()
        let state = directory.path("state")
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let key = Data((0..<32).map { UInt8($0) })
        #expect(
            FileManager.default.createFile(
                atPath: state + "/fingerprint.key", contents: key, attributes: [.posixPermissions: 0o600]))
        struct Refused: Error {}
        for (settings, parts) in [
            (
                try Self.settings(Self.token, state: state),
                ["The-Token", "57", "the-key", "its-secret", "token-secret"]
            ),
            (try Self.settings(Self.password, state: state), ["me@example.org", "57", "hunter2"]),
        ] {
            func fingerprint(_ parts: [String]) -> String {
                let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
                return HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key))
                    .map { String(format: "%02x", $0) }.joined()
            }
            #expect(throws: Refused.self) {
                try LoginBreakerStore(directory: state).guarding(settings.subject, outcome: { _ in .refused }) {
                    throw Refused()
                }
            }
            let path = "\(state)/1234567_SB1-\(fingerprint([parts[0]]).prefix(16)).login"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.contains(fingerprint(parts)), "\(text)")
        }
    }

    @Test func whatALoginAsksForFirstIsCountedWithIt() throws {
        let directory = try TemporaryDirectory()
        let settings = try Self.settings(AskingMethod(granted: nil), state: directory.path("state"))
        let service = SuiteAnalyticsService(settings, reading: ReadSettings())
        var asked = 0
        for _ in 0..<4 {
            let failure = #expect(throws: Failure.self) {
                try service.guarding {
                    asked += 1
                    return try service.connectionPlan()
                }
            }
            #expect(failure?.kind == .credentials)
        }
        #expect(asked == 2)
        let breakers = try LoginBreakerStore(directory: directory.path("state")).all(account: nil)
        #expect(breakers.map(\.breaker.countedRefusals) == [2])
    }

    @Test func guardGivesWhateverALoginGives() throws {
        let directory = try TemporaryDirectory()
        let settings = try Self.settings(AskingMethod(granted: "t"), state: directory.path("state"))
        let service = SuiteAnalyticsService(settings, reading: ReadSettings())
        #expect(try service.guarding { 4711 } == 4711)
        #expect(try service.guarding { ("a", [1]) } == ("a", [1]))
    }

    // MARK: Doors

    private static func text(_ settings: ServiceSettings) throws -> String {
        let login = try settings.authentication.method.login(to: settings.account, at: Date(), token: { "t" })
        return try settings.door.string(for: login, batchRows: 100).text.reveal()
    }

    @Test func propertiesOfALoginPassBothDoors() throws {
        var settings = try Self.settings(AskingMethod(granted: "ey.a-b_c"))
        let text = try Self.text(settings)
        #expect(text.hasSuffix(";UID=me;CustomProperties=AccountID=1234567_SB1;RoleID=57;OAuth2Token=ey.a-b_c"))
        #expect(!text.contains("PWD="))
        settings.mock = MockServer(host: "127.0.0.1", port: 17)
        #expect(try Self.text(settings).contains("-c ns.role=57 -c ns.oauth2token=ey.a-b_c'"))
    }

    @Test(arguments: ["a;b", "a;\u{301}b"]) func propertyThatWouldEndTheListIsRefused(token: String) throws {
        let settings = try Self.settings(AskingMethod(granted: Secret(token)))
        let error = #expect(throws: ConnectionStringError.self) { try Self.text(settings) }
        #expect(error?.keyword == "OAuth2Token")
    }

    @Test(arguments: [("a b' \\", "'"), ("a\u{1}", "'")])
    func propertyThatTheMocksDriverWouldMisreadIsRefused(token: String, _: String) throws {
        var settings = try Self.settings(AskingMethod(granted: Secret(token)))
        settings.mock = MockServer(host: "127.0.0.1", port: 17)
        #expect(throws: ConnectionStringError.self) { try Self.text(settings) }
    }

    /// A driver reads scalars: to it a semicolon under an accent ends a value.
    @Test(arguments: [
        ("a;b", "{a;b}"), ("a;\u{301}b", "{a;\u{301}b}"), ("a}\u{301}b", "{a}}\u{301}b}"), ("a b", "a b"),
    ])
    func personsPasswordIsInBracesWhereItMustBe(password: String, written: String) throws {
        let settings = try Self.settings(PasswordCredentials(user: "me", password: Secret(password)))
        let text = try Self.text(settings)
        #expect(
            text.utf8.count > 0 && Array(text.unicodeScalars).contains(Array(";PWD=\(written);Custom".unicodeScalars)))
    }

    @Test func doorsDifferInAllThatTellsThemApart() throws {
        var settings = try Self.settings(Self.token)
        settings.dataSource = "Odd.com"
        let own = settings.door
        settings.mock = MockServer(host: "127.0.0.1", port: 17)
        let mock = settings.door
        #expect(own.name == "netsuite" && mock.name == "mock")
        #expect(own.driver == settings.driver && mock.driver == "PostgreSQL Unicode")
        #expect(own.address.isEmpty && mock.address == "127.0.0.1:17")
        #expect(own.identity.kind == .netSuite && mock.identity.kind == .mock)
        #expect(own.bell == nil && mock.bell == ServiceBell(host: "127.0.0.1", port: 17, seconds: 10))
        #expect(own.installation != nil && mock.installation == nil)
        #expect(!own.warnings.isEmpty && mock.warnings.isEmpty)
        #expect(own.user(of: Self.token) == "The-Token" && mock.user(of: Self.token) == "The-Token@127.0.0.1:17")
    }
}

extension Array where Element: Equatable {
    fileprivate func contains(_ other: [Element]) -> Bool {
        indices.contains { self[$0...].starts(with: other) }
    }
}
