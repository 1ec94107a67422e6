import Text

/// Whether what was read may take the place of what is there: a table that is replaced by much less was more likely hidden
/// from us than emptied. Pure.
package struct ShrinkGuard: Sendable, Equatable {
    /// The least share of the rows there that a load may bring, from 0 to 1; 0 for any.
    package var leastShare: Double
    /// How that is written down.
    private let setting: String

    package static let defaultShare = 0.5

    package init(_ extract: TableExtract) {
        leastShare = extract.leastShare ?? Self.defaultShare
        setting = extract.isByFlags ? "--least-share \(leastShare)" : "\"guard\": {\"least_share\": \(leastShare)}"
    }

    /// Rows that must come at least to replace so many.
    package func leastRows(replacing rows: Int) -> Int {
        guard rows > 0, leastShare > 0 else { return 0 }
        return max(1, Int((Double(rows) * min(leastShare, 1)).rounded(.up)))
    }

    /// The most rows that so many may replace; nil for any number.
    package func mostRows(replacedBy rows: Int) -> Int? {
        guard leastShare > 0 else { return nil }
        return Int((Double(rows) / min(leastShare, 1)).rounded(.down))
    }

    /// Why a load that replaces all rows of a table is stopped; nil where it is not.
    ///
    /// - Parameter before: Rows that are there.
    package func refusal(of rows: Int, replacing before: Int, table: String, extract: String) -> Failure? {
        guard rows < leastRows(replacing: before) else { return nil }
        return Failure(
            .guarded,
            "The load of \"\(table)\" was stopped: \(Self.came(rows)), and they would replace \(before) that \(before == 1 ? "is" : "are") there. "
                + "\(limit) Nothing was changed; what was read is kept for a day.",
            advice: Self.advice(extract))
    }

    /// Why a full load that removes no row is stopped: it read nothing where it read rows the last time.
    package func refusal(of rows: Int, afterReading last: Int, table: String, extract: String) -> Failure? {
        guard leastShare > 0, rows == 0, last > 0 else { return nil }
        return Failure(
            .guarded,
            "The load of \"\(table)\" was stopped: \(Self.came(0)), and the last full read brought \(last). Nothing was "
                + "changed.", advice: Self.advice(extract))
    }

    /// What is said of a full load that removes no row and read much less than the last time; nil where it did not.
    package func note(of rows: Int, afterReading last: Int) -> String? {
        guard rows > 0, rows < leastRows(replacing: last) else { return nil }
        return "\(Self.came(rows)), and the last full read brought \(last)."
    }

    private var limit: String {
        let percent = Int((leastShare * 100).rounded())
        return "A load must bring \(percent) % of them at least (\(setting))."
    }

    private static func came(_ rows: Int) -> String { "\(Sentence.count(rows, "row")) came" }

    private static func advice(_ extract: String) -> String {
        "Check whether the source's user may still see all rows. If the rows are right, run the extract "
            + "\"\(extract)\" again with --allow-shrink: it loads what is kept without reading it again. Without that flag "
            + "the next run reads everything again."
    }
}
