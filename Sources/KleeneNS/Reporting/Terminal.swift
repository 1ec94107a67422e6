import Extraction
import Glibc
import Synchronization
import Text

/// The program's two streams: results to standard output, everything else to standard error.
///
/// All that is printed goes through here: secrets are taken out, and what would command a terminal, or hide or reverse text, is
/// shown by its code. Results that no terminal receives are exact.
final class Terminal: Sendable {
    private let output: Int32
    private let errors: Int32
    private let state = Mutex(State())

    private struct State {
        var redactors: [Redactor] = []

        func redact(_ text: String) -> String { redactors.reduce(text) { $1($0) } }
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

    /// Whether a person watches standard output.
    var showsResults: Bool { isatty(output) == 1 }

    /// Columns of the screen behind standard error; nil where there is none.
    var width: Int? { Self.width(errors) }

    /// Columns of the screen behind standard output; nil where there is none.
    var resultWidth: Int? { Self.width(output) }

    private static func width(_ stream: Int32) -> Int? {
        guard isatty(stream) == 1 else { return nil }
        var size = winsize()
        let isKnown = unsafe ioctl(stream, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 80
    }

    /// What never may be printed, from now on.
    func conceal(_ redactor: Redactor) { state.withLock { $0.redactors.append(redactor) } }

    /// A text without what never may be printed: for who cuts it before it gets here.
    func concealed(_ text: String) -> String { state.withLock { $0.redact(text) } }

    /// A word of a line, in a color where there are colors.
    struct Word {
        enum Color: Int { case red = 31, green = 32, yellow = 33 }

        var text: String
        var color: Color?

        init(_ text: String, color: Color?) {
            self.text = text
            self.color = color
        }
    }

    /// Writes a result.
    ///
    /// - Throws: a `Failure` when it cannot be written, such as on a full disk. A reader that has gone away, as `head`
    ///   does, is no failure.
    /// - Parameter paint: Puts colors into a line that is shown, where there are any.
    func write(_ text: String, paint: ((Substring) -> String)? = nil) throws {
        let isTerminal = isatty(output) == 1
        do {
            let isWritten = try state.withLock { state in
                if state.hasProgress {
                    state.hasProgress = false
                    _ = try? Self.write(Array("\r\u{1B}[K".utf8), to: errors, &state)
                }
                let text = state.redact(text)
                var shown = isTerminal ? text.visibleLines(keepsCRLF: true) : text
                if let paint {
                    shown = shown.split(separator: "\n", omittingEmptySubsequences: false).map(paint)
                        .joined(separator: "\n")
                }
                return try Self.write(Array(shown.utf8), to: output, &state)
            }
            guard isWritten else {
                throw Failure(
                    .interrupted, "The result was not printed whole: nobody read it, and the command was to stop.")
            }
        } catch let error as SystemError where error.code != EPIPE {
            throw Failure(
                .environment, "The result cannot be written to standard output: \(error).",
                advice: "Check what standard output leads to, and the free space there.")
        } catch is SystemError {
            return
        }
    }

    /// Writes a line, or several, for a person; `word` and `rest` follow on the last.
    ///
    /// What cannot be said is lost: there is nobody else to tell.
    ///
    /// - Parameter wraps: Whether long lines are broken between words, where a terminal shows them.
    func say(_ line: String, _ word: Word? = nil, _ rest: String = "", wraps: Bool = false) {
        state.withLock {
            let clear = $0.hasProgress ? "\r\u{1B}[K" : ""
            $0.hasProgress = false
            let width = wraps ? width : nil
            func fit(_ text: String, behind used: Int) -> String {
                guard let width else { return text }
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                return lines.enumerated().flatMap { $1.wrapped(to: width, behind: $0 == 0 ? used : 0) }
                    .joined(separator: "\n")
            }
            var text =
                clear + (word == nil ? fit($0.redact(line).visibleLines(), behind: 0) : $0.redact(line).visibleLines())
            if let word {
                let shown = word.text.visible
                text += word.color.map { "\u{1B}[\($0.rawValue)m\(shown)\u{1B}[0m" } ?? shown
            }
            let used = word.map { line.displayWidth + $0.text.displayWidth } ?? 0
            text += fit($0.redact(rest).visibleLines(), behind: used) + "\n"
            _ = try? Self.write(Array(text.utf8), to: errors, &$0)
        }
    }

    /// Shows a line that the next one replaces; nil removes it.
    ///
    /// For an interactive terminal only.
    func show(progress: String?) {
        state.withLock {
            guard progress != nil || $0.hasProgress else { return }
            $0.hasProgress = progress != nil
            // Never the last column: a line that fills the screen has some terminals begin another.
            let text = $0.redact(progress ?? "").visible.elided(to: (width ?? .max) - 1)
            _ = try? Self.write(Array(("\r" + text + "\u{1B}[K").utf8), to: errors, &$0)
        }
    }

    /// Whether a person can be asked: one sits at standard input, and sees standard error.
    var isAttended: Bool { isatty(0) == 1 && isInteractive }

    /// Writes what a person answers behind: no line.
    func prompt(_ text: String) {
        state.withLock {
            let clear = $0.hasProgress ? "\r\u{1B}[K" : ""
            $0.hasProgress = false
            _ = try? Self.write(Array((clear + $0.redact(text).visible).utf8), to: errors, &$0)
        }
    }

    /// Asks a person, where one sits at standard input and at standard error; nobody else is asked, and the answer is yes.
    func confirms(_ question: String) -> Bool {
        guard isAttended else { return true }
        state.withLock {
            let lines = $0.redact(question).visible.wrapped(to: width ?? .max)
            _ = try? Self.write(Array(lines.joined(separator: "\n").utf8), to: errors, &$0)
        }
        let answer = readLine()?.lowercased() ?? ""
        return answer == "y" || answer == "yes"
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
