package import Extraction
import Glibc

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
                kind, "The file \(path) could not be opened: \(words(code)).",
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
