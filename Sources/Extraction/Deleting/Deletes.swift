/// How rows that the source has deleted leave the table of an extract.
package struct Deletes: Codable, Hashable, Sendable {
    /// By what it is known that a row is gone.
    package enum Tier: String, Codable, Sendable, CaseIterable {
        /// The service's own record of what was deleted, each entry of it held against the table.
        case deletedRecord = "deletedrecord"
        /// What is missing from a group that is read again: lines of their header.
        case groups
        /// All keys of the source, now and then.
        case sweep
        /// Nothing: rows stay.
        case none
    }

    /// What becomes of a row that is gone.
    package enum Mode: String, Codable, Sendable, CaseIterable {
        /// It stays, and `_kleene_deleted_at` says since when.
        case soft
        /// It goes.
        case hard
    }

    package var by: Tier
    package var mode: Mode
    /// The largest share of the table that may go at once, from 0 to 1; nil for `RemovalGuard.defaultShare`.
    package var most: Double?
    /// Seconds from one sweep to the next, besides what is known otherwise; nil for sweeps that somebody asks for.
    package var every: Int?
    /// What records of the table are called in the service's record of deletions; empty for what is publicly known.
    package var recordTypes: [String] = []

    package init(by: Tier, mode: Mode = .soft) {
        self.by = by
        self.mode = mode
    }

    /// What is done, in a sentence for a plan.
    package var sentence: String {
        let fate = mode == .soft ? "are marked in \(MetadataColumn.deletedAt)" : "are removed"
        let sweeps =
            every.map { " Every \(Span.exactWords($0)) all keys are compared, for what leaves no trace." } ?? ""
        switch by {
        case .none: return "Rows that the source deletes stay."
        case .deletedRecord:
            return
                "Deletes by deletedrecord: rows that it names and the source no longer has \(fate). What it does not name "
                + "stays.\(every == nil ? " `kleene-ns extract --sweep` finds that." : sweeps)"
        case .groups:
            return
                "Deletes by groups: rows that are gone from a header that is read again, or whose header is gone, \(fate)."
                + sweeps
        case .sweep:
            let when = every.map { "Every \(Span.exactWords($0))" } ?? "With `kleene-ns extract --sweep`"
            return "Deletes by sweep: \(when) all keys of the source are read, and rows without one \(fate)."
        }
    }
}

extension TableExtract {
    /// Whether its table has a column that says since when a row is gone.
    package var marksDeleted: Bool { deletes.map { $0.by != .none && $0.mode == .soft } ?? false }

    /// The mark that a run gives to rows which are gone; nil where they are removed.
    package func mark(by run: RunIdentity) -> Way.Mark? {
        marksDeleted ? Way.Mark(column: MetadataColumn.deletedAt, value: run.startedAt.text) : nil
    }
}
