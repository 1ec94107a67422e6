import Rows

/// What a run asks of deleted rows.
extension ReadPlanner {
    /// Says how deleted rows leave the table, and decides what is read of the service's record of them.
    func planDeletes(
        _ plan: inout ReadPlan, _ extract: TableExtract, selection: ColumnSelection, standing: Standing,
        followers: [ExtractState] = []
    ) throws {
        guard let deletes = extract.deletes, !plan.isBackfill else { return }
        plan.reasons.append(deletes.sentence)
        guard deletes.by == .deletedRecord else { return }
        guard let documented = source.deletionLog else {
            throw Failure(
                .configuration,
                "The extract \"\(extract.name)\" takes deletes from deletedrecord, and this source keeps no such record.",
                advice: "Say \"by\": \"sweep\" in \"deletes\".")
        }
        let (key, kind) = try recordKey(plan, extract, selection: selection)
        let before = standing.state?.deletes
        // Where an extract that follows has not heeded as much, from there: its rows of headers that are gone go too.
        let through = followers.reduce(before?.through) { least, follower in
            guard let least, let theirs = follower.deletes?.through else { return nil }
            return theirs.isBelow(least) == true ? theirs : least
        }
        let log = try before?.log ?? documented.resolved(in: deletionListing(documented, extract))
        let now = try clock.now { try source.clock() }
        let incremental = extract.incremental
        let window = DeletionWindow(
            log, key: key, keyKind: kind, after: through, now: now.moment(for: nil),
            lag: incremental?.lag ?? Incremental.defaultLag,
            overlap: plan.keyKind?.isTime == true
                ? incremental?.overlap ?? Incremental.defaultOverlapSeconds : Incremental.defaultOverlapSeconds,
            // What is read from here on no longer has what is deleted by now.
            isSkipped: plan.watermark == nil && !standing.holdsRows)
        plan.deletions = window
        plan.reasons.append(
            window.isSkipped
                ? "The table has no rows yet, so deletedrecord is read by the next run."
                : "deletedrecord is read \(window.from.map { "from \($0) on" } ?? "from the beginning") and below \(window.end); "
                    + "each id that it names is asked of \(plan.table) before its row goes.")
    }

    private func deletionListing(_ log: DeletionLog, _ extract: TableExtract) throws -> CatalogTableColumns {
        do {
            return try source.columns(of: log.table, withKey: false)
        } catch let failure as Failure where failure.kind == .statement && failure.sqlState == nil {
            throw Failure.absent(
                "The extract \"\(extract.name)\" takes deletes from \(log.table), which the source does not show: "
                    + "\(failure.message)",
                advice: "Give the role the permission \"Deleted Records\", or say \"by\": \"sweep\" in \"deletes\".")
        }
    }

    /// The column that holds a record's id: the one that is known to identify rows of the table, or that the extract names.
    private func recordKey(
        _ plan: ReadPlan, _ extract: TableExtract, selection: ColumnSelection
    ) throws -> (name: String, kind: KeyKind) {
        let known = selection.known?.uniqueColumns ?? []
        let wanted = known.count == 1 ? known : plan.uniqueColumns
        guard wanted.count == 1 else {
            throw Failure(
                .configuration,
                "deletedrecord names records by one id, and rows of \(extract.table) are identified by "
                    + "\(wanted.joined(separator: ", ")).",
                advice: "Say \"by\": \"sweep\" in \"deletes\" of \"\(extract.name)\".")
        }
        let name = try selection.column(
            wanted[0], among: plan.columns, of: extract, as: "the column by which deletedrecord names rows")
        guard let kind = selection.listing.columns.first(where: { $0.name.isExactly(name) })?.keyKind, !kind.isTime
        else {
            throw Failure(
                .configuration, "The column \"\(name)\" of \(extract.table) holds no ids as deletedrecord has them.",
                advice: "Say \"by\": \"sweep\" in \"deletes\" of \"\(extract.name)\".")
        }
        return (name, kind)
    }

    /// The plan of a sweep: all keys of the rows that the extract reads, without a window.
    package func planSweep(
        _ extract: TableExtract, standing: Standing, from identity: SourceIdentity?, run: RunIdentity
    ) throws -> ReadPlan {
        var (plan, selection, standing) = try begin(extract, standing: standing, from: identity, run: run)
        if let incremental = extract.incremental, incremental.start != nil {
            let (key, kind) = try selection.key(incremental.key, among: plan.columns)
            if let start = incremental.beginning(kind)?.value {
                plan.scope = .any([.compare(key, .atLeast, start), .lacking(key, kind)])
                // Of rows that an earlier start has brought no key is read, so each would have to be asked for.
                if let kept = extract.keptSentence(standing.holding?.start) {
                    plan.since = .since(start, of: key)
                    plan.reasons.append(kept)
                }
            }
        }
        guard !plan.uniqueColumns.isEmpty else {
            throw Failure(
                .configuration,
                "Nothing identifies the rows of \(extract.table), so \"\(extract.name)\" cannot be swept.",
                advice: "Name \"unique_columns\"; `kleene-ns keys \(extract.table)` finds them.")
        }
        plan.columns = plan.uniqueColumns
        plan.drift = nil
        plan.sweptKinds = try selection.keyKinds(plan.columns, of: extract)
        plan.reasons.append("All keys (\(plan.columns.joined(separator: ", "))) are read, and no other column.")
        plan.numericKey = selection.numericKey(plan)
        try cut(&plan, extract, selection: selection)
        return plan
    }
}

extension ColumnSelection {
    /// - Throws: where one of them holds what no list of values can name exactly.
    func keyKinds(_ columns: [String], of extract: TableExtract) throws -> [KeyKind] {
        try columns.map { name in
            let column = listing.columns.first { $0.name.isExactly(name) }
            if let kind = column?.keyKind { return kind }
            throw Failure(
                .configuration,
                "The rows of \(extract.table) cannot be swept: their unique column \"\(name)\" is of the type "
                    + "\(column?.type ?? "?"), whose values cannot be asked for exactly.",
                advice: "Name \"unique_columns\" of whole numbers, texts or times.")
        }
    }
}
