import Threads

/// Something that another thread does while this one does something else, or says that it is still waited for.
///
/// `@unchecked Sendable`: the body is the other thread's, and the result is touched with `condition` held.
package final class Beside<Value>: @unchecked Sendable {
    private let body: () throws -> Value
    private let condition = Monitor()
    private var result: Result<Value, any Error>?

    /// How often is said that it is still waited for: drivers that say nothing for minutes are stopped, and this is no driver.
    private static var interval: Duration { .seconds(10) }

    package init(_ body: @escaping () throws -> Value) { self.body = body }

    /// - Throws: a `Failure` where the system gives no thread.
    package func start() throws {
        try Failure.unlessThreads {
            try SystemThread.detach("kleene-verify", stackSize: 8 << 20) {
                let result = Result { try self.body() }
                self.condition.withLock {
                    self.result = result
                    self.condition.broadcast()
                }
            }
        }
    }

    /// Waits for the end; calls a function now and then while it does.
    package func wait(_ tell: () -> Void) throws -> Value {
        while true {
            let found = condition.withLock {
                let end = ContinuousClock.now + Self.interval
                while result == nil, condition.wait(until: end) {}
                return result
            }
            if let found { return try found.get() }
            tell()
        }
    }
}
