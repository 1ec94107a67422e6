extension ExtractState {
    /// Why the watermark is of no use to runs of another source.
    func staleness(source: String, now: String) -> Failure {
        Failure(
            .configuration,
            "The watermark of \"\(extract)\" stands for rows of \(source), and this is \(now): rows below it would never "
                + "be read.",
            advice: "`kleene-ns state accept \(extract) --other-source` keeps it if the rows are the same; "
                + "`kleene-ns state reset \(extract)` forgets it, and the next run reads everything again.")
    }

    /// Why rows that were never read would be missing: the extract is to begin earlier than it did. Nil where it is not.
    func staleness(startOf extract: TableExtract) -> Failure? {
        let start = extract.incremental?.start
        guard let began = basis.start, StartDate.isBefore(start, began) else { return nil }
        return Failure(
            .configuration,
            "The extract \"\(self.extract)\" was begun with rows from \(began) on, and \(start.map { "is to begin at \($0) now" } ?? "has no \"start_date\" now"): "
                + "the rows before \(began) would be missing.",
            advice:
                "`kleene-ns backfill \(self.extract) --from '\(start ?? Self.earliest)' --to '\(began)'` brings them, and the next run "
                + "goes on from the watermark; or set \"start_date\" back to \(began).")
    }

    /// Before all moments that order rows.
    private static let earliest = "0001-01-01"

    /// Where an extract begins once a range was read: earlier, where the range has all that lies between. Nil where nothing
    /// changes.
    func beginning(afterReading window: Window, of extract: TableExtract) -> ExtractState? {
        guard staleness(startOf: extract) != nil, let began = basis.start, let lower = window.lower?.value,
            let upper = window.upper, let old = KeyValue(began, kind: lower.kind),
            let new = KeyValue(extract.incremental?.start ?? Self.earliest, kind: lower.kind),
            new.isBelow(lower) != true, upper.value.isBelow(old) != true
        else { return nil }
        var state = self
        state.basis.start = extract.incremental?.start
        return state
    }

    /// Why the watermark is of no use to an extract as it is now.
    ///
    /// - Parameters:
    ///   - changes: What has changed, for a sentence.
    ///   - kind: What the key is now.
    func staleness(_ changes: String, kind: KeyKind) -> Failure {
        let reset =
            "`kleene-ns state reset \(extract)` forgets the watermark, and the next run reads everything again; "
        return Failure(
            .configuration,
            "The extract \"\(extract)\" has changed since its watermark was set (\(changes)), "
                + "so rows below the watermark may be missing or incomplete.",
            advice: reset
                + (self.basis.kind == kind
                    ? "`kleene-ns state accept \(extract)` keeps it if the change does not matter for old rows."
                    : "`kleene-ns state recover \(extract) --kind \(kind.rawValue)` takes it from the table's largest key.")
        )
    }
}
