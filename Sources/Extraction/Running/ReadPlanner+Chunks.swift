import Text

/// How a read is cut into chunks.
extension ReadPlanner {
    func cut(_ plan: inout ReadPlan, _ extract: TableExtract, selection: ColumnSelection) throws {
        guard let (key, kind) = try selection.chunkKey(plan) else {
            let obstacle = "no unique column of whole numbers is known to cut it by"
            plan.obstacle = obstacle
            plan.reasons.append(
                "One chunk, because \(obstacle); \(extract.setting("unique_columns")) or \(extract.setting("chunk_key")) can name "
                    + "one.")
            return try count(&plan, extract)
        }
        let rows = extract.chunking.rows ?? TableExtract.Chunking.rows(settings)
        // Where the ends of the key are of an earlier state than the read, they are asked for only where there is something to cut.
        if source.keepsStates, let counted = try countInState(plan, extract),
            ChunkPlanner.isOne(counted, rows: rows, readers: settings.connections)
        {
            plan.counted = counted
            return try note(counted, rows, key, &plan, extract)
        }
        guard let extent = try extent(of: key, kind: kind, &plan, extract) else { return }
        try extent.check(key, of: plan.table)
        if extract.countsRows != false { plan.counted = extent.rows }
        plan.chunks = ChunkPlanner.chunks(of: extent, key: key, rows: rows, readers: settings.connections)
        if plan.isResumable, !plan.isBackfill { try freeze(&plan, extent: extent, key: key) }
        try note(extent.rows, rows, key, &plan, extract)
        // Keys that cannot be cut, or fewer rows by now.
        if plan.chunks.count == 1, source.keepsStates {
            plan.counted = try countInState(plan, extract) ?? plan.counted
        }
    }

    /// Says why a read has the chunks that it has; a window in which the source counts no row has none.
    ///
    /// - Parameter size: Rows that a chunk is to have.
    private func note(
        _ counted: Int, _ size: Int, _ key: String, _ plan: inout ReadPlan, _ extract: TableExtract
    ) throws {
        if counted == 0, plan.watermark != nil, !plan.isBackfill {
            try ReadEvidence(source: source, plan: plan, extract: extract).weighNothing()
            // What was loaded before has made the table; there is nothing to read.
            plan.chunks = []
            plan.reasons.append("No chunk: the source has no row in the window.")
            return
        }
        let reason =
            "there \(counted == 1 ? "is" : "are") about \(Sentence.count(counted, "row")), and a chunk is to have \(size)."
        plan.reasons.append(
            plan.isResumable
                ? "\(Sentence.count(plan.chunks.count, "chunk")) by ranges of \(key): \(reason)"
                : "One chunk: \(reason)")
    }

    /// What a read in one chunk has to bring of the state in which it is counted. Nil where the source does not say, or nobody wants to
    /// know.
    private func countInState(_ plan: ReadPlan, _ extract: TableExtract) throws -> Int? {
        guard extract.countsRows != false else { return nil }
        return try source.count(plan.query(for: plan.chunks[0]), isPart: isBehindWatermark(plan))
    }

    /// Where a read could be cut, and how many rows it has.
    ///
    /// Nil where the source cannot say and nobody asked for chunks: a driver with little SQL, such as mdbtools', reads a table
    /// that it cannot count.
    private func extent(
        of key: String, kind: KeyKind, _ plan: inout ReadPlan, _ extract: TableExtract
    ) throws -> KeyExtent? {
        do {
            return try source.extent(of: key, kind: kind, in: plan.table, where: plan.condition)
        } catch let failure as Failure where [.statement, .data].contains(failure.kind) {
            guard extract.chunking == .init(), settings.connections == 1,
                try !isFilterRefused(extract, plan, by: key, kind)
            else { throw failure }
            let obstacle = "the source did not say how many rows there are (\(failure.message))"
            plan.obstacle = obstacle
            plan.reasons.append("One chunk, because \(obstacle).")
            return nil
        }
    }

    /// Whether the source refuses a question for the user's own condition: without it, it answers. Such a read comes to the same
    /// end, later. Asked only behind a question that was refused.
    private func isFilterRefused(
        _ extract: TableExtract, _ plan: ReadPlan, by key: String, _ kind: KeyKind
    ) throws -> Bool {
        guard extract.filter != nil else { return false }
        do {
            _ = try source.extent(of: key, kind: kind, in: plan.table, where: nil)
            return true
        } catch let failure as Failure where [.statement, .data, .timeout].contains(failure.kind) {
            return false
        }
    }

    private func isBehindWatermark(_ plan: ReadPlan) -> Bool {
        plan.window != nil && plan.watermark != nil && !plan.isBackfill
    }

    /// What a read in one chunk has to bring, where no key is known by which it could be cut. Of one of no more than a window behind a
    /// watermark that is not asked: each run without changes would cost a statement more by it.
    private func count(_ plan: inout ReadPlan, _ extract: TableExtract) throws {
        guard !isBehindWatermark(plan), extract.countsRows != false else { return }
        plan.counted = try source.count(plan.query(for: plan.chunks[0]), isPart: false)
        if plan.counted == nil, let column = plan.columns.first, try isFilterRefused(extract, plan, by: column, .text) {
            // In the source's own words.
            _ = try source.extent(of: column, kind: .text, in: plan.table, where: plan.condition)
        }
        plan.reasons.append(
            plan.counted.map { "The source counts \(Sentence.count($0, "row")), which must come." }
                ?? "The source would not count its rows: nothing but the driver's word says that all come.")
    }

    /// With several chunks the window must not reach beyond the largest key there is: a row that changes between the
    /// reads of two chunks gets a larger key and leaves the window, instead of moving inside it from a chunk that has not
    /// been read to one that has.
    private func freeze(_ plan: inout ReadPlan, extent: KeyExtent, key: String) throws {
        guard var window = plan.window, let kind = plan.keyKind, let upper = window.upper else { return }
        let largest =
            key == window.key
            ? extent.largest
            : try source.maximum(of: window.key, kind: kind, in: plan.table, where: plan.condition)
        guard let largest, largest.isBelow(upper.value) == true else { return }
        window.upper = KeyBound(largest, isIncluded: true)
        plan.window = window
        plan.reasons.append("The window's end is drawn in to the largest \(window.key) there is now (\(largest)).")
    }
}
