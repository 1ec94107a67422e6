/// A part of a read: the rows of one range of a key, read by one query and staged by itself.
package struct Chunk: Codable, Hashable, Sendable, CustomStringConvertible {
    /// Which chunk of its run, from 1. A chunk that is halved keeps its number with one half; the other gets a new one.
    package var number: Int
    /// Nil: all rows of the read.
    package var range: KeyRange?
    /// The largest incremental key there was when a read that was planned as one was cut: what comes later is not read.
    package var end: KeyValue?
    /// Which rows of the read these are, where that is no range of a key: a list of keys, or several ranges.
    package var condition: Condition?

    package init(number: Int, range: KeyRange? = nil, end: KeyValue? = nil, condition: Condition? = nil) {
        self.number = number
        self.range = range
        self.end = end
        self.condition = condition
    }

    package var description: String { range.map { "\($0)" } ?? "all rows" }
}
