/// Spans of time in words.
package enum Span {
    /// `90 seconds`, `15 minutes`, `3 hours` or `2 days`: the largest unit of which there are at least two, rounded down.
    package static func words(_ seconds: Int) -> String {
        for (unit, length) in [("days", 86_400), ("hours", 3600), ("minutes", 60)] where seconds >= 2 * length {
            return "\(seconds / length) \(unit)"
        }
        return seconds == 1 ? "1 second" : "\(seconds) seconds"
    }

    /// The same, where it is said exactly: `15 minutes`, `90 seconds`.
    package static func exactWords(_ seconds: Int) -> String {
        for (unit, length) in [("day", 86_400), ("hour", 3600), ("minute", 60)]
        where seconds >= length && seconds % length == 0 {
            return seconds == length ? "1 \(unit)" : "\(seconds / length) \(unit)s"
        }
        return seconds == 1 ? "1 second" : "\(seconds) seconds"
    }
}
