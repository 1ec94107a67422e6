import Synchronization

/// What the readers of one run have seen of its rows.
final class SeenRows: Sendable {
    private let end = Mutex(false)

    /// Seconds by which a moment may seem to lie outside of a window that the source compares as text: within a day the same
    /// moment has several spellings, and a zone behind it moves it into the next.
    static let spellingSlack = 86_400

    private let counted = Mutex<Int?>(nil)

    /// All rows were read in the state in which the source had counted so many.
    func markCounted(_ rows: Int) { counted.withLock { $0 = rows } }

    /// Nil where they were read as they were later.
    var countedInState: Int? { counted.withLock { $0 } }

    /// A row had the key with which the window ends.
    func markEnd() { end.withLock { $0 = true } }

    var hasReachedEnd: Bool { end.withLock { $0 } }
}
