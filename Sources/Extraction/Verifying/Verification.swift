import FoundationEssentials
import Rows

/// Whether a destination table is what the source has, as far as its extract had to bring it; and its repair.
///
/// Both sides add up the rows of buckets; only where sums differ, or where somebody asks for it, rows are read. They go the way
/// of every row, into staging, and are compared there with the table by the destination itself: no value is written twice. A
/// difference is asked for twice, because sources change while they are looked at.
///
/// The calling thread owns the source.
package struct Verification<S: Source, D: Destination> {
    package let source: S
    package let destination: D
    package let context: RunContext
    package let options: VerifyOptions
    /// A further connection to the same source, for the thread that asks; none is asked for.
    let makeSource: @Sendable () -> S
    /// Told what is done next: a sign of life.
    package let tell: (String) -> Void

    package init(
        source: S, destination: D, context: RunContext, options: VerifyOptions,
        makeSource: @escaping @Sendable () -> S, tell: @escaping (String) -> Void
    ) {
        self.source = source
        self.destination = destination
        // Another connection would be a login more for few rows.
        var settings = context.settings
        settings.connections = 1
        self.context = RunContext(
            settings: settings, version: context.version, observe: context.observe,
            isInterrupted: context.isInterrupted)
        self.options = options
        self.makeSource = makeSource
        self.tell = tell
    }

    /// Compares an extract's table with its source; the record says what came of it. Never throws.
    package func callAsFunction(_ extract: TableExtract, run: RunIdentity) -> VerifyRecord {
        let begin = ContinuousClock.now
        var record = VerifyRecord(extract, run: run, options: options, version: context.version)
        do {
            let lease = try ExtractRun(
                source: source, destination: destination, context: context, clock: InvocationClock(),
                makeSource: makeSource
            ).lease(extract)
            defer { lease.end(keepsStaging: true) }
            var comparing = try Comparing(self, extract, lease, run, since: begin, &record)
            try comparing.compare(&record)
            if options.repairs, record.found.all > 0 { try comparing.repair(&record) }
            record.outcome =
                record.found.all == 0
                ? .equal : record.repaired != nil && record.remaining?.all == 0 ? .repaired : .different
            record.advice = record.outcome == .different ? comparing.advice(record) : nil
        } catch {
            record.failure = Failure.wrapping(error)
            record.outcome = .failed
        }
        record.seconds = (ContinuousClock.now - begin) / .seconds(1)
        record.finishedAt = Timestamp(Date())
        guard record.failure == nil || record.scope != nil else { return record }
        do {
            try destination.keep(record)
        } catch {
            record.notes.append("The comparison could not be written down: \(error)")
        }
        return record
    }

    func stopIfAsked() throws {
        if context.isInterrupted() { throw Failure(.interrupted, "The comparison was interrupted.") }
    }
}
