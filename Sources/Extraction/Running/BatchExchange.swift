import Foundation
package import Rows

/// What readers say to the writer, in order for each of them.
package enum StagingMessage {
    /// Rows of a chunk; the batch goes back to its lane.
    case rows(RowBatch, chunk: Int, lane: BatchExchange.Lane)
    /// The chunk will be read again: forget its rows.
    case forget(chunk: Int)
    /// All rows of the chunk are there.
    case complete(chunk: Int, order: Int)
    /// The chunk, without rows now, is replaced by two.
    case split(Chunk, other: Chunk)
}

/// The bounded way from the threads that read to the thread that writes.
///
/// Each reader has a lane with a fixed set of batches that go round: free, filled, written, free again; so memory is
/// bounded by the sets, and a slow writer holds the readers up. Whoever fails closes the exchange, and the others learn it
/// at their next step.
///
/// `@unchecked Sendable`: all state is touched with `condition` held.
package final class BatchExchange: @unchecked Sendable {
    /// The batches of one reader.
    ///
    /// `@unchecked Sendable`: its state is touched with the exchange's `condition` held.
    package final class Lane: @unchecked Sendable {
        fileprivate var free: [RowBatch] = []
        /// Batches that were sent and have not come back, those of earlier reads included.
        fileprivate var sent = 0
        /// Of so many the reader has one at least, so that short reads cannot fill memory ahead of a slow writer.
        fileprivate var size = 0

        package init() {}
    }

    private let condition = NSCondition()
    /// What was sent, in order.
    private var arrived: [StagingMessage] = []
    /// What the writer takes next, the first one last. Not one array with an index: what was taken would stay in it, with its
    /// batch, until the writer has caught up for once.
    private var next: [StagingMessage] = []
    private var isFinished = false
    private var isWritten = false
    private var writerFailure: (any Error)?

    package init() {}

    // MARK: Readers

    /// Gives a lane new batches in place of those that are free. Others of its old ones are dropped as they come back.
    package func supply(_ lane: Lane, _ batches: [RowBatch]) {
        condition.lock()
        lane.free = batches
        lane.size = batches.count
        condition.unlock()
    }

    /// An empty batch; waits while all are with the writer. Throws the writer's error once it has failed.
    ///
    /// - Parameter layout: Batches of another layout, from an earlier read, are dropped.
    package func takeFree(_ lane: Lane, layout: BatchLayout) throws -> RowBatch {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let writerFailure { throw writerFailure }
            while lane.sent < lane.size, let batch = lane.free.popLast() {
                if batch.layout == layout { return batch }
            }
            condition.wait()
        }
    }

    /// Gives a batch back that was taken and is not sent.
    package func giveBack(_ batch: RowBatch, to lane: Lane) {
        condition.lock()
        lane.free.append(batch)
        condition.unlock()
    }

    /// Hands something to the writer.
    package func send(_ message: StagingMessage) {
        condition.lock()
        if case .rows(_, _, let lane) = message { lane.sent += 1 }
        arrived.append(message)
        condition.broadcast()
        condition.unlock()
    }

    /// Says that nothing follows, from any reader.
    package func finish() {
        condition.lock()
        isFinished = true
        condition.broadcast()
        condition.unlock()
    }

    /// Waits until the writer has taken all and stopped. Call `finish` first.
    package func waitUntilWritten() {
        condition.lock()
        while !isWritten { condition.wait() }
        condition.unlock()
    }

    // MARK: Writer

    /// The next message, in order; nil when the readers have finished and all are taken.
    package func receive() -> StagingMessage? {
        condition.lock()
        defer { condition.unlock() }
        while arrived.isEmpty, next.isEmpty, !isFinished { condition.wait() }
        if next.isEmpty {
            next = arrived.reversed()
            arrived = []
        }
        return next.popLast()
    }

    /// Gives a batch back that is written.
    package func recycle(_ batch: RowBatch, to lane: Lane) {
        condition.lock()
        lane.sent -= 1
        lane.free.append(batch)
        condition.broadcast()
        condition.unlock()
    }

    /// Says that the writer has failed and takes no more.
    package func fail(_ error: any Error) {
        condition.lock()
        writerFailure = writerFailure ?? error
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
