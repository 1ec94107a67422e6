import CProcess
import Glibc

/// A thread of the operating system, for what waits or takes long: the pool of `Task` has as many as there are cores.
@safe package struct SystemThread: Sendable {
    private let id: pthread_t

    /// The system gives no further thread.
    package struct Refusal: Error, CustomStringConvertible {
        /// The errno.
        package let code: Int32
        package let name: String

        /// A sentence without its full stop, and without what to do.
        package var description: String {
            "The system gives no further thread (\(name)): "
                + (code == EAGAIN ? "a limit of processes or of memory is reached" : "error \(code)")
        }
    }

    /// Starts a thread that somebody will `join`.
    ///
    /// - Parameters:
    ///   - name: What `top -H` and debuggers show, of 15 bytes at most.
    ///   - stackSize: In bytes, a multiple of the page size. As the system has it (usually 8 MiB) where it is left out.
    /// - Throws: a `Refusal`; then the body is never performed.
    package init(_ name: String, stackSize: Int? = nil, _ body: @escaping @Sendable () -> Void) throws(Refusal) {
        try self.init(name, stackSize: stackSize, isJoinable: true, body)
    }

    /// Starts a thread that nobody waits for; it ends with its body, or with the process.
    package static func detach(
        _ name: String, stackSize: Int? = nil, _ body: @escaping @Sendable () -> Void
    ) throws(Refusal) {
        _ = try SystemThread(name, stackSize: stackSize, isJoinable: false, body)
    }

    /// Waits until the thread has ended. Once, and for all threads that were not detached.
    package func join() { check(pthread_join(id, nil)) }

    /// Lets the calling thread come behind all others that have something to do. For its life: no thread may raise itself.
    ///
    /// On Linux, `setpriority` for the calling process means its thread, against POSIX. Where it is refused, nothing is lost.
    package static func yieldToOthers() {
        let process = __priority_which_t(PRIO_PROCESS.rawValue)
        // Somebody may have put the whole program further behind.
        if getpriority(process, 0) < 10 { _ = setpriority(process, 0, 10) }
    }

    /// Lets the calling thread sleep, whatever signals come. Time that the machine sleeps counts.
    package static func sleep(_ duration: Duration) {
        let end = ContinuousClock.now + duration
        while true {
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero else { return }
            // Of a sleeping machine `nanosleep` knows nothing: a look at the clock, which goes on, now and then.
            let (seconds, attoseconds) = min(left, .seconds(10)).components
            var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            _ = unsafe nanosleep(&time, nil)
        }
    }

    private init(
        _ name: String, stackSize: Int?, isJoinable: Bool, _ body: @escaping @Sendable () -> Void
    ) throws(Refusal) {
        var attributes = pthread_attr_t()
        unsafe check(pthread_attr_init(&attributes))
        if let stackSize { unsafe check(pthread_attr_setstacksize(&attributes, stackSize)) }
        let state = isJoinable ? PTHREAD_CREATE_JOINABLE : PTHREAD_CREATE_DETACHED
        unsafe check(pthread_attr_setdetachstate(&attributes, Int32(state)))
        let work = unsafe Unmanaged.passRetained(Work(name: name, body: body)).toOpaque()
        var id = pthread_t()
        let code = unsafe pthread_create(
            &id, &attributes,
            { work in
                if let work = unsafe work { unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().perform() }
                return nil
            }, work)
        unsafe check(pthread_attr_destroy(&attributes))
        guard code == 0 else {
            unsafe Unmanaged<Work>.fromOpaque(work).release()
            throw Refusal(code: code, name: name)
        }
        self.id = id
    }

    /// What a new thread is handed.
    private final class Work {
        let name: String
        let body: () -> Void

        init(name: String, body: @escaping () -> Void) {
            self.name = name
            self.body = body
        }

        func perform() {
            check(unsafe kns_name_thread(name))
            body()
        }
    }
}
