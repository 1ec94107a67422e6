package import FoundationEssentials
import Rows

/// Sweeps: all keys of the source against those of the table.
extension ExtractRun {
    /// Reads the keys of an extract's rows, in chunks that a later sweep goes on with, and has rows go that the source no longer
    /// has. Never throws.
    ///
    /// What the keys lack is asked of the source before it goes: rows that came to the table while keys were read are there.
    package func sweep(_ extract: TableExtract, run: RunIdentity) -> RunRecord {
        var extract = extract
        extract.sweeps = true
        // What it does not find is asked for: a count of a table in motion says nothing more.
        extract.countsRows = false
        let begin = ContinuousClock.now
        var record = RunRecord(extract, run: run, version: context.version)
        observe(.started(extract: extract.name, run: run))
        var lease: D.Lease?
        var keepsStaging = false
        do {
            let held = try self.lease(extract)
            lease = held
            var family = Family()
            family.begin = begin
            if try destination.standing(of: extract).holdsRows {
                let read = try readUntilSure(extract, held, run: run, record: &record, beside: family)
                record = try remove(read, held, run: run, record: record, begin: begin)
            } else {
                record.notes.append(
                    "The table \"\(extract.destinationTable)\" has no rows, so there is nothing to sweep.")
                record = record.succeeded(since: begin)
                _ = try destination.commit(Change(recording: record))
            }
        } catch {
            let failure = Failure.wrapping(error)
            record.fail(failure, since: begin)
            keepsStaging = ![.configuration, .drift, .guarded].contains(failure.kind)
            if !keepsStaging { record.chunksKept = nil }
            if lease != nil {
                do {
                    _ = try destination.commit(Change(recording: record))
                } catch {
                    record.notes.append("The run could not be recorded: \(error)")
                }
            }
        }
        observe(.finished(record))
        lease?.end(keepsStaging: keepsStaging)
        return record
    }

    private func remove(
        _ read: ReadRows<D.Rows>, _ lease: D.Lease, run: RunIdentity, record: RunRecord, begin: ContinuousClock.Instant
    ) throws -> RunRecord {
        guard let keys = read.rows, let kinds = read.plan.sweptKinds else { return record.succeeded(since: begin) }
        let (extract, plan) = (read.extract, read.plan)
        var record = record
        let rows = GoneRows(
            source: source, table: plan.table, columns: plan.uniqueColumns, kinds: kinds,
            filter: plan.filter.map { .written($0) }, context: context, extract: extract)
        let answer = try gone(keys, rows, extract)
        record.notes.append(
            "A sweep: \(keys.summary.rows) keys were read; \(answer.missing) rows of \"\(extract.destinationTable)\" have none "
                + "of them, and \(answer.found.keys.count) of those are gone at the source.")
        var plain = plan
        plain.run = run
        let gone = try stage(answer.found, plan.uniqueColumns, kinds: kinds, of: plain, lease, run: run)
        var final = record.succeeded(since: begin)
        var change = Change<D.Rows>()
        if let before = read.before {
            var state = before
            state.deletes = state.deletes ?? DeletesState()
            state.deletes?.sweptAt = plan.run.startedAt
            change.states = [StateChange(from: before.watermark, to: state)]
        }
        if let rows = gone.rows {
            change.tables = [removal(of: gone, rows, extract, run: final)]
        } else {
            change.records = [final]
        }
        do {
            for result in try destination.commit(change) { final.add(result) }
        } catch {
            if (error as? Failure)?.kind == .guarded { try keys.keepStopped() }
            throw error
        }
        final.end(since: begin)
        return final
    }

    /// The keys of the table that the source has not delivered and does not have: each is asked for again.
    ///
    /// Nobody asks further once so many are gone that a guard stops the change anyway.
    private func gone(
        _ keys: D.Rows, _ rows: GoneRows<S>, _ extract: TableExtract
    ) throws -> (missing: Int, found: GoneRows<S>.Answer) {
        // All of them first: the destination is not to be held open while the source is asked.
        var missing: [[KeyValue]] = []
        try destination.eachMissing(from: keys, on: rows.columns, of: extract) { part in
            if context.isInterrupted() { throw Failure.interruption() }
            missing += part.compactMap { rows.key($0) }
        }
        let limit = removalGuard(extract)
        // No table has more rows than it has in common with the source, and those that are missing.
        let most = keys.summary.rows + missing.count
        var found = GoneRows<S>.Answer()
        for start in stride(from: 0, to: missing.count, by: Follows.listLength) {
            let part = Array(missing[start..<min(start + Follows.listLength, missing.count)])
            let answer = try patience(extract).ask { try rows.among(part) }
            found.columns = answer.columns
            found.keys += answer.keys
            if let least = limit?.leastRows(losing: found.keys.count), least > most { break }
        }
        return (missing.count, found)
    }
}

extension TableExtract {
    /// Whether a sweep is due.
    ///
    /// - Parameter state: How far the extract has got; nil where nothing is known of it.
    package func isSweepDue(_ state: ExtractState?, at now: Date) -> Bool {
        guard let every = deletes?.every, deletes?.by != Deletes.Tier.none, backfill == nil else { return false }
        // Before the first load there is nothing to sweep.
        guard let state else { return false }
        guard let last = state.deletes?.sweptAt?.seconds(until: now) else { return true }
        // A clock that was set back puts nothing off for ever.
        return last >= Double(every) || last < -86_400
    }
}
