/// What to do about a failure while rows are read: a value that knows nothing of clocks, sources or threads.
package struct RetryPolicy: Codable, Hashable, Sendable {
    /// How often one chunk may fail for reasons of its own, and how often a login may, before it is given up. With 1
    /// nothing is tried again.
    package var attempts: Int
    /// Seconds of the first wait; each further one is twice as long.
    package var firstDelay: Double
    /// Seconds of the longest wait.
    package var longestDelay: Double
    /// Failures that one run puts up with in all.
    package var budget: Int

    package init(attempts: Int = 4, firstDelay: Double = 2, longestDelay: Double = 60, budget: Int = 50) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
        self.budget = budget
    }

    package static let none = RetryPolicy(attempts: 1)

    package enum Decision: Hashable, Sendable {
        /// Read the chunk again, on a fresh connection if that is said, after so many seconds.
        case retry(afterSeconds: Double, reconnects: Bool)
        /// Read the chunk as two.
        case halve(reconnects: Bool)
        /// The extract has failed.
        case giveUp
    }

    /// Decides about the failure of a chunk.
    ///
    /// - Parameters:
    ///   - attempt: Which failure of this chunk it is, from 1.
    ///   - total: Which failure of the run it is, from 1.
    ///   - jitter: Anything from 0 to 1, so that readers that failed together do not come back together.
    package func decide(
        _ kind: FailureClass, attempt: Int, total: Int, canHalve: Bool, jitter: Double
    ) -> Decision {
        guard attempts > 1, total <= budget else { return .giveUp }
        switch kind {
        case .connection, .sessionGone:
            guard attempt < attempts else { return .giveUp }
            return .retry(afterSeconds: delay(attempt: attempt, jitter: jitter), reconnects: true)
        case .data, .timeout:
            // The first time it may be the moment's fault; the second time it is the rows'.
            guard attempt >= 2 else {
                return .retry(afterSeconds: delay(attempt: attempt, jitter: jitter), reconnects: true)
            }
            return canHalve ? .halve(reconnects: true) : .giveUp
        case .credentials, .statement, .environment, .destination, .drift, .configuration, .busy, .driverCrashed,
            .driverStalled, .interrupted, .guarded, .internal:
            return .giveUp
        }
    }

    /// The wait before the next attempt: between half and all of a bound that doubles.
    package func delay(attempt: Int, jitter: Double) -> Double {
        var bound = firstDelay
        for _ in 1..<max(1, attempt) where bound < longestDelay { bound *= 2 }
        return min(bound, longestDelay) * (0.5 + 0.5 * jitter)
    }
}
