import Text

/// What was read against what the source says of itself, asked only where something does not fit: questions to the source
/// after a read, and what follows from the answers.
struct ReadEvidence<S: Source> {
    let source: S
    let plan: ReadPlan
    let extract: TableExtract

    /// Rows that were counted when the read was planned, and those that came. Counted again only where the two differ.
    ///
    /// - Parameter inState: Rows that were counted in the state that was read, where both are one: then nothing explains a difference.
    /// - Returns: what a person should know.
    func weighCount(rows: Int, inState: Int?) throws -> [String] {
        guard let before = inState ?? plan.counted, rows != before else { return [] }
        var evidence = RowCountEvidence(
            before: before, after: nil, rows: rows, isFull: plan.window == nil && plan.groups == nil,
            provesRows: extract.reliesOnUniqueColumns(plan))
        if inState == nil {
            evidence.after = try source.count(of: plan.table, where: plan.condition)
        } else {
            evidence.isOneState = true
        }
        switch evidence.verdict {
        case .agrees: return []
        case .differs(let words): return ["\(words): the table changes while it is read."]
        case .contradicts(let words):
            throw Failure(
                .guarded,
                "The read of \(extract.table) contradicts the source's own count: \(words). Nothing was loaded.",
                advice: (rows < before
                    ? "Run the same command again: it reads everything again. If it comes to the same end, the driver ends a "
                        + "result early, or the source hides rows: try fewer columns, or another version of the driver."
                    : "Run the same command again: it reads everything again. If it comes to the same end, the driver or the "
                        + "source delivers rows twice: try another version of the driver.")
                    + (inState == nil
                        ? ""
                        : " If \(extract.table) is a view that has other rows each time it is read, \(extract.countsNothing) has them "
                            + "not counted."))
        }
    }

    /// A window that ends with the largest key that the source itself has named must bring that row, unless it has changed
    /// since.
    func weighEnd(rows: Int, hasReachedEnd: Bool) throws {
        guard !hasReachedEnd, !plan.isBackfill, !plan.chunks.isEmpty, let window = plan.window, let kind = plan.keyKind,
            let upper = window.upper, upper.isIncluded, kind != .text || rows == 0
        else { return }
        // Where reading at the end was not asked for, as behind the watermark itself.
        if let lower = window.lower, lower.value == upper.value, !lower.isIncluded { return }
        // How text is compared may be what is wrong.
        let condition = kind == .text ? whole : plan.condition
        let largest = try source.maximum(of: window.key, kind: kind, in: plan.table, where: condition)
        guard largest == upper.value else { return }
        if rows == 0, let failure = beganAgain(window) { throw failure }
        throw Failure(
            .guarded,
            "The source says that the largest \(window.key) of \(extract.table) is \(upper.value), and that row did not come "
                + "(\(Sentence.count(rows, "row")) did). Nothing was loaded.",
            advice:
                "The driver ends a result early, or the source takes the condition on \(window.key) otherwise than it is "
                + "meant; \(extract.planCommand) shows the statement. Use another incremental key, or a full extract."
        )
    }

    /// A window in which the source counts no row, and which ends with the largest key that it has itself: an end that is included
    /// and lies behind the beginning.
    func weighNothing() throws {
        guard let window = plan.window, let kind = plan.keyKind, let upper = window.upper, upper.isIncluded,
            !window.isEmpty, try source.maximum(of: window.key, kind: kind, in: plan.table, where: whole) == upper.value
        else { return }
        if let failure = beganAgain(window) { throw failure }
        throw Failure(
            .guarded,
            "The source says that the largest \(window.key) of \(extract.table) is \(upper.value), and that it has no row in the "
                + "window \(window), which ends with it. Nothing was changed.",
            advice:
                "The source takes a condition on \(window.key) otherwise than it is meant, as PostgreSQL does where an oid is "
                + "compared with a number below zero. Use another incremental key, or a full extract.")
    }

    /// Of two texts only the source knows which is the larger, and says it by a window without a row: its largest lies below where the
    /// window begins. Nil where the two ends are no different texts.
    private func beganAgain(_ window: Window) -> Failure? {
        guard case .text(let upper)? = window.upper?.value, case .text(let lower)? = window.lower?.value, lower != upper
        else { return nil }
        return Failure(
            .guarded,
            "The largest \(window.key) that the source has is \(upper), and it has no row behind \(lower), to which the extract "
                + "\"\(extract.name)\" has got: keys began again, or the newest rows were deleted. Rows with smaller keys would not be "
                + "read. Nothing was changed.",
            advice: plan.uniqueColumns.isEmpty
                ? "`kleene-ns state rewind \(extract.stateName) --to VALUE` has the next run read from VALUE on: name the first key that "
                    + "is new."
                : "`kleene-ns state reset \(extract.stateName)` has everything read again.")
    }

    private var whole: Condition? { plan.filter.map { .written($0) } }
}
