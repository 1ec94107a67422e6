import Extraction
import Foundation
import ODBC
import SuiteAnalytics
import Synchronization
import TestSupport
import Testing
import Text

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

@Suite struct LoginBreakerStoreTests {
    private struct Refused: Error {}

    private func subject(secret: Secret = "s") throws -> LoginBreakerStore.Subject {
        LoginBreakerStore.Subject(
            account: try #require(AccountID(rawValue: "1234567_SB1")), identity: "token-id-4711", secrets: [secret])
    }

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "kleene-breaker-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory.path)
    }

    @Test func hundredLoginsAtOnceWithBadCredentialsMakeTwo() throws {
        try withDirectory { path in
            let attempts = Mutex(0)
            let refused = Mutex(0)
            let subject = try subject()
            DispatchQueue.concurrentPerform(iterations: 100) { _ in
                do {
                    try LoginBreakerStore(directory: path).guarding(subject, outcome: { _ in .refused }) {
                        attempts.withLock { $0 += 1 }
                        throw Refused()
                    }
                } catch let failure as Failure {
                    if failure.kind == .credentials { refused.withLock { $0 += 1 } }
                } catch {}
            }
            #expect(attempts.withLock { $0 } == 2)
            #expect(refused.withLock { $0 } == 98)
        }
    }

