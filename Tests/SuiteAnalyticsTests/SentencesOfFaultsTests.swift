import Extraction
import Foundation
import Glibc
import ODBC
import Rows
import TestSupport
import Testing
import Text

@testable import HTTPS
@testable import KleeneNS
@testable import ODBCSource
@testable import SuiteAnalytics

/// Sentences for which a user would need another machine, another service or much luck: made from the value, and kept whole in
/// `Screens/sentences.list` beside the screens, where the inventory of all sentences looks for them.
///
/// `KLEENE_TEST_RECORD=1` writes them as they are now; the difference is then to be read.
@Suite struct SentencesOfFaultsTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EndToEndTests/Screens/sentences.list")

    @Test func sentencesAreAsTheyAreKept() throws {
        let all =
            try Self.endings() + Self.guards() + Self.values() + Self.logins() + Self.breakers() + Self.shelves()
            + Self.tokens() + Self.ways()
        let text = all.map { "\($0.kind.rawValue): \($0.description)\n" }.joined()
        if ProcessInfo.processInfo.environment["KLEENE_TEST_RECORD"] != nil {
            try text.write(to: Self.path, atomically: true, encoding: .utf8)
            return
        }
        let kept = try String(contentsOf: Self.path, encoding: .utf8)
        for (before, after) in zip(kept.split(separator: "\n"), text.split(separator: "\n")) {
            #expect(before == after)
        }
        #expect(kept == text)
    }

    // MARK: Ends of workers and runs

    private static func endings() -> [Failure] {
        func ending(
            _ outcome: WorkerSession.Outcome, hasBegun: Bool = true, during: String = "while reading t",
            memory: String? = nil
        ) -> Failure {
            SessionEnding(
                outcome: outcome, driverName: "The driver Fake", hasBegun: hasBegun, during: during, shortMemory: memory
            ).failure
        }
        return [
            ending(.interrupted), ending(.notStarted("no room")), ending(.spokeNonsense),
            ending(.died(.signalled(SIGTERM))), ending(.died(.exited(3)), hasBegun: false),
            ending(.died(.signalled(SIGILL)), memory: "48 MB (`ulimit -v`)"), SessionEnding.interruptedQuestion,
            SessionEnding.interruptedRun(chunks: 1), SessionEnding.interruptedRun(chunks: 7),
        ]
    }

    // MARK: Guards

    private static func guards() throws -> [Failure] {
        func caught(_ body: () throws -> Void) -> [Failure] {
            do { try body() } catch { return [Failure.wrapping(error)] }
            return []
        }
        let extract = TableExtract(name: "e", table: TableName(name: "t"), destinationTable: "a_long_name")
        let numbers = WindowEvidence(
            extract: "e", incremental: Incremental(key: "id"), identifiesRows: true,
            watermark: Watermark(.integer(50_000), isInclusive: true), last: nil)
        var replaced = numbers
        replaced.remaking = "drop the table \"d\": the next run makes it again and reads everything"
        let times = WindowEvidence(
            extract: "e", incremental: Incremental(key: "changed"), identifiesRows: true,
            watermark: Watermark(try #require(KeyValue("2026-11-28 12:00:00", kind: .timestamp)), isInclusive: true),
            last: nil)
        var refused: [Failure] = []
        for verdict in [
            numbers.judge(maximum: .integer(12)), replaced.judge(maximum: .integer(12)),
            times.judge(ClockMark(source: try #require(Moment("2026-11-28 08:00:00")), ours: nil)),
        ] {
            if case .refused(let failure) = verdict { refused.append(failure) }
        }
        #expect(refused.count == 3)
        return refused
            + [ShrinkGuard(extract).refusal(of: 0, afterReading: 5000, table: "t", extract: "e")].compactMap(\.self)
            + [RemovalGuard(Deletes(by: .sweep)).refusal(of: 500, of: 1000, table: "t", extract: "e")].compactMap(
                \.self)
            + caught {
                try TableRules(name: "Fake", nameCase: .sensitive, reservedPrefixes: ["a_"]).check(extract)
            }
            + caught {
                try TableRules(name: "Fake", nameCase: .sensitive, reservedPrefixes: [], longestName: 5).check(extract)
            }
    }

    // MARK: Values

    private static func values() -> [Failure] {
        let classifier = FailureClassifier(driver: "Fake", library: nil, user: nil)
        let problems: [CellError.Problem] = [.invalidUTF8, .invalidUTF16, .statusUnwritten, .tooLong(1_000_000_000)]
        return problems.map { problem in
            classifier.failure(
                CellError(problem, column: 0, row: 7), table: TableName(name: "t"), columns: ["name"])
        }
    }

    // MARK: Logins

    /// A topic without words of its own is a refusal, which has a screen, or a text that nobody knows.
    private static func logins() -> [Failure] {
        LoginTopic.allCases.map { LoginText($0) }.filter { !$0.reason.isEmpty }.map { text in
            Failure(
                text.kind, "Connecting to account 1234567_SB1 failed, because \(text.reason): what the driver said.",
                advice: text.advice)
        }
    }

    private struct Ended: Error { var outcome: LoginBreaker.Outcome }

    /// What is said of logins that are not tried, after what came before.
    private static func breakers() throws -> [Failure] {
        let account = try #require(AccountID(rawValue: "1234567_SB1"))
        let begin = Date(timeIntervalSince1970: 1_795_878_254)
        let histories: [(ends: [LoginBreaker.Outcome], further: Bool, later: TimeInterval)] = [
            ([.refused, .refused], false, 60), ([.unanswered, .refused], false, 60),
            ([.unanswered, .unanswered], false, 60),
            ([.succeeded, .unanswered, .unanswered], false, 60), ([.locked], false, 60), ([.locked], false, 7200),
            ([.succeeded, .refused], true, 60),
        ]
        return try histories.map { history in
            let directory = try TemporaryDirectory()
            let store = LoginBreakerStore(directory: directory.path("state"))
            let subject = LoginBreakerStore.Subject(account: account, identity: "token", secrets: ["secret"])
            for (place, outcome) in history.ends.enumerated() {
                do {
                    try store.guarding(
                        subject, further: history.further && place > 0, now: { begin + Double(place) },
                        outcome: { ($0 as? Ended)?.outcome ?? .unanswered },
                        login: { if outcome != .succeeded { throw Ended(outcome: outcome) } })
                } catch is Ended {}
            }
            do {
                try store.guarding(
                    subject, further: history.further, now: { begin + history.later }, outcome: { _ in .notTried },
                    login: {})
            } catch let failure as Failure {
                return failure
            }
            return Failure(.internal, "A login after \(history.ends) was tried.")
        }
    }

    // MARK: Books of a server

    private static func shelves() throws -> [Failure] {
        let account = try #require(AccountID(rawValue: "1234567_SB1"))
        let directory = try TemporaryDirectory()
        let store = LoginBreakerStore(
            directory: directory.path("state"), shelf: MemoryShelf(holder: "the session 7 of 10.0.0.1"), patience: 120)
        do {
            try store.guarding(
                LoginBreakerStore.Subject(account: account, identity: "token", secrets: ["secret"]),
                outcome: { _ in .notTried }, login: {})
        } catch let failure as Failure {
            return [failure]
        }
        return [Failure(.internal, "A login was tried beside another.")]
    }

    // MARK: Tokens

    private static func tokens() throws -> [Failure] {
        let account = try #require(AccountID(rawValue: "1234567_SB1"))
        let client = try #require(MockServer.client())
        let request = try #require(client.tokenRequest(to: account, role: 57))
        let answers = [
            (200, "{}", "application/json"), (503, "<html>maintenance</html>", "text/html"),
            (200, "<html>Sign in</html>", "text/html"), (400, "{\"error\":\"invalid_grant\"}", "application/json"),
            (200, "{\"access_token\": \"\(String(repeating: "x", count: 9000))\"}", "application/json"),
        ]
        return try answers.map { status, body, type in
            let answer = FormAnswer(
                status: status, body: Array(body.utf8), contentType: type, date: "Sat, 28 Nov 2026 15:04:14 GMT")
            do {
                _ = try request.token(
                    by: TokenRoute(), seconds: 30, at: Date(timeIntervalSince1970: 1_795_878_254), send: { _ in answer }
                )
            } catch let failure as Failure {
                return failure
            }
            return Failure(.internal, "\(body) was a token.")
        }
    }

    /// What stands in the way to the endpoint, in the words of libcurl.
    private static func ways() throws -> [Failure] {
        let account = try #require(AccountID(rawValue: "1234567_SB1"))
        let client = try #require(MockServer.client())
        let request = try #require(client.tokenRequest(to: account, role: 57))
        let errors = [
            FormError(.noLibrary, "libcurl.so.4: cannot open shared object file: No such file or directory"),
            FormError(.unknownHost, "Could not resolve host: 1234567-sb1.suitetalk.api.netsuite.com"),
            FormError(.timeout, "Operation timed out after 30001 milliseconds with 0 bytes received"),
            FormError(.broken, "Recv failure: Connection reset by peer"), FormError(.tooLong, ""),
            FormError(.proxy, "Could not resolve proxy: proxy.example"), FormError(.other, "Out of memory"),
            FormError(.encryption, "SSL: no alternative certificate subject name matches target host name"),
            FormError(.encryption, "SSL certificate problem: certificate has expired"),
            FormError(.encryption, "SSL certificate problem: self-signed certificate in certificate chain"),
        ]
        return try errors.map { error in
            do {
                // Connected elsewhere, so that no proxy of this machine is named.
                _ = try request.token(
                    by: TokenRoute(connectTo: "::127.0.0.1:1"), seconds: 30,
                    at: Date(timeIntervalSince1970: 1_795_878_254), send: { _ throws(FormError) in throw error })
            } catch let failure as Failure {
                return failure
            }
            return Failure(.internal, "\(error.words) was a token.")
        }
    }
}
