import Text

/// Whether so many rows may go at once: much less of a table was more likely hidden from us than deleted. Pure.
package struct RemovalGuard: Sendable, Equatable {
    /// The largest share of the rows there that may go, from 0 to 1.
    package var share: Double
    /// So many may go of any table.
    package var always: Int

    package static let defaultShare = 0.1
    /// Where nobody says which share: a small table loses a few rows without a word.
    package static let defaultAlways = 10

    package init(_ deletes: Deletes) {
        share = min(deletes.most ?? Self.defaultShare, 1)
        always = deletes.most == nil ? Self.defaultAlways : 0
    }

    /// Rows that a table must have for so many of them to go; nil where any number does.
    package func leastRows(losing removed: Int) -> Int? {
        guard removed > always, share < 1 else { return nil }
        guard share > 0 else { return .max }
        // Three of thirty are a tenth, though 3 / 0.1 may come out above 30.
        let rows = Double(removed) / share
        return Int(exactly: (rows * (1 - 1e-12)).rounded(.up)) ?? .max
    }

    /// Why a change is stopped; nil where it is not.
    ///
    /// - Parameter rows: Rows that were there.
    package func refusal(of removed: Int, of rows: Int, table: String, extract: String) -> Failure? {
        guard let least = leastRows(losing: removed), rows < least else { return nil }
        return Failure(
            .guarded,
            "The change of \"\(table)\" was stopped: \(removed) of its \(Sentence.count(rows, "row")) "
                + "\(removed == 1 ? "is" : "are") gone at the source, and at most "
                + "\(words) may go at once (\"deletes\": {\"most\": \"\(words)\"}). Nothing was changed.",
            advice:
                "Check whether the source's user may still see all rows. If they are gone, run the same command again with "
                + "--allow-shrink.")
    }

    private var words: String {
        let percent = share * 100
        return percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
    }
}
