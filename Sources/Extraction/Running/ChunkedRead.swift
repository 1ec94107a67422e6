import Text
import Threads

/// The reading half of a run: readers, one a thread, and the writer that stages what they read.
struct ChunkedRead<S: Source, L: ExtractLease> {
    let read: PlannedRead
    let context: RunContext
    let source: S
    let lease: L
    let seen: SeenRows
    let logins: PendingLogins
    let makeSource: @Sendable () -> S

    /// Reads all chunks that are not there yet; the staging with all of them.
    func callAsFunction(_ record: inout RunRecord) throws -> L.Staging {
        let plan = read.plan
        let staging = StagingSlot<L.Staging>(expected: read.staged?.columns)
        if let staged = read.staged {
            staging.open(
                try lease.stage(plan, columns: staged.columns, run: read.run, goingOn: true))
        }
        let chunks = read.missing
        let queue = ChunkQueue(
            chunks, nextNumber: (plan.chunks.map(\.number).max() ?? 0) + 1, complete: plan.chunks.count - chunks.count)
        let gate = ReaderGate(read: read, lease: lease, staging: staging)
        let shared = SharedRead(
            read: read, context: context, queue: queue, logins: logins, seen: seen, accept: gate.accept)
        let exchange = shared.exchange
        try startWriter(exchange, staging)
        let makeSource = makeSource
        let connections = context.settings.connections
        // Not joined: a login that hangs would hold up a run that needs it no more.
        for index in 1..<max(1, min(connections, chunks.count)) {
            do {
                try SystemThread.detach("kleene-reader\(index + 1)", stackSize: 16 << 20) {
                    ChunkReader(source: makeSource(), shared: shared).join()
                }
            } catch {
                // Fewer readers cost speed and nothing else.
                record.notes.append("\(error), so \(index) of \(Sentence.count(connections, "connection")) read.")
                break
            }
        }
        ChunkReader(source: source, shared: shared)()
        queue.close()
        // The writer must be at rest before staging is touched again, whatever happened here.
        exchange.finish()
        exchange.waitUntilWritten()
        let sums = shared.tally.sums
        record.rowsRead = sums.rows
        record.bytesRead = sums.bytes
        record.restarts = sums.restarts
        record.retries = queue.failureCount
        if let failure = exchange.failure { throw failure }
        record.chunksKept = plan.isResumable ? queue.kept : KeptChunks(complete: 0, total: 1)
        if let failure = queue.failure { throw failure }
        guard let table = staging.value else {
            throw Failure(
                .internal, "The rows of \(read.extract.table) were read and never staged.",
                advice: "Please report this.")
        }
        return table
    }

    private func startWriter(_ exchange: BatchExchange, _ staging: StagingSlot<L.Staging>) throws {
        try Failure.unlessThreads {
            try SystemThread.detach("kleene-writer") {
                // Chunks that were halved before any result had opened staging, which knows the plan's own chunks: told to it
                // before anything else, or a half would pass for the whole.
                var early: [(Chunk, other: Chunk)] = []
                while let message = exchange.receive() {
                    // Opened before the first message of its rows was sent.
                    let table = staging.value
                    if let table, exchange.failure == nil {
                        do {
                            for (chunk, other) in early { try table.split(chunk, other: other) }
                            early = []
                            try table.take(message)
                        } catch {
                            exchange.fail(error)
                        }
                    } else if table == nil, case .split(let chunk, let other) = message {
                        early.append((chunk, other))
                    }
                    if case .rows(let batch, _, let lane) = message { exchange.recycle(batch, to: lane) }
                }
                exchange.markWritten()
            }
        }
    }
}

extension StagingTable {
    fileprivate func take(_ message: StagingMessage) throws {
        switch message {
        case .rows(let batch, let chunk, _):
            try write(batch, chunk: chunk)
            Failpoint.reach(.stagingBatch)
        case .forget(let chunk): try forget(chunk: chunk)
        case .complete(let chunk, let order):
            try complete(chunk: chunk, order: order)
            Failpoint.reach(.stagingChunk)
        case .split(let chunk, let other): try split(chunk, other: other)
        }
    }
}
