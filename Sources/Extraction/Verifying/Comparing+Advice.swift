import Text

/// What a person does about a table that is not what the source has.
extension Comparing {
    /// The next step after a comparison that has found differences and left some.
    func advice(_ record: VerifyRecord) -> String {
        if record.repaired != nil {
            return "The rows that remain have changed while they were repaired: \(repairCommand) looks at them again."
        }
        guard !unique.isEmpty else {
            return
                "Nothing identifies the rows, so none of them can be repaired by itself. Name \"unique_columns\" "
                + "(\(extract.keysCommand) finds them); or \(wholeAgain)"
        }
        guard !confirmed.isEmpty else {
            return "So many rows cannot be repaired one by one: \(wholeAgain)"
        }
        let repair = record.found.repair(marks: extract.marksDeleted)
        if extract.watermarkKey != nil {
            return "\(repairCommand) \(repair), in one change; the watermark stays where it is."
        }
        return
            "\(repairCommand) \(repair), in one change."
            + (extract.loadMethod.replacesAllRows
                ? " Or `kleene-ns extract \(extract.name)` loads all rows again." : "")
    }

    /// The comparison that has seen the differences, with the repair. What a sample has shown by chance, only all rows show again.
    private var repairCommand: String {
        let options = verification.options
        let depth = options.isFull || options.sample != nil ? " --full" : ""
        return "`kleene-ns verify \(extract.name)\(depth) --repair`"
    }

    /// How the table gets all rows again, as the end of a sentence.
    var wholeAgain: String {
        extract.loadMethod.replacesAllRows
            ? "`kleene-ns extract \(extract.name)` loads all rows again."
            : "drop the table \"\(extract.destinationTable)\": the next `kleene-ns extract \(extract.name)` makes it again and "
                + "reads everything."
    }
}

extension DifferenceCounts {
    /// What a repair does about them: `adds the missing rows and removes the extra ones`.
    ///
    /// - Parameter marks: Whether rows that the source has deleted stay and are marked.
    func repair(marks: Bool) -> String {
        var parts: [String] = []
        if missing > 0 { parts.append("adds the missing rows") }
        switch (stale > 0, different > 0) {
        case (true, true): parts.append("replaces the stale and different rows with the source's")
        case (true, false): parts.append("replaces the stale rows with the source's")
        case (false, true): parts.append("replaces the different rows with the source's")
        case (false, false): break
        }
        if extra > 0 { parts.append(marks ? "marks the extra rows as deleted" : "removes the extra rows") }
        return Sentence.series(parts)
    }
}
