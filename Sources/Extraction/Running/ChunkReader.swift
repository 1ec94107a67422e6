import Rows

/// One reader of a run: a connection that takes chunk after chunk and sends their rows to the writer.
///
/// Belongs to one thread, because its source does.
struct ChunkReader<S: Source> {
    let source: S
    let job: ReadJob
    private let lane = BatchExchange.Lane()

    init(source: S, job: ReadJob) {
        self.source = source
        self.job = job
    }

    /// Batches that go round between a reader and the writer: one is filled while one is written.
    private static var batchCount: Int { 2 }

    /// How often one read may begin again with wider slots before it is given up.
    private static var maximumRestarts: Int { 16 }

    /// Joins a run that another reader has begun: logs in, and reads chunks until there are none.
    ///
    /// A login that fails costs the run nothing but speed; then no further reader tries one.
    func join() {
        job.logins.begin()
        let isLoggedIn = logIn()
        job.logins.end()
        // All may be read by now, and staging closed.
        guard isLoggedIn, job.queue.join() else { return source.disconnect() }
        self()
        source.disconnect()
        job.queue.part()
    }

    private func logIn() -> Bool {
        job.queue.allowsLogin(
            { _ = try source.connect() },
            otherwise: { error in
                guard !job.queue.isOver else { return }
                let failure = Failure.wrapping(error)
                job.observe(
                    .note(
                        extract: job.extract.name,
                        text: "The run goes on with fewer connections: \(failure.message)"))
            })
    }

    /// Reads chunks until there are none.
    func callAsFunction() {
        var widths = LearnedWidths()
        while let assignment = job.queue.take() {
            do {
                try read(assignment, widths: &widths)
            } catch {
                job.queue.fail(error)
                return
            }
        }
    }

    private func read(_ assignment: ChunkQueue.Assignment, widths: inout LearnedWidths) throws {
        var assignment = assignment
        while true {
            var isLoggedIn = false
            do {
                _ = try source.connect()
                isLoggedIn = true
                try transfer(assignment.chunk, widths: &widths)
                job.queue.finish()
                return
            } catch let failure as Failure {
                // The writer's, met where a free batch was waited for: neither another login nor a smaller chunk helps.
                if job.exchange.failure != nil { throw failure }
                job.tally.forget(assignment.chunk.number)
                job.exchange.send(.forget(chunk: assignment.chunk.number))
                assignment.attempts += 1
                // Whether a login that failed may be repeated is for the service to say: the account could be locked.
                guard isLoggedIn || source.mayLogInAgain else { throw failure }
                if try settle(failure, assignment) { return }
            }
        }
    }

    /// Draws the consequence of a failure: true where the chunk is no longer ours.
    private func settle(_ failure: Failure, _ assignment: ChunkQueue.Assignment) throws -> Bool {
        let chunk = assignment.chunk
        let canHalve = chunk.range.map { $0.halved() != nil } ?? (job.plan.numericKey != nil)
        let decision = job.policy.decide(
            failure.kind, attempt: assignment.attempts, total: job.queue.countFailure(), canHalve: canHalve,
            jitter: .random(in: 0...1))
        switch decision {
        case .giveUp:
            job.queue.takeBackFailure()
            throw located(failure, chunk)
        case .retry(let seconds, let reconnects):
            if reconnects { source.disconnect() }
            try Pause(extract: job.extract.name, observe: job.observe, isInterrupted: job.isInterrupted)(
                after: failure, seconds: seconds, kept: job.queue.kept)
            return false
        case .halve(let reconnects):
            if reconnects { source.disconnect() }
            guard let (first, second) = try range(of: chunk)?.halved() else { throw located(failure, chunk) }
            let end = try chunk.end ?? largestKey(for: chunk)
            let kept = Chunk(number: chunk.number, range: first, end: end)
            let other = Chunk(number: job.queue.newNumber(), range: second, end: end)
            job.observe(
                .note(extract: job.extract.name, text: "\(failure.message) Reading \(chunk) again as two chunks."))
            job.exchange.send(.split(kept, other: other))
            job.queue.split(kept, other)
            return true
        }
    }

