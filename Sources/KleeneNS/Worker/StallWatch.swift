import Extraction

/// Until when a worker may be silent before its driver has stalled: a value, with time as a parameter.
///
/// Whoever keeps it looks at it in turns of half a second. Who was away for longer was stopped, waited for a reader of what
/// we print, or the machine slept: that time is not the worker's.
struct StallWatch {
    typealias Instant = ContinuousClock.Instant

    /// Without an event.
    let limit: Duration
    private var end: Instant
    private var turn: Instant
    private var isLoading = false

    /// Longer than this no turn takes by itself.
    static let longestTurn: Duration = .seconds(2)

    init(limit: Duration, at now: Instant) {
        self.limit = limit
        end = now + limit
        turn = now
    }

    /// When the worker has been silent for too long; nil while it may be for as long as it likes.
    var deadline: Instant? { isLoading ? nil : end }

    /// The silence begins: something was said, or what kept the worker from saying it was not the driver.
    mutating func begin(at now: Instant) { end = now + limit }

    /// Another turn of who looks begins. One that took too long is not counted at all, and the worker, which may have been stopped
    /// as well, gets the time of a turn to be heard again.
    mutating func beginTurn(at now: Instant) {
        let taken = now - turn
        if taken > Self.longestTurn { end = max(end + taken, now + min(limit, Self.longestTurn)) }
        turn = now
    }

    /// While a destination loads, nothing is said, and nothing is the driver's fault.
    mutating func notice(_ event: RunEvent) {
        switch event {
        case .loading: isLoading = true
        case .finished, .started: isLoading = false
        default: break
        }
    }

    /// Whether the worker has been silent for too long. In a turn that has itself taken too long nobody can say: what came
    /// meanwhile is not read yet.
    func isOver(at now: Instant) -> Bool {
        guard let deadline else { return false }
        return now >= deadline && now - turn < Self.longestTurn
    }
}
