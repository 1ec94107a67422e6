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
        /// Who may be told to stop while nobody reads what is printed.
        var interruption: Interruption?
        /// Streams that nobody has read although we had to stop.
        var given: Set<Int32> = []
    }

    /// So long a reader may take to make room once we were told to stop.
    private static let patience: Duration = .seconds(1)
    /// A pipe that is said to have room takes as much without waiting.
    private static let piece = 4096

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
        do {
            let isWritten = try state.withLock { state in
                try Self.write(Array(state.redact(text).utf8), to: output, &state)
            }
            guard isWritten else {
                throw Failure(
                    .interrupted, "The result was not printed whole: nobody read it, and the command was to stop.")
            }
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
            _ = try? Self.write(Array((clear + $0.redact(line) + "\n").utf8), to: errors, &$0)
        }
    }

    /// Shows a line that the next one replaces; nil removes it.
    ///
    /// For an interactive terminal only.
    func show(progress: String?) {
        state.withLock {
            guard progress != nil || $0.hasProgress else { return }
            $0.hasProgress = progress != nil
            _ = try? Self.write(Array(("\r" + $0.redact(progress ?? "") + "\u{1B}[K").utf8), to: errors, &$0)
        }
    }

    /// Says who may be told to stop while we wait for a reader.
    func heed(_ interruption: Interruption) { state.withLock { $0.interruption = interruption } }

    /// Writes everything, and waits for whoever reads; but once we were told to stop only for a moment, and once we were told
    /// to stop at once not at all.
    ///
    /// In pieces, each when there is room for it: the stream is not ours alone, so it cannot be made one that never waits.
    ///
    /// - Returns: false where it was given up.
    private static func write(_ bytes: [UInt8], to stream: Int32, _ state: inout State) throws -> Bool {
        var rest = bytes[...]
        var deadline: ContinuousClock.Instant?
        while !rest.isEmpty {
            if Descriptor.wait([(stream, Int16(POLLOUT))], milliseconds: 0)[0] != 0 {
                let count = try Descriptor.writeSome(rest.prefix(piece), to: stream)
                rest = rest.dropFirst(count)
                if count > 0 {
                    deadline = nil
                    continue
                }
            }
            let stops = state.interruption?.count ?? 0
            if stops > 0 {
                let end = deadline ?? .now + patience
                deadline = end
                if stops > 1 || state.given.contains(stream) || .now >= end {
                    state.given.insert(stream)
                    return false
                }
            }
            _ = Descriptor.wait([(stream, Int16(POLLOUT))], milliseconds: 50)
        }
        return true
    }
}
