import CODBC
import Text
import Threads

/// Holds the statements of one connection to a time limit, whatever its driver makes of `SQL_ATTR_QUERY_TIMEOUT`: a
/// statement that is not done with its last row in time is cancelled from a thread of its own.
///
/// A driver that does not even give way to `SQLCancel` cannot be helped from inside the process: then `stuck` is told, once,
/// and the call goes on hanging until somebody ends the process.
///
/// `@unchecked Sendable`: all state is touched with `condition` held.
package final class StatementWatch: @unchecked Sendable {
    package let seconds: Int
    private let stuck: @Sendable (_ seconds: Int) -> Void
    private let condition = Monitor()
    /// The statement that is held to the limit, and until when.
    private var statement: ObjectIdentifier?
    private var deadline: ContinuousClock.Instant?
    private var isExpired = false
    /// The statement whose call is under way.
    private var calling: Callee?
    private var calls = 0
    private var isCancelling = false
    private var hasThread = false
    private var isOver = false

    /// `@unchecked Sendable`: nothing but `SQLCancel` is called with it, and the call under way does not come back before
    /// that has; so the statement is not freed meanwhile.
    @safe private struct Callee: @unchecked Sendable {
        let handle: SQLHANDLE
        /// Which call of the connection it is.
        let number: Int
    }

    /// A wait takes half a second; more than this is a process that did not run.
    private static let longestNap: Duration = .seconds(3)

    /// How long `SQLCancel` and the call that it is for may take to come back.
    private var grace: Duration { .seconds(min(seconds, 10)) }

    package init(seconds: Int, stuck: @escaping @Sendable (_ seconds: Int) -> Void) {
        self.seconds = seconds
        self.stuck = stuck
    }

    // MARK: The connection's thread

    /// A call begins, unless its statement is out of time already: then it must not, for nobody would end it.
    ///
    /// - Parameter isExecution: Whether it begins a statement, and its time.
    /// - Throws: where the system gives no thread to watch with: a statement without its limit must not begin.
    func enter(_ statement: Statement, isExecution: Bool) throws(SystemThread.Refusal) -> Bool {
        try condition.withLock { () throws(SystemThread.Refusal) in
            if isExecution {
                self.statement = ObjectIdentifier(statement)
                deadline = .now + .seconds(seconds)
                isExpired = false
            }
            guard !isExpired || self.statement != ObjectIdentifier(statement) else { return false }
            calls += 1
            calling = unsafe Callee(handle: statement.handle.raw, number: calls)
            try startThread()
            condition.broadcast()
            return true
        }
    }

    /// The call has come back; whether its statement is out of time. Waits for a cancellation that is under way, which must
    /// not hit another call.
    func leave(_ statement: Statement) -> Bool {
        condition.withLock {
            calling = nil
            condition.broadcast()
            while isCancelling { condition.wait() }
            return isExpired && self.statement == ObjectIdentifier(statement)
        }
    }

    /// The statement is done with, or given up.
    func end(_ statement: Statement) {
        condition.withLock {
            guard self.statement == ObjectIdentifier(statement) else { return }
            self.statement = nil
            deadline = nil
        }
    }

    /// The connection is about to go.
    func stop() {
        condition.withLock {
            isOver = true
            condition.broadcast()
        }
    }

    // MARK: The watching thread

    private func startThread() throws(SystemThread.Refusal) {
        guard !hasThread else { return }
        try SystemThread.detach("kleene-watch") { self.watch() }
        hasThread = true
    }

    private func watch() {
        condition.withLock {
            while !isOver {
                guard let deadline else {
                    condition.wait()
                    continue
                }
                let before = ContinuousClock.now
                guard before >= deadline else {
                    _ = condition.wait(until: deadline)
                    // A wait is a nap. Who comes back much later was stopped, or the machine slept: no fault of the statement.
                    let missed = ContinuousClock.now - before - Self.longestNap
                    if missed > .zero { self.deadline = self.deadline.map { $0 + missed } }
                    continue
                }
                self.deadline = nil
                isExpired = true
                if let calling { cancel(calling) }
            }
        }
    }

    /// Cancels a call, and waits until both have come back, or the grace is over.
    private func cancel(_ callee: Callee) {
        isCancelling = true
        do {
            // Not on this thread: some drivers' SQLCancel hangs as well.
            try SystemThread.detach("kleene-cancel") {
                _ = unsafe SQLCancel(callee.handle)
                self.condition.withLock {
                    self.isCancelling = false
                    self.condition.broadcast()
                }
            }
        } catch {
            // Nobody can cancel it, so it is as lost as one that does not give way.
            isCancelling = false
        }
        let end = ContinuousClock.now + grace
        while !isOver, isCancelling || calling?.number == callee.number {
            guard condition.wait(until: end) else { return stuck(seconds) }
        }
    }
}

extension ODBCError {
    /// A statement that was not begun, because nobody could have ended it in time.
    static func unwatched(_ refusal: SystemThread.Refusal, in function: String) -> ODBCError {
        ODBCError(
            kind: .error, function: function,
            diagnostics: [
                Diagnostic(
                    state: .noHandles, nativeCode: 0, message: "\(refusal)")
            ])
    }

    /// A statement that was given up by us.
    static func outOfTime(seconds: Int, in function: String) -> ODBCError {
        ODBCError(
            kind: .error, function: function,
            diagnostics: [
                Diagnostic(
                    state: .statementTimeout, nativeCode: 0,
                    message:
                        "it was not done within the limit of \(Sentence.count(seconds, "second")) and was cancelled")
            ])
    }
}
