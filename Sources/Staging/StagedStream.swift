package import Rows
import Threads

/// The rows of a staging file in the order in which they come, for a thread that loads them while more are read.
///
/// They are taken out of the file: whoever is slow takes no memory and holds up no read. The connection to the file serves both
/// threads, one at a time.
///
/// `@unchecked Sendable`: all state is touched, and the file's connection used, with `monitor` held.
package final class StagedStream: @unchecked Sendable {
    private let monitor = Monitor()
    private let unpacker: PackedUnpacker
    /// Nil once the rows were taken back.
    private var reader: PackedReader?
    /// Rows in the file so far.
    private var rows: Int
    private var isWhole = false

    init(_ reader: PackedReader, rows: Int) {
        self.reader = reader
        self.rows = rows
        unpacker = reader.unpacker
    }

    // MARK: The thread that stages

    /// Uses the connection to the file.
    ///
    /// - Parameter more: Rows that are there behind it.
    func writing<Result>(_ more: Int = 0, _ body: () throws -> Result) rethrows -> Result {
        try monitor.withLock {
            let result = try body()
            rows += more
            monitor.broadcast()
            return result
        }
    }

    /// All rows are there, and are taken from here on by another connection.
    func complete(_ reader: PackedReader) {
        monitor.withLock {
            if self.reader != nil { self.reader = reader }
            isWhole = true
            monitor.broadcast()
        }
    }

    /// The rows are taken back; and whoever takes them no more says so, so that the file is let go.
    package func end() {
        monitor.withLock {
            reader = nil
            monitor.broadcast()
        }
    }

    // MARK: The thread that loads

    /// Calls a function with batch after batch, from the first row on, until it has had all; each is good for the call.
    ///
    /// - Parameter patience: Given how many rows there are, until when more are waited for. Once all are there, nothing is waited for.
    /// - Returns: Whether it has had all; false where the rows were taken back, or patience has ended.
    package func eachBatch(
        patience: (_ rows: Int) -> ContinuousClock.Instant, _ body: (RowBatch) throws -> Void
    ) throws -> Bool {
        let (batch, block) = (unpacker.makeBatch(), PackedBlock())
        var number = 1
        while let isThere = try copy(number, into: block, patience) {
            guard isThere else { return true }
            // Not while the thread that stages waits.
            try block.unpack(by: unpacker, into: batch)
            try body(batch)
            batch.firstRow += batch.rowCount
            batch.removeAll()
            number += 1
        }
        return false
    }

    /// Copies a block, waiting for it; false where there is none any more, nil where waiting ended before.
    private func copy(
        _ number: Int, into block: PackedBlock, _ patience: (_ rows: Int) -> ContinuousClock.Instant
    ) throws -> Bool? {
        try monitor.withLock {
            while let reader {
                let end = patience(rows)
                if !isWhole, end <= .now { return nil }
                if try reader.copy(number, into: block) { return true }
                if isWhole { return false }
                _ = monitor.wait(until: end)
            }
            return nil
        }
    }
}
