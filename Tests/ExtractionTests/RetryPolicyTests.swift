import Extraction
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(attempts: 4, firstDelay: 2, longestDelay: 60, budget: 50)

    private func decide(
        _ kind: FailureClass, attempt: Int = 1, total: Int = 1, canHalve: Bool = true, jitter: Double = 1
    ) -> RetryPolicy.Decision {
        policy.decide(kind, attempt: attempt, total: total, canHalve: canHalve, jitter: jitter)
    }

    @Test(arguments: [FailureClass.connection, .sessionGone])
    func aConnectionIsTriedAgainOnAFreshOne(_ kind: FailureClass) {
        #expect(decide(kind, attempt: 1) == .retry(afterSeconds: 2, reconnects: true))
        #expect(decide(kind, attempt: 3) == .retry(afterSeconds: 8, reconnects: true))
        #expect(decide(kind, attempt: 4) == .giveUp)
    }

    @Test(arguments: [FailureClass.data, .timeout])
    func rowsThatFailTwiceAreHalvedUntilThatIsNotPossible(_ kind: FailureClass) {
        #expect(decide(kind, attempt: 1) == .retry(afterSeconds: 2, reconnects: true))
        #expect(decide(kind, attempt: 2) == .halve(reconnects: true))
        #expect(decide(kind, attempt: 20) == .halve(reconnects: true))
        #expect(decide(kind, attempt: 2, canHalve: false) == .giveUp)
    }

    @Test(
        arguments: FailureClass.allCases.filter { ![.connection, .sessionGone, .data, .timeout].contains($0) })
    func everyOtherClassEndsTheExtract(_ kind: FailureClass) {
        #expect(decide(kind) == .giveUp)
    }

    @Test(arguments: FailureClass.allCases)
    func nothingIsTriedBeyondTheBudget(_ kind: FailureClass) {
        #expect(decide(kind, total: 51) == .giveUp)
    }

    @Test(arguments: FailureClass.allCases)
    func nothingIsReadTwiceWhereRetryIsOff(_ kind: FailureClass) {
        let decision = RetryPolicy.none.decide(kind, attempt: 1, total: 1, canHalve: true, jitter: 0)
        #expect(decision == .giveUp)
    }

    @Test func waitsGrowToTheirBoundAndJitterHalvesThemAtMost() {
        for attempt in 1...100 {
            let longest = policy.delay(attempt: attempt, jitter: 1)
            let shortest = policy.delay(attempt: attempt, jitter: 0)
            #expect(longest <= 60 && shortest == longest / 2)
            #expect(longest >= policy.delay(attempt: max(1, attempt - 1), jitter: 1))
        }
        #expect(policy.delay(attempt: 1, jitter: 1) == 2)
        #expect(policy.delay(attempt: 6, jitter: 1) == 60)
        #expect(policy.delay(attempt: 0, jitter: 1) == 2)
        #expect(RetryPolicy(firstDelay: 90, longestDelay: 60).delay(attempt: 1, jitter: 1) == 60)
        #expect(RetryPolicy(firstDelay: 0).delay(attempt: 100, jitter: 1) == 0)
    }
}
