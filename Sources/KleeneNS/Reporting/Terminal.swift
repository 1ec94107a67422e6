import Extraction
import Glibc
import Synchronization

/// The program's two streams: results to standard output, everything else to standard error.
///
/// All that is printed goes through here, and so through the redactor.
final class Terminal: Sendable {
    private let output: Int32
    private let errors: Int32
    private let state = Mutex(State())

    private struct State {
        var redact = Redactor()
        var hasProgress = false
    }

    init(output: Int32 = 1, errors: Int32 = 2) {
        self.output = output
        self.errors = errors
    }

    /// Whether a person watches standard error.
    var isInteractive: Bool { isatty(errors) == 1 }

    /// What never may be printed, from now on.
    func conceal(_ redactor: Redactor) { state.withLock { $0.redact = redactor } }

    /// Writes a result.
    ///
    /// - Throws: a `Failure` when it cannot be written, such as on a full disk. A reader that has gone away, as `head`
    ///   does, is no failure.
    func write(_ text: String) throws {
        let text = state.withLock { $0.redact(text) }
        do {
            try Descriptor.write(Array(text.utf8), to: output)
        } catch let error as SystemError where error.code != EPIPE {
            throw Failure(.environment, "The result cannot be written to standard output: \(error).")
        } catch is SystemError {
            return
        }
    }

    /// Writes a line for a person.
    ///
    /// What cannot be said is lost: there is nobody else to tell.
    func say(_ line: String) {
        state.withLock {
            let clear = $0.hasProgress ? "\r\u{1B}[K" : ""
            $0.hasProgress = false
            try? Descriptor.write(Array((clear + $0.redact(line) + "\n").utf8), to: errors)
        }
    }

    /// Shows a line that the next one replaces; nil removes it.
    ///
    /// For an interactive terminal only.
    func show(progress: String?) {
        state.withLock {
            guard progress != nil || $0.hasProgress else { return }
            $0.hasProgress = progress != nil
            try? Descriptor.write(Array(("\r" + $0.redact(progress ?? "") + "\u{1B}[K").utf8), to: errors)
        }
    }
}
