import Synchronization

/// The locks of extracts that this process holds on the server: by them a commit finds out whether it still does.
final class HeldLocks: Sendable {
    /// One of them, as the server knows it.
    struct Held: Sendable, Equatable {
        /// The session's process on the server, and since when it is there: numbers come again.
        let process: String
        let since: String
        /// The last run of the extract in the books when the lock was taken; nil where there was none.
        let lastRun: String?
    }

    private let held = Mutex<[Int64: Held]>([:])

    subscript(key: Int64) -> Held? {
        get { held.withLock { $0[key] } }
        set { held.withLock { $0[key] = newValue } }
    }
}

/// A session that holds the lock of an extract until it is let go.
final class LockSession {
    private let session: PostgresConnection
    private let key: Int64
    private let locks: HeldLocks

    init(_ session: PostgresConnection, key: Int64, _ held: HeldLocks.Held, in locks: HeldLocks) {
        self.session = session
        self.key = key
        self.locks = locks
        locks[key] = held
    }

    deinit { locks[key] = nil }
}
