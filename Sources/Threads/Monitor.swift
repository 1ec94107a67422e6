import Glibc

/// A lock, and a place to wait until another thread has changed what it guards. For what no one waits for, `Mutex` does.
///
/// `@unchecked Sendable`: the two are made for use by several threads, and never move.
@safe package final class Monitor: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// The longest that a timed wait sleeps without a look at the clock: the one that it sleeps by stands still while the
    /// machine is suspended, a `ContinuousClock` goes on.
    private static let nap: Duration = .milliseconds(500)

    package init() {
        unsafe check(pthread_mutex_init(mutex, nil))
        var attributes = pthread_condattr_t()
        unsafe check(pthread_condattr_init(&attributes))
        // Else it would be the wall clock, which may be set.
        unsafe check(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC))
        unsafe check(pthread_cond_init(change, &attributes))
        unsafe check(pthread_condattr_destroy(&attributes))
    }

    deinit {
        unsafe check(pthread_cond_destroy(change))
        unsafe check(pthread_mutex_destroy(mutex))
        unsafe change.deallocate()
        unsafe mutex.deallocate()
    }

    /// Not to be called by the thread that has it: it would wait for itself.
    package func lock() { unsafe check(pthread_mutex_lock(mutex)) }

    package func unlock() { unsafe check(pthread_mutex_unlock(mutex)) }

    package func withLock<Result, Problem>(_ body: () throws(Problem) -> Result) throws(Problem) -> Result {
        lock()
        defer { unlock() }
        return try body()
    }

    /// Wakes all who wait. Call it with the lock held.
    package func broadcast() { unsafe check(pthread_cond_broadcast(change)) }

    /// Gives the lock up until a broadcast, or for no reason: ask in a loop for what is waited for.
    package func wait() { unsafe check(pthread_cond_wait(change, mutex)) }

    /// The same, until a moment at the latest; false once that has come. May come back early: ask in a loop.
    package func wait(until moment: ContinuousClock.Instant) -> Bool {
        let left = ContinuousClock.now.duration(to: moment)
        guard left > .zero else { return false }
        var end = timespec()
        unsafe check(clock_gettime(CLOCK_MONOTONIC, &end) == 0 ? 0 : errno)
        let (seconds, attoseconds) = min(left, Self.nap).components
        let nanoseconds = end.tv_nsec + Int(attoseconds / 1_000_000_000)
        end.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        end.tv_nsec = nanoseconds % 1_000_000_000
        let code = unsafe pthread_cond_timedwait(change, mutex, &end)
        if code != ETIMEDOUT { check(code) }
        return true
    }
}

/// Ends the process where the system refuses what cannot fail: a lock that does not lock must not let anyone in.
func check(_ code: Int32) {
    guard code == 0 else { fatalError("A call of the system's threads failed with error \(code).") }
}
