import Extraction
import Foundation
import ODBCSource
import TestSupport
import Testing

@testable import KleeneNS
@testable import SuiteAnalytics

/// Every error that is known of NetSuite's service, its engine and its driver: what class it has, and what it tells a
/// person to do.
@Suite struct ServiceErrorTests {
    private static let engine = "[NetSuite][ODBC 64 bit driver][OpenAccess SDK SQL Engine]"
    private static let client = "[NetSuite][ODBC 64 bit driver][64 bit Client]"

    struct Login: Sendable, CustomTestStringConvertible {
        var state: String
        var code: Int
        var text: String
        var kind: FailureClass
        var words: [String]
        var exit: Int32
        var counts: LoginBreaker.Outcome

        var testDescription: String { text }
    }

    static let logins: [Login] = [
        .init(
            state: "HY000", code: 0, text: "\(engine)Failed to login using TBA", kind: .credentials,
            words: ["refused the login to account 1234567_SB1", "Failed to login using TBA", "Login Audit Trail"],
            exit: 4, counts: .refused),
        .init(
            state: "28000", code: 0, text: "\(engine)Something that nobody has heard of", kind: .credentials,
            words: ["refused the login", "Login Audit Trail"], exit: 4, counts: .refused),
        .init(
            state: "HY000", code: 0, text: "\(engine)Your account is locked.", kind: .credentials,
            words: ["Your account is locked", "thirty minutes", "auth reset"], exit: 4, counts: .locked),
        .init(
            state: "HY000", code: 0,
            text: "\(client)No message found for message number 2 of module 'Operating System'.", kind: .environment,
            words: ["one of its own files", "Truststore", "ca3.cer", "OASDK_ODBC_HOME"], exit: 1, counts: .notTried),
        .init(
            state: "HY000", code: 0, text: "\(client)Network problem, host resolution failure", kind: .connection,
            words: ["host name is not known", "service_host", "Set Up SuiteAnalytics Connect"], exit: 1,
            counts: .notTried),
        .init(
            state: "08S01", code: 2404,
            text: "[OpenAccess SDK Client]Session refused by service, connection closed", kind: .connection,
            words: ["no further session", "connections"], exit: 1, counts: .notTried),
        .init(
            state: "08004", code: 0, text: "\(engine)Too many sessions.", kind: .connection,
            words: ["no further session", "fifty"], exit: 1, counts: .notTried),
        .init(
            state: "08S01", code: 2310, text: "[OpenAccess SDK Client]TCP/IP, connection reset by peer",
            kind: .connection, words: ["broke before the login was done", "firewall"], exit: 1, counts: .unanswered),
        .init(
            state: "08S01", code: 0, text: "\(client)Communication link failure", kind: .connection,
            words: ["broke before the login was done", "Communication link failure"], exit: 1, counts: .unanswered),
        .init(
            state: "HY000", code: 2315, text: "\(client)The reply was not understood", kind: .connection,
            words: ["broke before the login was done"], exit: 1, counts: .unanswered),
        .init(
            state: "HY000", code: 2300, text: "\(client)The server has gone", kind: .connection,
            words: ["broke before the login was done"], exit: 1, counts: .unanswered),
        .init(
            state: "HY000", code: 0, text: "\(client)Connection Reset By Peer Error", kind: .connection,
            words: ["broke before the login was done"], exit: 1, counts: .unanswered),
        .init(
            state: "HY000", code: 0, text: "\(client)Connect Timeout Error", kind: .connection,
            words: ["no answer in time"], exit: 1, counts: .unanswered),
        .init(
            state: "08004", code: 0, text: "\(engine)The server rejected the connection", kind: .credentials,
            words: ["refused the login", "Login Audit Trail"], exit: 4, counts: .refused),
        .init(
            state: "HYT00", code: 0, text: "\(client)Login timeout expired", kind: .connection,
            words: ["no answer in time", "login_timeout"], exit: 1, counts: .unanswered),
        .init(
            state: "HY000", code: 2200, text: "\(client)The server did not answer", kind: .connection,
            words: ["no answer in time", "port and firewall"], exit: 1, counts: .unanswered),
        .init(
            state: "HY000", code: 9535, text: "\(client)Connection timeout", kind: .connection,
            words: ["no answer in time"], exit: 1, counts: .unanswered),
        .init(
            state: "08001", code: 0, text: "\(client)SSL Handshake Failure", kind: .environment,
            words: ["encrypted connection", "ca4.cer", "TLS 1.2"], exit: 1, counts: .notTried),
        .init(
            state: "HY000", code: 0,
            text: "\(client)You are not licensed to use this Progress Software product", kind: .environment,
            words: ["licensed for another product", "Set Up SuiteAnalytics Connect"], exit: 1, counts: .unanswered),
        .init(
            state: "08S01", code: 0, text: "\(engine)Connection expired. Please reconnect", kind: .connection,
            words: ["broke before the login was done", "Please reconnect"], exit: 1, counts: .unanswered),
        // The characters of a ticket are anything.
        .init(
            state: "HY000", code: 0,
            text: "\(engine)Failed to retrieve data. Error ticket# q7tba0lockedrole0000[400]", kind: .connection,
            words: ["an error of its own", "q7tba0lockedrole0000", "support"], exit: 1, counts: .unanswered),
        .init(
            state: "HY000", code: 0, text: "\(engine)Failed to login using TBA Error ticket# lockedlockedlocked00",
            kind: .credentials, words: ["refused the login", "Login Audit Trail"], exit: 4, counts: .refused),
        .init(
            state: "HY000", code: 77, text: "\(client)Der Fehler Nummer siebenundsiebzig", kind: .connection,
            words: ["Der Fehler Nummer siebenundsiebzig", "does not know this text", "native 77"], exit: 1,
            counts: .unanswered),
    ]

