import Threads

/// The logins of further readers that have not come back. Nobody waits for them while there is something to do; but a login
/// that the end of the process cuts off counts as one that may have been refused.
///
/// `@unchecked Sendable`: all state is touched with `condition` held.
final class PendingLogins: @unchecked Sendable {
    private let condition = Monitor()
    private var count = 0

    func begin() { condition.withLock { count += 1 } }

    func end() {
        condition.withLock {
            count -= 1
            condition.broadcast()
        }
    }

    /// Waits until none is under way, or for so long; `tell` is called while it does.
    func settle(within patience: Duration, tell: () -> Void) {
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end {
            let isSettled = condition.withLock {
                if count > 0 { _ = condition.wait(until: min(end, .now + .milliseconds(200))) }
                return count == 0
            }
            if isSettled { return }
            tell()
        }
    }
}
