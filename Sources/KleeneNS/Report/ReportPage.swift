import Extraction
import Text

/// A report as one page of HTML that needs nothing else: no script, no font, no picture, no request to anywhere.
struct ReportPage {
    /// With which each page begins, of whatever version.
    static let beginning = "<!DOCTYPE html>"

    let report: Report

    var html: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>kleene-ns: \(report.place)</title>
        <style>\(ReportStyle.text)</style>
        </head>
        <body>
        <header>
        <h1>\(report.place)</h1>
        <p>\(report.madeAt.minute) UTC, by kleene-ns \(report.version)</p>
        </header>
        <main>
        \(summary)
        \(failures("Failed", areOver: false))
        \(freshness)
        \(drift)
        \(comparisons)
        \(failures("Earlier failures", areOver: true))
        </main>
        </body>
        </html>

        """
    }

    private var summary: HTML {
        let parts: [HTML] = report.health.map {
            "<li class=\"\($0.health.rawValue)\"><b>\($0.count)</b> \($0.health.rawValue)</li>\n"
        }
        return "<ul class=\"summary\">\n\(parts)</ul>"
    }

    private var freshness: HTML {
        guard !report.extracts.isEmpty else { return "<p>There is no extract yet, and no run.</p>" }
        return """
            <section>
            <h2>Extracts</h2>
            <p class="note">Each bar is a run, the latest on the right and in figures; a red one was not done.</p>
            <table>
            <thead><tr><th scope="col">extract</th><th scope="col">status</th><th scope="col">last success</th><th scope="col" class="number">rows</th><th scope="col">time</th><th scope="col">rows read</th><th scope="col">watermark</th><th scope="col">next run</th></tr></thead>
            <tbody>
            \(report.extracts.map(row))</tbody>
            </table>
            </section>
            """
    }

    private func row(_ extract: Report.Extract) -> HTML {
        let overview = extract.overview
        let success = overview.success
        let time = (success?.finishedAt ?? success?.startedAt)?.minute ?? "never"
        let age: HTML = overview.age.map { "<br><small>\(CatalogReader.ago($0))</small>" } ?? ""
        let rows = success?.rowsInTable.map(Sentence.grouped) ?? ""
        let watermark = overview.standing.state.map { "\($0.watermark)" } ?? ""
        return """
            <tr><th scope="row" data-extract>\(extract.name)</th><td data-label="status" class="brief \(overview.health.rawValue)">\(overview.health.rawValue)</td><td data-label="last success" class="brief">\(time)\(age)</td><td data-label="rows" class="number">\(rows)</td><td data-label="time">\(RunPlot.seconds(extract.runs).markup)</td><td data-label="rows read">\(RunPlot.rows(extract.runs).markup)</td><td data-label="watermark" class="exact">\(watermark)</td><td data-label="next run">\(overview.next)</td></tr>

            """
    }

    /// Why runs failed, the latest first, each cause once with the extracts that it stopped.
    ///
    /// - Parameter areOver: Of those that were done since, or of those that were not.
    private func failures(_ heading: HTML, areOver: Bool) -> HTML {
        var causes: [(failure: Failure, at: Timestamp, names: [String])] = []
        for extract in report.extracts where (extract.overview.health != .failed) == areOver {
            guard let run = extract.runs.last(where: { $0.failure != nil }), let failure = run.failure else { continue }
            if let place = causes.firstIndex(where: { $0.failure == failure }) {
                causes[place].names.append(extract.name)
                causes[place].at = max(causes[place].at, run.startedAt)
            } else {
                causes.append((failure, run.startedAt, [extract.name]))
            }
        }
        guard !causes.isEmpty else { return "" }
        let items: [HTML] = causes.sorted { $0.at > $1.at }.map { cause in
            let names: [HTML] = cause.names.enumerated().map { place, name in
                place == 0 ? "<b>\(name)</b>" : ", <b>\(name)</b>"
            }
            return
                "<li>\(names)<time>\(cause.at.minute)</time><code>\(cause.failure.kind.rawValue)</code><p>\(cause.failure.description)</p></li>\n"
        }
        return "<section>\n<h2>\(heading)</h2>\n<ul class=\"list\">\n\(items)</ul>\n</section>"
    }

    /// How the source's columns have changed.
    private var drift: HTML {
        let items: [HTML] = report.extracts.flatMap { extract in
            extract.runs.reversed().compactMap { run in
                run.drift.map {
                    "<li><b>\(extract.name)</b><time>\(run.startedAt.minute)</time><p>\(Self.words($0))</p></li>\n"
                }
            }
        }
        guard !items.isEmpty else { return "" }
        return "<section>\n<h2>Changes of columns</h2>\n<ul class=\"list\">\n\(items)</ul>\n</section>"
    }

    private var comparisons: HTML {
        let rows: [HTML] = report.extracts.flatMap { extract in
            extract.comparisons.map { record in
                let found = Self.words(record.found)
                return """
                    <tr><th scope="row">\(extract.name)</th><td data-label="when" class="brief">\(record.startedAt.minute)</td><td data-label="outcome" class="brief \(record.outcome.rawValue)">\(record.outcome.rawValue)</td><td data-label="rows" class="number">\(record.rows.map(Sentence.grouped) ?? "")</td><td data-label="differences">\(found)</td></tr>

                    """
            }
        }
        guard !rows.isEmpty else { return "" }
        return """
            <section>
            <h2>Comparisons with the source</h2>
            <table>
            <thead><tr><th scope="col">extract</th><th scope="col">when</th><th scope="col">outcome</th><th scope="col" class="number">rows</th><th scope="col">differences</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            </section>
            """
    }

    /// `new: memo; gone: a, b`.
    private static func words(_ drift: Drift) -> String {
        func types(_ changes: [Drift.TypeChange]) -> [String] {
            changes.map { "\($0.column) (\($0.from) to \($0.to))" }
        }
        let kinds = [
            ("new", drift.new), ("gone", drift.gone), ("returned", drift.returned), ("not read", drift.unread),
            ("widened", types(drift.widened)), ("changed", types(drift.changed)),
        ]
        return kinds.filter { !$1.isEmpty }.map { "\($0): \($1.joined(separator: ", "))" }.joined(separator: "; ")
    }

    /// `2 missing, 1 stale`.
    private static func words(_ found: DifferenceCounts) -> String {
        [(found.missing, "missing"), (found.extra, "extra"), (found.stale, "stale"), (found.different, "different")]
            .filter { $0.0 > 0 }.map { "\($0) \($1)" }.joined(separator: ", ")
    }
}