    @Test(arguments: logins) func failedLoginHasItsClassItsSentenceAndItsCount(_ expected: Login) throws {
        let service = try PlayedService([PlayedService.fail(expected.state, expected.code, expected.text)])
        let failure = try #require(try service.failure())
        #expect(failure.kind == expected.kind)
        for word in expected.words { #expect(failure.description.contains(word), "\(failure)") }
        #expect(ExitStatus(failure.kind).rawValue == expected.exit)
        #expect(failure.sqlState == expected.state)
        #expect(service.driver.calls.count { $0.hasPrefix("SQLDriverConnect") } == 1)
        let breaker = try #require(try service.breaker())
        #expect((breaker.lockEnd != nil) == (expected.counts == .locked))
        #expect(breaker.countedRefusals == (expected.counts == .refused ? 1 : 0))
        #expect(breaker.countedSilences == (expected.counts == .unanswered ? 1 : 0))
    }

    struct Reading: Sendable, CustomTestStringConvertible {
        var moment = PlayedService.Moment.execute
        var state: String
        var code: Int
        var text: String
        var kind: FailureClass
        var words: [String]

        var testDescription: String { "\(moment): \(text)" }
    }

    static let readings: [Reading] = [
        .init(
            state: "42000", code: 10104, text: "\(engine)Syntax Error in the SQL statement.[10104]", kind: .statement,
            words: ["Reading customer failed", "does not take the statement", "in parts", "native 10104"]),
        .init(
            state: "HY000", code: 10179,
            text: "\(engine)Syntax error in SQL statement. syntax error line 35 at or after token ORDER.[10179]",
            kind: .statement, words: ["does not take the statement", "token ORDER"]),
        .init(
            moment: .fetch, state: "HY000", code: 400,
            text: "\(engine)Failed to retrieve data. Error ticket# lt3g0s99wyb56kuqss91[400]", kind: .data,
            words: ["Reading customer after", "lt3g0s99wyb56kuqss91", "calculated columns"]),
        .init(
            moment: .fetch, state: "HY000", code: 0, text: "\(engine)Connection expired. Please reconnect",
            kind: .sessionGone, words: ["connection is gone", "ninety minutes", "Nothing was loaded"]),
        .init(
            state: "08S01", code: 0, text: "\(client)Communication link failure", kind: .sessionGone,
            words: ["connection is gone"]),
        .init(
            moment: .fetch, state: "HY000", code: 2310, text: "\(client)Reset", kind: .sessionGone,
            words: ["connection is gone"]),
        .init(
            moment: .fetch, state: "HY000", code: 2300, text: "\(client)The server has gone", kind: .sessionGone,
            words: ["connection is gone"]),
        .init(
            state: "08S01", code: 2404,
            text: "[OpenAccess SDK Client]Session refused by service, connection closed", kind: .sessionGone,
            words: ["connection is gone"]),
        .init(
            moment: .fetch, state: "HY000", code: 0, text: "\(client)Connection Reset By Peer Error",
            kind: .sessionGone, words: ["connection is gone"]),
        .init(
            moment: .fetch, state: "HY000", code: 9535, text: "\(client)No answer", kind: .timeout,
            words: ["no answer in time", "fewer columns"]),
        .init(
            state: "HY000", code: 0, text: "\(engine)The session was terminated by an administrator.",
            kind: .sessionGone, words: ["connection is gone", "terminated by an administrator"]),
        .init(
            moment: .fetch, state: "HYT00", code: 0, text: "\(client)Timeout expired", kind: .timeout,
            words: ["no answer in time", "fewer columns"]),
        .init(
            state: "HYT01", code: 0, text: "\(client)Request timed out", kind: .timeout, words: ["no answer in time"]
        ),
        .init(
            state: "42S02", code: 10129, text: "[OpenAccess SDK SQL Engine]Base table:customer not found",
            kind: .statement,
            words: ["no such table for this role", "kleene-ns tables", "Enable Features", "Manage Roles"]),
        .init(
            state: "HY000", code: 10131,
            text: "[OpenAccess SDK SQL Engine]Could not find any column information for table:customer.[10131]",
            kind: .statement, words: ["none of its columns", "Manage Roles"]),
        .init(
            state: "HY000", code: 0, text: "\(engine)Invalid or unsupported search", kind: .statement,
            words: ["no such table for this role"]),
        .init(
            state: "42S22", code: 0, text: "\(engine)Column not found:nonesuch.", kind: .statement,
            words: ["does not exist for this role", "kleene-ns columns"]),
        .init(
            state: "HY000", code: 0, text: "\(engine)Unknown identifier 'nonesuch'.", kind: .statement,
            words: ["does not exist for this role"]),
        .init(
            state: "42000", code: 10104, text: "\(engine)Permission denied.", kind: .statement,
            words: ["lacks a permission", "Read All"]),
        .init(
            state: "42000", code: 10104, text: "\(engine)The query exceeds the limit of 1000 columns.",
            kind: .statement, words: ["more columns than the 1000", "--columns"]),
        .init(
            state: "42000", code: 10104, text: "\(engine)The IN list exceeds the limit of 1000 items.",
            kind: .statement, words: ["more members than the 1000"]),
        .init(
            state: "HY000", code: 1795, text: "\(engine)ORA-01795: maximum number of expressions in a list is 1000",
            kind: .statement, words: ["more members than the 1000"]),
        .init(
            state: "HY000", code: 0, text: "\(engine)Another query is running in this session.", kind: .sessionGone,
            words: ["busy with another query", "one at a time"]),
        .init(
            state: "HY000", code: 0, text: "\(engine)The query is too complex. Error ticket# abc[500]",
            kind: .statement, words: ["too complex for NetSuite", "calculated ones first"]),
        .init(
            state: "HY000", code: 0, text: "[OpenAccess SDK SQL Engine]Disk Cache file size limit has reached.",
            kind: .statement, words: ["working space", "long ones first"]),
        .init(
            state: "HY000", code: 0, text: "\(engine)Unexpected. Error ticket# kx0abcdefghijklmnopq", kind: .data,
            words: ["an error of its own", "kx0abcdefghijklmnopq", "support"]),
        .init(
            moment: .listing, state: "42000", code: 10104, text: "\(engine)Permission denied.", kind: .statement,
            words: ["Listing the tables failed", "lacks a permission"]),
        .init(
            moment: .listing, state: "08S01", code: 0, text: "\(engine)Connection expired. Please reconnect",
            kind: .sessionGone, words: ["Listing the tables failed", "connection is gone"]),
        .init(
            state: "HY000", code: 78, text: "\(engine)Fehler achtundsiebzig", kind: .statement,
            words: ["Reading customer failed: Fehler achtundsiebzig", "native 78"]),
        .init(
            moment: .fetch, state: "HY000", code: 79, text: "\(engine)Fehler neunundsiebzig", kind: .data,
            words: ["Reading customer after", "Fehler neunundsiebzig", "native 79"]),
    ]

    @Test(arguments: readings) func failedReadHasItsClassAndItsSentence(_ expected: Reading) throws {
        let service = try PlayedService(
            [PlayedService.fail(expected.state, expected.code, expected.text)], at: expected.moment)
        let failure = try #require(try service.failure())
        #expect(failure.kind == expected.kind, "\(failure)")
        for word in expected.words { #expect(failure.description.contains(word), "\(failure)") }
        #expect(ExitStatus(failure.kind) == .failed)
        #expect(try service.breaker()?.countedRefusals == 0)
    }

    @Test(arguments: [
        "must change the password at next login", "employee is inactive", "or is inactive",
        "lacks \"SuiteAnalytics Connect\"", "Log in using Access Tokens", "the password has expired",
        "the user is locked", "the token is of another role", "feature SuiteAnalytics Connect",
        "Token-based Authentication is off",
        "two-factor authentication (2FA)", "clock", "the integration record",
    ])
    func refusedLoginHasItsDocumentedCauseInTheHelp(cause: String) {
        #expect(LoginText.documentedCauses.contains { $0.cause.contains(cause) })
        #expect(HelpTopic.logins.text(width: nil).contains(cause))
    }

    @Test func refusedLoginNamesTheLikeliestCausesAsAList() throws {
        let service = try PlayedService([PlayedService.fail("28000", 0, "Failed to login using TBA")])
        let failure = try #require(try service.failure())
        for (cause, _) in LoginText.documentedCauses.prefix(3) {
            #expect(failure.advice.contains("\n- \(cause)\n"), "\(failure.advice)")
        }
        #expect(failure.advice.contains("`kleene-ns help logins`") && !failure.description.contains("\n"))
    }

    @Test func everyDocumentedCauseSaysWhereToLook() {
        for (cause, place) in LoginText.documentedCauses { #expect(!cause.isEmpty && !place.isEmpty) }
        let places = Set(LoginText.documentedCauses.map(\.place))
        for place in ["Access Tokens", "Enable Features", "Manage Roles", "Manage Integrations", "Access tab"] {
            #expect(places.contains { $0.contains(place) })
        }
    }

    @Test func truststoreThatIsNotThereIsNamed() throws {
        let service = try PlayedService([
            PlayedService.fail("HY000", 0, "No message found for message number 2 of module 'Operating System'.")
        ])
        var settings = service.settings
        settings.attributes.append(.init(keyword: "Truststore", value: "/etc/hostname,/nowhere/ca4.cer"))
        let failure = try #require(try service.failure(settings))
        #expect(failure.advice.contains("names /nowhere/ca4.cer, which is not there"), "\(failure.advice)")
    }

    @Test(arguments: ["NetSuite ODBC Drivers 8.1", "/nowhere/ivoa27.so"])
    func driverThatIsNotThereIsNoLoginAndSaysHowToInstallIt(driver: String) throws {
        let service = try PlayedService()
        var settings = service.settings
        settings.driver = driver
        let failure = try #require(try service.failure(settings))
        #expect(failure.kind == .environment)
        #expect(failure.message.contains(driver), "\(failure)")
        for word in ["Set Up SuiteAnalytics Connect", "odbcinst", "ivoa27.so"] {
            #expect(failure.advice.contains(word), "\(failure)")
        }
        #expect(try service.breaker()?.countedRefusals == 0)
    }

    @Test func driverThatFailsWithoutAWordCountsAsOneWithoutAnswer() throws {
        let service = try PlayedService(["fail-silently"])
        let failure = try #require(try service.failure())
        #expect(failure.kind == .environment)
        #expect(try service.breaker()?.countedSilences == 1)
    }

    @Test func warningAtALoginThatSucceedsIsNoRefusal() throws {
        for text in [
            "Your password will expire in 3 days", "Invalid login attempts are logged", "The account is locked",
        ] {
            let service = try PlayedService(["warn 01000 0 \"\(text)\""])
            #expect(try service.read().rows.count == 5000)
            #expect(try service.breaker()?.countedRefusals == 0)
            #expect(try service.breaker()?.lockEnd == nil)
        }
    }

    @Test func serviceWithoutAnErrorIsRead() throws {
        #expect(try PlayedService().read().rows.count == 5000)
    }
}
