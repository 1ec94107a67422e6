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
