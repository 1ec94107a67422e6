import Foundation
import SuiteAnalytics
import Testing

@Suite struct LoginBreakerTests {
    private let start = Date(timeIntervalSince1970: 1_700_000_000)

    private func refuse(_ breaker: inout LoginBreaker, _ fingerprint: String, at time: Date) {
        breaker.begin(fingerprint, at: time)
        breaker.end(fingerprint, .refused, at: time)
    }

    @Test func opensAfterTwoRefusalsAndStaysOpenForEver() {
        var breaker = LoginBreaker()
        refuse(&breaker, "a", at: start)
        #expect(breaker.decide("a", at: start) == .attempt)
        refuse(&breaker, "a", at: start)
        #expect(breaker.decide("a", at: start + 1e9) == .open(refusals: 2))
    }

    @Test func newCredentialsAndAResetLetOneThrough() {
        var breaker = LoginBreaker()
        refuse(&breaker, "a", at: start)
        refuse(&breaker, "a", at: start)
        #expect(breaker.decide("b", at: start) == .attempt)
        breaker.reset(at: start)
        #expect(breaker.decide("a", at: start) == .attempt)
    }

    @Test func credentialsThatWereRefusedTwiceStayShutWhateverOthersDo() {
        var breaker = LoginBreaker()
        refuse(&breaker, "a", at: start)
        refuse(&breaker, "a", at: start)
        breaker.begin("b", at: start)
        breaker.end("b", .succeeded, at: start)
        #expect(breaker.decide("a", at: start + 1e9) == .open(refusals: 2))
        #expect(breaker.decide("b", at: start) == .attempt)
        // Of what b's success has forgotten at NetSuite's counter nothing is held against b.
        refuse(&breaker, "b", at: start)
        #expect(breaker.decide("b", at: start) == .attempt)
    }

    @Test func changingCredentialsToAndFroCannotLockTheUser() {
        var breaker = LoginBreaker()
        var attempts = 0
        for round in 0..<100 where breaker.decide("\(round % 10)", at: start) == .attempt {
            refuse(&breaker, "\(round % 10)", at: start)
            attempts += 1
        }
        #expect(attempts == LoginBreaker.limitOfAll)
    }

    @Test func twoLoginsWithoutAnAnswerShutTheDoorOfCredentialsThatNeverWorked() {
        var breaker = LoginBreaker()
        for _ in 0..<2 {
            breaker.settle(at: start)
            #expect(breaker.decide("a", at: start) == .attempt)
            // A process that dies in it ends nothing.
            breaker.begin("a", at: start)
        }
        breaker.settle(at: start)
        #expect(breaker.decide("a", at: start + 1e9) == .silent(refusals: 0))
        #expect(breaker.decide("b", at: start) == .attempt)
    }

    @Test func credentialsThatWorkedWaitForAServiceWithoutAnswerAndNeedNobody() {
        var breaker = LoginBreaker()
        breaker.begin("a", at: start)
        breaker.end("a", .succeeded, at: start)
        var now = start
        var waits: [TimeInterval] = []
        for number in 0..<8 {
            #expect(breaker.decide("a", at: now) == .attempt)
            breaker.begin("a", at: now)
            breaker.end("a", .unanswered, at: now)
            guard number > 0 else { continue }
            guard case .waiting(let until) = breaker.decide("a", at: now) else {
                Issue.record("\(number): \(breaker.decide("a", at: now))")
                return
            }
            #expect(breaker.decide("a", at: until - 1) == .waiting(until: until))
            waits.append(until.timeIntervalSince(now) / 60)
            now = until
        }
        #expect(waits == [30, 60, 120, 120, 120, 120, 120])
        breaker.begin("a", at: now)
        breaker.end("a", .succeeded, at: now)
        breaker.begin("a", at: now)
        breaker.end("a", .unanswered, at: now)
        #expect(breaker.decide("a", at: now) == .attempt)
    }

    @Test func refusalBesideASilenceStillLeavesOneAttemptToCredentialsThatWorked() {
        var breaker = LoginBreaker()
        breaker.begin("a", at: start)
        breaker.end("a", .succeeded, at: start)
        breaker.begin("a", at: start)
        breaker.end("a", .unanswered, at: start)
        refuse(&breaker, "a", at: start)
        #expect(breaker.decide("a", at: start) == .waiting(until: start + 1800))
        refuse(&breaker, "a", at: start + 1800)
        #expect(breaker.decide("a", at: start + 1e9) == .open(refusals: 2))
    }

    @Test func clockThatIsSetBackKeepsNobodyOutForLonger() {
        var breaker = LoginBreaker()
        breaker.begin("a", at: start)
        breaker.end("a", .succeeded, at: start)
        breaker.begin("a", at: start)
        breaker.end("a", .locked, at: start)
        let earlier = start - 86_400
        breaker.settle(at: earlier)
        #expect(breaker.decide("a", at: earlier) == .locked(until: earlier + 1800))
        #expect(breaker.decide("a", at: earlier + 1800) == .attempt)
    }

    /// A login beside one that lives.
    private func further(_ breaker: inout LoginBreaker, _ outcome: LoginBreaker.Outcome, at time: Date) {
        breaker.begin("a", further: true, at: time)
        breaker.end("a", outcome, further: true, at: time)
    }

