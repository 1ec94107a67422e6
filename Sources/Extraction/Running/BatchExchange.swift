package import Rows
import Threads

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
        /// What its batches look like.
        fileprivate var layout: BatchLayout?
        /// How many there may be.
        fileprivate var size = 0
        /// How many there are, wherever they are: free, with the reader, with the writer. Those of an earlier read count, so
        /// that short reads cannot fill memory ahead of a slow writer.
        fileprivate var existing = 0

        package init() {}
    }

    private let condition = Monitor()
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

    /// Says what batches a lane is to have, and how many at most.
    ///
    /// Those of an earlier read go round further if they are alike: two sets at a time would be twice the memory, at every
    /// chunk. Others are dropped, those that the writer has as they come back.
    package func supply(_ lane: Lane, _ count: Int, of layout: BatchLayout) {
        condition.lock()
        defer { condition.unlock() }
        lane.size = count
        guard lane.layout != layout else { return }
        lane.layout = layout
        lane.existing -= lane.free.count
        lane.free = []
    }

    /// An empty batch; waits while all are with the writer. Throws the writer's error once it has failed.
    ///
    /// Whoever takes one sends it or recycles it, whatever happens, or the lane runs dry. Call `supply` first.
    package func takeFree(_ lane: Lane) throws -> RowBatch {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let writerFailure { throw writerFailure }
            if let batch = lane.free.popLast() { return batch }
            if lane.existing < lane.size, let layout = lane.layout {
                lane.existing += 1
                return RowBatch(layout: layout)
            }
            condition.wait()
        }
    }

    /// Hands something to the writer.
    package func send(_ message: StagingMessage) {
        condition.lock()
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

    /// Gives a batch back that is written, or was taken and not sent.
    package func recycle(_ batch: RowBatch, to lane: Lane) {
        condition.lock()
        if batch.layout == lane.layout {
            lane.free.append(batch)
        } else {
            lane.existing -= 1
        }
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
