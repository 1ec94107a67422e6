import Synchronization

/// How others stop what a session is doing: a cancel request, a timeout, the client's leaving.
final class SessionControl: Sendable {
    enum Reason: Sendable {
        case cancelled
        case timedOut
        case gone
    }

    private struct State {
        var busy = false
        var reason: Reason?
        var gone = false
        var connection: SQLiteConnection?
    }

    private let state = Mutex(State())

    /// The connection to interrupt.
    func attach(_ connection: SQLiteConnection) {
        state.withLock { $0.connection = connection }
    }

    func detach() {
        state.withLock { $0.connection = nil }
    }

    /// A statement starts: what was asked before does not concern it.
    func begin() {
        state.withLock { state in
            state.busy = true
            state.reason = state.gone ? .gone : nil
        }
    }

    func end() {
        state.withLock { $0.busy = false }
    }

    /// Stops the running statement, if there is one.
    func stop(_ reason: Reason) {
        state.withLock { state in
            if case .gone = reason { state.gone = true }
            guard state.busy, state.reason == nil else { return }
            state.reason = reason
            state.connection?.interrupt()
        }
    }

    /// Why the running statement must stop; nil while it need not.
    var stopReason: Reason? { state.withLock { $0.reason } }

    var isGone: Bool { state.withLock { $0.gone } }

    /// Throws when the running statement was told to stop.
    func check() throws {
        switch stopReason {
        case .cancelled: throw SQLRefusal.cancelled
        case .timedOut: throw SQLRefusal.timedOut
        case .gone: throw SessionEnd.closed
        case nil: return
        }
    }
}

/// How a session ends other than by the client's wish.
enum SessionEnd: Error, Equatable {
    /// The connection is closed.
    case closed
    /// The connection is reset.
    case reset
    /// The last words are sent, then the connection is closed.
    case refused(SQLRefusal)
}