    @Test func loginsBesideOneThatLivesShutNothingAndStopAfterTwoRefusals() {
        var breaker = LoginBreaker()
        for _ in 0..<2 {
            breaker.begin("a", at: start)
            breaker.end("a", .succeeded, at: start)
            #expect(breaker.decide("a", further: true, at: start) == .attempt)
            further(&breaker, .refused, at: start)
        }
        breaker.begin("a", at: start)
        breaker.end("a", .succeeded, at: start)
        #expect(breaker.decide("a", further: true, at: start) == .crowded(until: start + 86_400))
        #expect(breaker.decide("a", at: start) == .attempt)
        #expect(breaker.countedRefusals == 0)
        // The day after it is worth another try, and one refusal ends that.
        let later = start + 86_400
        #expect(breaker.decide("a", further: true, at: later) == .attempt)
        further(&breaker, .refused, at: later)
        breaker.begin("a", at: later)
        breaker.end("a", .succeeded, at: later)
        #expect(breaker.decide("a", further: true, at: later) == .crowded(until: later + 86_400))
    }

    /// Credentials that are revoked in the middle of a run: the service counts all its refusals.
    @Test func refusalBesideAConnectionThatLivesIsOneOfTheTwo() {
        var breaker = LoginBreaker()
        breaker.begin("a", at: start)
        breaker.end("a", .succeeded, at: start)
        further(&breaker, .refused, at: start)
        #expect(breaker.decide("a", further: true, at: start + 1e9) != .attempt)
        #expect(breaker.decide("a", at: start) == .attempt)
        refuse(&breaker, "a", at: start)
        #expect(breaker.decide("a", at: start + 1e9) == .open(refusals: 2))
        // Another process has been refused while this one is still connected.
        var other = LoginBreaker()
        other.begin("a", at: start)
        other.end("a", .succeeded, at: start)
        refuse(&other, "a", at: start)
        #expect(other.decide("a", further: true, at: start) != .attempt)
        #expect(other.decide("a", at: start) == .attempt)
    }

    @Test func furtherLoginsWithoutAnAnswerShutNothing() {
        var breaker = LoginBreaker()
        breaker.begin("a", at: start)
        breaker.end("a", .succeeded, at: start)
        for _ in 0..<5 {
            #expect(breaker.decide("a", further: true, at: start) == .attempt)
            further(&breaker, .unanswered, at: start)
        }
        #expect(breaker.decide("a", at: start) == .attempt)
    }

    @Test func credentialsThatWereRefusedAndMetALockAreToldTheRefusals() {
        var breaker = LoginBreaker()
        breaker.begin("a", at: start)
        breaker.end("a", .locked, at: start)
        for _ in 0..<2 { refuse(&breaker, "a", at: start + 1800) }
        breaker.begin("b", at: start + 7200)
        breaker.end("b", .succeeded, at: start + 7200)
        #expect(breaker.decide("a", at: start + 7200) == .open(refusals: 3))
    }

    @Test func loginThatIsCalledOffCountsForNothing() {
        var breaker = LoginBreaker()
        for _ in 0..<5 {
            breaker.begin("a", parent: 4711, at: start)
            breaker.callOff(parent: 1)
            breaker.callOff(parent: 4711)
            breaker.settle(at: start)
            #expect(breaker.decide("a", at: start) == .attempt)
        }
        breaker.begin("a", parent: 4711, at: start)
        breaker.callOff(parent: 1)
        breaker.settle(at: start)
        #expect(breaker.countedSilences == 1)
    }

    @Test func unreachedServiceCountsForNothing() {
        var breaker = LoginBreaker()
        for _ in 0..<10 {
            #expect(breaker.decide("a", at: start) == .attempt)
            breaker.begin("a", at: start)
            breaker.end("a", .notTried, at: start)
        }
        #expect(breaker.countedRefusals == 0)
    }

    @Test func successForgetsRefusals() {
        var breaker = LoginBreaker()
        refuse(&breaker, "a", at: start)
        breaker.begin("a", at: start)
        breaker.end("a", .succeeded, at: start)
        refuse(&breaker, "a", at: start)
        #expect(breaker.decide("a", at: start) == .attempt)
    }

    @Test func lockHoldsThirtyMinutesThenCostsOneAttemptOfCredentialsThatOnceWorked() {
        var breaker = LoginBreaker()
        breaker.begin("a", at: start)
        breaker.end("a", .succeeded, at: start)
        breaker.begin("a", at: start)
        breaker.end("a", .locked, at: start)
        #expect(breaker.decide("a", at: start + 1799) == .locked(until: start + 1800))
        #expect(breaker.decide("b", at: start + 1799) == .locked(until: start + 1800))
        #expect(breaker.decide("a", at: start + 1800) == .attempt)
        breaker.begin("a", at: start + 1800)
        breaker.end("a", .refused, at: start + 1801)
        #expect(breaker.decide("a", at: start + 3600) == .locked(until: start + 3601))
        // Refused again: for ever, but not for others.
        #expect(breaker.decide("a", at: start + 1e9) == .open(refusals: 2))
        #expect(breaker.decide("b", at: start + 1e9) == .attempt)
    }

    @Test func lockThatIsToldAgainIsWaitedForAgain() {
        var breaker = LoginBreaker()
        breaker.begin("a", at: start)
        breaker.end("a", .succeeded, at: start)
        var now = start
        var waits: [TimeInterval] = []
        for _ in 0..<6 {
            #expect(breaker.decide("a", at: now) == .attempt)
            breaker.begin("a", at: now)
            breaker.end("a", .locked, at: now)
            guard case .locked(let until) = breaker.decide("a", at: now) else {
                Issue.record("\(breaker.decide("a", at: now))")
                return
            }
            waits.append(until.timeIntervalSince(now) / 60)
            now = until
        }
        #expect(waits == [30, 30, 30, 60, 120, 120])
    }

    @Test func credentialsThatNeverWorkedAreNotTriedAfterALock() {
        var breaker = LoginBreaker()
        breaker.begin("a", at: start)
        breaker.end("a", .locked, at: start)
        #expect(breaker.decide("a", at: start + 7200) == .unproven)
        #expect(breaker.decide("b", at: start + 7200) == .attempt)
    }
}
