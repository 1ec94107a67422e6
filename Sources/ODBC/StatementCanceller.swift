import CODBC
import Threads

/// Calls `SQLCancel` from a thread that is not the statement's: the one call that ODBC allows there.
///
/// It keeps the statement until the call has come back, or until it is told that there is nothing to cancel, and no longer: so
/// a statement's handle is freed by the statement's own thread, and never beside another call on the same connection.
///
/// `@unchecked Sendable`: the statement is taken out with `lock` held, and nothing but `SQLCancel` is called with it.
/// Diagnostics are not read, because they belong to the statement's own thread.
package final class StatementCanceller: @unchecked Sendable {
    private let lock = Monitor()
    private var statement: Statement?

    package init(_ statement: Statement) { self.statement = statement }

    /// Whether the driver said that it worked. It is called once; a second time there is no statement left.
    package func cancel() -> Bool {
        guard let statement = release() else { return false }
        let code = withExtendedLifetime(statement) { unsafe SQLCancel(statement.handle.raw) }
        return code == C.success || code == C.successWithInfo
    }

    /// Gives the statement up without a call.
    package func forget() { _ = release() }

    private func release() -> Statement? {
        lock.withLock {
            defer { statement = nil }
            return statement
        }
    }
}
