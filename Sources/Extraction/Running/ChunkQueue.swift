import Synchronization
import Threads

/// The chunks that are still to be read, shared by the readers of one run, and how the run fares.
///
/// `@unchecked Sendable`: all state but that of the login gate is touched with `condition` held.
final class ChunkQueue: @unchecked Sendable {
    /// A chunk that one reader has taken.
    struct Assignment {
        var chunk: Chunk
        /// Failures of this chunk so far.
        var attempts: Int
    }

    private let condition = Monitor()
    private var waiting: [Assignment]
    private var inWork = 0
    private var nextNumber: Int
    private var orders = 0
    private var failures = 0
    /// Chunks that were read whole, and all there are.
    private var progress: KeptChunks
    private var firstFailure: (any Error)?
    /// Further readers that are logged in and not done.
    private var helpers = 0
    private var isClosed = false
    /// Held while a further login is tried: whether one has been refused.
    private let loginGate = Mutex(false)

    /// - Parameter complete: Chunks of the same read that an earlier run has read whole.
    init(_ chunks: [Chunk], nextNumber: Int, complete: Int = 0) {
        progress = KeptChunks(complete: complete, total: complete + chunks.count)
        waiting = chunks.reversed().map { Assignment(chunk: $0, attempts: 0) }
        self.nextNumber = nextNumber
    }

    /// The next chunk; waits while others are in work, because one of them may be cut in two. Nil when all are done or the
    /// run has failed.
    func take() -> Assignment? {
        condition.lock()
        defer { condition.unlock() }
        while waiting.isEmpty, inWork > 0, firstFailure == nil { condition.wait() }
        guard firstFailure == nil, let next = waiting.popLast() else { return nil }
        inWork += 1
        return next
    }

    /// Says that a chunk that was taken is done.
    func finish() {
        condition.lock()
        inWork -= 1
        progress.complete += 1
        condition.broadcast()
        condition.unlock()
    }

    /// Puts the two halves of a chunk in its place.
    func split(_ first: Chunk, _ second: Chunk) {
        condition.lock()
        // The failure that cut them counts: what fails again is cut again at once.
        waiting.append(Assignment(chunk: second, attempts: 1))
        waiting.append(Assignment(chunk: first, attempts: 1))
        inWork -= 1
        progress.total += 1
        condition.broadcast()
        condition.unlock()
    }

    /// A number for a new chunk.
    func newNumber() -> Int {
        condition.withLock {
            defer { nextNumber += 1 }
            return nextNumber
        }
    }

    /// The place of a read that begins now among all of the run: a later read of a row wins.
    func newOrder() -> Int {
        condition.withLock {
            orders += 1
            return orders
        }
    }

    /// Counts a failure that may be put up with; which one of the run it is.
    func countFailure() -> Int {
        condition.withLock {
            failures += 1
            return failures
        }
    }

    /// Takes the count of a failure back that ends the run.
    func takeBackFailure() { condition.withLock { failures -= 1 } }

    /// Runs one further login at a time, and none after one that failed.
    func allowsLogin(_ login: () throws -> Void, otherwise explain: (any Error) -> Void) -> Bool {
        loginGate.withLock { isLoginRefused in
            guard !isLoginRefused, failure == nil, !isOver else { return false }
            do {
                try login()
                return true
            } catch {
                isLoginRefused = true
                explain(error)
                return false
            }
        }
    }

    /// Whether nobody waits for further readers any more.
    var isOver: Bool { condition.withLock { isClosed } }

    /// A further reader is logged in; false where it came too late and must touch nothing.
    func join() -> Bool {
        condition.withLock {
            guard !isClosed else { return false }
            helpers += 1
            return true
        }
    }

    /// A further reader is done.
    func part() {
        condition.withLock {
            helpers -= 1
            condition.broadcast()
        }
    }

    /// Lets no further reader in, and waits for those that are. One whose login has not come back is not waited for: it has no
    /// chunk, and may hang for ever.
    func close() {
        condition.lock()
        isClosed = true
        while helpers > 0 { condition.wait() }
        condition.unlock()
    }

    /// Ends the run: the first failure counts.
    func fail(_ error: any Error) {
        condition.lock()
        firstFailure = firstFailure ?? error
        inWork -= 1
        condition.broadcast()
        condition.unlock()
    }

    var failure: (any Error)? { condition.withLock { firstFailure } }
    var failureCount: Int { condition.withLock { failures } }

    /// How far the read has got.
    var kept: KeptChunks { condition.withLock { progress } }
}
