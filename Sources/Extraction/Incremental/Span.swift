import Text

/// Spans of time in words.
package enum Span {
    /// `90 seconds`, `15 minutes`, `3 hours` or `2 days`: the largest unit of which there are at least two, rounded down.
    package static func words(_ seconds: Int) -> String {
        for (unit, length) in [("day", 86_400), ("hour", 3600), ("minute", 60)] where seconds >= 2 * length {
            return Sentence.count(seconds / length, unit)
        }
        return Sentence.count(seconds, "second")
    }

    /// The same, where it is said exactly: `15 minutes`, `90 seconds`.
    package static func exactWords(_ seconds: Int) -> String {
        for (unit, length) in [("day", 86_400), ("hour", 3600), ("minute", 60)]
        where seconds >= length && seconds % length == 0 {
            return Sentence.count(seconds / length, unit)
        }
        return Sentence.count(seconds, "second")
    }
}
