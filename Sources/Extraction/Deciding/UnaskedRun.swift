/// In words, what a run will read and why, as far as that is known without asking the source.
struct UnaskedRun {
    let extract: TableExtract
    /// As judged.
    let standing: Standing

    var sentences: [String] {
        var sentences = standing.notes + (standing.holding?.lacks(extract) ?? [])
        if let follows = extract.follows {
            sentences.append(
                standing.state == nil
                    ? "Follows \"\(follows.extract)\", and has no watermark yet: all rows are read."
                    : "Follows \"\(follows.extract)\": of each header that has changed, all rows are read again.")
            return sentences + deletes
        }
        guard let following = extract.incremental else {
            sentences.append("The extract is full: all rows are read, whatever the watermark.")
            return sentences
        }
        sentences.append(window(following))
        if let sentence = following.startSentence { sentences.append(sentence) }
        sentences.append(nulls(following))
        if let condition = standing.openCondition(extract) { sentences.append(condition) }
        return sentences + deletes
    }

    private var deletes: [String] {
        guard let deletes = extract.deletes else { return [] }
        let swept = standing.state?.deletes?.sweptAt.map {
            "All keys were last compared at \($0), or the table was filled then."
        }
        return [deletes.sentence] + (deletes.by == .none ? [] : [swept].compactMap(\.self))
    }

    private func window(_ following: Incremental) -> String {
        let lag = "the source's clock less a lag of \(Span.exactWords(following.lag))"
        let largest = "the largest \(following.key) that the source has then"
        guard let state = standing.state else {
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

    private func nulls(_ following: Incremental) -> String {
        switch following.nulls {
        case .exclude: "Rows without \(following.key) are not read."
        case .once:
            standing.state == nil
                ? "Rows without \(following.key) are read as well, this once."
                : "Rows without \(following.key) were read by the first run and are not read again."
        case .always: "All rows without \(following.key) are read as well."
        case .fail: "It fails if the source has rows without \(following.key)."
        }
    }
}
