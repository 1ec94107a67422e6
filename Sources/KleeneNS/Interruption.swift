import Glibc
import Synchronization
import Threads

/// SIGINT and SIGTERM as something one can wait for.
///
/// The signals are blocked in all threads and one thread takes them with `sigwait`, so no code runs in a signal handler.
final class Interruption: Sendable {
    /// Readable while a signal has come that nobody has acknowledged.
    ///
    /// Polled together with a worker's pipes.
    let descriptor: Int32
    private let writeEnd: Int32
    private let state = Mutex(State())

    private struct State {
        var signals: [Int32] = []
        var isExpired = false
        var isAwaited = false
    }

    /// An interruption that nobody but `deliver` brings about.
    init() throws {
        let pipe = try Descriptor.pipe()
        descriptor = pipe.read
        writeEnd = pipe.write
        Descriptor.setNonBlocking(pipe.read)
        Descriptor.setNonBlocking(pipe.write)
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    /// How often we were told to stop: by signals, and at least once where the time has run out.
    var count: Int { state.withLock { max($0.signals.count, $0.isExpired ? 1 : 0) } }

    /// The first signal that came.
    var signal: Int32? { state.withLock { $0.signals.first } }

    /// Whether the time ran out, and no signal came.
    var isOutOfTime: Bool { state.withLock { $0.isExpired && $0.signals.isEmpty } }

    /// Says that the time has run out: stops whoever watches as a first signal would.
    func expire() {
        state.withLock { $0.isExpired = true }
        _ = try? Descriptor.writeSome([0], to: writeEnd)
    }

    /// Lets the time run out after so many seconds.
    func expire(after seconds: Int) {
        SystemThread.detach("kleene-timer") { [self] in
            SystemThread.sleep(.seconds(seconds))
            expire()
        }
    }

    /// Says that someone watches: from now on a signal no longer ends the process by itself.
    func await() { state.withLock { $0.isAwaited = true } }

    /// Empties the descriptor.
    func acknowledge() { _ = try? Descriptor.read(descriptor) }

    /// Takes a signal in.
    func deliver(_ number: Int32) {
        let isAwaited = state.withLock {
            $0.signals.append(number)
            return $0.isAwaited
        }
        guard isAwaited else { _exit(128 + number) }
        _ = try? Descriptor.writeSome([0], to: writeEnd)
    }

    /// Takes the process's SIGINT and SIGTERM from now on.
    ///
    /// Call it before there is a second thread.
    func takeSignals() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGTERM)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        let waited = set
        SystemThread.detach("kleene-signals") { [self] in
            var set = waited
            while true {
                var number: Int32 = 0
                if unsafe sigwait(&set, &number) == 0 { deliver(number) }
            }
        }
    }
}
