/// How long the steps of a run took, in seconds; nil for those that it did not come to.
package struct StepTimes: Codable, Sendable, Equatable {
    /// Until the source had let us in.
    package var login: Double?
    /// Until it was decided what to read: the source's catalog, clock, counts and the extent of keys.
    package var plan: Double?
    /// Until the last row was staged.
    package var read: Double?
    /// Until the rows were in the destination; the proofs of the staged rows are in it.
    package var load: Double?

    package init() {}

    package var all: [(name: String, seconds: Double)] {
        [("login", login), ("plan", plan), ("read", read), ("load", load)].compactMap { name, seconds in
            seconds.map { (name, $0) }
        }
    }

    /// Ends a step now: it took what no step before it has taken since the run began.
    mutating func end(_ step: WritableKeyPath<StepTimes, Double?>, since begin: ContinuousClock.Instant) {
        self[keyPath: step] = max(0, (ContinuousClock.now - begin) / .seconds(1) - all.reduce(0) { $0 + $1.seconds })
    }
}
