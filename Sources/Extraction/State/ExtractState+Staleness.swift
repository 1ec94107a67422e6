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
