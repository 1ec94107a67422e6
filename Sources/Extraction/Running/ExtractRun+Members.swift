import FoundationEssentials
import Rows

/// Several extracts as one: an extract and those that follow it, loaded in one change or not at all.
extension ExtractRun {
    /// One extract on its way.
    private struct Member {
        let extract: TableExtract
        let run: RunIdentity
        var begin = ContinuousClock.now
        var record: RunRecord
        var lease: D.Lease?
        var read: ReadRows<D.Rows>?
        /// Whether its run has begun, and is to be told of to its end.
        var hasBegun = false
        var keepsStaging = true

        init(_ extract: TableExtract, _ run: RunIdentity, version: String) {
            self.extract = extract
            self.run = run
            record = RunRecord(extract, run: run, version: version)
        }

        mutating func fail(_ failure: Failure) {
            record.fail(failure, since: begin)
            // Rows of a configuration or a table that has changed serve nobody.
            keepsStaging = ![.configuration, .drift].contains(failure.kind)
            // Nor do those that are not what was asked for. What a load's guard has stopped is kept by the destination.
            if failure.kind == .guarded, record.chunks != nil { keepsStaging = false }
            if !keepsStaging { record.chunksKept = nil }
        }

        /// Ends with another: it would have come in with that.
        mutating func fail(with other: TableExtract, _ failure: Failure) {
            var mine = failure
            mine.message =
                "\"\(extract.name)\" was not loaded, because it comes in with \"\(other.name)\", which failed: see there."
            // Once is enough: what to do is said of the other.
            mine.advice = ""
            record.fail(mine, since: begin)
        }
    }

    /// Runs extracts to their end, good or bad; the records say which. Never throws.
    ///
    /// - Parameter ordered: An extract, and behind it those that follow it.
    package func callAsFunction(_ ordered: [(extract: TableExtract, run: RunIdentity)]) -> [RunRecord] {
        var members = ordered.map { Member($0.extract, $0.run, version: context.version) }
        var culprit: (index: Int, failure: Failure)?
        for index in members.indices where culprit == nil {
            if let failure = read(&members, at: index) { culprit = (index, failure) }
        }
        if culprit == nil, let failure = load(&members) { culprit = (0, failure) }
        if let culprit { fail(&members, culprit) }
        for member in members {
            if member.hasBegun { observe(.finished(member.record)) }
            member.lease?.end(keepsStaging: member.keepsStaging)
        }
        return members.map(\.record)
    }

    /// Reads and proves what one of several reads; why that failed.
    private func read(_ members: inout [Member], at index: Int) -> Failure? {
        members[index].hasBegun = true
        members[index].begin = .now
        // The runs were begun together; what follows has waited for the first until now.
        if index > 0 { members[index].record.startedAt = Timestamp(Date()) }
        let (extract, run) = (members[index].extract, members[index].run)
        observe(.started(extract: extract.name, run: run))
        do {
            let lease = try self.lease(extract)
            members[index].lease = lease
            var family = Family()
            family.begin = members[index].begin
            if index == 0 {
                family.followers = members.dropFirst().map(\.extract)
            } else if let first = members[0].read {
                family.leader = try leader(first, for: extract)
            }
            var read = try readUntilSure(
                extract, lease, run: run, record: &members[index].record, beside: family)
            read.gone = try deletions(
                of: read, lease, run: run, record: &members[index].record, beside: family)
            members[index].read = read
            return nil
        } catch {
            return Failure.wrapping(error)
        }
    }

    private func leader(_ read: ReadRows<D.Rows>, for extract: TableExtract) throws -> LeaderRead {
        let most = extract.follows?.asking == .query ? 0 : extract.follows?.asking == .list ? .max : Follows.mostListed
        var leader = try LeaderRead(read.plan, read.rows, key: extract.follows?.parentKey ?? "", most: most)
        leader.gone = gone(read, named: extract.follows)?.ids ?? []
        leader.deletes = read.before?.deletes
        return leader
    }

    /// What is gone of headers, where it is known by the column by which those are named that follow them.
    private func gone(_ headers: ReadRows<D.Rows>, named follows: Follows?) -> GoneKeys<D.Rows>? {
        guard let gone = headers.gone, let follows, gone.columns.count == 1,
            NameCase.unicode.areSame(gone.columns[0], follows.parentKey)
        else { return nil }
        return gone
    }

    /// Fails one of them, and the others with it: they come in together or not at all.
    private func fail(_ members: inout [Member], _ culprit: (index: Int, failure: Failure)) {
        let other = members[culprit.index].extract
        // Of these nothing further is begun: a login is not tried again, and who was told to stop stops.
        let endsAll = [.credentials, .interrupted].contains(culprit.failure.kind)
        for index in members.indices {
            if index == culprit.index {
                members[index].fail(culprit.failure)
            } else {
                if !members[index].hasBegun {
                    if endsAll { continue }
                    members[index].hasBegun = true
                    observe(.started(extract: members[index].extract.name, run: members[index].run))
                }
                members[index].fail(with: other, culprit.failure)
            }
            // Nothing is recorded in a destination that would not have us.
            guard members[culprit.index].lease != nil else { continue }
            do {
                _ = try destination.commit(Change(recording: members[index].record))
            } catch {
                members[index].record.notes.append("The run could not be recorded: \(error)")
            }
        }
    }

    // MARK: Loading

