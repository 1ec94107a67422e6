package import FoundationEssentials
import Rows
import Text

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
        var plain = plan
        plain.run = run
        let (missing, back) = try compared(keys, rows, of: plain, lease, run: run)
        let gone = try gone(missing.rows, beside: keys, rows, of: plain, lease, run: run)
        let again = try again(back, rows, of: plain, lease, run: run)
        record.notes.append(
            "A sweep: \(Sentence.count(keys.summary.rows, "key", "was", "were")) read; "
                + "\(Sentence.count(missing.count, "row")) of \"\(extract.destinationTable)\" "
                + "\(missing.count == 1 ? "has" : "have") none of them, and \(gone.plan.counted ?? 0) of "
                + "those \(gone.plan.counted == 1 ? "is" : "are") gone at the source.")
        if let count = again.plan.counted, count > 0 { record.notes.append(extract.againSentence(count)) }
        if plan.since != nil, let kept = extract.keptSentence(nil) { record.notes.append(kept) }
        var final = record.succeeded(since: begin)
        var change = Change<D.Rows>()
        if let before = read.before {
            var state = before
            state.deletes = state.deletes ?? DeletesState()
            state.deletes?.sweptAt = plan.run.startedAt
            if extract.follows == nil, let swept = swept(gone, kinds: kinds, run: run) { state.deletes?.add(swept) }
            change.states = [StateChange(from: before.watermark, to: state)]
        }
        if let rows = gone.rows { change.tables = [removal(of: gone, rows, extract, run: final)] }
        if let rows = again.rows { change.tables.append(unmarking(of: again, rows, extract, run: final)) }
        if change.tables.isEmpty { change.records = [final] }
        do {
            for result in try destination.commit(change) { final.add(result) }
        } catch {
            if (error as? Failure)?.kind == .guarded { try keys.keepStopped() }
            throw error
        }
        final.end(since: begin)
        return final
    }

    /// What is written down of rows that are gone; nil where none is, or no other extract's rows can name them.
    private func swept(_ gone: GoneKeys<D.Rows>, kinds: [KeyKind], run: RunIdentity) -> SweptKeys? {
        guard gone.rows != nil, gone.columns.count == 1, kinds.count == 1, !kinds[0].isTime else { return nil }
        let isAll = gone.plan.counted == gone.ids.count
        return SweptKeys(
            run: run.id, column: gone.columns[0], kind: kinds[0], keys: isAll ? gone.ids.map(\.description) : nil)
    }

    /// The keys of the table that the source has not delivered, and those of marked rows that it has.
    ///
    /// They wait in staging of their own: the destination is not to be held open while the source is asked for each, and there
    /// may be as many as the table has rows.
    private func compared(
        _ keys: D.Rows, _ rows: GoneRows<S>, of plan: ReadPlan, _ lease: D.Lease, run: RunIdentity
    ) throws -> (missing: (rows: D.Rows?, count: Int), back: D.Rows?) {
        var plan = plan.beside(rows.columns)
        // Nothing says that the table has each once.
        plan.uniqueColumns = []
        let names = plan.destinationNames(of: rows.columns)
        let columns = names.compactMap { name in keys.columns.first { $0.name.isExactly(name) } }
        let integers = columns.map { $0.type == .integer }
        var missing: D.Staging?
        var back: D.Staging?
        var count = 0
        func add(_ part: [[String]], to staging: inout D.Staging?, _ use: String) throws -> Int {
            if context.isInterrupted() { throw Failure.interruption() }
            let keys = part.compactMap { rows.key($0)?.map(\.description) }
            guard !keys.isEmpty else { return 0 }
            let open = try staging ?? lease.stage(plan, columns: columns, run: run, beside: StagingUse(use))
            staging = open
            try open.write(RowBatch(texts: keys, integers: integers), chunk: 1)
            return keys.count
        }
        try destination.eachMissing(
            from: keys, on: names, of: rows.extract, since: plan.since?.named(by: plan.destinationName),
            back: { _ = try add($0, to: &back, "back") }
        ) { count += try add($0, to: &missing, "missing") }
        for staging in [missing, back] { try staging?.complete(chunk: 1, order: 1) }
        return ((try missing?.seal(), count), try back?.seal())
    }

    /// Takes the mark away from rows that the source has again.
    private func unmarking(
        of again: GoneKeys<D.Rows>, _ rows: D.Rows, _ extract: TableExtract, run: RunRecord
    ) -> TableChange<D.Rows> {
        TableChange(
            extract.destinationTable,
            .remove(
                on: again.plan.destinationNames(of: again.columns),
                marking: Way.Mark(column: MetadataColumn.deletedAt, value: nil)),
            rows: rows, run: run,
            terms: TableTerms(
                extract: extract, plan: again.plan, columns: rows.columns, source: run.source?.identity))
    }

    /// Those of the keys of marked rows that the source has, each asked for again: a sweep that goes on may have read its key before
    /// the row went.
    private func again(
        _ back: D.Rows?, _ rows: GoneRows<S>, of plan: ReadPlan, _ lease: D.Lease, run: RunIdentity
    ) throws -> GoneKeys<D.Rows> {
        let again = GoneStaging(plan.beside(rows.columns), lease, run, use: "again")
        guard let back else { return try again.sealed() }
        try eachPart(of: back, rows) { part in
            let answer = try patience(rows.extract).ask { try rows.among(part) }
            let gone = Set(answer.keys)
            let living = part.map { $0.map(\.description) }.filter { !gone.contains($0) }
            try again.add(living, columns: answer.columns)
        }
        return try again.sealed()
    }

    /// Keys in parts, each as long as a list may be in which the source is asked.
    private func eachPart(
        of keys: D.Rows, _ rows: GoneRows<S>, _ body: ([[KeyValue]]) throws -> Void
    ) throws {
        var part: [[KeyValue]] = []
        try keys.eachBatch { batch in
            for row in 0..<batch.rowCount {
                let texts = rows.columns.indices.map { batch.text(column: $0, row: row) }
                if let key = rows.key(texts) { part.append(key) }
                guard part.count == Follows.listLength else { continue }
                try body(part)
                part = []
            }
        }
        if !part.isEmpty { try body(part) }
    }

    /// Those of the missing keys that the source does not have, each asked for again: staged as they come.
    ///
    /// Nobody asks further once so many are gone that a guard stops the change anyway.
    private func gone(
        _ missing: D.Rows?, beside keys: D.Rows, _ rows: GoneRows<S>, of plan: ReadPlan, _ lease: D.Lease,
        run: RunIdentity
    ) throws -> GoneKeys<D.Rows> {
        let gone = GoneStaging(plan.beside(rows.columns), lease, run)
        guard let missing else { return try gone.sealed() }
        let limit = removalGuard(rows.extract)
        // No table has more rows than it has in common with the source, and those that are missing.
        let most = keys.summary.rows + missing.summary.rows
        var ids: [KeyValue] = []
        try eachPart(of: missing, rows) { part in
            if let least = limit?.leastRows(losing: gone.count), least > most { return }
            let answer = try patience(rows.extract).ask { try rows.among(part) }
            try gone.add(answer.keys, columns: answer.columns)
            if rows.columns.count == 1, ids.count < SweptKeys.most {
                ids += answer.keys.compactMap { KeyValue($0[0], kind: rows.kinds[0]) }
            }
        }
        var sealed = try gone.sealed()
        sealed.ids = ids
        return sealed
    }
}

extension TableExtract {
    /// Rows that were marked as gone are at the source again, as where a role did not see them for a while. A sweep reads no more than
    /// their keys, and no window need reach their dates.
    fileprivate func againSentence(_ count: Int) -> String {
        "\(Sentence.count(count, "row", "was", "were")) marked as gone and \(count == 1 ? "is" : "are") at the source again; the mark "
            + "was taken away. What changed of \(count == 1 ? "it" : "them") meanwhile `kleene-ns verify \(name) --full --repair` brings."
    }

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
