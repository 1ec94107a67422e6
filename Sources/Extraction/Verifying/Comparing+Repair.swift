import Rows
import Text

/// Making right what differs, in one change: with the rows as they were read at the second look.
extension Comparing {
    mutating func repair(_ record: inout VerifyRecord) throws {
        guard !unique.isEmpty else {
            throw Failure(
                .configuration,
                "The rows of \"\(extract.destinationTable)\" cannot be repaired one by one, because nothing identifies them.",
                advice: "Name \"unique_columns\"; or \(wholeAgain)")
        }
        guard !confirmed.isEmpty else {
            throw Failure(
                .guarded,
                "Too many rows of \"\(extract.destinationTable)\" differ to be repaired one by one. Nothing was changed.",
                advice: Sentence.beginning(wholeAgain))
        }
        let counts = DifferenceCounts(confirmed)
        try checkShrinking(counts, record)
        try verification.stopIfAsked()
        verification.tell("repairing \(Sentence.count(counts.all, "row"))")
        steps.end(.read, since: begin)
        var repair = RunRecord(extract, run: run, version: verification.context.version)
        repair.action = .repair
        repair.repaired = counts
        repair.source = facts
        repair.steps = steps
        repair.rowsRead = reread?.summary.rows ?? 0
        repair.watermarkBefore = standing.state?.watermark
        repair.watermarkAfter = standing.state?.watermark
        let final = repair.succeeded(since: begin)
        let change = try change(final)
        guard !change.tables.isEmpty else { return }
        _ = try destination.commit(change)
        record.repaired = counts
        record.repairRun = run.id
        var seen: Set<[KeyCell]> = []
        let left = try look(at: confirmed.map(\.key).filter { seen.insert($0).inserted }, &record)
        record.remaining = DifferenceCounts(left)
    }

    /// Stops a repair that would take more rows away than a load may.
    private func checkShrinking(_ counts: DifferenceCounts, _ record: VerifyRecord) throws {
        guard !verification.options.allowsShrinking, counts.extra > 0, let before = record.rows else { return }
        if let deletes = extract.deletes, deletes.by != .none {
            let failure = RemovalGuard(deletes).refusal(
                of: counts.extra, of: before, table: extract.destinationTable, extract: extract.name)
            if let failure { throw failure }
            return
        }
        let least = ShrinkGuard(extract).leastRows(replacing: before)
        guard before - counts.extra < least else { return }
        throw Failure(
            .guarded,
            "The repair of \"\(extract.destinationTable)\" was stopped: it would remove \(counts.extra) of "
                + "\(Sentence.count(before, "row")), because "
                + "the source does not have them, and \(least) must stay. Nothing was changed.",
            advice:
                "Check whether the source's user may still see all rows. If they are gone there, repair with --allow-shrink, or set "
                + "\"guard\": {\"least_share\": 0}.")
    }

    private func change(_ run: RunRecord) throws -> Change<D.Rows> {
        var change = Change<D.Rows>()
        let marks = standing.table?.columns.contains { FoldedName($0) == FoldedName(MetadataColumn.deletedAt) } == true
        let extra = confirmed.filter { $0.kind == .extra && $0.isRepeated != true }.map(\.key)
        // Rows that make room for the one that comes: of one key several are there, or it is marked as gone in a table whose
        // extract marks none any more, so that nothing else clears the mark; or no unique index finds it, because there is NULL
        // in its key.
        let isMarked = marks && !extract.marksDeleted
        let back = confirmed.filter {
            $0.isRepeated == true || (isMarked && $0.kind == .missing)
                || ($0.kind != .extra && $0.key.contains(.null))
        }.map(\.key)
        let columns = reread?.columns ?? keyColumns
        func add(_ way: Way, _ rows: D.Rows) {
            var plan = plan
            // What the books say of the table's columns is of all of them.
            plan.window = nil
            change.tables.append(
                TableChange(
                    extract.destinationTable, way, rows: rows, run: run,
                    terms: TableTerms(extract: extract, plan: plan, columns: columns, source: facts.identity)))
        }
        let unique = plan.destinationNames(of: unique)
        if let rows = try stage(back, "back") { add(.remove(on: unique, marking: nil), rows) }
        if let rows = try stage(extra, "gone") {
            add(.remove(on: unique, marking: extract.mark(by: self.run)), rows)
        }
        // The source's word counts, whichever of the two versions is the newer.
        if let reread, reread.summary.rows > 0 { add(.merge(on: unique, newestBy: nil), reread) }
        return change
    }

    /// The unique columns, as keys hold them.
    private var keyColumns: [Column] {
        plan.destinationNames(of: unique).enumerated().map { place, name in
            let isNumber = confirmed.contains { if case .integer = $0.key[place] { true } else { false } }
            return Column(
                name: name,
                type: reread?.columns.first { $0.name.isExactly(name) }?.type
                    ?? (isNumber ? .integer : .text))
        }
    }

    /// Keys that the destination has named, staged as if they had been read.
    private func stage(_ keys: [[KeyCell]], _ use: String) throws -> D.Rows? {
        guard !keys.isEmpty else { return nil }
        // A key that several rows have is named once for each.
        var seen: Set<[KeyCell]> = []
        let keys = keys.filter { seen.insert($0).inserted }
        var plan = plan
        plan.columns = unique
        plan.takesNullKeys = true
        plan.chunks = [Chunk(number: 1)]
        let columns = keyColumns
        let staging = try lease.stage(plan, columns: columns, run: run, beside: StagingUse(use))
        let step = 1000
        for start in stride(from: 0, to: keys.count, by: step) {
            try staging.write(
                KeyLists.batch(keys[start..<min(start + step, keys.count)], columns: columns), chunk: 1)
        }
        try staging.complete(chunk: 1, order: 1)
        return try staging.seal()
    }
}
