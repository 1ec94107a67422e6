/// How runs go about their work, the same for all extracts of an invocation.
package struct RunSettings: Codable, Hashable, Sendable {
    /// Connections that read at the same time.
    package var connections: Int
    package var retry: RetryPolicy
    /// Seconds after the last of them after which staged chunks of an earlier run are too old to go on with.
    package var stagingAge: Double
    /// Whether staged chunks of an earlier run are thrown away.
    package var startsAfresh: Bool
    /// Whether a load may replace a table by much less than is there.
    package var allowsShrinking = false
    /// Whether extracts are swept and nothing else is read.
    package var sweeps: Bool?
    /// Seconds to wait for an extract's lock that another run holds.
    package var lockWait: Double
    /// Rows of a chunk where nobody says how many, and nothing wants smaller ones: what the source delivers in some minutes.
    package var chunkRows = TableExtract.Chunking.defaultRows
    /// Seconds after which the invocation ends, whatever has been read by then; nil for no limit.
    package var timeLimit: Int?

    package init(
        connections: Int = 1, retry: RetryPolicy = RetryPolicy(), stagingAge: Double = 86_400,
        startsAfresh: Bool = false, lockWait: Double = 0
    ) {
        self.connections = connections
        self.retry = retry
        self.stagingAge = stagingAge
        self.startsAfresh = startsAfresh
        self.lockWait = lockWait
    }
}
