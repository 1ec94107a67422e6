package import Extraction
import Files
import Text

/// What SQLite said when it refused something, and about which file.
///
/// Thrown between this target and those that keep rows in SQLite files; the rest of the program sees `Failure`.
package struct SQLiteError: Error, Sendable, Equatable {
    package let code: ResultCode
    /// SQLite's own words. They name tables, columns and constraints, never values.
    package let message: String
    package let path: String
    /// The errno behind it, where there is one.
    package let systemError: Int32
    /// How long the connection waits for a lock, in seconds.
    package let busySeconds: Int

    /// Whether a file is not as SQLite has written it.
    package var isDamage: Bool { .corrupt ~= code || .notADatabase ~= code }

    /// The error as a sentence about `attempt`, such as `Loading "customer"`.
    package func failure(_ attempt: String) -> Failure {
        var said = message
        // Only these codes come from system calls; elsewhere errno is what some earlier call has left there.
        if systemError != 0, [.inputOutput, .cannotOpen, .full].contains(code.primary) {
            said += ", \(describeSystemError(systemError))"
        }
        let kind: FailureClass = .outOfMemory ~= code ? .environment : .destination
        return Failure(kind, "\(attempt) failed on \(path): \(said) (\(code.name)).", advice: advice)
    }

    private var advice: String {
        switch code {
        case .full:
            "Free space on the file system that holds it, or move the destination to a larger one, and run again."
        case .readOnly, .permission:
            "Give the user that runs kleene-ns permission to write the file and its directory, and run again."
        case .busy, .locked:
            "Another program held the file locked for more than \(busySeconds) s; end its transaction and run again."
        case .corrupt:
            "Look at it with `sqlite3 '\(path)' 'PRAGMA integrity_check'`; restore it from a backup, or choose another path."
        case .notADatabase:
            "Choose another destination path, or move that file away."
        case .cannotOpen:
            "Check that the directory exists and that the user that runs kleene-ns may write there."
        case .inputOutput:
            // A quota or a file size limit ends up here as well, and SQLite seldom keeps the errno.
            "Free space, or raise the quota or file size limit of the user that runs kleene-ns; if neither is short, "
                + "check the disk and the kernel's log. Then run again."
        case .outOfMemory:
            "Free memory and run again."
        case .constraint:
            "Drop the constraint; or drop the table: the next run makes it again and reads everything."
        case .tooBig:
            "Leave the long columns out with \"columns\" or --columns."
        default:
            "If the sentence does not explain itself, please report it with the command you ran."
        }
    }
}

/// Runs `body` and turns what SQLite refuses there into a sentence about `attempt`.
@discardableResult
package func trying<Result>(_ attempt: @autoclosure () -> String, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as SQLiteError {
        throw error.failure(attempt())
    }
}
