import FoundationEssentials
import Text

/// One run of one extract: check the destination, connect, plan, read chunks into staging, load, record.
///
/// Neither source nor destination is named here, and nothing is printed: what happens is told to `observe`. The calling
/// thread owns `source` and does all but writing to staging.
package struct ExtractRun<S: Source, D: Destination> {
    package let source: S
    package let destination: D
    package let context: RunContext
    package let clock: InvocationClock
    /// A further connection to the same source, for the thread that asks.
    package let makeSource: @Sendable () -> S
    let logins = PendingLogins()

    package init(
        source: S, destination: D, context: RunContext, clock: InvocationClock,
        makeSource: @escaping @Sendable () -> S
    ) {
        self.source = source
        self.destination = destination
        self.context = context
        self.clock = clock
        self.makeSource = makeSource
    }

    var settings: RunSettings { context.settings }

    func observe(_ event: RunEvent) { context.observe(event) }

    /// Runs the extract to its end, good or bad; the record says which. Never throws.
    package func callAsFunction(_ extract: TableExtract, run: RunIdentity) -> RunRecord {
        self([(extract, run)])[0]
    }

    /// Waits for logins of further readers that are still under way, when all is done; not for ever, because one may hang.
    package func settleLogins(within patience: Duration = .seconds(10)) {
        logins.settle(within: patience) { observe(.waiting(extract: "", text: nil)) }
    }

    /// Makes the extract ours; waits for another run of it as long as the settings say.
    func lease(_ extract: TableExtract) throws -> D.Lease {
        let end = ContinuousClock.now + .milliseconds(Int(settings.lockWait * 1000))
        while true {
            do {
                return try destination.lease(extract)
            } catch let failure as Failure where failure.kind == .busy && ContinuousClock.now < end {
                observe(.waiting(extract: extract.name, text: "\(failure.message) Waiting for it."))
                let left = max(0, (end - ContinuousClock.now) / .seconds(1))
                try Pause(extract: extract, context: context)(seconds: min(left, 0.5))
            }
        }
    }

    func patience(_ extract: TableExtract) -> Patience<S> {
        Patience(source: source, extract: extract, context: context)
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

    func readUntilSure(
        _ extract: TableExtract, _ lease: D.Lease, run: RunIdentity, record: inout RunRecord,
        beside family: Family
    ) throws -> ReadRows<D.Rows> {
        var looks = 0
        var earlier: Doubt?
        while true {
            do {
                return try readAndProve(extract, lease, run: run, record: &record, earlier: earlier, beside: family)
            } catch let doubt as Doubt {
                looks += 1
                earlier = doubt
                guard looks <= Self.secondLooks.times, doubt.rows <= Self.secondLooks.rows else { throw doubt.failure }
                context.note(extract, "\(doubt.failure.message) They are read again.")
                let startedAt = record.startedAt
                record = RunRecord(extract, run: run, version: context.version)
                record.startedAt = startedAt
                record.notes.append(
                    "The rows were read \(Sentence.count(looks + 1, "time")), because they did not fit what the "
                        + "source said of them: the table "
                        + "changes while it is read.")
            }
        }
    }

    /// - Parameter earlier: Why what was staged is thrown away and all is read again; nil for the first look.
    private func readAndProve(
        _ extract: TableExtract, _ lease: D.Lease, run: RunIdentity, record: inout RunRecord, earlier: Doubt?,
        beside family: Family
    ) throws -> ReadRows<D.Rows> {
        let begin = family.begin
        let facts = try patience(extract).connect()
        record.source = facts
        var steps = StepTimes()
        steps.end(.login, since: begin)
        record.steps = steps
        observe(.connected(facts))
        let standing = try destination.standing(of: extract)
        let planner = ReadPlanner(source: source, clock: clock, settings: settings)
        let own = try patience(extract).ask {
            if extract.sweeps == true {
                return try planner.planSweep(extract, standing: standing, from: facts.identity, run: run)
            }
            if let leader = family.leader {
                return try planner.plan(
                    extract, following: leader, standing: standing, from: facts.identity, run: run)
            }
            return try planner.plan(
                extract, standing: standing, from: facts.identity, run: run,
                followers: try family.states(in: destination, source: facts.identity))
        }
        let before = try standing.judged(for: extract, source: facts.identity).state
        let isFirst = !standing.holdsRows
        record.drift = own.drift
        for note in own.notes ?? [] { record.notes.append(note) }
        let next = NextRun(
            extract, knowing: .known(own), staged: earlier == nil ? try lease.staged() : nil,
            settings: settings, at: Date())
        if let note = next.leftover.note { context.note(extract, note) }
        let plan = next.plan ?? own
        var staged: StagedPlan?
        if case .goOn(let found) = next.step {
            staged = found
            record.resumedFrom = found.plan.run.id
            record.rowsResumed = found.rows
        }
        record.window = plan.window?.description
        record.range = plan.window
        record.steps?.end(.plan, since: begin)
        record.watermarkBefore = plan.watermark
        record.watermarkAfter = plan.watermark
        record.chunks = plan.chunks.count
        observe(
            .planned(
                extract: extract.name, window: record.window, chunks: plan.chunks.count,
                rows: plan.counted.map { max(0, $0 - (staged?.rows ?? 0)) }))
        if settings.timeLimit != nil, let obstacle = plan.obstacle {
            context.note(
                extract,
                "The table is read as one chunk, because \(obstacle): a run that is stopped keeps nothing of it.")
        }
        if next.step == .readNothing {
            if plan.window?.isEmpty == false { record.notes += try weighNothing(extract, plan: plan) }
            record.steps?.end(.read, since: begin)
            return ReadRows(extract: extract, plan: plan, rows: nil, before: before, isFirst: isFirst)
        }
        if let chunk = next.chunks.first { record.keep(statement: try source.statement(for: plan.query(for: chunk))) }
        let seen = SeenRows()
        let read = ChunkedRead(
            read: PlannedRead(run: run, extract: extract, plan: plan, staged: staged), context: context, source: source,
            lease: lease, seen: seen, logins: logins, makeSource: makeSource)
        let staging = try read(&record)
        // Rows that were hidden behind the first count are no news at the second look.
        if let earlier, plan.window == nil, plan.groups == nil, record.rowsRead < (earlier.counted + 1) / 2 {
            throw earlier.failure
        }
        record.notes += try weigh(extract, plan: plan, seen: staged == nil ? seen : nil, record: record)
        record.steps?.end(.read, since: begin)
        // Told before the rows are looked at: from here on nothing is the driver's, and nothing is said for a while.
        observe(.loading(extract: extract.name, rows: record.rowsRead + (record.rowsResumed ?? 0)))
        let sealed = try staging.seal()
        let rows = sealed.summary
        record.notes += rows.notes
        record.rowsWithoutKey = plan.window == nil ? nil : rows.rowsWithoutKey
        guard rows.rows == record.rowsRead + (record.rowsResumed ?? 0) else {
            throw Failure(
                .internal,
                "\(Sentence.count(record.rowsRead, "row")) of \(extract.table) came, but \(rows.rows) went into staging.",
                advice: "Nothing was loaded. Please report this.")
        }
        if context.isInterrupted() { throw Failure.interruption(record.chunksKept) }
        // Behind a watermark a run without new rows costs no further question; the one before has told of them.
        if rows.rows > 0 {
            let watermark = plan.window?.watermark(after: plan.watermark, largest: rows.largestKey)
            record.notes += futureKeys(extract, plan, movesWatermark: watermark != plan.watermark)
        }
        return ReadRows(extract: extract, plan: plan, rows: sealed, before: before, isFirst: isFirst)
    }

    /// Rows with keys in the future, in a sentence. What the source does not answer is said, and holds up no load.
    private func futureKeys(_ extract: TableExtract, _ plan: ReadPlan, movesWatermark: Bool) -> [String] {
        do {
            return try FutureKeys(source: source, plan: plan, extract: extract).notes(movesWatermark: movesWatermark)
        } catch {
            return ["Whether rows have a key in the future could not be asked: \(Failure.wrapping(error).message)"]
        }
    }

    /// Whether a load that makes the table much smaller is stopped.
    func isGuarded(_ extract: TableExtract, _ plan: ReadPlan) -> Bool {
        !settings.allowsShrinking
            && (extract.extractType == .full || extract.way(plan).replacesAllRows)
    }

    /// Stops a full load that removes no row and read nothing where it read rows the last time; what a person should know of
    /// one that read much less.
    func weighShrinking(_ extract: TableExtract, _ plan: ReadPlan, rows: Int) throws -> [String] {
        guard isGuarded(extract, plan), !extract.way(plan).replacesAllRows,
            let last = try destination.books.lastFullRun(of: extract.name, reading: extract.table.description)
        else { return [] }
        let (limit, before) = (ShrinkGuard(extract), last.rowsRead + (last.rowsResumed ?? 0))
        let failure = limit.refusal(
            of: rows, afterReading: before, table: extract.destinationTable, extract: extract.name)
        if let failure { throw failure }
        return limit.note(of: rows, afterReading: before).map { [$0] } ?? []
    }

    /// Holds what was read against what the source says of it; what a person should know.
    ///
    /// - Parameter seen: What was seen of the rows; nil where an earlier run has read some of them.
    private func weigh(_ extract: TableExtract, plan: ReadPlan, seen: SeenRows?, record: RunRecord) throws -> [String] {
        let rows = record.rowsRead + (record.rowsResumed ?? 0)
        let evidence = ReadEvidence(source: source, plan: plan, extract: extract)
        let notes: [String]
        do {
            notes = try patience(extract).ask { try evidence.weighCount(rows: rows, inState: seen?.countedInState) }
            if let seen {
                try patience(extract).ask { try evidence.weighEnd(rows: rows, hasReachedEnd: seen.hasReachedEnd) }
            }
        } catch let failure as Failure where failure.kind == .guarded {
            throw Doubt(failure: failure, rows: max(rows, plan.counted ?? 0), counted: plan.counted ?? 0)
        }
        return rows == 0 ? try notes + weighNothing(extract, plan: plan) : notes
    }

    private func weighNothing(_ extract: TableExtract, plan: ReadPlan) throws -> [String] {
        try patience(extract).ask {
            try FutureKeys(source: source, plan: plan, extract: extract).weighNothing {
                let now = try source.clock().session
                return now.seconds - (try clock.now { try source.clock() }).session.seconds
            }
        }
    }
}
