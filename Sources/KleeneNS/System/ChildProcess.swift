import CProcess
import Glibc

/// How a process ended, as the end of a sentence.
enum ProcessEnding: Equatable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)
    /// Somebody else has waited for it, so that the system says nothing.
    case lost

    var description: String {
        switch self {
        case .exited(let code): "ended with code \(code)"
        case .signalled(let number): "was ended by \(Self.name(number))"
        case .lost: "ended, and the system did not say how"
        }
    }

    /// `signal 11 (SIGSEGV)`.
    static func name(_ number: Int32) -> String {
        let names = [
            SIGSEGV: "SIGSEGV", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGILL: "SIGILL", SIGFPE: "SIGFPE",
            SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGTRAP: "SIGTRAP", SIGSYS: "SIGSYS", SIGPIPE: "SIGPIPE",
            SIGXFSZ: "SIGXFSZ", SIGXCPU: "SIGXCPU", SIGINT: "SIGINT", SIGHUP: "SIGHUP",
        ]
        return "signal \(number)" + (names[number].map { " (\($0))" } ?? "")
    }
}

/// A process that we started.
///
/// It inherits three streams and no other descriptor.
final class ChildProcess {
    let id: pid_t
    private let hasOwnGroup: Bool
    /// Whether what it has started lives on when it ends by itself.
    var mayLeaveOthers = false
    private var ending: ProcessEnding?

    /// Starts a program; a path without a slash is looked up in PATH.
    ///
    /// Throws `SystemError`.
    ///
    /// - Parameter hasOwnGroup: Whether Ctrl-C on the terminal is kept from it. Then it may not ask anything there either: the
    ///   system stops a process of the background that reads from the terminal.
    init(
        _ path: String, arguments: [String], environment: [String: String], input: Int32, output: Int32, errors: Int32,
        hasOwnGroup: Bool = true
    ) throws {
        let list = unsafe arguments.map { unsafe strdup($0) } + [nil]
        let variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (list + variables).forEach { unsafe free($0) } }
        var child: Int32 = 0
        let code = unsafe kns_spawn(path, list, variables, input, output, errors, hasOwnGroup ? 1 : 0, &child)
        guard code == 0 else { throw SystemError(code) }
        self.id = child
        self.hasOwnGroup = hasOwnGroup
    }

    /// How the process ended; nil while it runs.
    func poll() -> ProcessEnding? {
        if let ending { return ending }
        if hasOwnGroup, !mayLeaveOthers {
            // While it has ended and still has its number, what it has started, a driver's child say, goes with it.
            // What is no child any more has no number: another process may have it.
            let state = kns_has_ended(id)
            guard state != 0 else { return nil }
            if state > 0 { Glibc.kill(-id, SIGKILL) }
        }
        var status: Int32 = 0
        var result: pid_t
        repeat { result = unsafe waitpid(id, &status, WNOHANG) } while result == -1 && errno == EINTR
        if result == -1, errno == ECHILD { ending = .lost }
        guard result == id else { return ending }
        let number = status & 0x7F
        ending = number == 0 ? .exited((status >> 8) & 0xFF) : .signalled(number)
        return ending
    }

    /// Whether somebody has stopped the process (SIGSTOP), so that it does nothing until it is told to go on.
    var isStopped: Bool {
        let file = unsafe open("/proc/\(id)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        guard case .bytes(let bytes)? = try? Descriptor.read(file) else { return false }
        // The name before it may hold anything, brackets too.
        let state = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ").first
        return state == "T" || state == "t"
    }

    /// Waits for the end; kills the process, and what it started, when that takes too long.
    func wait(milliseconds: Int) -> ProcessEnding {
        let clock = ContinuousClock()
        let deadline = clock.now + .milliseconds(milliseconds)
        // Most have ended all but for the system's own work, of some two milliseconds.
        var nap: Int32 = 1
        while clock.now < deadline {
            if let ending = poll() { return ending }
            _ = Descriptor.wait([], milliseconds: nap)
            nap = min(nap + 1, 5)
        }
        return kill()
    }

    /// Asks the process, and what it started, to end; from now on nothing of that outlives it.
    func terminate() {
        mayLeaveOthers = false
        guard poll() == nil else { return }
        for signal in [SIGTERM, SIGCONT] { Glibc.kill(hasOwnGroup ? -id : id, signal) }
    }

    /// Kills the process and what it started, and waits for its end.
    @discardableResult func kill() -> ProcessEnding {
        if let ending = poll() { return ending }
        // The group's id is the process's; it cannot have been reused while we have not waited for the process.
        if hasOwnGroup { Glibc.kill(-id, SIGKILL) }
        Glibc.kill(id, SIGKILL)
        while true {
            if let ending = poll() { return ending }
            _ = Descriptor.wait([], milliseconds: 5)
        }
    }

    /// What became of a program that was run for what it prints.
    enum Outcome: Equatable {
        case ended(ProcessEnding, printed: [UInt8])
        /// It was killed, because it had printed more than it may.
        case printedTooMuch
        /// It was killed, because it had not ended in time.
        case tookTooLong
    }

    /// Runs a program until it ends: a child that it leaves behind may hold its output open for ever.
    ///
    /// It has no input, and its errors are thrown away. It may ask for a PIN on the terminal, and Ctrl-C ends it with us.
    static func output(
        of arguments: [String], environment: [String: String], seconds: Int, limit: Int
    ) throws -> Outcome {
        let null = try Descriptor.null()
        defer { close(null) }
        let pipe = try Descriptor.pipe()
        defer { close(pipe.read) }
        let child: ChildProcess
        do {
            defer { close(pipe.write) }
            child = try ChildProcess(
                arguments[0], arguments: arguments, environment: environment, input: null, output: pipe.write,
                errors: null, hasOwnGroup: false)
        }
        Descriptor.setNonBlocking(pipe.read)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        var bytes: [UInt8] = []
        var isOpen = true
        while true {
            // Asked before the pipe is read: what it printed is there once it has ended.
            let ending = child.poll()
            reading: while isOpen {
                switch try Descriptor.read(pipe.read) {
                case .bytes(let more): bytes += more
                case .end: isOpen = false
                case .later: break reading
                }
                if bytes.count > limit {
                    child.kill()
                    return .printedTooMuch
                }
            }
            if let ending { return .ended(ending, printed: bytes) }
            guard clock.now < deadline else {
                child.kill()
                return .tookTooLong
            }
            _ = Descriptor.wait(isOpen ? [(pipe.read, Int16(POLLIN))] : [], milliseconds: isOpen ? 20 : 5)
        }
    }
}