    /// Loads all of them in one change; why that failed.
    private func load(_ members: inout [Member]) -> Failure? {
        do {
            var change = Change<D.Rows>()
            var finals = members.map { $0.record.succeeded(since: $0.begin) }
            var loaded: [Int] = []
            let headers = members[0].read
            let leading = headers.flatMap { state($0, of: members[0].record) }
            for index in members.indices {
                guard let read = members[index].read else { continue }
                let state = index == 0 ? leading : followed(read, leading, headers, of: members[index].record)
                finals[index].watermarkAfter = state?.watermark ?? finals[index].watermarkAfter
                let gone = read.gone.flatMap { gone in gone.rows.map { (keys: gone, rows: $0) } }
                guard let rows = read.rows else {
                    if let before = read.before, let after = moved(read, headers, of: members[index].record),
                        after != before
                    {
                        change.states.append(StateChange(from: before.watermark, to: after))
                    }
                    guard let gone else {
                        change.records.append(finals[index])
                        continue
                    }
                    change.tables.append(removal(of: gone.keys, gone.rows, read.extract, run: finals[index]))
                    loaded.append(index)
                    continue
                }
                finals[index].notes += try weighShrinking(read.extract, read.plan, rows: rows.summary.rows)
                change.tables.append(try tableChange(read, rows, headers, state: state, run: finals[index]))
                loaded.append(index)
                if let gone {
                    change.tables.append(removal(of: gone.keys, gone.rows, read.extract, run: finals[index]))
                    loaded.append(index)
                }
            }
            do {
                let results = try destination.commit(change)
                for (index, result) in zip(loaded, results) { finals[index].add(result) }
            } catch {
                if (error as? Failure)?.kind == .guarded {
                    // Only what replaces all rows is guarded.
                    for table in change.tables where table.guards != nil { try table.rows.keepStopped() }
                }
                throw error
            }
            for index in members.indices {
                finals[index].end(since: members[index].begin)
                members[index].record = finals[index]
                members[index].keepsStaging = false
            }
            return nil
        } catch {
            return Failure.wrapping(error)
        }
    }

    private func tableChange(
        _ read: ReadRows<D.Rows>, _ rows: D.Rows, _ headers: ReadRows<D.Rows>?, state: ExtractState?, run: RunRecord
    ) throws -> TableChange<D.Rows> {
        let (extract, plan) = (read.extract, read.plan)
        var change = TableChange(
            extract.destinationTable, extract.way(plan), rows: rows, run: run,
            terms: TableTerms(extract: extract, plan: plan, columns: rows.columns, source: run.source?.identity))
        change.state = state.map { StateChange(from: plan.watermark, to: $0) }
        if plan.isBackfill, let before = read.before, let window = plan.window,
            let after = before.beginning(afterReading: window, of: extract)
        {
            change.state = StateChange(from: before.watermark, to: after)
        }
        if isGuarded(extract, plan) { change.guards = ShrinkGuard(extract) }
        if plan.groups != nil, let follows = extract.follows, let headers, let keys = headers.rows {
            let leader = LeaderRead(plan: headers.plan, rows: 0, keys: nil)
            change.groups.append((rows: keys, column: headers.plan.destinationName(of: try leader.key(follows))))
        }
        if plan.groups != nil {
            change.removal = removalGuard(extract)
            if let gone = headers.flatMap({ gone($0, named: extract.follows) }), let keys = gone.rows {
                change.groups.append((rows: keys, column: gone.plan.destinationName(of: gone.columns[0])))
            }
        }
        return change
    }

    /// How far an extract has got with what it has read; nil where it is where it was.
    private func state(_ read: ReadRows<D.Rows>, of record: RunRecord) -> ExtractState? {
        let plan = read.plan
        guard let rows = read.rows, let window = plan.window, let kind = plan.keyKind, !plan.isBackfill,
            let watermark = window.watermark(after: plan.watermark, largest: rows.summary.largestKey)
        else { return nil }
        var state = ExtractState(
            extract: read.extract.name, basis: .init(read.extract, key: window.key, kind: kind), watermark: watermark,
            runID: record.runID, updatedAt: record.startedAt)
        state.source = record.source?.identity?.words
        state.clock = plan.clock
        state.declaredKey = read.extract.uniqueColumns.isEmpty ? plan.uniqueColumns : nil
        state.deletes = heeded(read, nil, of: record)
        return state
    }

    /// How far an extract has got that read no row: with what was deleted, perhaps.
    private func moved(
        _ read: ReadRows<D.Rows>, _ headers: ReadRows<D.Rows>?, of record: RunRecord
    ) -> ExtractState? {
        guard var state = read.before, !read.plan.isBackfill else { return nil }
        state.deletes = heeded(read, headers, of: record)
        return state
    }

    /// The same of an extract that follows another: as far as that has.
    private func followed(
        _ read: ReadRows<D.Rows>, _ leading: ExtractState?, _ headers: ReadRows<D.Rows>?, of record: RunRecord
    ) -> ExtractState? {
        guard read.rows != nil, let headers, let window = headers.plan.window, let kind = headers.plan.keyKind,
            let watermark = leading?.watermark ?? headers.plan.watermark
        else { return nil }
        var state = ExtractState(
            extract: read.extract.name, basis: .init(read.extract, key: window.key, kind: kind), watermark: watermark,
            runID: record.runID, updatedAt: record.startedAt)
        state.source = record.source?.identity?.words
        state.declaredKey = read.extract.uniqueColumns.isEmpty ? read.plan.uniqueColumns : nil
        state.deletes = heeded(read, headers, of: record)
        return state
    }
}
