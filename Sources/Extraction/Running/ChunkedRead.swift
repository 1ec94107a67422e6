import Threads

/// The reading half of a run: readers, one a thread, and the writer that stages what they read.
struct ChunkedRead<S: Source, D: Destination> {
    let run: RunIdentity
    let extract: TableExtract
    let plan: ReadPlan
    /// What an earlier run has staged of this plan.
    let staged: StagedPlan?
    let source: S
    let destination: D
    let settings: RunSettings
    let seen: SeenRows
    let logins: PendingLogins
    let makeSource: @Sendable () -> S
    let observe: @Sendable (RunEvent) -> Void
    let isInterrupted: @Sendable () -> Bool

    /// Reads all chunks that are not there yet; the staging with all of them.
    func callAsFunction(_ record: inout RunRecord) throws -> D.Staging {
        let staging = StagingSlot<D.Staging>(expected: staged?.columns)
        if let staged {
            staging.open(
                try destination.stage(extract, plan: plan, columns: staged.columns, run: run, resuming: true))
        }
        let exchange = BatchExchange()
        let chunks = plan.chunks.filter { staged?.completed[$0.number] == nil }
        let queue = ChunkQueue(
            chunks, nextNumber: (plan.chunks.map(\.number).max() ?? 0) + 1, complete: plan.chunks.count - chunks.count)
        let tally = Tally()
        let gate = ReaderGate(
            extract: extract, plan: plan, run: run, destination: destination, staging: staging)
        try startWriter(exchange, staging)
        let job = ReadJob(
            plan: plan, extract: extract, policy: settings.retry, queue: queue, exchange: exchange, tally: tally,
            seen: seen, logins: logins, isInterrupted: isInterrupted, observe: observe, accept: gate.accept)
        let makeSource = makeSource
        // Not joined: a login that hangs would hold up a run that needs it no more.
        for index in 1..<max(1, min(settings.connections, chunks.count)) {
            do {
                try SystemThread.detach("kleene-reader\(index + 1)", stackSize: 16 << 20) {
                    ChunkReader(source: makeSource(), job: job).join()
                }
            } catch {
                // Fewer readers cost speed and nothing else.
                record.notes.append("\(error), so \(index) of \(settings.connections) connections read.")
                break
            }
        }
        ChunkReader(source: source, job: job)()
        queue.close()
        // The writer must be at rest before staging is touched again, whatever happened here.
        exchange.finish()
        exchange.waitUntilWritten()
        let sums = tally.sums
        record.rowsRead = sums.rows
        record.bytesRead = sums.bytes
        record.restarts = sums.restarts
        record.retries = queue.failureCount
        if let failure = exchange.failure { throw failure }
        record.chunksKept = plan.isResumable ? queue.kept : KeptChunks(complete: 0, total: 1)
        if let failure = queue.failure { throw failure }
        guard let table = staging.value else {
            throw Failure(
                .internal, "The rows of \(extract.table) were read and never staged.", advice: "Please report this.")
        }
        return table
    }

    private func startWriter(_ exchange: BatchExchange, _ staging: StagingSlot<D.Staging>) throws {
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
