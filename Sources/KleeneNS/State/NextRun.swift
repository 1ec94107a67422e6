import Extraction
import FoundationEssentials

/// In words, what the next run of an extract will read and why, as far as that is known without asking the source.
struct NextRun {
    private(set) var sentences: [String] = []

    var text: String { sentences.joined(separator: " ") }

    /// - Parameters:
    ///   - extract: As it is configured; nil where it is not.
    ///   - standing: How it and its table stand; nil where it is not configured.
    ///   - staged: What an interrupted run has left.
    init(
        _ extract: ExtractConfiguration?, standing: Standing?, staged: StagedPlan?, settings: RunSettings, at now: Date
    ) {
        guard let configured = extract else {
            sentences = ["No extract of this name is configured, so nothing is read."]
            return
        }
        let extract = configured.tableExtract
        let judged: Standing
        do {
            // Which source it is, only a connection tells.
            judged = try (standing ?? Standing()).judged(for: extract, source: nil)
        } catch {
            sentences = ["The next run is refused. \(error)"]
            return
        }
        sentences = judged.notes + (judged.holding?.lacks(extract) ?? [])
        let state = judged.state
        guard let following = extract.incremental else {
            sentences.append("The extract is full: all rows are read, whatever the watermark.")
            return
        }
        if let state {
            let basis = ExtractState.Basis(extract, key: following.key, kind: state.basis.kind)
            guard state.basis.agrees(with: basis) else {
                sentences = ["The next run is refused. \(state.staleness(for: basis))"]
                return
            }
        }
        sentences.append(Self.window(extract, following, state: state))
        sentences.append(Self.nulls(following, isFirst: state == nil))
        if let staged { sentences.append(Self.resumption(staged, state: state, settings: settings, at: now)) }
        if !configured.isEnabled { sentences.append("The extract is disabled: it runs only when it is named.") }
    }

    private static func window(_ extract: TableExtract, _ following: Incremental, state: ExtractState?) -> String {
        let lag = "the source's clock less a lag of \(Span.exactWords(following.lag))"
        let largest = "the largest \(following.key) that the source has then"
        guard let state else {
            return "There is no watermark, so everything is read, up to \(lag), or to \(largest) if that is no time."
        }
        let kind = state.basis.kind
        let end =
            switch kind {
            case .timestamp: "and below \(lag)"
            case .date: "and below the day of \(lag)"
            case .integer, .text: "and up to \(largest)"
            }
        func begin(identifiesRows: Bool) -> String {
            let window = Window.next(
                following, kind: kind, after: state.watermark, outlook: .init(), identifiesRows: identifiesRows)
            return window.lower.map { "\($0.isIncluded ? "from \($0.value) on" : "above \($0.value)")" }
                ?? "from the beginning"
        }
        let reach = following.overlap(for: kind, identifiesRows: true)
        let overlap = kind == .integer ? "an overlap of \(reach)" : "an overlap of \(Span.exactWords(reach))"
        let reason = "the watermark is \(state.watermark)"
        // Rows of an upsert are always identified; those of an append by a key that only the source may declare.
        if extract.loadMethod == .append, extract.uniqueColumns.isEmpty, reach > 0 {
            return
                "Reads \(following.key) \(begin(identifiesRows: false)), \(end): \(reason), without an overlap, or "
                + "\(begin(identifiesRows: true)) if the source declares a key (\(overlap))."
        }
        return "Reads \(following.key) \(begin(identifiesRows: true)), \(end): \(reason)"
            + (reach > 0 ? ", less \(overlap)." : ".")
    }

    private static func nulls(_ following: Incremental, isFirst: Bool) -> String {
        switch following.nulls {
        case .exclude: "Rows without \(following.key) are not read."
        case .once:
            isFirst
                ? "Rows without \(following.key) are read as well, this once."
                : "Rows without \(following.key) were read by the first run and are not read again."
        case .always: "All rows without \(following.key) are read as well."
        case .fail: "It fails if the source has rows without \(following.key)."
        }
    }

    private static func resumption(
        _ staged: StagedPlan, state: ExtractState?, settings: RunSettings, at now: Date
    ) -> String {
        guard staged.plan.watermark == state?.watermark else {
            return "What the run \(staged.plan.run.id) had staged belongs to another watermark and is read afresh."
        }
        return staged.reasonOfAge(settings: settings, at: now) ?? "It goes on with \(staged.summary)."
    }
}
