import Extraction
import Foundation
import MockSuiteAnalytics
import ODBC
import ODBCSource
import Rows
import SuiteAnalytics
import Synchronization
import TestSupport
import Testing
import Text

/// The service against a mock in the same process, through the stock PostgreSQL driver.
@Suite struct MockServiceTests {
    /// A mock of its own for the time of `body`, which blocks and so runs on a thread of its own.
    static func withMock(
        lines: Int = 60, sessions: Int = 50,
        _ body: @escaping @Sendable (MockSuiteAnalytics.MockServer) throws -> Void
    ) async throws {
        let clock = MockClock()
        var configuration = MockConfiguration()
        configuration.sessionLimit = sessions
        let server = try await MockSuiteAnalytics.MockServer.start(
            configuration, store: try Store(.netSuite(lines: lines), seed: 7, clock: clock), clock: clock)
        let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Result { try body(server) }) }
        }
        await server.shutdown()
        try result.get()
    }

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func service(
        _ server: MockSuiteAnalytics.MockServer,
        _ authentication: Authentication = SuiteAnalytics.MockServer.authentication
    ) throws -> SuiteAnalyticsService {
        var settings = ServiceSettings(
            account: try #require(AccountID(rawValue: "1234567_SB1")), role: 57, authentication: authentication,
            stateDirectory: directory.path("state"))
        settings.mock = SuiteAnalytics.MockServer(host: "127.0.0.1", port: server.port)
        return SuiteAnalyticsService(settings, reading: ReadSettings())
    }

    /// The mock shares its threads with whatever tests block them: its slowness is no claim.
    private static let patience = 300

    private func source(_ service: SuiteAnalyticsService) -> DataSource {
        DataSource(service: service, loginTimeout: Self.patience) { _ in }
    }

    // MARK: Errors

    struct Injected: Sendable, CustomTestStringConvertible {
        var fault: Fault
        var kind: FailureClass
        var words: [String]

        init(
            _ point: Fault.Point, _ kind: Fault.Kind, state: String? = nil, text: String? = nil,
            _ expected: FailureClass, _ words: [String]
        ) {
            fault = Fault(point, kind, matching: point == .login ? nil : "FROM \"Customer\"")
            fault.sqlState = state
            fault.text = text
            self.kind = expected
            self.words = words
        }

        var testDescription: String { "\(fault.point) \(fault.kind) \(fault.text ?? "")" }
    }

    static let faults: [Injected] = [
        .init(.login, .refused, .credentials, ["refused the login", "Failed to login using TBA", "Access Tokens"]),
        .init(.login, .locked, .credentials, ["locked", "thirty minutes"]),
        .init(.login, .sessionLimit, .connection, ["no further session", "fifty"]),
        .init(.login, .reset, .connection, ["1234567_SB1 failed"]),
        .init(.login, .close, .connection, ["1234567_SB1 failed"]),
        .init(.login, .expired, .connection, ["the connection broke", "Please reconnect"]),
        .init(.login, .ticket, .connection, ["an error of its own", "Error ticket#", "support"]),
        .init(.login, .error, state: "XX000", text: "Something new", .connection, ["Something new", "does not know"]),
        .init(.statement, .refused, .statement, ["lacks a permission", "Manage Roles"]),
        .init(.statement, .ticket, .data, ["Error ticket#", "support"]),
        .init(.statement, .expired, .sessionGone, ["connection is gone", "Please reconnect"]),
        .init(.statement, .sessionLimit, .sessionGone, ["connection is gone"]),
        .init(.statement, .reset, .sessionGone, ["connection is gone"]),
        .init(.statement, .error, state: "HYT00", text: "Query timed out", .timeout, ["no answer in time"]),
        .init(
            .statement, .error, state: "HY000", text: "The query is too complex[10999]", .statement,
            ["too complex for NetSuite"]),
        .init(.statement, .error, state: "XX000", text: "Something new", .statement, ["Reading", "Something new"]),
        .init(.fetch, .ticket, .data, ["could not go on reading", "Error ticket#", "calculated columns"]),
        .init(.fetch, .expired, .sessionGone, ["connection is gone"]),
        .init(.fetch, .reset, .sessionGone, ["connection is gone"]),
        .init(.fetch, .close, .sessionGone, ["connection is gone"]),
    ]

    @Test(arguments: faults) func faultHasItsClassAndItsSentence(_ injected: Injected) async throws {
        try await Self.withMock { server in
            server.faults.add(injected.fault)
            let source = try source(service(server))
            let failure = failure { _ = try readAll(source, TableName(name: "Customer")) }
            #expect(failure?.kind == injected.kind, "\(String(describing: failure))")
            for word in injected.words {
                #expect(failure?.description.contains(word) == true, "\(String(describing: failure))")
            }
        }
    }

    static let statements: [(sql: String, kind: FailureClass, words: [String])] = [
        ("SELECT id FROM nonesuch", .statement, ["no such table for this role", "kleene-ns tables"]),
        ("SELECT nonesuch FROM customer", .statement, ["does not exist for this role", "kleene-ns columns"]),
        (
            "SELECT \((0...1000).map { "id AS c\($0)" }.joined(separator: ", ")) FROM customer", .statement,
            ["more columns than the 1000"]
        ),
        (
            "SELECT id FROM customer WHERE id IN (\((0...1000).map(String.init).joined(separator: ", ")))", .statement,
            ["more members than the 1000"]
        ),
        ("SELECT id FROM customer FETCH FIRST 3 ROWS ONLY", .statement, ["does not take the statement", "10104"]),
        (
            "WITH c AS (SELECT id FROM customer) SELECT id FROM c", .statement,
            ["does not take the statement", "Syntax Error"]
        ),
        ("SELECT [id] FROM customer", .statement, ["does not take the statement", "Syntax Error"]),
        (
            "SELECT id FROM customer WHERE lastmodifieddate > DATE '2024-01-01'", .statement,
            ["does not take the statement", "Date literals", "TO_DATE"]
        ),
        ("SELECT id FROM customer WHERE lastmodifieddate > '2024-01-01'", .statement, ["Date literals"]),
        ("DELETE FROM customer", .statement, ["does not take the statement", "Only SELECT"]),
        (
            "SELECT id FROM customer WHERE 1 = 1\(String(repeating: " OR id = 1", count: 400))", .statement,
            ["too complex for NetSuite"]
        ),
    ]

    @Test(arguments: statements.indices) func refusedStatementHasItsSentence(index: Int) async throws {
        let (sql, kind, words) = Self.statements[index]
        try await Self.withMock(lines: 0) { server in
            let service = try service(server)
            let connection = try connection(service)
            let error = #expect(throws: ODBCError.self) {
                let statement = try Statement(connection)
                try statement.execute(sql)
                _ = try statement.textRows()
            }
            let failure = service.failure(try #require(error), .statement(TableName(name: "customer")))
            #expect(failure.kind == kind, "\(failure)")
            for word in words { #expect(failure.description.contains(word), "\(failure)") }
        }
    }

    @Test func secondStatementOfABusySessionIsToldApart() async throws {
        try await Self.withMock(lines: 5000) { server in
            let service = try service(server)
            let connection = try connection(service)
            let first = try Statement(connection)
            try first.execute("SELECT id FROM transactionLine")
            let error = #expect(throws: ODBCError.self) {
                let second = try Statement(connection)
                try second.execute("SELECT id FROM customer")
                _ = try second.textRows()
            }
            let failure = service.failure(try #require(error), .statement(TableName(name: "customer")))
            #expect(failure.kind == .sessionGone, "\(failure)")
            #expect(failure.message.contains("busy with another query"), "\(failure)")
        }
    }

    private func connection(_ service: SuiteAnalyticsService) throws -> Connection {
        try Connection(service.connectionPlan().string, environment: Environment(), loginTimeout: Self.patience) { _ in
        }
    }

    @Test func sessionsBeyondTheLimitAreNoRefusedLogins() async throws {
        try await Self.withMock(lines: 0) { server in
            server.faults.add(Fault(.login, .sessionLimit, times: 3))
            let source = try source(service(server))
            for _ in 0..<3 { #expect(failure { _ = try source.connect() }?.kind == .connection) }
            _ = try source.connect()
        }
    }

    @Test func sessionThatIsOneTooManyIsNoRefusedLoginAndAPlaceIsFreeAgain() async throws {
        try await Self.withMock(lines: 0, sessions: 1) { server in
            let service = try service(server)
            do {
                let first = try connection(service)
                for _ in 0..<3 {
                    let failure = failure { _ = try source(service).connect() }
                    #expect(failure?.kind == .connection)
                    #expect(failure?.message.contains("no further session") == true, "\(String(describing: failure))")
                }
                withExtendedLifetime(first) {}
            }
            let breakers = try LoginBreakerStore(directory: directory.path("state")).all(account: nil)
            #expect(breakers.map(\.breaker.countedRefusals) == [0])
            // The mock learns of the goodbye in its own time.
            while server.activity.counters.sessionsOpen > 0 { usleep(1000) }
            _ = try source(service).connect()
            #expect(server.activity.counters.sessionsMost == 1)
        }
    }

    @Test func wrongTokenSecretIsTriedTwiceAndTheRightOneAtOnce() async throws {
        try await Self.withMock(lines: 0) { server in
            var credentials = try #require(SuiteAnalytics.MockServer.authentication.method as? TokenCredentials)
            credentials.tokenSecret = Secret(String(repeating: "0", count: 64))
            for _ in 0..<4 {
                let failure = failure { _ = try source(service(server, Authentication(credentials))).connect() }
                #expect(failure?.kind == .credentials)
            }
            #expect(server.activity.logins.map(\.reason) == ["wrong signature", "wrong signature"])
            _ = try source(service(server)).connect()
            #expect(server.activity.counters.loginsTried == 3 && server.activity.counters.loginsAccepted == 1)
            let breakers = try LoginBreakerStore(directory: directory.path("state")).all(account: nil)
            #expect(breakers.map(\.breaker.countedRefusals) == [0])
        }
    }

    @Test func portWhereNobodyListensIsNoLogin() async throws {
        let gone = Mutex<SuiteAnalyticsService?>(nil)
        try await Self.withMock(lines: 0) { server in
            let made = try self.service(server)
            gone.withLock { $0 = made }
        }
        let service = try #require(gone.withLock { $0 })
        for _ in 0..<3 {
            let failure = failure { _ = try source(service).connect() }
            #expect(failure?.kind == .connection)
            #expect(failure?.message.contains("could not be reached") == true, "\(String(describing: failure))")
        }
        let breakers = try LoginBreakerStore(directory: directory.path("state")).all(account: nil)
        #expect(breakers.map(\.breaker.countedRefusals) == [0])
    }

    // MARK: E-mail and password

    private func password(_ text: String) -> Authentication {
        Authentication(PasswordCredentials(user: "mock@example.org", password: Secret(text)))
    }

    @Test func emailAndPasswordLogInManyTimes() async throws {
        try await Self.withMock { server in
            for _ in 0..<3 {
                let source = try source(service(server, password("mock-Password-1")))
                #expect(try !readAll(source, TableName(name: "Customer")).rows.isEmpty)
            }
            #expect(server.activity.counters.loginsAccepted == 3)
            #expect(server.activity.logins.allSatisfy { $0.user == "mock@example.org" })
        }
    }

    @Test func wrongPasswordIsTriedTwiceAndAnotherOneAtOnce() async throws {
        try await Self.withMock(lines: 0) { server in
            for _ in 0..<5 {
                let source = try source(service(server, password("mock-Password-0")))
                let failure = failure { _ = try source.connect() }
                #expect(failure?.kind == .credentials)
                #expect(failure?.description.contains("mock-Password-0") == false)
            }
            #expect(server.activity.counters.loginsTried == 2)
            #expect(server.activity.logins.allSatisfy { $0.reason == "wrong password" })
            // The user changed the password: other credentials of the same user.
            _ = try source(service(server, password("mock-Password-1"))).connect()
            #expect(server.activity.counters.loginsTried == 3)
            let breakers = try LoginBreakerStore(directory: directory.path("state")).all(account: nil)
            #expect(breakers.map(\.breaker.countedRefusals) == [0])
        }
    }

    @Test(arguments: ["semi;colon", "br{ac}es", "both;{}}", "é€ 𝄞", "plus+&= \"quote'"])
    func passwordOfAnyLettersArrives(text: String) async throws {
        try await Self.withMock(lines: 0) { server in
            let source = try source(service(server, password(text)))
            #expect(failure { _ = try source.connect() }?.kind == .credentials)
            // Whole, or the mock would not have got as far as the password.
            #expect(server.activity.logins.map(\.reason) == ["wrong password"])
        }
    }

    // MARK: Long columns

    @Test(arguments: ["Item", "Customer"])
    func tableWithLongColumnsIsReadByOneStatement(table: String) async throws {
        try await Self.withMock(lines: 2000) { server in
            let source = try source(service(server))
            let listing = try source.columns(of: TableName(name: table))
            let long = listing.columns.filter(\.long).map(\.name)
            #expect(!long.isEmpty && long.count < listing.columns.count)
            server.activity.reset()
            let result = try readAll(source, TableName(name: table))
            #expect(result.restarts == 0)
            let reads = server.activity.statements.filter { $0.contains("FROM \"\(listing.table)\"") }
            #expect(reads.count == 1)
            let order = (reads.first ?? "").split(separator: "\"").map(String.init).filter { name in
                listing.columns.contains { $0.name == name }
            }
            #expect(Array(order.prefix(listing.columns.count).suffix(long.count)) == long)
            // The destination's order is the catalog's.
            #expect(result.columns.map(\.name) == listing.columns.map(\.name))
            let longest = listing.columns.indices.filter { listing.columns[$0].long }.map { column in
                result.rows.map { $0[column]?.utf8.count ?? 0 }.max() ?? 0
            }
            #expect((longest.max() ?? 0) > 1000, "\(longest)")
        }
    }
}
