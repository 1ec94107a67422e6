/// How an incremental extract follows its key.
package struct Incremental: Codable, Hashable, Sendable {
    /// The incremental key, a column of the table.
    package var key: String
    package var nulls: NullKeys
    /// Seconds that the window's end stays behind the source's clock, for transactions that are still open. For keys of time.
    package var lag: Int
    /// How far each window reaches back behind the watermark: seconds for keys of time, values for integers. Nil for the
    /// load method's default.
    package var overlap: Int?
    /// The date, or the moment, from which on rows are read, as `Moment` reads it; nil for all rows. For keys of time.
    package var start: String?

    package static let defaultLag = 60
    package static let defaultOverlapSeconds = 900
    package static let defaultOverlapValues = 1000

    package init(key: String, nulls: NullKeys = .once, lag: Int = Incremental.defaultLag, overlap: Int? = nil) {
        self.key = key
        self.nulls = nulls
        self.lag = lag
        self.overlap = overlap
    }

    /// Where a key of time begins at the earliest; nil where rows are read from the beginning.
    package func beginning(_ kind: KeyKind) -> KeyBound? {
        guard kind.isTime, let start else { return nil }
        return KeyValue(start, kind: kind).map { KeyBound($0, isIncluded: true) }
    }

    /// The overlap that applies: none where rows read twice could not be told from rows read once.
    package func overlap(for kind: KeyKind, identifiesRows: Bool) -> Int {
        guard identifiesRows else { return 0 }
        switch kind {
        case .timestamp, .date: return overlap ?? Self.defaultOverlapSeconds
        case .integer: return overlap ?? Self.defaultOverlapValues
        case .text: return 0
        }
    }
}
