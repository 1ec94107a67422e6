/// The range of the incremental key that one run reads; its end is frozen when the run begins.
package struct Window: Codable, Hashable, Sendable, CustomStringConvertible {
    package var key: String
    /// Nil: from the beginning.
    package var lower: KeyBound?
    /// Nil: the source has no row with a key, so there is nothing to read but NULLs.
    package var upper: KeyBound?
    /// Whether rows whose key is NULL are read as well.
    package var readsNulls: Bool

    package init(key: String, lower: KeyBound?, upper: KeyBound?, readsNulls: Bool) {
        self.key = key
        self.lower = lower
        self.upper = upper
        self.readsNulls = readsNulls
    }

    /// Which rows are read.
    package var condition: Condition {
        // Without an end there was no key when the source was asked: rows that come since are the next run's.
        guard let upper else { return readsNulls ? .isNull(key) : .any([]) }
        let kind = upper.value.kind
        var bounds: [Condition] = []
        if let lower {
            bounds.append(.compare(key, lower.isIncluded ? .atLeast : .above, lower.value))
        } else if !readsNulls, let beginning = KeyValue.beginning(of: kind) {
            // Years before Christ and the like are as good as no key, and sort below all others.
            bounds.append(.compare(key, .atLeast, beginning))
        }
        bounds.append(.compare(key, upper.isIncluded ? .atMost : .below, upper.value))
        guard readsNulls else { return .all(bounds) }
        return .any([.all(bounds), .lacking(key, kind)])
    }

    /// The range in mathematicians' brackets, such as `[2026-11-01 00:00:00, 2026-11-23 08:00:00)`.
    package var description: String {
        let from = lower.map { ($0.isIncluded ? "[" : "(") + $0.value.description } ?? "(beginning"
        let to = upper.map { $0.value.description + ($0.isIncluded ? "]" : ")") } ?? "nothing)"
        return "\(from), \(to)" + (readsNulls ? " and NULL" : "")
    }

    /// How far a source is known when a run begins.
    package struct Outlook: Sendable, Hashable {
        /// The source's own clock; asked for keys of time.
        package var clock: Moment?
        /// The largest key; asked for integers and text.
        package var maximum: KeyValue?

        package init(clock: Moment? = nil, maximum: KeyValue? = nil) {
            self.clock = clock
            self.maximum = maximum
        }
    }

    /// The next window of an extract.
    ///
    /// - Parameter identifiesRows: Whether rows that are read twice can be told from rows that are read once, because the
    ///   extract has unique columns.
    package static func next(
        _ incremental: Incremental, kind: KeyKind, after watermark: Watermark?, outlook: Outlook, identifiesRows: Bool
    ) -> Window {
        let upper: KeyBound? =
            switch kind {
            case .timestamp:
                outlook.clock.map { KeyBound(.timestamp($0.adding(seconds: -incremental.lag)), isIncluded: false) }
            case .date:
                outlook.clock.map {
                    KeyBound(.date($0.adding(seconds: -incremental.lag).startOfDay), isIncluded: false)
                }
            case .integer, .text: outlook.maximum.map { KeyBound($0, isIncluded: true) }
            }
        let reach = incremental.overlap(for: kind, identifiesRows: identifiesRows)
        let nulls = incremental.nulls == .always || (incremental.nulls == .once && watermark == nil)
        var window = Window(
            key: incremental.key, lower: watermark.map { lowerBound($0, reach: reach, identifiesRows: identifiesRows) },
            upper: upper, readsNulls: nulls)
        window.begin(notBefore: incremental.beginning(kind))
        return window
    }

    /// Leaves out what comes before a bound.
    mutating func begin(notBefore bound: KeyBound?) {
        guard let bound, lower.map({ $0.value.isBelow(bound.value) == true }) ?? true else { return }
        lower = bound
    }

    /// From the watermark less the overlap. At the watermark's own key rows may have come since: where reading them again
    /// does no harm, they are read again.
    private static func lowerBound(_ watermark: Watermark, reach: Int, identifiesRows: Bool) -> KeyBound {
        let value: KeyValue =
            switch watermark.value {
            case .timestamp(let moment): .timestamp(moment.adding(seconds: -reach))
            case .date(let moment): .date(moment.adding(seconds: -reach).startOfDay)
            case .integer(let number): .integer(number < .min + Int64(reach) ? .min : number - Int64(reach))
            case .text(let text): .text(text)
            }
        return KeyBound(value, isIncluded: identifiesRows || value != watermark.value || !watermark.isInclusive)
    }

    /// Begins earlier by some seconds.
    mutating func reachBack(seconds: Int) {
        guard seconds > 0, let lower else { return }
        switch lower.value {
        case .timestamp(let moment):
            self.lower = KeyBound(.timestamp(moment.adding(seconds: -seconds)), isIncluded: true)
        case .date(let moment):
            self.lower = KeyBound(.date(moment.adding(seconds: -seconds).startOfDay), isIncluded: true)
        case .integer, .text: return
        }
    }

    /// Whether no row can be inside, whatever the source holds.
    package var isEmpty: Bool {
        guard !readsNulls else { return false }
        guard let upper else { return true }
        guard let lower else { return false }
        if lower.value == upper.value { return !(lower.isIncluded && upper.isIncluded) }
        return upper.value.isBelow(lower.value) == true
    }

    /// The watermark after a run that read this window, `largest` being the largest key that was staged.
    ///
    /// From the largest key and not from the window's end, because clock and key need not share a zone: an end that lies
    /// ahead of the keys would skip what comes between. Without a key, or below where it was, the watermark stays.
    package func watermark(after old: Watermark?, largest: KeyValue?) -> Watermark? {
        // Of text only the source knows which is largest; the end is the largest there was when the run began.
        let reached = upper.flatMap { end -> KeyValue? in
            guard let largest else { return nil }
            return largest.kind == .text ? end.value : largest
        }
        guard let reached else { return old }
        let new = Watermark(reached, isInclusive: true)
        return old.map { Watermark.furthest($0, new) } ?? new
    }
}
