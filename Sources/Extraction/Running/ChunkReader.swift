import Rows

/// One reader of a run: a connection that takes chunk after chunk and sends their rows to the writer.
///
/// Belongs to one thread, because its source does.
struct ChunkReader<S: Source> {
    let source: S
    let shared: SharedRead
    private let lane = BatchExchange.Lane()

    init(source: S, shared: SharedRead) {
        self.source = source
        self.shared = shared
    }

    /// Batches that go round between a reader and the writer: one is filled while one is written.
    private static var batchCount: Int { 2 }

    /// Joins a run that another reader has begun: logs in, and reads chunks until there are none.
    ///
    /// A login that fails costs the run nothing but speed; then no further reader tries one.
    func join() {
        shared.logins.begin()
        let isLoggedIn = logIn()
        shared.logins.end()
        // All may be read by now, and staging closed.
        guard isLoggedIn, shared.queue.join() else { return source.disconnect() }
        self()
        source.disconnect()
        shared.queue.part()
    }

    private func logIn() -> Bool {
        shared.queue.allowsLogin(
            { _ = try source.connect() },
            otherwise: { error in
                guard !shared.queue.isOver else { return }
                let failure = Failure.wrapping(error)
                shared.context.note(shared.extract, "The run goes on with fewer connections: \(failure.message)")
            })
    }

    /// Reads chunks until there are none.
    func callAsFunction() {
        var hint: S.Hint?
        while let assignment = shared.queue.take() {
            do {
                try read(assignment, hint: &hint)
            } catch {
                shared.queue.fail(error)
                return
            }
        }
    }

    private func read(_ assignment: ChunkQueue.Assignment, hint: inout S.Hint?) throws {
        let chunk = assignment.chunk
        let patience = Patience(source: source, extract: shared.extract, context: shared.context)
        var isLoggedIn = false
        let outcome = try patience.attempt(after: assignment.attempts, kept: shared.queue.kept) {
            isLoggedIn = false
            _ = try source.connect()
            isLoggedIn = true
            try transfer(chunk, hint: &hint)
            shared.queue.finish()
        } decide: { failure, count in
            // The writer's, met where a free batch was waited for: neither another login nor a smaller chunk helps.
            if shared.exchange.failure != nil { throw failure }
            shared.tally.forget(chunk.number)
            shared.exchange.send(.forget(chunk: chunk.number))
            guard isLoggedIn || source.mayLogInAgain else { throw failure }
            let decision = patience.decide(
                failure, attempt: count, total: shared.queue.countFailure(), canHalve: canHalve(chunk))
            guard decision != .giveUp else {
                shared.queue.takeBackFailure()
                throw located(failure, chunk)
            }
            return decision
        }
        if case .halved(let failure) = outcome { try halve(chunk, after: failure) }
    }

    private func canHalve(_ chunk: Chunk) -> Bool {
        chunk.range.map { $0.halved() != nil } ?? (shared.plan.numericKey != nil)
    }

    /// Puts two chunks in the place of one that could not be read.
    private func halve(_ chunk: Chunk, after failure: Failure) throws {
        guard let (first, second) = try range(of: chunk)?.halved() else { throw located(failure, chunk) }
        let end = try chunk.end ?? largestKey(for: chunk)
        let kept = Chunk(number: chunk.number, range: first, end: end)
        let other = Chunk(number: shared.queue.newNumber(), range: second, end: end)
        shared.context.note(shared.extract, "\(failure.message) Reading \(chunk) again as two chunks.")
        shared.exchange.send(.split(kept, other: other))
        shared.queue.split(kept, other)
    }

    /// A chunk's range; of a chunk that is the whole read, by the column that identifies rows.
    private func range(of chunk: Chunk) throws -> KeyRange? {
        if let range = chunk.range { return range }
        guard let key = shared.plan.numericKey else { return nil }
        let extent = try source.extent(of: key, kind: .integer, in: shared.plan.table, where: shared.plan.condition)
        guard let smallest = extent.smallest, let largest = extent.largest else { return nil }
        return KeyRange(
            key: key, lower: nil, upper: nil, holdsNulls: true, smallest: smallest, largest: largest)
    }

    /// Where the window of a read that becomes two has to end: a row that changes between the two must not set the
    /// watermark past one that has changed in the part that was read before. `ReadPlanner` sees to it where it plans several.
    private func largestKey(for chunk: Chunk) throws -> KeyValue? {
        guard chunk.range == nil, !shared.plan.isBackfill, let window = shared.plan.window,
            let kind = shared.plan.keyKind,
            [.timestamp, .date].contains(kind)
        else { return nil }
        return try source.maximum(of: window.key, kind: kind, in: shared.plan.table, where: shared.plan.condition)
    }

    private func located(_ failure: Failure, _ chunk: Chunk) -> Failure {
        guard failure.kind != .interrupted, let range = chunk.range else { return failure }
        var failure = failure
        failure.message += " It happened in the chunk \(range)."
        return failure
    }

    private func stopIfAsked() throws {
        if shared.context.isInterrupted() { throw Failure.interruption(shared.queue.kept) }
    }

    // MARK: One chunk

    /// Reads a chunk to its end, again from the beginning where there was no room for a value.
    private func transfer(_ chunk: Chunk, hint: inout S.Hint?) throws {
        try ReadAgain.untilAllFits("\(shared.extract.table)", hint: &hint) { columns in
            shared.tally.forget(chunk.number)
            shared.tally.countRestart()
            shared.exchange.send(.forget(chunk: chunk.number))
            shared.context.observe(
                .restarted(extract: shared.extract.name, columns: columns.map { shared.plan.columns[$0] }))
        } read: { hint in
            try stopIfAsked()
            let order = shared.queue.newOrder()
            let reader = try source.read(shared.plan.query(for: chunk), hint: hint)
            try shared.accept(reader.columns)
            shared.context.observe(.reading(extract: shared.extract.name, columns: reader.columns.count))
            var watch = KeyWatch(
                shared.plan, chunk: chunk, columns: reader.columns,
                slack: source.comparesMomentsAsText ? SeenRows.spellingSlack : 0)
            let counted = reader.counted
            try sendRows(of: reader, chunk: chunk.number, watch: &watch)
            if watch.hasReachedEnd { shared.seen.markEnd() }
            if let counted, !shared.plan.isResumable { shared.seen.markCounted(counted) }
            shared.exchange.send(.complete(chunk: chunk.number, order: order))
        }
    }

    private func sendRows(of reader: S.Reader, chunk: Int, watch: inout KeyWatch) throws {
        shared.exchange.supply(lane, Self.batchCount, of: reader.layout)
        while true {
            try stopIfAsked()
            if shared.queue.failure != nil { throw Stopped() }
            let batch = try shared.exchange.takeFree(lane)
            let isFilled: Bool
            do {
                isFilled = try reader.fill(batch)
                try watch.look(at: batch, of: shared.extract.table)
            } catch {
                shared.exchange.recycle(batch, to: lane)
                throw error
            }
            guard isFilled else { return shared.exchange.recycle(batch, to: lane) }
            let progress = shared.tally.add(rows: batch.rowCount, bytes: batch.valueBytes, chunk: chunk)
            shared.exchange.send(.rows(batch, chunk: chunk, lane: lane))
            if let progress {
                shared.context.observe(
                    .progress(extract: shared.extract.name, rows: progress.rows, bytes: progress.bytes))
            }
        }
    }

    /// Another reader has ended the run. Not its failure itself, which this reader would try to settle.
    private struct Stopped: Error {}
}
