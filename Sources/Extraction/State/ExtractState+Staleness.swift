import Text

extension ExtractState {
    /// Why the watermark is of no use to runs of another source.
    func staleness(source: String, now: String, for extract: TableExtract) -> Failure {
        Failure(
            .configuration,
            "The watermark of \"\(self.extract)\" stands for rows of \(source), and this is \(now): rows below it would never "
                + "be read.",
            advice: (extract.isByFlags
                ? "" : "`kleene-ns state accept \(extract.name) --other-source` keeps it if the rows are the same; or ")
                .beginning(extract.readingAgain(declared: declaredKey) + "."))
    }

    /// Why rows that were never read would be missing: the extract is to begin earlier than it did. Nil where it is not.
    func staleness(startOf extract: TableExtract) -> Failure? {
        let start = extract.incremental?.start
        guard let began = basis.start, StartDate.isBefore(start, began) else { return nil }
        return Failure(
            .configuration,
            "The extract \"\(self.extract)\" was begun with rows from \(began) on, and \(start.map { "is to begin at \($0) now" } ?? "has no \"start_date\" now"): "
                + "the rows before \(began) would be missing.",
            advice: extract.takesBackfill
                ? "`kleene-ns backfill \(self.extract) --from '\(start ?? Self.earliest)' --to '\(began)'` brings them, and the next run "
                    + "goes on from the watermark; or set \"start_date\" back to \(began)."
                : "".beginning(extract.readingAgain(declared: declaredKey))
                    + "; or set \(extract.setting("start_date")) back to \(began).")
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
    func staleness(_ changes: String, kind: KeyKind, for extract: TableExtract) -> Failure {
        let other: String? =
            switch (extract.isByFlags, self.basis.kind == kind) {
            case (true, true): "or give the flags as they were"
            case (true, false): nil
            case (false, true):
                "`kleene-ns state accept \(extract.name)` keeps it if the change does not matter for old rows"
            case (false, false):
                "`kleene-ns state recover \(extract.name) --kind \(kind.rawValue)` takes it from the table's largest key"
            }
        return Failure(
            .configuration,
            "The extract \"\(self.extract)\" has changed since its watermark was set (\(changes)), "
                + "so rows below the watermark may be missing or incomplete.",
            advice: "".beginning(
                [extract.readingAgain(declared: declaredKey), other].compactMap(\.self).joined(separator: "; ")) + ".")
    }
}

extension String {
    /// This with a clause behind it, which begins the sentence where there is nothing before it.
    fileprivate func beginning(_ clause: String) -> String {
        isEmpty ? Sentence.beginning(clause) : self + clause
    }
}
