import Foundation
package import Rows

/// The bounded way from the thread that reads to the thread that writes.
///
/// A fixed set of batches goes round: free, filled, written, free again; so memory is bounded by the set, and a slow
/// writer holds the reader up. Whoever fails closes the exchange, and the other learns it at its next step.
///
/// `@unchecked Sendable`: all state is touched with `condition` held.
package final class BatchExchange: @unchecked Sendable {
    private let condition = NSCondition()
    private var free: [RowBatch]
    private var filled: [RowBatch] = []
    private var isFinished = false
    private var isWritten = false
    private var writerFailure: (any Error)?

    package init(batches: [RowBatch]) {
        self.free = batches
    }

    // MARK: Reader

    /// An empty batch; waits while all are with the writer. Throws the writer's error once it has failed.
    package func takeFree() throws -> RowBatch {
        condition.lock()
        defer { condition.unlock() }
        while free.isEmpty, writerFailure == nil { condition.wait() }
        if let writerFailure { throw writerFailure }
        return free.removeLast()
    }

    /// Hands a filled batch to the writer.
    package func send(_ batch: RowBatch) {
        condition.lock()
        filled.append(batch)
        condition.broadcast()
        condition.unlock()
    }

    /// Says that no batch follows.
    package func finish() {
        condition.lock()
        isFinished = true
        condition.broadcast()
        condition.unlock()
    }

    /// Waits until the writer has taken all batches and stopped. Call `finish` first.
    package func waitUntilWritten() {
        condition.lock()
        while !isWritten { condition.wait() }
        condition.unlock()
    }

    // MARK: Writer

    /// The next filled batch, in order; nil when the reader has finished and all are taken.
    package func receive() -> RowBatch? {
        condition.lock()
        defer { condition.unlock() }
        while filled.isEmpty, !isFinished { condition.wait() }
        return filled.isEmpty ? nil : filled.removeFirst()
    }

    /// Gives a written batch back.
    package func recycle(_ batch: RowBatch) {
        condition.lock()
        free.append(batch)
        condition.broadcast()
        condition.unlock()
    }

    /// Says that the writer has failed and takes no more.
    package func fail(_ error: any Error) {
        condition.lock()
        writerFailure = error
        condition.broadcast()
        condition.unlock()
    }

    /// Says that the writer has stopped.
    package func markWritten() {
        condition.lock()
        isWritten = true
        condition.broadcast()
        condition.unlock()
    }

    /// The writer's error, if it has failed.
    package var failure: (any Error)? {
        condition.lock()
        defer { condition.unlock() }
        return writerFailure
    }
}
