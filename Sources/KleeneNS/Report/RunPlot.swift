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
            "\($0.status.rawValue), \(Span.words(Int($0.seconds.rounded())))"
        }
    }

    static func rows(_ runs: [RunRecord]) -> RunPlot {
        RunPlot(runs, label: "rows of the last runs", value: { Double($0.rowsRead) }) {
            Sentence.count($0.rowsRead, "row")
        }
    }

    /// Inline SVG; a bar is never too low to be seen.
    var markup: HTML {
        let drawn: [HTML] = bars.enumerated().map { place, bar in
            let high = max(2, Int((bar.height * Double(Self.height)).rounded()))
            let kind: HTML = bar.isDone ? "bar" : "bar failed"
            return
                "<rect class=\"\(kind)\" x=\"\(place * Self.width)\" y=\"\(Self.height - high)\" width=\"\(Self.width - 2)\" height=\"\(high)\"><title>\(bar.title)</title></rect>"
        }
        let wide = max(1, bars.count) * Self.width
        return
            "<svg role=\"img\" aria-label=\"\(label)\" width=\"\(wide)\" height=\"\(Self.height)\" viewBox=\"0 0 \(wide) \(Self.height)\">\(drawn)</svg>"
    }
}

extension Timestamp {
    /// `2026-11-28 03:17`, in UTC.
    var minute: String { String(text.prefix(16)).replacing("T", with: " ") }
}