    @Test func filesHoldNoIdentityAndNoSecret() throws {
        try withDirectory { path in
            try LoginBreakerStore(directory: path).guarding(subject(secret: "hush-hush"), outcome: { _ in .refused }) {}
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(names.count == 2)
            for name in names {
                let text = try String(decoding: Data(contentsOf: URL(filePath: path + "/" + name)), as: UTF8.self)
                #expect(!text.contains("hush") && !text.contains("4711") && !name.contains("4711"))
                let permissions = try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions]
                #expect((permissions as? NSNumber)?.intValue == 0o600)
            }
        }
    }

    @Test func stateThatCannotBeReadStopsTheLogin() throws {
        try withDirectory { path in
            let store = LoginBreakerStore(directory: path)
            let subject = try subject()
            try store.guarding(subject, outcome: { _ in .refused }) {}
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: path).first { $0.hasSuffix(".login") })
            try Data("{".utf8).write(to: URL(filePath: path + "/" + name))
            var tried = false
            let failure = #expect(throws: Failure.self) {
                try store.guarding(subject, outcome: { _ in .refused }) { tried = true }
            }
            #expect(failure?.kind == .environment)
            #expect(failure?.advice.contains("auth reset") == true)
            #expect(!tried)
            // Which a person may do, having looked into it.
            #expect(try store.reset(account: nil).count == 1)
            try store.guarding(subject, outcome: { _ in .refused }) { tried = true }
            #expect(tried)
        }
    }

    /// A kill behind the new bytes and before the new length, or behind the room for them.
    @Test(arguments: [UInt8(0x20), 0]) func blanksAndZerosBehindTheStateAreNothing(_ byte: UInt8) throws {
        try withDirectory { path in
            let store = LoginBreakerStore(directory: path)
            for _ in 0..<2 { _ = try? store.guarding(subject(), outcome: { _ in .refused }) { throw Refused() } }
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: path).first { $0.hasSuffix(".login") })
            let file = URL(filePath: path + "/" + name)
            try (Data(contentsOf: file) + Data(repeating: byte, count: 300)).write(to: file)
            #expect(try store.all(account: nil).map(\.breaker.countedRefusals) == [2])
            #expect(try store.reset(account: nil).count == 1)
            #expect(try Data(contentsOf: file).last == UInt8(ascii: "}"))
        }
    }

    @Test func directoryThatCannotBeMadeStopsTheLogin() throws {
        var tried = false
        #expect(throws: Failure.self) {
            try LoginBreakerStore(directory: "/proc/kleene").guarding(subject(), outcome: { _ in .refused }) {
                tried = true
            }
        }
        #expect(!tried)
    }

    @Test func resetLetsTheNextOneThrough() throws {
        try withDirectory { path in
            let store = LoginBreakerStore(directory: path)
            for _ in 0..<3 { _ = try? store.guarding(subject(), outcome: { _ in .refused }) { throw Refused() } }
            #expect(try store.all(account: nil).map(\.breaker.countedRefusals) == [2])
            #expect(try store.reset(account: AccountID(rawValue: "1234567_SB1")).count == 1)
            var tried = false
            try store.guarding(subject(), outcome: { _ in .refused }) { tried = true }
            #expect(tried)
        }
    }

    // MARK: What the other side said

    private func refusal(_ text: String, state: SQLState = SQLState(rawValue: "28000")) -> ODBCError {
        ODBCError(
            kind: .error, function: "SQLDriverConnect",
            diagnostics: [Diagnostic(state: state, nativeCode: 101, message: text)])
    }

    @Test func whatWasSaidLastIsRememberedUntilALoginSucceedsOrAPersonResets() throws {
        try withDirectory { path in
            let store = LoginBreakerStore(directory: path)
            let subject = try subject()
            func told() throws -> LoginRefusal? { try store.all(account: nil).first?.breaker.lastRefusal }
            let time = Date(timeIntervalSince1970: 1_700_000_000)
            _ = try? store.guarding(subject, now: { time }, outcome: { _ in .refused }) {
                throw refusal("Failed to login using TBA.")
            }
            let first = try #require(try told())
            #expect(first.kind == .refused && first.at == time && first.words == "Failed to login using TBA")
            #expect(first.sqlState == "28000" && first.nativeCode == 101)
            // One that never got there says nothing of the user.
            _ = try? store.guarding(subject, now: { time }, outcome: { _ in .notTried }) { throw refusal("no host") }
            #expect(try told() == first)
            try store.guarding(subject, now: { time + 1 }, outcome: { _ in .refused }) {}
            #expect(try told() == nil)
            _ = try? store.guarding(subject, now: { time + 2 }, outcome: { _ in .locked }) { throw refusal("locked") }
            #expect(try told()?.kind == .locked)
            _ = try store.reset(account: nil)
            #expect(try told() == nil)
        }
    }

    @Test func whatIsRememberedHoldsNoSecretAndIsCut() throws {
        try withDirectory { path in
            let store = LoginBreakerStore(
                directory: path, conceal: { $0.replacing("hush-hush", with: "[redacted]") })
            let long = "hush-hush " + String(repeating: "x", count: 5000)
            _ = try? store.guarding(try subject(), outcome: { _ in .unanswered }) {
                throw Failure(.credentials, long)
            }
            let told = try #require(try store.all(account: nil).first?.breaker.lastRefusal)
            #expect(told.kind == .unanswered && told.words.hasPrefix("[redacted] xx") && told.words.count == 500)
            for name in try FileManager.default.contentsOfDirectory(atPath: path) {
                let text = try String(decoding: Data(contentsOf: URL(filePath: path + "/" + name)), as: UTF8.self)
                #expect(!text.contains("hush"))
            }
        }
    }

    /// An older kleene-ns writes none, a newer one may write what this one does not know: the counts hold.
    @Test(arguments: [
        "", #", "lastRefusal": {"kind": "bewitched", "at": 1, "words": "x"}"#,
        #", "lastRefusal": {"kind": "refused", "at": 1e300, "words": "x"}"#, #", "lastRefusal": 7"#,
    ])
    func whatCannotBeReadOfTheWordsCostsNoCount(_ member: String) throws {
        let text = #"{"format": 2, "refusals": {"a": 2}\#(member)}"#
        let breaker = try JSONDecoder().decode(LoginBreaker.self, from: Data(text.utf8))
        #expect(breaker.lastRefusal == nil && breaker.decide("a", at: Date()) == .open(refusals: 2))
    }

    @Test func bothPlacesKnowWhatWasSaidLast() throws {
        try withDirectory { path in
            let (home, beside) = (path + "/home", path + "/beside")
            try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: true)
            let store = LoginBreakerStore(directory: home, workplace: beside)
            _ = try? store.guarding(try subject(), outcome: { _ in .refused }) { throw refusal("not you") }
            for directory in [home, beside + "/logins"] {
                let all = try LoginBreakerStore(directory: directory).all(account: nil)
                #expect(all.first?.breaker.lastRefusal?.words == "not you", "\(directory)")
            }
        }
    }
}
