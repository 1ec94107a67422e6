import CProcess
import Glibc
import Synchronization
import Threads

/// The signals that ask us for something, as something one can wait for.
///
/// SIGINT, SIGTERM and SIGHUP ask to stop, a second of them to stop at once, as SIGQUIT does; SIGUSR1 asks how far we are;
/// SIGTSTP to pause. They are blocked in all threads and one thread takes them, so no code runs in a signal handler; and
/// what it has promised holds although all other threads wait for somebody who does not read what we print.
final class Interruption: Sendable {
    /// Readable while a signal has come that nobody has acknowledged.
    ///
    /// Polled together with a worker's pipes.
    let descriptor: Int32
    private let writeEnd: Int32
    private let state = Mutex(State())

    private struct State {
        var signals: [Int32] = []
        /// What a worker was asked from outside: it counts once, however often this process was asked.
        var relayed: Int32?
        var isExpired = false
        /// Whether what had only so much time is done.
        var isUntimed = false
        var isAwaited = false
        var wantsReport = false
        /// The groups of the processes that pause with us.
        var groups: Set<pid_t> = []
        /// When the process ends, whatever it is about.
        var end: ContinuousClock.Instant?
        /// What is done before it ends so.
        var lastRites: [@Sendable () -> Void] = []
    }

    /// So long a command may take to end by itself: five seconds for the worker, two for a record, and some to print.
    private static let patience: Duration = .seconds(20)
    /// The same from a second signal on.
    private static let impatience: Duration = .seconds(3)

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
    var count: Int {
        state.withLock { state in
            if state.signals.contains(SIGQUIT) { return max(2, state.signals.count) }
            return max(state.signals.count, state.isExpired || state.relayed != nil ? 1 : 0)
        }
    }

    /// The first signal that came.
    var signal: Int32? { state.withLock { $0.signals.first ?? $0.relayed } }

    /// Whether the time ran out, and no signal came.
    var isOutOfTime: Bool { state.withLock { $0.isExpired && $0.signals.isEmpty && $0.relayed == nil } }

    /// Says that the time has run out: stops whoever watches as a first signal would.
    func expire() {
        state.withLock { $0.isExpired = true }
        wake()
    }

    /// Lets the time run out after this many seconds; the command ends some seconds later at the latest.
    func expire(after seconds: Int) throws(SystemThread.Refusal) {
        try SystemThread.detach("kleene-timer") { [self] in
            SystemThread.sleep(.seconds(seconds))
            if state.withLock({ $0.isUntimed }) { return }
            expire()
            SystemThread.sleep(Self.patience)
            if state.withLock({ $0.isUntimed }) { return }
            end(with: ExitStatus.runtimeReached.rawValue)
        }
    }

    /// What had only so much time is done: from now on the time does not run out.
    func ceaseToExpire() { state.withLock { $0.isUntimed = true } }

    /// Says that someone watches: from now on a signal no longer ends the process by itself.
    func await() { state.withLock { $0.isAwaited = true } }

    /// Empties the descriptor.
    func acknowledge() { _ = try? Descriptor.read(descriptor) }

    /// Whether somebody has asked how far we are since this was asked last.
    func takeReportRequest() -> Bool {
        state.withLock { state in
            defer { state.wantsReport = false }
            return state.wantsReport
        }
    }

    /// A process whose group pauses and goes on with us, until it is let go.
    func accompany(_ group: pid_t) { state.withLock { _ = $0.groups.insert(group) } }
    func letGo(_ group: pid_t) { state.withLock { _ = $0.groups.remove(group) } }

    /// What must be done although the process ends at once.
    func atTheLatest(_ rite: @escaping @Sendable () -> Void) { state.withLock { $0.lastRites.append(rite) } }

    /// Takes a signal in.
    func deliver(_ number: Int32) {
        switch number {
        case SIGUSR1: state.withLock { $0.wantsReport = true }
        case SIGTSTP: return pause()
        // The screen has another size: whoever watches draws anew.
        case SIGWINCH: break
        default:
            let isAwaited = state.withLock { state in
                state.signals.append(number)
                let isLast = state.signals.count > 1 || number == SIGQUIT
                let end = ContinuousClock.now + (isLast ? Self.impatience : Self.patience)
                state.end = state.end.map { min($0, end) } ?? end
                return state.isAwaited
            }
            guard isAwaited else { _exit(128 + number) }
        }
        wake()
    }

    /// Takes in what a worker was asked by somebody else: the whole command stops as if it had been asked.
    func relay(_ number: Int32) {
        state.withLock { state in if state.relayed == nil { state.relayed = number } }
        wake()
    }

    private func wake() { _ = try? Descriptor.writeSome([0], to: writeEnd) }

    /// Stops with all who accompany us; comes back when somebody has us go on.
    private func pause() {
        let groups = state.withLock { $0.groups }
        for group in groups { kill(-group, SIGSTOP) }
        // To this thread, not to the process: it would go on, and the groups with it, until another thread has taken the signal.
        raise(SIGSTOP)
        for group in groups { kill(-group, SIGCONT) }
    }

    /// Ends the process, whatever its other threads wait for. A worker ends when its coordinator has.
    private func end(with code: Int32) {
        for rite in state.withLock({ $0.lastRites }) { rite() }
        _exit(code)
    }

    /// Takes the process's signals from now on.
    ///
    /// Call it before there is a second thread. SIGHUP and SIGTSTP stay ignored where whoever started us ignores them, as
    /// `nohup` does.
    func takeSignals() throws(SystemThread.Refusal) {
        let waited = Self.block([SIGINT, SIGTERM, SIGQUIT, SIGUSR1, SIGWINCH], unlessIgnored: [SIGHUP, SIGTSTP])
        try SystemThread.detach("kleene-signals") { [self] in
            var set = waited
            while true {
                let end = state.withLock { $0.end }
                let left = min(.seconds(1), end.map { $0 - .now } ?? .seconds(1))
                if left <= .zero {
                    let signal = state.withLock { $0.signals.first } ?? SIGTERM
                    self.end(with: 128 + signal)
                }
                let (seconds, attoseconds) = left.components
                var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
                // Without an end nobody need wake up.
                let number = unsafe end == nil ? sigwaitinfo(&set, nil) : sigtimedwait(&set, nil, &time)
                if number > 0 { deliver(number) }
            }
        }
    }

    /// Blocks signals in this thread and in those that it starts.
    static func block(_ numbers: [Int32], unlessIgnored others: [Int32] = []) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in numbers { unsafe sigaddset(&set, number) }
        for number in others where kns_is_ignored(number) == 0 { unsafe sigaddset(&set, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        return set
    }
}
