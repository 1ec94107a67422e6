import Threads

/// What kind of thing went wrong; the kind decides what happens next and with which code the program ends.
package enum FailureClass: String, Codable, Sendable, CaseIterable {
    /// The source refused the login. Never tried again by itself.
    case credentials
    /// The source could not be reached, or did not answer in time.
    case connection
    /// A connection that had worked is gone.
    case sessionGone = "session_gone"
    /// A value or a row could not be read exactly.
    case data
    /// The source gave up a statement because it took too long.
    case timeout
    /// The source refused the statement, or does not have the table or column.
    case statement
    /// Something on this machine is missing or wrong: a driver, a library, a permission.
    case environment
    /// The destination cannot take the rows.
    case destination
    /// Source and destination table no longer fit together.
    case drift
    /// The configuration or the command line is wrong.
    case configuration
    /// Another run holds the extract's lock.
    case busy
    /// The driver took the worker process down.
    case driverCrashed = "driver_crashed"
    /// The driver did nothing for too long and was stopped.
    case driverStalled = "driver_stalled"
    /// A person or the system asked the run to stop.
    case interrupted
    /// What was read contradicts what is known, and a guard stopped the run before anything was changed.
    case guarded = "guard"
    /// kleene-ns itself is at fault.
    case `internal`
}

/// Why something could not be done, as a sentence for the person who has to mend it.
///
/// A message never holds the values of rows or a secret.
package struct Failure: Error, Codable, Sendable, Equatable, CustomStringConvertible {
    package var kind: FailureClass
    /// What was tried on what, and what the other side said. A sentence with its full stop.
    package var message: String
    /// What to do next. A sentence with its full stop, or empty where nothing helps.
    package var advice: String
    /// Where the source is ODBC: the SQLSTATE, the driver's own code, and the function that failed.
    package var sqlState: String?
    package var nativeCode: Int?
    package var function: String?

    package init(
        _ kind: FailureClass, _ message: String, advice: String = "", sqlState: String? = nil, nativeCode: Int? = nil,
        function: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.advice = advice
        self.sqlState = sqlState
        self.nativeCode = nativeCode
        self.function = function
    }

    /// The codes, in brackets: `[SQLSTATE 42S02, native 1, SQLExecDirect]`. Nil where there are none.
    package var codes: String? {
        var parts: [String] = []
        if let sqlState { parts.append("SQLSTATE \(sqlState)") }
        if let nativeCode { parts.append("native \(nativeCode)") }
        if let function { parts.append(function) }
        return parts.isEmpty ? nil : "[\(parts.joined(separator: ", "))]"
    }

    package var description: String {
        [message, advice, codes ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Starts threads; where the system gives none, that is the failure.
    package static func unlessThreads(_ start: () throws -> Void) throws {
        do {
            try start()
        } catch {
            throw Failure(
                .environment, "\(error).",
                advice:
                    "Raise the limits of processes (`ulimit -u`) and of memory (`ulimit -v`), or those of the container."
            )
        }
    }

    /// Any error as a failure: itself, or one of kind `internal`.
    package static func wrapping(_ error: any Error) -> Failure {
        (error as? Failure)
            ?? Failure(
                .internal, "kleene-ns met an error it does not know: \(error).",
                advice: "Please report it with the command you ran.")
    }
}
