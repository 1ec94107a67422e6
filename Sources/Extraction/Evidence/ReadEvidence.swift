import Text

/// What was read against what the source says of itself, asked only where something does not fit: questions to the source
/// after a read, and what follows from the answers.
struct ReadEvidence<S: Source> {
    let source: S
    let plan: ReadPlan
    let extract: TableExtract

    /// Rows that were counted when the read was planned, and those that came. Counted again only where the two differ.
    ///
    /// - Returns: what a person should know.
    func weighCount(rows: Int) throws -> [String] {
        guard let before = plan.counted, rows != before else { return [] }
        let after = try source.count(of: plan.table, where: plan.condition)
        let evidence = RowCountEvidence(
            before: before, after: after, rows: rows, isFull: plan.window == nil && plan.groups == nil,
            provesRows: extract.reliesOnUniqueColumns(plan))
        switch evidence.verdict {
        case .agrees: return []
        case .differs(let words): return ["\(words): the table changes while it is read."]
        case .contradicts(let words):
            throw Failure(
                .guarded,
                "The read of \(extract.table) contradicts the source's own count: \(words). Nothing was loaded.",
                advice: rows < before
                    ? "Run the same command again: it reads everything again. If it comes to the same end, the driver ends a "
                        + "result early, or the source hides rows: try fewer columns, or another version of the driver."
                    : "Run the same command again: it reads everything again. If it comes to the same end, the driver or the "
                        + "source delivers rows twice: try another version of the driver.")
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
        throw Failure(
            .guarded,
            "The source says that the largest \(window.key) of \(extract.table) is \(upper.value), and that row did not come "
                + "(\(Sentence.count(rows, "row")) did). Nothing was loaded.",
            advice:
                "The driver ends a result early, or the source takes the condition on \(window.key) otherwise than it is "
                + "meant; \(extract.planCommand) shows the statement. Use another incremental key, or a full extract."
        )
    }

    private var whole: Condition? { plan.filter.map { .written($0) } }
}
