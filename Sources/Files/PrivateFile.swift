package import Extraction
import Glibc
import Text

/// A file that only kleene-ns writes.
package enum PrivateFile {
    /// Opens a file for reading and writing, and makes it, for its owner alone, where it is absent.
    ///
    /// Neither a link, nor a file with two names, nor another user's is opened; what is no file does not make it wait.
    ///
    /// - Returns: A descriptor that no child inherits.
    /// - Throws: a `Failure` of class `kind`.
    package static func open(_ path: String, kind: FailureClass) throws -> Int32 {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        let descriptor = unsafe Glibc.open(path, flags, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            // The system's words for a link are "too many levels".
            try Surroundings.checkEntry(path, kind: kind)
            throw Failure(
                kind, "The file \(path) could not be opened: \(describeSystemError(code)).",
                advice: "Give the user that runs kleene-ns permission to write there.")
        }
        do {
            try Surroundings.checkOpen(descriptor, path, kind: kind)
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// What such a file holds; nil where there is none.
    ///
    /// - Parameter most: Bytes that are read at most.
    /// - Throws: a `Failure` of class `kind`, as `open` does.
    package static func contents(of path: String, atMost most: Int, kind: FailureClass) throws -> [UInt8]? {
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        let descriptor = unsafe Glibc.open(path, flags)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOENT { return nil }
            try Surroundings.checkEntry(path, kind: kind)
            throw Failure(
                kind, "The file \(path) could not be read: \(describeSystemError(code)).",
                advice: "Give the user that runs kleene-ns permission to read it.")
        }
        defer { close(descriptor) }
        try Surroundings.checkOpen(descriptor, path, kind: kind)
        var bytes = [UInt8](repeating: 0, count: most)
        let count = unsafe Glibc.read(descriptor, &bytes, most)
        guard count >= 0 else {
            throw Failure(kind, "The file \(path) could not be read: \(describeSystemError(errno)).")
        }
        return Array(bytes.prefix(count))
    }

    /// Makes an empty file for its owner alone, for a program that would make it for everyone; false where something has the
    /// name already, be it a link that leads nowhere.
    @discardableResult
    package static func create(_ path: String) -> Bool {
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }
}
