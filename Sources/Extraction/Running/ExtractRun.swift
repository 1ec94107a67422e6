import FoundationEssentials

/// One run of one extract: check the destination, connect, plan, read chunks into staging, load, record.
///
/// Neither source nor destination is named here, and nothing is printed: what happens is told to `observe`. The calling
/// thread owns `source` and does all but writing to staging.
package struct ExtractRun<S: Source, D: Destination> {
    package let source: S
    package let destination: D
    package let version: String
    package let settings: RunSettings
    package let clock: InvocationClock
    /// A further connection to the same source, for the thread that asks.
    package let makeSource: @Sendable () -> S
    /// Called from several threads, one at a time for one extract but for progress.
    package let observe: @Sendable (RunEvent) -> Void
    /// Asked between batches; true stops the run with nothing loaded.
    package let isInterrupted: @Sendable () -> Bool
    private let logins = PendingLogins()

    package init(
        source: S, destination: D, version: String, settings: RunSettings = RunSettings(), clock: InvocationClock,
        makeSource: @escaping @Sendable () -> S, observe: @escaping @Sendable (RunEvent) -> Void,
        isInterrupted: @escaping @Sendable () -> Bool
    ) {
        self.source = source
        self.destination = destination
        self.version = version
        self.settings = settings
        self.clock = clock
        self.makeSource = makeSource
        self.observe = observe
        self.isInterrupted = isInterrupted
    }

    /// Runs the extract to its end, good or bad; the record says which. Never throws.
    package func callAsFunction(_ extract: TableExtract, run: RunIdentity) -> RunRecord {
        observe(.started(extract: extract.name, run: run))
        let begin = ContinuousClock.now
        var record = RunRecord(extract, run: run, version: version)
        do {
            try prepare(extract)
        } catch {
            // Nothing is recorded in a destination that would not have us.
            let failure = Failure.wrapping(error)
            record.failure = failure
            record.status = failure.kind == .interrupted ? .interrupted : .failed
            record.end(since: begin)
            observe(.finished(record))
            return record
        }
        var keepsStaging = true
        defer { destination.release(extract, keepsStaging: keepsStaging) }
        do {
            try readUntilSure(extract, run: run, record: &record, begin: begin)
            keepsStaging = false
        } catch {
            let failure = Failure.wrapping(error)
            record.failure = failure
            record.status = failure.kind == .interrupted ? .interrupted : .failed
            record.end(since: begin)
            // Rows of a configuration or a table that has changed serve nobody.
            keepsStaging = ![.configuration, .drift].contains(failure.kind)
            // Nor do those that are not what was asked for. What a load's guard has stopped is kept by the destination.
            if failure.kind == .guarded, record.chunks != nil { keepsStaging = false }
            if !keepsStaging { record.chunksKept = nil }
            do {
                try destination.record(record)
            } catch {
                record.notes.append("The run could not be recorded: \(error)")
            }
        }
        observe(.finished(record))
        return record
    }

    /// Waits for logins of further readers that are still under way, when all is done; not for ever, because one may hang.
    package func settleLogins(within patience: Duration = .seconds(10)) {
        logins.settle(within: patience) { observe(.waiting(extract: "", text: nil)) }
    }

    /// Prepares the destination; waits for another run of the extract as long as the settings say.
    private func prepare(_ extract: TableExtract) throws {
        let end = ContinuousClock.now + .milliseconds(Int(settings.lockWait * 1000))
        while true {
            do {
                return try destination.prepare(extract)
            } catch let failure as Failure where failure.kind == .busy && ContinuousClock.now < end {
                observe(.waiting(extract: extract.name, text: "\(failure.message) Waiting for it."))
                let left = max(0, (end - ContinuousClock.now) / .seconds(1))
                try pause(extract)(seconds: min(left, 0.5))
            }
        }
    }

    private func pause(_ extract: TableExtract) -> Pause {
        Pause(extract: extract.name, observe: observe, isInterrupted: isInterrupted)
    }

    /// Rows that contradict the source's own word on them: a table in motion does so now and then, by what comes and goes
    /// between two questions. A source or a driver that loses rows does so each time.
    private struct Doubt: Error {
        let failure: Failure
        let rows: Int
        /// What the source had counted.
        let counted: Int
    }

    /// How often so few rows are read again before they are refused.
    private static var secondLooks: (times: Int, rows: Int) { (2, 100_000) }

    private func readUntilSure(
        _ extract: TableExtract, run: RunIdentity, record: inout RunRecord, begin: ContinuousClock.Instant
    ) throws {
        var looks = 0
        var earlier: Doubt?
        while true {
            do {
                return try readAndLoad(extract, run: run, record: &record, begin: begin, earlier: earlier)
            } catch let doubt as Doubt {
                looks += 1
                earlier = doubt
                guard looks <= Self.secondLooks.times, doubt.rows <= Self.secondLooks.rows else { throw doubt.failure }
                observe(.note(extract: extract.name, text: "\(doubt.failure.message) They are read again."))
                record = RunRecord(extract, run: run, version: version)
                record.notes.append(
                    "The rows were read \(looks + 1) times, because they did not fit what the source said of them: the table "
                        + "changes while it is read.")
            }
        }
    }

    /// - Parameter earlier: Why what was staged is thrown away and all is read again; nil for the first look.
    private func readAndLoad(
        _ extract: TableExtract, run: RunIdentity, record: inout RunRecord, begin: ContinuousClock.Instant,
        earlier: Doubt?
    ) throws {
        let facts = try connect(extract)
        record.source = facts
        observe(.connected(facts))
        let standing = try destination.standing(of: extract)
        let planner = ReadPlanner(source: source, clock: clock, settings: settings)
        let own = try patiently(extract) {
            try planner.plan(extract, standing: standing, from: facts.identity, run: run)
        }
        record.drift = own.drift
        for note in own.notes ?? [] { record.notes.append(note) }
        let next = NextRun(
            extract, knowing: .known(own), staged: earlier == nil ? try destination.staged(extract) : nil,
            settings: settings, at: Date())
        if let note = next.leftover.note { observe(.note(extract: extract.name, text: note)) }
        let plan = next.plan ?? own
        var staged: StagedPlan?
        if case .goOn(let found) = next.step {
            staged = found
            record.resumedFrom = found.plan.run.id
            record.rowsResumed = found.rows
        }
        record.window = plan.window?.description
        record.watermarkBefore = plan.watermark
        record.watermarkAfter = plan.watermark
        record.chunks = plan.chunks.count
        observe(.planned(extract: extract.name, window: record.window, chunks: plan.chunks.count))
        if settings.timeLimit != nil, let obstacle = plan.obstacle {
            observe(
                .note(
                    extract: extract.name,
                    text:
                        "The table is read as one chunk, because \(obstacle): a run that is stopped keeps nothing of it."
                ))
        }
        if next.step == .readNothing {
            if plan.window?.isEmpty == false { record.notes += try weighNothing(extract, plan: plan) }
            return try finishEmpty(&record, since: begin)
        }
        let seen = SeenRows()
        let read = ChunkedRead(
            run: run, extract: extract, plan: plan, staged: staged, source: source, destination: destination,
            settings: settings, seen: seen, logins: logins, makeSource: makeSource, observe: observe,
            isInterrupted: isInterrupted)
        let staging = try read(&record)
        // Rows that were hidden behind the first count are no news at the second look.
        if let earlier, plan.window == nil, record.rowsRead < (earlier.counted + 1) / 2 { throw earlier.failure }
        record.notes += try weigh(extract, plan: plan, seen: staged == nil ? seen : nil, record: record)
        // Told before the rows are looked at: from here on nothing is the driver's, and nothing is said for a while.
        observe(.loading(extract: extract.name, rows: record.rowsRead + (record.rowsResumed ?? 0)))
        let rows = try staging.seal()
        record.notes += rows.notes
        record.rowsWithoutKey = plan.window == nil ? nil : rows.rowsWithoutKey
        guard rows.rows == record.rowsRead + (record.rowsResumed ?? 0) else {
            throw Failure(
                .internal,
                "\(record.rowsRead) rows of \(extract.table) were read but \(rows.rows) were staged.",
                advice: "Nothing was loaded. Please report this.")
        }
        if isInterrupted() { throw Failure.interruption(record.chunksKept) }
        // Behind a watermark a run without new rows costs no further question; the one before has told of them.
        if rows.rows > 0 {
            let watermark = plan.window?.watermark(after: plan.watermark, largest: rows.largestKey)
            record.notes += futureKeys(extract, plan, movesWatermark: watermark != plan.watermark)
        }
        try load(staging, rows: rows, extract: extract, plan: plan, record: &record, begin: begin)
    }

    /// Rows with keys in the future, in a sentence. What the source does not answer is said, and holds up no load.
    private func futureKeys(_ extract: TableExtract, _ plan: ReadPlan, movesWatermark: Bool) -> [String] {
        do {
            return try FutureKeys(source: source, plan: plan, extract: extract).notes(movesWatermark: movesWatermark)
        } catch {
            return ["Whether rows have a key in the future could not be asked: \(Failure.wrapping(error).message)"]
        }
    }

    private func load(
        _ staging: D.Staging, rows: StagedRows, extract: TableExtract, plan: ReadPlan, record: inout RunRecord,
        begin: ContinuousClock.Instant
    ) throws {
        var state: ExtractState?
        if let window = plan.window, let kind = plan.keyKind, !plan.isBackfill,
            let watermark = window.watermark(after: plan.watermark, largest: rows.largestKey)
        {
            record.watermarkAfter = watermark
            state = ExtractState(
                extract: extract.name, basis: .init(extract, key: window.key, kind: kind), watermark: watermark,
                runID: record.runID, updatedAt: record.startedAt)
            state?.clock = plan.clock
            state?.declaredKey = extract.uniqueColumns.isEmpty ? plan.uniqueColumns : nil
        }
        // The record goes in with the rows, in one transaction, so it says "succeeded" before that is so.
        record.status = .succeeded
        let kept = record.chunksKept
        record.chunksKept = nil
        record.end(since: begin)
        let result: LoadResult
        do {
            result = try destination.load(
                staging, record: record, state: state, isGuarded: !settings.allowsShrinking)
        } catch {
            record.status = .failed
            record.chunksKept = kept
            record.watermarkAfter = record.watermarkBefore
            throw error
        }
        record.rowsInTable = result.rowsInTable
        record.rowsAdded = result.rowsAdded
        record.notes += result.notes
        record.end(since: begin)
    }

    /// Holds what was read against what the source says of it; what a person should know.
    ///
    /// - Parameter seen: What was seen of the rows; nil where an earlier run has read some of them.
    private func weigh(_ extract: TableExtract, plan: ReadPlan, seen: SeenRows?, record: RunRecord) throws -> [String] {
        let rows = record.rowsRead + (record.rowsResumed ?? 0)
        let evidence = ReadEvidence(source: source, plan: plan, extract: extract)
        let notes: [String]
        do {
            notes = try patiently(extract) { try evidence.weighCount(rows: rows) }
            if let seen {
                try patiently(extract) { try evidence.weighEnd(rows: rows, hasReachedEnd: seen.hasReachedEnd) }
            }
        } catch let failure as Failure where failure.kind == .guarded {
            throw Doubt(failure: failure, rows: max(rows, plan.counted ?? 0), counted: plan.counted ?? 0)
        }
        return rows == 0 ? try notes + weighNothing(extract, plan: plan) : notes
    }

    private func weighNothing(_ extract: TableExtract, plan: ReadPlan) throws -> [String] {
        try patiently(extract) {
            try FutureKeys(source: source, plan: plan, extract: extract).weighNothing {
                let now = try source.clock().session
                return now.seconds - (try clock.now { try source.clock() }).session.seconds
            }
        }
    }

    /// A window in which no row can be: nothing is read, and nothing but the record is written.
    private func finishEmpty(_ record: inout RunRecord, since begin: ContinuousClock.Instant) throws {
        record.status = .succeeded
        record.end(since: begin)
        do {
            try destination.record(record)
        } catch {
            record.status = .failed
            throw error
        }
    }

    /// The first login of the run, tried again where the service was surely not reached.
    private func connect(_ extract: TableExtract) throws -> SourceFacts {
        var attempt = 1
        while true {
            do {
                return try source.connect()
            } catch let failure as Failure {
                let decision = settings.retry.decide(
                    failure.kind, attempt: attempt, total: attempt, canHalve: false, jitter: .random(in: 0...1))
                guard case .retry(let seconds, _) = decision, source.mayLogInAgain else {
                    throw failure
                }
                try pause(extract)(after: failure, seconds: seconds)
                attempt += 1
            }
        }
    }

    /// Asks the source its small questions, again on a fresh connection where the one at hand is lost meanwhile.
    private func patiently<Answer>(_ extract: TableExtract, _ ask: () throws -> Answer) throws -> Answer {
        var attempt = 1
        while true {
            do {
                return try ask()
            } catch let failure as Failure where failure.kind == .sessionGone || failure.kind == .timeout {
                let decision = settings.retry.decide(
                    failure.kind, attempt: attempt, total: attempt, canHalve: false, jitter: .random(in: 0...1))
                guard case .retry(let seconds, _) = decision else { throw failure }
                source.disconnect()
                try pause(extract)(after: failure, seconds: seconds)
                _ = try connect(extract)
                attempt += 1
            }
        }
    }
}
