import Extraction
import Glibc
import Text

/// A file of settings that others may read, replaced whole or not at all.
enum SettingsFile {
    /// What it holds; nil where there is none.
    static func contents(of path: String) throws -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw Failure(
                .environment, "The file \(path) cannot be read: \(describeSystemError(errno)).",
                advice: "Check its path and its permissions.")
        }
        defer { close(file) }
        guard let bytes = try Descriptor.readAll(file, limit: 1 << 20) else {
            throw Failure(.environment, "The file \(path) is larger than 1 MB.", advice: "Look at what it is.")
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
