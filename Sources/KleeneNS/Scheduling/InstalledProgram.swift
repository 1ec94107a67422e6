import Extraction
import Glibc
import Text

/// A program of the system that is run for what it changes, such as `crontab` and `systemctl`.
struct InstalledProgram {
    var name: String
    var environment: [String: String]
    /// What to do where it is not there.
    var cure: String

    /// Seconds that it may take.
    private static let limit = 60

    /// What the program printed, with how it ended; its errors are thrown away, as it is asked again by hand.
    ///
    /// - Throws: a `Failure` where it could not be started, or did not end.
    func run(_ arguments: [String]) throws -> (ending: ProcessEnding, printed: String) {
        let command = "`\(([name] + arguments).joined(separator: " "))`"
        let outcome: ChildProcess.Outcome
        do {
            outcome = try ChildProcess.output(
                of: [name] + arguments, environment: environment, seconds: Self.limit, limit: 1 << 20)
        } catch let error as SystemError {
            throw Failure(.environment, "\(command) could not be started: \(error).", advice: cure)
        }
        switch outcome {
        case .ended(let ending, let printed): return (ending, String(decoding: printed, as: UTF8.self))
        case .printedTooMuch:
            throw Failure(.environment, "\(command) printed more than a mebibyte and was stopped.", advice: cure)
        case .tookTooLong:
            throw Failure(
                .environment, "\(command) did not end within \(Self.limit) seconds and was stopped.", advice: cure)
        }
    }

    /// Runs it, and wants it to end well.
    func mustRun(_ arguments: [String]) throws {
        let ending = try run(arguments).ending
        guard ending == .exited(0) else {
            let command = ([name] + arguments).joined(separator: " ")
            throw Failure(
                .environment, "`\(command)` \(ending).", advice: "Run it by hand to see what it says. \(cure)")
        }
    }
}

/// A file of settings that others may read, replaced whole or not at all.
enum SettingsFile {
    /// What it holds; nil where there is none.
    static func contents(of path: String) throws -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw Failure(.environment, "The file \(path) cannot be read: \(describeSystemError(errno)).")
        }
        defer { close(file) }
        guard let bytes = try Descriptor.readAll(file, limit: 1 << 20) else {
            throw Failure(.environment, "The file \(path) is larger than a mebibyte.", advice: "Look at what it is.")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a new file beside it and gives it the name.
    static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        let new = "\(path).\(getpid()).new"
        func failure(_ code: Int32) -> Failure {
            Failure(
                .environment, "The file \(path) cannot be written: \(describeSystemError(code)).",
                advice: "Give the user that runs kleene-ns permission to write there.")
        }
        let file = unsafe open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw failure(errno) }
        do {
            defer { close(file) }
            try Descriptor.write(Array(text.utf8), to: file)
            guard fsync(file) == 0 else { throw SystemError(errno) }
        } catch {
            unsafe unlink(new)
            throw failure((error as? SystemError)?.code ?? EIO)
        }
        guard unsafe rename(new, path) == 0 else {
            let code = errno
            unsafe unlink(new)
            throw failure(code)
        }
    }

    /// Removes it; false where there is none.
    static func remove(_ path: String) throws -> Bool {
        guard unsafe unlink(path) != 0 else { return true }
        if errno == ENOENT { return false }
        throw Failure(
            .environment, "The file \(path) cannot be removed: \(describeSystemError(errno)).",
            advice: "Give the user that runs kleene-ns permission to remove it.")
    }
}
