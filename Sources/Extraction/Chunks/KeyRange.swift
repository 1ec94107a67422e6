/// A range of a key, half open: from `lower` on, and below `upper`.
package struct KeyRange: Codable, Hashable, Sendable, CustomStringConvertible {
    package var key: String
    /// Nil: open at this end, so that rows that come during the run are not missed.
    package var lower: KeyValue?
    package var upper: KeyValue?
    /// Whether the rows without a key are in it.
    package var holdsNulls: Bool
    /// Where halving begins when an end is open: the smallest and largest key there were.
    package var smallest: KeyValue
    package var largest: KeyValue

    package var condition: Condition? {
        var bounds: [Condition] = []
        if let lower { bounds.append(.compare(key, .atLeast, lower)) }
        if let upper { bounds.append(.compare(key, .below, upper)) }
        if bounds.isEmpty { return nil }
        guard holdsNulls else { return .all(bounds) }
        return .any([.all(bounds), .unordered(key, smallest.kind)])
    }

    package var description: String {
        "\(key) \(lower.map { "from \($0)" } ?? "from the smallest") \(upper.map { "to below \($0)" } ?? "to the largest")"
            + (holdsNulls ? ", and NULL" : "")
    }

    /// The range as two; nil where it cannot be halved any further.
    package func halved() -> (KeyRange, KeyRange)? {
        guard let middle = KeyMeasure.middle(lower ?? smallest, last: upper ?? largest, isOpen: upper == nil) else {
            return nil
        }
        var first = self
        var second = self
        first.upper = middle
        second.lower = middle
        second.holdsNulls = false
        return (first, second)
    }
}
