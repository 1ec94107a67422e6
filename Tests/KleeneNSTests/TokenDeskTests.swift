import Extraction
import Foundation
import SuiteAnalytics
import Synchronization
import TestSupport
import Testing
import Text

@testable import KleeneNS

/// One token for all who ask, and another ahead of its end.
@Suite struct TokenDeskTests {
    private final class Endpoint: Sendable {
        private let state = Mutex((requests: 0, seconds: 0))
        private let origin = ContinuousClock.now

        var requests: Int { state.withLock { $0.requests } }
        var now: ContinuousClock.Instant { origin + .seconds(state.withLock { $0.seconds }) }
        func pass(_ seconds: Int) { state.withLock { $0.seconds += seconds } }
        func grant() -> AccessToken {
            let number = state.withLock { state in
                state.requests += 1
                return state.requests
            }
            return AccessToken(Secret("the-token-number-\(number)"), lifetime: 3600)
        }
    }

    /// Four at once, as four connections that lost their sessions.
    private static func four(_ desk: TokenDesk) -> [String] {
        let tokens = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            let token = (try? desk.token())?.reveal() ?? "none"
            tokens.withLock { $0.append(token) }
        }
        return tokens.withLock { $0 }
    }

    @Test func runLongerThanTheHourRenewsItsTokenWithOneRequest() throws {
        let endpoint = Endpoint()
        let redactor = Redactor([])
        let desk = try TokenDesk(learning: redactor, now: { endpoint.now }) { endpoint.grant() }
        #expect(Self.four(desk) == Array(repeating: "the-token-number-1", count: 4) && endpoint.requests == 1)
        endpoint.pass(3299)
        #expect(Self.four(desk) == Array(repeating: "the-token-number-1", count: 4) && endpoint.requests == 1)
        endpoint.pass(1)
        #expect(Self.four(desk) == Array(repeating: "the-token-number-2", count: 4) && endpoint.requests == 2)
        endpoint.pass(3600)
        #expect(Self.four(desk) == Array(repeating: "the-token-number-3", count: 4) && endpoint.requests == 3)
        #expect(redactor("the-token-number-1 and the-token-number-3") == "[redacted] and [redacted]")
    }

    @Test func answersAreReadyWhenTheBellRings() throws {
        let endpoint = Endpoint()
        let desk = try TokenDesk(learning: Redactor([]), now: { endpoint.now }) { endpoint.grant() }
        #expect(desk.takeAnswers().isEmpty)
        desk.ask()
        desk.ask()
        var answers: [WorkOrder.TokenAnswer] = []
        while answers.count < 2 {
            _ = Descriptor.wait([(desk.descriptor, Int16(POLLIN))], milliseconds: 10_000)
            answers += desk.takeAnswers()
        }
        for answer in answers {
            guard case .granted("the-token-number-1") = answer else { Issue.record("no token"); continue }
            let encoder = JSONEncoder()
            #expect(throws: EncodingError.self) { try encoder.encode(answer) }
            #expect("\(answer)" == "[redacted]")
        }
        #expect(endpoint.requests == 1)
    }

    @Test func refusalIsPassedOnAndTheNextOneAsksAgain() throws {
        let count = Mutex(0)
        let desk = try TokenDesk(learning: Redactor([])) {
            count.withLock { $0 += 1 }
            throw Failure(.credentials, "No.")
        }
        for _ in 0..<2 { #expect(throws: Failure(.credentials, "No.")) { try desk.token() } }
        #expect(count.withLock { $0 } == 2)
    }

    @Test func threadsOfAWorkerGetAnAnswerEach() throws {
        let inbox = TokenInbox()
        inbox.put(.granted("one"))
        inbox.put(.refused(Failure(.connection, "Nobody there.")))
        #expect(try inbox.take() == "one")
        #expect(throws: Failure(.connection, "Nobody there.")) { try inbox.take() }
        inbox.close()
        #expect(throws: Failure(.interrupted, "The command was interrupted.")) { try inbox.take() }
    }

    /// Whoever was handed a redactor before has what it learns later.
    @Test func redactorsLearnWhereverTheyAre() {
        let redactor = Redactor(["first-secret"])
        let copy = redactor
        #expect(copy("later-secret first-secret") == "later-secret [redacted]")
        redactor.learn(["later-secret"])
        #expect(copy("later-secret first-secret") == "[redacted] [redacted]")
        #expect(copy.spoken("ends with later-sec").contains("later-sec") == false)
    }
}
