import Extraction
import Text

/// A small plot of an extract's last runs: a bar for each, as high as it took long, or as it read much, and the last one in figures.
struct RunPlot {
    struct Bar: Equatable {
        /// From 0 to 1.
        var height: Double
        var isDone: Bool
        /// What a pointer over it shows.
        var title: String
    }

    var bars: [Bar]
    /// What the plot shows, for people who do not see it.
    var label: String
    /// The value of the last run.
    var caption: String

    private static let (width, height) = (6, 28)
    private static let widest = 180

    /// Bars of the same scale: the largest value is 1.
    ///
    /// - Parameters:
    ///   - label: With the number of runs and the largest value in words.
    ///   - figure: A run's value.
    ///   - words: What a pointer over its bar shows.
    init(
        _ runs: [RunRecord], label: (_ runs: String, _ most: String) -> String, value: (RunRecord) -> Double,
        figure: (RunRecord) -> String, words: (RunRecord) -> String
    ) {
        self.label = label(
            runs.count == 1 ? "the last run" : "the last \(Sentence.count(runs.count, "run"))",
            runs.max { value($0) < value($1) }.map(figure) ?? "")
        caption = runs.last.map(figure) ?? ""
        let most = runs.map(value).max() ?? 0
        bars = runs.map { run in
            Bar(
                height: most > 0 ? max(0, value(run)) / most : 0, isDone: run.status == .succeeded,
                title: "\(run.startedAt.minute): \(words(run))")
        }
    }

    static func seconds(_ runs: [RunRecord]) -> RunPlot {
        func figure(_ run: RunRecord) -> String {
            run.seconds < 2 ? "\(Int((run.seconds * 1000).rounded())) ms" : Span.words(Int(run.seconds.rounded()))
        }
        return RunPlot(
            runs, label: { "how long \($0) took, at most \($1)" }, value: \.seconds, figure: figure,
            words: { "\($0.status.rawValue), \(figure($0))" })
    }

    static func rows(_ runs: [RunRecord]) -> RunPlot {
        RunPlot(
            runs, label: { "rows that \($0) read, at most \($1)" }, value: { Double($0.rowsRead) },
            figure: { Sentence.grouped($0.rowsRead) }, words: { Sentence.count($0.rowsRead, "row", isGrouped: true) })
    }

    /// Inline SVG; a bar is never too low to be seen. Nothing where there was no run.
    var markup: HTML {
        let drawn: [HTML] = bars.enumerated().map { place, bar in
            let high = max(2, Int((bar.height * Double(Self.height)).rounded()))
            let kind: HTML = bar.isDone ? "" : " class=\"failed\""
            return
                "<rect\(kind) x=\"\(place * Self.width)\" y=\"\(Self.height - high)\" width=\"\(Self.width - 2)\" height=\"\(high)\"><title>\(bar.title)</title></rect>"
        }
        guard !bars.isEmpty else { return "" }
        let wide = bars.count * Self.width
        // Many runs are drawn closer.
        return
            "<svg role=\"img\" aria-label=\"\(label)\" width=\"\(min(wide, Self.widest))\" height=\"\(Self.height)\" viewBox=\"0 0 \(wide) \(Self.height)\" preserveAspectRatio=\"none\">\(drawn)</svg><small>\(caption)</small>"
    }
}

extension Timestamp {
    /// `2026-11-28 03:17`, in UTC.
    var minute: String { String(text.prefix(16)).replacing("T", with: " ") }
}
