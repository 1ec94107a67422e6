import Text

/// What a person should know of the staged values.
extension StagingFile {
    private var timeNotes: [String] {
        var sum = OddTimes(terms.shape)
        for chunk in completed { if let odd = chunk.oddTimes { sum.add(odd) } }
        return sum.notes(terms.shape)
    }

    /// What is said of values that are stored as something else, and of odd times.
    var valueNotes: [String] {
        let columns = terms.shape.columns
        func notes(_ counts: (CompletedChunk) -> [Int], _ text: (String, Int) -> String) -> [String] {
            let sums = completed.map(counts).reduce(into: columns.map { _ in 0 }) { sums, counts in
                for (index, count) in counts.enumerated() where index < sums.count { sums[index] += count }
            }
            return zip(columns, sums).filter { $0.1 > 0 }.map { text($0.0.name, $0.1) }
        }
        return notes(\.notANumber) {
            "Column \"\($0)\": \(Sentence.count($1, "value", "was", "were")) NaN, which SQLite stores as NULL."
        }
            + timeNotes
            + notes(\.negativeZero) {
                "Column \"\($0)\": \(Sentence.count($1, "value", "was", "were")) -0.0, which SQLite stores as 0.0."
            }
    }
}
