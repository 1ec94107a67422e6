/// The window's end against how far the extract had got: a clock that went back, or keys that begin again from the bottom,
/// leave new rows below the watermark, where no window would ever find them. Pure.
package struct WindowEvidence: Sendable {
    package var extract: String
    package var incremental: Incremental
    package var identifiesRows: Bool
    package var watermark: Watermark?
    /// The source's clock when the watermark was last moved.
    package var last: ClockMark?
    /// Has everything read into a new table, as a clause, where rows are replaced, but not by older ones; nil where rows are only added.
    package var remaking: String?
    /// How `state` finds the extract.
    private let stateName: String

    /// - Parameter stateName: Nil for the extract's name.
    package init(
        extract: String, incremental: Incremental, identifiesRows: Bool, watermark: Watermark?, last: ClockMark?,
        stateName: String? = nil
    ) {
        self.extract = extract
        self.stateName = stateName ?? extract
        self.incremental = incremental
        self.identifiesRows = identifiesRows
        self.watermark = watermark
        self.last = last
    }

    package enum Verdict: Sendable, Equatable {
        case fits
        /// The clock went back by no more than summer time does: the window begins so many seconds earlier.
        case reachesBack(seconds: Int, note: String)
        /// Rows may be missed that nothing shows yet: a person should know.
        case noted(String)
        case refused(Failure)
    }

    /// Clocks that are set right by a time server, and those of two machines, differ by so much without meaning anything.
    private static let drift = 300
    /// The end of summer time puts a clock back by an hour, or half of one.
    private static let summerTime = 4500
    /// Zones lie so far apart at most.
    private static let widestZones = 26 * 3600

    /// Seconds by which a clock may be behind without loss: the overlap reads again what is stamped anew. Where there is none,
    /// nothing is stamped below the watermark within the lag.
    private var tolerance: Int {
        let reach = incremental.overlap(for: .timestamp, identifiesRows: identifiesRows)
        return min(Self.drift, max(reach, incremental.lag, 60))
    }

    // MARK: Time

    /// Judges a window that ends by the source's clock.
    package func judge(_ now: ClockMark) -> Verdict {
        guard let clock = now.moment else { return .fits }
        let ahead = watermark.flatMap { Self.moment($0.value) }.map { $0.seconds - clock.seconds } ?? .min
        let back = secondsBack(to: now)
        guard back > 0 else { return ahead > tolerance ? .refused(keysAhead(clock, by: ahead)) : .fits }
        guard back <= Self.summerTime else { return .refused(wentBack(now, by: back)) }
        let words =
            "The source's clock went back by \(Span.words(back)) since the last run, as at the end of summer time"
        if identifiesRows { return .reachesBack(seconds: back, note: words + ": the window begins so much earlier.") }
        // Without an overlap nothing can be read again, or it would be added again.
        guard ahead <= -incremental.lag else { return .refused(wentBack(now, by: back)) }
        return .reachesBack(
            seconds: 0,
            note: words
                + ": rows of the time that came twice may be missed, because \"append\" without unique columns reads "
                + "nothing again.")
    }

    /// By how much the source's clock is behind where it was, as far as that means something; 0 where it is not.
    private func secondsBack(to now: ClockMark) -> Int {
        guard let last, let then = last.moment, let clock = now.moment else { return 0 }
        let plain = then.seconds - clock.seconds
        // A zone that went back is seen by our own clock even after hours: by whole quarters of an hour, as zones differ.
        if let old = last.offset, let new = now.offset {
            let shift = old - new
            let quarters = (shift + 450) / 900
            if quarters >= 2, shift <= Self.widestZones, abs(shift - quarters * 900) <= 60 { return shift }
        }
        return plain > tolerance ? plain : 0
    }

    private func wentBack(_ now: ClockMark, by seconds: Int) -> Failure {
        let then = last.map { "it showed \($0.source) when the last run moved the watermark" } ?? ""
        let since = last?.ours.flatMap { then in now.ours.map { ", at \(then) UTC; now it is \($0)" } } ?? ""
        return Failure(
            .guarded,
            "The source's clock went back by \(Span.words(seconds)): it shows \(now.source), and \(then)\(since). A time zone was "
                + "changed, such as a preference of the user who logs in, or the clock itself. Rows that change now get a "
                + "smaller \(incremental.key) than the watermark of \"\(extract)\"\(watermark.map { " (\($0))" } ?? "") and would "
                + "not be read. Nothing was changed.", advice: cure)
    }

    private func keysAhead(_ clock: Moment, by seconds: Int) -> Failure {
        Failure(
            .guarded,
            "The watermark of \"\(extract)\" (\(watermark.map { "\($0)" } ?? "")) is \(Span.words(seconds)) ahead of the source's "
                + "clock, which shows \(clock): the clock or a time zone went back, or \(incremental.key) is in another zone than "
                + "the clock. Rows that change now would not be read. Nothing was changed.", advice: cure)
    }

    private var cure: String {
        "If it was a mistake, set it right and run the same command again. If a time zone is to stay, the rows that are there "
            + "hold keys of the old one: drop the destination table, and after `kleene-ns state reset \(stateName)` the next run "
            + "reads everything again. If only the clock was wrong, `kleene-ns state rewind \(stateName) --to VALUE` has the "
            + "next run read from VALUE on."
    }

    private static func moment(_ value: KeyValue) -> Moment? {
        switch value {
        case .timestamp(let moment), .date(let moment): moment
        case .integer, .text: nil
        }
    }

    // MARK: Numbers

    /// Numbers of the newest rows that may go without stopping a run.
    private static let deletedNumbers = 1000

    /// Judges a window that ends with the largest key there is.
    package func judge(maximum: KeyValue?) -> Verdict {
        guard let watermark else { return .fits }
        guard let maximum else {
            return .noted(
                "The source has no row with a \(incremental.key) now, and the extract \"\(extract)\" has got \(watermark)."
            )
        }
        guard case .integer(let most) = maximum, case .integer(let end) = watermark.value else { return .fits }
        let reached = watermark.isInclusive || end == .min ? end : end - 1
        let reach = Int64(incremental.overlap(for: .integer, identifiesRows: identifiesRows))
        let (distance, overflows) = reached.subtractingReportingOverflow(most)
        // What the overlap reads again is not missed.
        guard overflows ? most < reached : distance > reach else { return .fits }
        let facts =
            "The largest \(incremental.key) that the source has is \(most), and the extract \"\(extract)\" has got "
            + "\(watermark): numbers began again, or the newest rows were deleted."
        if !overflows, distance <= Self.deletedNumbers {
            return .noted(
                "\(facts) Rows that come now with a number up to \(reached) are not read, unless "
                    + "`kleene-ns state rewind \(stateName) --to \(most + 1)` has the next run begin there.")
        }
        let again =
            remaking ?? "rewind it to the first of the new ones"
        return .refused(
            Failure(
                .guarded, "\(facts) Rows with smaller numbers would not be read. Nothing was changed.",
                advice:
                    "If only rows were deleted, `kleene-ns state rewind \(stateName) --to \(most + 1)` goes on from there; if "
                    + "numbers began again, \(again)."))
    }
}
