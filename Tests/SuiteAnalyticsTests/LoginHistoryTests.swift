import Foundation
import TestSupport
import Testing

@testable import SuiteAnalytics

/// Generated histories of logins: services that come and go, credentials that change, processes that die, homes that are new,
/// clocks that jump. Never a third refusal, and nobody is kept out of a service that is well.
@Suite struct LoginHistoryTests {
    /// The service, and what remembers it: a home, and a workplace with fingerprints of its own.
    private struct World {
        var home = LoginBreaker()
        var beside = LoginBreaker()
        var now = Date(timeIntervalSince1970: 1_700_000_000)
        /// Credentials that are wrong.
        var wrong: Set<String> = []
        var isSilent = false
        /// A further session beside one that lives is refused, as wrong credentials are.
        var isFull = false
        var lockedUntil: Date?
        var failures = 0
        /// Refusals that were told, and those in all, since these credentials worked or somebody reset the breaker.
        var told: [String: Int] = [:]
        var counted: [String: Int] = [:]
        var worked: Set<String> = []
        var hasOneKey = false
        var logins = 0

        /// How a login with these credentials ends, and what happens to its process.
        ///
        /// - Parameter further: Whether it is one beside another that lives.
        /// - Returns: whether it succeeded.
        @discardableResult mutating func run(
            _ name: String, further: Bool = false, dies: Bool, calledOff: Bool
        ) -> Bool {
            let (own, other) = ("h-" + name, (hasOneKey ? "h-" : "w-") + name)
            home.settle(at: now)
            beside.settle(at: now)
            LoginBreaker.reconcile(&home, own, &beside, other)
            guard home.decide(own, further: further, at: now) == .attempt,
                beside.decide(other, further: further, at: now) == .attempt
            else { return false }
            home.begin(own, further: further, parent: 7, at: now)
            beside.begin(other, further: further, parent: 7, at: now)
            logins += 1
            let outcome = serve(name, further: further, isTold: !dies && !calledOff)
            if calledOff {
                home.callOff(parent: 7)
                beside.callOff(parent: 7)
            } else if !dies {
                home.end(own, outcome, further: further, at: now)
                beside.end(other, outcome, further: further, at: now)
            }
            return outcome == .succeeded && !dies && !calledOff
        }

        private mutating func serve(_ name: String, further: Bool, isTold: Bool) -> LoginBreaker.Outcome {
            if let end = lockedUntil, now < end { return .locked }
            if isSilent { return .unanswered }
            guard wrong.contains(name) || further && isFull else {
                (failures, lockedUntil) = (0, nil)
                (told[name], counted[name]) = (0, 0)
                worked.insert(name)
                return .succeeded
            }
            failures += 1
            counted[name, default: 0] += 1
            if isTold { told[name, default: 0] += 1 }
            if lockedUntil != nil || failures >= 5 {
                lockedUntil = now + 1800
            }
            return .refused
        }
    }

    private static func history(seed: UInt64) -> World {
        var generator = Generator(seed: seed)
        var world = World()
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
        // Wrong from the start or later, one or two of three.
        world.wrong = Set(["a", "b", "c"].filter { _ in chance(50) })
        let dying = chance(50) ? 20 : 0
        // A container's home is new at each run; or a destination goes, and its workplace with it.
        let losesHome = chance(50)
        world.hasOneKey = chance(50)
        for _ in 0..<60 {
            let name = ["a", "a", "a", "b", "c"].randomElement(using: &generator) ?? "a"
            world.now += Double.random(in: 0...3000, using: &generator)
            if chance(5) { world.isSilent.toggle() }
            if chance(3) { world.wrong.formSymmetricDifference([name]) }
            if chance(3) { world.now += Double.random(in: -2...2, using: &generator) * 86_400 }
            if chance(10) { if losesHome { world.home = LoginBreaker() } else { world.beside = LoginBreaker() } }
            if chance(2) {
                world.home.reset(at: world.now)
                world.beside.reset(at: world.now)
                (world.told, world.counted, world.failures) = ([:], [:], 0)
            }
            guard world.run(name, dies: chance(dying), calledOff: false) else { continue }
            // A run that is connected: credentials may be revoked in it, its helpers log in, its session is lost.
            for _ in 0..<Int.random(in: 0..<4, using: &generator) {
                if chance(10) { world.wrong.formSymmetricDifference([name]) }
                if chance(10) { world.isFull.toggle() }
                world.now += Double.random(in: 0...600, using: &generator)
                world.run(name, further: chance(70), dies: false, calledOff: false)
            }
        }
        return world
    }

    @Test func noHistoryHoldsAThirdRefusal() throws {
        let first = UInt64.random(in: 0 ... .max)
        var logins = 0
        // The first once made a third: processes that died twice, and a lock that other credentials met.
        for seed in [6_602_596_926_504_076_613] + (0..<4000).map({ first &+ $0 }) {
            let world = Self.history(seed: seed)
            logins += world.logins
            for (name, count) in world.told {
                try #require(count <= LoginBreaker.limit, "seed \(seed): \(name) was refused \(count) times")
            }
            for (name, count) in world.counted where !world.worked.contains(name) {
                try #require(count <= LoginBreaker.limit, "seed \(seed): \(name), which never worked, \(count) times")
            }
        }
        #expect(logins > 10_000)
    }

    /// However it went before: right credentials that were not refused twice get in, once the waits of docs/netsuite.md are over.
    @Test func healthyServiceIsReachedAgainWithoutAnybody() throws {
        let first = UInt64.random(in: 0 ... .max)
        var reached = 0
        for seed in (0..<4000).map({ first &+ $0 }) {
            var generator = Generator(seed: seed)
            var world = World()
            world.run("a", dies: false, calledOff: false)
            for _ in 0..<40 {
                world.now += Double.random(in: -3600...3600, using: &generator)
                world.isSilent = Bool.random(using: &generator)
                if Int.random(in: 0..<10, using: &generator) == 0 { world.home = LoginBreaker() }
                // Another program has the user locked.
                if Int.random(in: 0..<20, using: &generator) == 0 { world.lockedUntil = world.now + 1800 }
                let isKilled = Int.random(in: 0..<5, using: &generator)
                world.run("a", dies: isKilled == 0, calledOff: isKilled == 1)
            }
            (world.isSilent, world.lockedUntil) = (false, nil)
            let before = world.logins
            world.now += LoginBreaker.longestWait
            world.run("a", dies: false, calledOff: false)
            try #require(world.logins == before + 1, "seed \(seed): \(world.home) \(world.beside) at \(world.now)")
            reached += 1
        }
        #expect(reached == 4000)
    }
}
