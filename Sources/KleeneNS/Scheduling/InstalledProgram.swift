import Extraction
import Text

/// A program of the system that is run for what it changes, such as `crontab` and `systemctl`.
struct InstalledProgram {
    var name: String
    var environment: [String: String]
    /// What to do where it is not there.
    var cure: String

    /// Seconds that it may take.
    private static let limit = 60
    /// Bytes that it may print.
    private static let most = 1_000_000

    /// What the program prints, to the byte, and how it ended; its errors are not in it.
    ///
    /// - Throws: a `Failure` where it could not be started, or did not end.
    func output(_ arguments: [String]) throws -> (ending: ProcessEnding, printed: [UInt8]) {
        try run([name] + arguments, as: arguments)
    }

    /// What the program says on both its streams, as one line, and how it ended.
    func words(_ arguments: [String]) throws -> (ending: ProcessEnding, said: String) {
        let (ending, printed) = try run(["/bin/sh", "-c", "exec \"$0\" \"$@\" 2>&1", name] + arguments, as: arguments)
        let lines = String(decoding: printed, as: UTF8.self).split(separator: "\n").map { String($0).trimmingBlanks }
        return (ending, lines.filter { !$0.isEmpty }.joined(separator: "; "))
    }

    /// Runs it, and wants it to end well.
    func mustRun(_ arguments: [String]) throws {
        let (ending, said) = try words(arguments)
        if ending != .exited(0) { throw failure(arguments, ending, said) }
    }

    /// Why it came to nothing, in its own words.
    func failure(_ arguments: [String], _ ending: ProcessEnding, _ said: String) -> Failure {
        Failure(
            .environment,
            "\(Self.spelt(name, arguments)) \(ending)\(said.isEmpty ? "." : ": \(Self.ended(String(said.prefix(300))))")",
            advice: cure)
    }

    private func run(_ words: [String], as arguments: [String]) throws -> (ProcessEnding, [UInt8]) {
        let command = Self.spelt(name, arguments)
        let outcome: ChildProcess.Outcome
        do {
            outcome = try ChildProcess.output(
                of: words, environment: environment, seconds: Self.limit, limit: Self.most)
        } catch let error as SystemError {
            throw Failure(.environment, "\(command) could not be started: \(error).", advice: cure)
        }
        switch outcome {
        case .ended(let ending, let printed): return (ending, printed)
        case .printedTooMuch:
            throw Failure(
                .environment, "\(command) printed more than \(Sentence.size(Self.most)) and was stopped.", advice: cure)
        case .tookTooLong:
            throw Failure(
                .environment, "\(command) did not end within \(Sentence.count(Self.limit, "second")) and was stopped.",
                advice: cure)
        }
    }

    /// A program's words as the end of a sentence: what to do follows.
    private static func ended(_ words: String) -> String {
        words.last.map { ".!?".contains($0) } == true ? words : words + "."
    }

    private static func spelt(_ name: String, _ arguments: [String]) -> String {
        "`\(([name] + arguments).joined(separator: " "))`"
    }
}
