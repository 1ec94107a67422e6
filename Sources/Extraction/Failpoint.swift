#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Named points at which a test kills the process with SIGKILL: `KLEENE_NS_FAILPOINT=load.filled`, or
/// `staging.batch@3` for the third time.
///
/// Compiled into every build, because what is tested should be what ships. It can do nothing that whoever sets the
/// environment could not do with `kill`, and it lies at coarse steps only, never at a row.
package enum Failpoint: String, CaseIterable, Sendable {
    case prepareLocked = "prepare.locked"
    case stagingCreated = "staging.created"
    case stagingBatch = "staging.batch"
    case stagingChunk = "staging.chunk"
    case stagingResumed = "staging.resumed"
    case stagingSealed = "staging.sealed"
    case loadOpened = "load.opened"
    case loadBegun = "load.begun"
    case loadDropped = "load.dropped"
    case loadCreated = "load.created"
    case loadFilled = "load.filled"
    case loadRebuilt = "load.rebuilt"
    case loadRecorded = "load.recorded"
    case loadSynchronized = "load.synchronized"
    case loadNamed = "load.named"
    case loadCommitted = "load.committed"
    case loadCheckpointed = "load.checkpointed"
    /// A record or an edit without rows.
    case booksWritten = "books.written"
    case booksCommitted = "books.committed"

    /// Those of a login, which not every source passes: its memory opened, the attempt written down, ended, and its end
    /// written down.
    package enum Login: String, CaseIterable, Sendable {
        case opened = "login.opened"
        case begun = "login.begun"
        case ended = "login.ended"
        case written = "login.written"
    }

    /// Dies here if the environment says so.
    package static func reach(_ point: Failpoint) {
        guard let armed else { return }
        armed.reach(point.rawValue)
    }

    /// Dies here if the environment says so.
    package static func reach(_ point: Login) {
        guard let armed else { return }
        armed.reach(point.rawValue)
    }

    private static let armed = Armed(
        environment: unsafe getenv("KLEENE_NS_FAILPOINT").map { unsafe String(cString: $0) })

    /// The one point that the environment names, and how many more times it is passed unharmed.
    ///
    /// `@unchecked Sendable`: each point lies on one thread's way, so `passes` is changed by that thread alone; logins are
    /// one at a time.
    private final class Armed: @unchecked Sendable {
        let point: String
        var passes: Int

        init?(environment: String?) {
            guard let parts = environment?.split(separator: "@"), let first = parts.first,
                Failpoint(rawValue: String(first)) != nil || Login(rawValue: String(first)) != nil
            else { return nil }
            self.point = String(first)
            self.passes = (parts.count > 1 ? Int(parts[1]) ?? 1 : 1) - 1
        }

        func reach(_ point: String) {
            guard point == self.point else { return }
            if passes > 0 {
                passes -= 1
                return
            }
            kill(getpid(), SIGKILL)
        }
    }
}
