import Synchronization

/// Rows and bytes that the readers of a run have read, by chunk.
final class Tally: Sendable {
    private struct Count {
        var byChunk: [Int: (rows: Int, bytes: Int)] = [:]
        var rows = 0
        var bytes = 0
        var restarts = 0
        var lastSaid: ContinuousClock.Instant?
    }

    private let count = Mutex(Count())

    private static let interval: Duration = .milliseconds(100)

    /// Adds a batch; the sums of the run so far, ten times a second. Each is an event that another process decodes: one a
    /// batch would be felt where rows are narrow.
    func add(rows: Int, bytes: Int, chunk: Int) -> (rows: Int, bytes: Int)? {
        count.withLock { count in
            let old = count.byChunk[chunk] ?? (0, 0)
            count.byChunk[chunk] = (old.rows + rows, old.bytes + bytes)
            count.rows += rows
            count.bytes += bytes
            let now = ContinuousClock.now
            if let lastSaid = count.lastSaid, now - lastSaid < Self.interval { return nil }
            count.lastSaid = now
            return (count.rows, count.bytes)
        }
    }

    /// Takes a chunk back that is read again.
    func forget(_ chunk: Int) {
        count.withLock { count in
            guard let old = count.byChunk.removeValue(forKey: chunk) else { return }
            count.rows -= old.rows
            count.bytes -= old.bytes
        }
    }

    func countRestart() { count.withLock { $0.restarts += 1 } }

    var sums: (rows: Int, bytes: Int, restarts: Int) { count.withLock { ($0.rows, $0.bytes, $0.restarts) } }
}