    /// A chunk's range; of a chunk that is the whole read, by the column that identifies rows.
    private func range(of chunk: Chunk) throws -> KeyRange? {
        if let range = chunk.range { return range }
        guard let key = job.plan.numericKey else { return nil }
        let extent = try source.extent(of: key, kind: .integer, in: job.plan.table, where: job.plan.condition)
        guard let smallest = extent.smallest, let largest = extent.largest else { return nil }
        return KeyRange(
            key: key, lower: nil, upper: nil, holdsNulls: true, smallest: smallest, largest: largest)
    }

    /// Where the window of a read that becomes two has to end: a row that changes between the two must not set the
    /// watermark past one that has changed in the part that was read before. `ReadPlanner` sees to it where it plans several.
    private func largestKey(for chunk: Chunk) throws -> KeyValue? {
        guard chunk.range == nil, !job.plan.isBackfill, let window = job.plan.window, let kind = job.plan.keyKind,
            [.timestamp, .date].contains(kind)
        else { return nil }
        return try source.maximum(of: window.key, kind: kind, in: job.plan.table, where: job.plan.condition)
    }

    private func located(_ failure: Failure, _ chunk: Chunk) -> Failure {
        guard failure.kind != .interrupted, let range = chunk.range else { return failure }
        var failure = failure
        failure.message += " It happened in the chunk \(range)."
        return failure
    }

    private func stopIfAsked() throws {
        if job.isInterrupted() { throw Failure.interruption(job.queue.kept) }
    }

    // MARK: One chunk

    /// Reads a chunk to its end, again from the beginning where values turn out to be longer than their slots.
    private func transfer(_ chunk: Chunk, widths: inout LearnedWidths) throws {
        for _ in 0...Self.maximumRestarts {
            do {
                try stopIfAsked()
                let order = job.queue.newOrder()
                let reader = try source.open(job.plan.query(for: chunk), widths: widths)
                try job.accept(reader.columns)
                job.observe(.reading(extract: job.extract.name, columns: reader.columns.count))
                var watch = KeyWatch(
                    job.plan, chunk: chunk, columns: reader.columns,
                    slack: source.comparesMomentsAsText ? SeenRows.spellingSlack : 0)
                try sendRows(of: reader, chunk: chunk.number, watch: &watch)
                if watch.hasReachedEnd { job.seen.markEnd() }
                job.exchange.send(.complete(chunk: chunk.number, order: order))
                return
            } catch let overflow as SlotOverflow {
                job.tally.forget(chunk.number)
                job.tally.countRestart()
                job.exchange.send(.forget(chunk: chunk.number))
                let old = widths
                let changed = overflow.widths.byColumn.filter { old.byColumn[$0.key] != $0.value }.keys.sorted()
                widths = overflow.widths
                job.observe(.restarted(extract: job.extract.name, columns: changed.map { job.plan.columns[$0] }))
            }
        }
        throw Failure(
            .internal,
            "Reading \(job.extract.table) began again \(Self.maximumRestarts) times, because the driver kept delivering values "
                + "longer than it had said.",
            advice: "Leave the long columns out with \"columns\", or report this with the driver's version.")
    }

    private func sendRows(of reader: S.Reader, chunk: Int, watch: inout KeyWatch) throws {
        job.exchange.supply(lane, Self.batchCount, of: reader.layout)
        while true {
            try stopIfAsked()
            if job.queue.failure != nil { throw Stopped() }
            let batch = try job.exchange.takeFree(lane)
            let isFilled: Bool
            do {
                isFilled = try reader.fill(batch)
                try watch.look(at: batch, of: job.extract.table)
            } catch {
                job.exchange.recycle(batch, to: lane)
                throw error
            }
            guard isFilled else { return job.exchange.recycle(batch, to: lane) }
            let progress = job.tally.add(rows: batch.rowCount, bytes: batch.valueBytes, chunk: chunk)
            job.exchange.send(.rows(batch, chunk: chunk, lane: lane))
            if let progress {
                job.observe(.progress(extract: job.extract.name, rows: progress.rows, bytes: progress.bytes))
            }
        }
    }

    /// Another reader has ended the run. Not its failure itself, which this reader would try to settle.
    private struct Stopped: Error {}
}
