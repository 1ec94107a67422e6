/// What a run reads of the record of deletions: decided with its plan.
package struct DeletionWindow: Codable, Hashable, Sendable {
    package var log: DeletionLog
    /// The column of the extract's table that holds the record's id.
    package var key: String
    package var keyKind: KeyKind
    /// Nil: from the beginning.
    package var from: KeyValue?
    /// Frozen with the extract's own window.
    package var end: KeyValue
    /// Whether nothing is read: the table has no rows yet, or all of them are read now.
    package var isSkipped: Bool

    package var query: TableQuery {
        var bounds: [Condition] = [.compare(log.moment, .below, end)]
        if let from { bounds.insert(.compare(log.moment, .atLeast, from), at: 0) }
        return TableQuery(
            table: log.table, columns: [log.id] + [log.type, log.number].compactMap(\.self), condition: .all(bounds))
    }

    /// - Parameters:
    ///   - through: How far the record was heeded; nil where it was never read.
    ///   - now: The source's clock.
    init(
        _ log: DeletionLog, key: String, keyKind: KeyKind, after through: KeyValue?, now: Moment, lag: Int,
        overlap: Int,
        isSkipped: Bool
    ) {
        self.log = log
        self.key = key
        self.keyKind = keyKind
        self.isSkipped = isSkipped
        let reached = now.adding(seconds: -lag)
        switch through {
        case .timestamp(let moment), .date(let moment):
            let back = moment.adding(seconds: -overlap)
            from = log.kind == .date ? .date(back.startOfDay) : .timestamp(back)
        default: from = nil
        }
        // Of days, today's is read as well, and read again until it is over.
        end = log.kind == .date ? .date(reached.adding(seconds: 86_400).startOfDay) : .timestamp(reached)
        self.through = .timestamp(reached)
    }

    /// How far the record has been heeded once it is read.
    package var through: KeyValue
}
