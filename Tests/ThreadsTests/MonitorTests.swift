import Testing
import Threads

@Suite struct MonitorTests {
    /// A number that threads change and wait for.
    ///
    /// `@unchecked Sendable`: the number is touched with `condition` held.
    private final class Counter: @unchecked Sendable {
        let condition = Monitor()
        var number = 0

        func add() {
            condition.withLock {
                number += 1
                condition.broadcast()
            }
        }

        func wait(for wanted: Int) {
            condition.withLock {
                while number != wanted { condition.wait() }
            }
        }
    }

    @Test func oneThreadAtATimeHasTheLock() throws {
        let counter = Counter()
        let threads = try (0..<4).map { index in
            try SystemThread("counter\(index)") { for _ in 0..<10_000 { counter.add() } }
        }
        for thread in threads { thread.join() }
        #expect(counter.number == 40_000)
    }

    @Test func aBroadcastWakesAllWhoWait() throws {
        let counter = Counter()
        let threads = try (0..<4).map { index in try SystemThread("waiter\(index)") { counter.wait(for: 1) } }
        counter.add()
        for thread in threads { thread.join() }
    }

    @Test func theLockIsFreeAfterAnError() throws {
        struct Wrong: Error {}
        let condition = Monitor()
        #expect(throws: Wrong.self) { try condition.withLock { throw Wrong() } }
        try SystemThread("other") { condition.withLock {} }.join()
    }

    @Test func aTimedWaitThatNobodyEndsLastsUntilItsMoment() {
        let condition = Monitor()
        let moment = ContinuousClock.now + .milliseconds(700)
        condition.withLock {
            while condition.wait(until: moment) {}
        }
        #expect(ContinuousClock.now >= moment)
    }

    @Test func aMomentThatHasPassedIsNotWaitedFor() {
        let condition = Monitor()
        #expect(condition.withLock { condition.wait(until: .now - .seconds(1)) } == false)
        #expect(condition.withLock { condition.wait(until: .now) } == false)
    }

    @Test func aBroadcastEndsATimedWait() throws {
        let counter = Counter()
        let limit = ContinuousClock.now + .seconds(60)
        let thread = try SystemThread("waiter") {
            counter.condition.withLock {
                while counter.number == 0, counter.condition.wait(until: limit) {}
            }
        }
        counter.add()
        thread.join()
        #expect(ContinuousClock.now < limit)
    }
}
