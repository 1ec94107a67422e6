import Extraction

/// Where a worker works: its source, and what else it may touch.
struct WorkerRoom<S: Source> {
    let source: S
    /// A further connection to the same source, for the thread that asks.
    let makeSource: @Sendable () -> S
    /// Opens a destination for rows of the source.
    let destination: (DestinationConfiguration) -> any Destination
    /// Examines the source, from the driver's file to one login.
    let diagnose: () -> [Check]
    /// Finds out, on the connection that a diagnosis has opened, what the source can do.
    let probe: (_ tell: (ProbeEvent) -> Void) -> Void
    let isInterrupted: @Sendable () -> Bool

    /// The source, logged in to.
    func connected() throws -> S {
        _ = try source.connect()
        return source
    }

    func stopIfInterrupted() throws {
        if isInterrupted() { throw Failure(.interrupted, "The command was interrupted.") }
    }
}
