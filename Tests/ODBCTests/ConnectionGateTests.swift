import Synchronization
import Testing
import Threads

@testable import ODBC

/// Connecting is one at a time, as long as it comes to an end.
@Suite struct ConnectionGateTests {
    private final class Count: Sendable {
        private let state = Mutex((inside: 0, most: 0))
        func enter() {
            state.withLock {
                $0.inside += 1
                $0.most = max($0.most, $0.inside)
            }
        }
        func leave() { state.withLock { $0.inside -= 1 } }
        var most: Int { state.withLock { $0.most } }
    }

    @Test func oneAtATimeIsInside() throws {
        let gate = ConnectionGate(patience: .seconds(60))
        let count = Count()
        let threads = try (0..<8).map { _ in
            try SystemThread("gate") {
                for _ in 0..<50 {
                    gate.pass {
                        count.enter()
                        SystemThread.sleep(.microseconds(50))
                        count.leave()
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(count.most == 1)
    }

    @Test func oneThatDoesNotComeBackHoldsNobodyUpForEver() throws {
        let gate = ConnectionGate(patience: .milliseconds(20))
        let hold = Monitor()
        let isHeld = Mutex(true)
        let began = Mutex(false)
        let hanging = try SystemThread("hanging") {
            gate.pass {
                began.withLock { $0 = true }
                hold.withLock { while isHeld.withLock({ $0 }) { hold.wait() } }
            }
        }
        while !began.withLock({ $0 }) { SystemThread.sleep(.milliseconds(1)) }
        let count = Count()
        let threads = try (0..<4).map { _ in
            try SystemThread("waiting") {
                gate.pass {
                    count.enter()
                    count.leave()
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(count.most == 1, "the others still go one at a time")
        isHeld.withLock { $0 = false }
        hold.withLock { hold.broadcast() }
        hanging.join()
        #expect(gate.pass { true })
    }
}
