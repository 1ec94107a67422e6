import FoundationEssentials
import Rows

/// What a run finds of rows that the source has deleted.
extension ExtractRun {
    /// Reads the service's record of deletions, and asks the source for each id that it names; nil where nobody wants that. So are
    /// those asked for that a sweep found gone, where extracts that follow have not heeded it.
    func deletions(
        of read: ReadRows<D.Rows>, _ lease: D.Lease, run: RunIdentity, record: inout RunRecord, beside family: Family
    ) throws -> GoneKeys<D.Rows>? {
        let (extract, plan) = (read.extract, read.plan)
        let window = plan.deletions.flatMap { $0.isSkipped ? nil : $0 }
        let swept = try sweptKeys(read, from: record.source?.identity, beside: family)
        guard let (key, kind) = window.map({ ($0.key, $0.keyKind) }) ?? swept.first.map({ ($0.column, $0.kind) }) else {
            return nil
        }
        var ids: [KeyValue] = []
        if let window {
            let named = try patience(extract).ask {
                try DeletionReader(source: source, extract: extract, context: context).read(window, table: plan.table)
            }
            if let note = named.note { record.notes.append(note) }
            ids = named.ids
        }
        let known = Set(ids)
        ids += Set(swept.filter { $0.column.isExactly(key) }.flatMap(\.values)).subtracting(known)
        let rows = GoneRows(
            source: source, table: plan.table, columns: [key], kinds: [kind], filter: nil, context: context,
            extract: extract)
        let answer = try patience(extract).ask { try rows.among(ids.map { [$0] }) }
        return try stage(answer, [key], kinds: [kind], of: plan, lease, run: run)
    }

    /// What sweeps found gone of headers that are read, and one of those has not heeded that follow them.
    private func sweptKeys(
        _ read: ReadRows<D.Rows>, from identity: SourceIdentity?, beside family: Family
    ) throws -> ArraySlice<SweptKeys> {
        guard let deletes = read.before?.deletes, deletes.swept != nil, !read.plan.isBackfill else { return [] }
        return try family.states(in: destination, source: identity)
            .map { deletes.swept(after: $0.deletes?.heeded) }.max { $0.count < $1.count } ?? []
    }

    /// Has keys of rows that are gone wait beside what else is staged.
    func stage(
        _ answer: GoneRows<S>.Answer, _ columns: [String], kinds: [KeyKind], of plan: ReadPlan, _ lease: D.Lease,
        run: RunIdentity
    ) throws -> GoneKeys<D.Rows> {
        let gone = GoneStaging(plan.beside(columns), lease, run)
        for start in stride(from: 0, to: answer.keys.count, by: 1000) {
            try gone.add(
                Array(answer.keys[start..<min(start + 1000, answer.keys.count)]), columns: answer.columns)
        }
        var sealed = try gone.sealed()
        if columns.count == 1 { sealed.ids = answer.keys.compactMap { KeyValue($0[0], kind: kinds[0]) } }
        return sealed
    }

    /// How rows that are gone leave the table.
    func removal(
        of gone: GoneKeys<D.Rows>, _ rows: D.Rows, _ extract: TableExtract, run: RunRecord
    ) -> TableChange<D.Rows> {
        var change = TableChange(
            extract.destinationTable,
            .remove(on: gone.plan.destinationNames(of: gone.columns), marking: extract.mark(by: gone.plan.run)),
            rows: rows, run: run,
            terms: TableTerms(extract: extract, plan: gone.plan, columns: rows.columns, source: run.source?.identity))
        change.removal = removalGuard(extract)
        return change
    }

    /// Stops a change by which too many rows of an extract would go; nil where any number may.
    func removalGuard(_ extract: TableExtract) -> RemovalGuard? {
        settings.allowsShrinking ? nil : extract.deletes.map { RemovalGuard($0) }
    }

    /// What an extract has heeded of deletions once its run is in; nil where nobody looks at them.
    ///
    /// - Parameter headers: What was read of the extract that it follows: what is gone of those is gone of its rows too.
    func heeded(
        _ read: ReadRows<D.Rows>, _ headers: ReadRows<D.Rows>?, of record: RunRecord
    ) -> DeletesState? {
        var state = read.before?.deletes
        let window = read.plan.deletions ?? (read.extract.follows == nil ? nil : headers?.plan.deletions)
        if let window {
            state = state ?? DeletesState()
            state?.through = window.through
            if read.extract.follows == nil { state?.log = window.log }
        }
        if read.extract.follows != nil, let last = headers?.before?.deletes?.swept?.last {
            state = state ?? DeletesState()
            state?.heeded = last.run
        }
        // What was loaded into an empty table is what the source has.
        if read.extract.deletes != nil, read.isFirst, !read.plan.isBackfill {
            state = state ?? DeletesState()
            state?.sweptAt = record.startedAt
        }
        return state
    }
}
