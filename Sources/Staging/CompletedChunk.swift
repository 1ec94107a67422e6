/// A chunk of staged rows that is whole.
package struct CompletedChunk: Equatable, Sendable {
    package var number: Int
    /// Place of its read among all of the run.
    package var order: Int
    package var rows: Int
    /// By column: values that SQLite stores as something else.
    var notANumber: [Int]
    var negativeZero: [Int]
    /// Values of columns of time that are not ISO 8601.
    var oddTimes: OddTimes?
    /// Not kept for a later run, which looks for itself.
    var seen = SeenChunk()
}

/// What was seen of a chunk's rows as they came, so that nobody need look again.
struct SeenChunk: Equatable {
    struct Keys: Equatable {
        /// The largest incremental key, as text; nil where there is none.
        var largest: String?
        /// Rows without one.
        var missing: Int
    }

    /// Whether they are known to differ in their unique columns, with NULL in none.
    var isUnique = false
    /// Nil where it is not known.
    var keys: Keys?
    /// The same of a key of time, and of one of text.
    var moments: MomentKeys?
    var texts: TextKeys?
}
