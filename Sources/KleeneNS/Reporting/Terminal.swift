import Extraction
import Foundation
import Glibc

/// The program's two streams: results to standard output, everything else to standard error.
///
/// All that is printed goes through here, and so through the redactor.
///
/// `@unchecked Sendable`: the state is touched with `lock` held.
final class Terminal: @unchecked Sendable {
    private let lock = NSLock()
    private let output: Int32
    private let errors: Int32
    private var redact = Redactor()
    private var hasProgress = false

    init(output: Int32 = 1, errors: Int32 = 2) {
        self.output = output
        self.errors = errors
    }

    /// Whether a person watches standard error.
    var isInteractive: Bool { isatty(errors) == 1 }

    /// What never may be printed, from now on.
    func conceal(_ redactor: Redactor) { lock.withLock { redact = redactor } }

    /// Writes a result.
    ///
    /// - Throws: a `Failure` when it cannot be written, such as on a full disk. A reader that has gone away, as `head`
    ///   does, is no failure.
    func write(_ text: String) throws {
        let text = lock.withLock { redact(text) }
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
        lock.withLock {
            let clear = hasProgress ? "\r\u{1B}[K" : ""
            hasProgress = false
            try? Descriptor.write(Array((clear + redact(line) + "\n").utf8), to: errors)
        }
    }

    /// Shows a line that the next one replaces; nil removes it.
    ///
    /// For an interactive terminal only.
    func show(progress: String?) {
        lock.withLock {
            guard progress != nil || hasProgress else { return }
            hasProgress = progress != nil
            try? Descriptor.write(Array(("\r" + redact(progress ?? "") + "\u{1B}[K").utf8), to: errors)
        }
    }
}
