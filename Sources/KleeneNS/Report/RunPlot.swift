import Extraction
import Text

/// A small plot of an extract's last runs: a bar for each, as high as it took long, or as it read much.
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

    private static let (width, height) = (6, 28)
    private static let widest = 180

    /// Bars of the same scale: the largest value is 1.
    init(_ runs: [RunRecord], label: String, value: (RunRecord) -> Double, words: (RunRecord) -> String) {
        self.label = label
        let most = runs.map(value).max() ?? 0
        bars = runs.map { run in
            Bar(
                height: most > 0 ? max(0, value(run)) / most : 0, isDone: run.status == .succeeded,
                title: "\(run.startedAt.minute): \(words(run))")
        }
    }

    static func seconds(_ runs: [RunRecord]) -> RunPlot {
        RunPlot(runs, label: "seconds of the last runs", value: \.seconds) {
            let words =
                $0.seconds < 2
                ? "\(Int(($0.seconds * 1000).rounded())) ms" : Span.words(Int($0.seconds.rounded()))
            return "\($0.status.rawValue), \(words)"
        }
    }

    static func rows(_ runs: [RunRecord]) -> RunPlot {
        RunPlot(runs, label: "rows of the last runs", value: { Double($0.rowsRead) }) {
            Sentence.count($0.rowsRead, "row")
        }
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
            "<svg role=\"img\" aria-label=\"\(label)\" width=\"\(min(wide, Self.widest))\" height=\"\(Self.height)\" viewBox=\"0 0 \(wide) \(Self.height)\" preserveAspectRatio=\"none\">\(drawn)</svg>"
    }
}

extension Timestamp {
    /// `2026-11-28 03:17`, in UTC.
    var minute: String { String(text.prefix(16)).replacing("T", with: " ") }
}
