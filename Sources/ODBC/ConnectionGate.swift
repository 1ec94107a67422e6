import Threads

/// Lets one thread at a time connect or disconnect, and does not wait for ever for one that does not come back: a login that
/// hangs must not hold up every other connection of the process.
///
/// `@unchecked Sendable`: all state is touched with `condition` held.
package final class ConnectionGate: @unchecked Sendable {
    private let condition = Monitor()
    /// Who is inside, and since when; the last one to enter.
    private var inside: (number: Int, since: ContinuousClock.Instant)?
    private var entries = 0
    /// How long the one inside is waited for.
    private let patience: Duration

    package init(patience: Duration = .seconds(5)) { self.patience = patience }

    /// Runs `body` when nobody else is inside, or has been for too long.
    package func pass<Result>(_ body: () -> Result) -> Result {
        let number = enter()
        defer { leave(number) }
        return body()
    }

    private func enter() -> Int {
        condition.withLock {
            while let inside, condition.wait(until: inside.since + patience) {}
            entries += 1
            inside = (entries, .now)
            return entries
        }
    }

    private func leave(_ number: Int) {
        condition.withLock {
            // Whoever was given up does not let a third one in beside the second.
            if inside?.number == number { inside = nil }
            condition.broadcast()
        }
    }
}
