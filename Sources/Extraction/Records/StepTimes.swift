/// How long the steps of a run took, in seconds; nil for those that it did not come to.
package struct StepTimes: Codable, Sendable, Equatable {
    /// Until the source had let us in.
    package var login: Double?
    /// Until it was decided what to read: the source's catalog, clock, counts and the extent of keys.
    package var plan: Double?
    /// Until the last row was staged.
    package var read: Double?
    /// Until the rows were in the destination; the proofs of the staged rows are in it, and what extracts that follow this one have read
    /// meanwhile.
    package var load: Double?

    package init() {}

    package var all: [(name: String, seconds: Double)] {
        [("login", login), ("plan", plan), ("read", read), ("load", load)].compactMap { name, seconds in
            seconds.map { (name, $0) }
        }
    }

    /// The same in whole milliseconds, rounded at the ends of the steps: so they add up to the whole as that is rounded.
    package var rounded: [(name: String, seconds: Double)] {
        var (end, last) = (0.0, 0)
        return all.map { step in
            end += step.seconds
            let milliseconds = Int((end * 1000).rounded())
            defer { last = milliseconds }
            return (step.name, Double(milliseconds - last) / 1000)
        }
    }

    /// Gives the step that is under way what the others have not taken of so many seconds: a run takes as long as its steps.
    mutating func fill(to seconds: Double) {
        let open: Step = login == nil ? .login : plan == nil ? .plan : read == nil ? .read : .load
        self[open] = nil
        self[open] = max(0, seconds - all.reduce(0) { $0 + $1.seconds })
    }

    /// Ends a step now: it took what no step before it has taken since the run began.
    mutating func end(_ step: Step, since begin: ContinuousClock.Instant) {
        self[step] = max(0, (ContinuousClock.now - begin) / .seconds(1) - all.reduce(0) { $0 + $1.seconds })
    }

    enum Step { case login, plan, read, load }

    private subscript(step: Step) -> Double? {
        get {
            switch step {
            case .login: login
            case .plan: plan
            case .read: read
            case .load: load
            }
        }
        set {
            switch step {
            case .login: login = newValue
            case .plan: plan = newValue
            case .read: read = newValue
            case .load: load = newValue
            }
        }
    }
}
