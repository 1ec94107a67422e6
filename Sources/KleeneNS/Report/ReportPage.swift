import Extraction

/// A report as one page of HTML that needs nothing else: no script, no font, no picture, no request to anywhere.
struct ReportPage {
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
        <style>\(Self.style)</style>
        </head>
        <body>
        <header>
        <h1>\(report.place)</h1>
        <p>\(report.madeAt.minute) UTC, by kleene-ns \(report.version)</p>
        </header>
        <main>
        \(summary)
        \(freshness)
        \(failures)
        \(drift)
        \(comparisons)
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
            <div class="scroll">
            <table>
            <thead><tr><th scope="col">extract</th><th scope="col">status</th><th scope="col">last success</th><th scope="col">rows</th><th scope="col">time</th><th scope="col">rows read</th><th scope="col">watermark</th><th scope="col">next run</th></tr></thead>
            <tbody>
            \(report.extracts.map(row))</tbody>
            </table>
            </div>
            </section>
            """
    }

    private func row(_ extract: Report.Extract) -> HTML {
        let overview = extract.overview
        let success = overview.success
        let time = (success?.finishedAt ?? success?.startedAt)?.minute ?? "never"
        let age: HTML = overview.age.map { "<br><small>\(CatalogReader.ago($0))</small>" } ?? ""
        let rows = success?.rowsInTable.map { "\($0)" } ?? ""
        return """
            <tr><th scope="row">\(extract.name)</th><td class="\(overview.health.rawValue)">\(overview.health.rawValue)</td><td>\(time)\(age)</td><td class="number">\(rows)</td><td>\(RunPlot.seconds(extract.runs).markup)</td><td>\(RunPlot.rows(extract.runs).markup)</td><td>\(overview.standing.state.map { "\($0.watermark)" } ?? "")</td><td>\(overview.next)</td></tr>

            """
    }

    /// Why runs failed, the latest first, each cause with the extracts that it stopped.
    private var failures: HTML {
        let failed = report.extracts.compactMap { extract in
            extract.runs.last { $0.failure != nil }.map { (extract.name, $0) }
        }.sorted { $0.1.startedAt > $1.1.startedAt }
        guard !failed.isEmpty else { return "" }
        let items: [HTML] = failed.map { name, run in
            let failure = run.failure.map { "\($0)" } ?? ""
            let isOver: HTML =
                report.extracts.first { $0.name == name }?.overview.health == .ok ? " <small>done since</small>" : ""
            return
                "<li><b>\(name)</b> <time>\(run.startedAt.minute)</time> <code>\(run.failure?.kind.rawValue ?? "")</code>\(isOver)<p>\(failure)</p></li>\n"
        }
        return "<section>\n<h2>Last failures</h2>\n<ul class=\"list\">\n\(items)</ul>\n</section>"
    }

    /// How the source's columns have changed.
    private var drift: HTML {
        let items: [HTML] = report.extracts.flatMap { extract in
            extract.runs.reversed().compactMap { run in
                run.drift.map {
                    "<li><b>\(extract.name)</b> <time>\(run.startedAt.minute)</time><p>\(Self.words($0))</p></li>\n"
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
                    <tr><th scope="row">\(extract.name)</th><td>\(record.startedAt.minute)</td><td class="\(record.outcome.rawValue)">\(record.outcome.rawValue)</td><td class="number">\(record.rows.map(String.init) ?? "")</td><td>\(found)</td></tr>

                    """
            }
        }
        guard !rows.isEmpty else { return "" }
        return """
            <section>
            <h2>Comparisons with the source</h2>
            <div class="scroll">
            <table>
            <thead><tr><th scope="col">extract</th><th scope="col">when</th><th scope="col">outcome</th><th scope="col">rows</th><th scope="col">differences</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            </div>
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

    private static let style: HTML = """
        :root { color-scheme: light dark; --ink: #1d2433; --paper: #fff; --line: #d9dee7; --faint: #5b6578; --good: #1a7f45; --bad: #b3261e; --warn: #8a5a00; --bar: #4a76b8; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e8f0; --paper: #14181f; --line: #333b49; --faint: #9aa5b8; --good: #56c486; --bad: #ff8a80; --warn: #f0b849; --bar: #7fa8e0; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 80rem; padding: 1rem; background: var(--paper); color: var(--ink); font: 16px/1.45 system-ui, sans-serif; }
        h1 { font-size: 1.35rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        header p, small, time { color: var(--faint); }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        .summary, .list { list-style: none; padding: 0; } .summary { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; }
        .list li { padding: .5rem 0; border-bottom: 1px solid var(--line); } .list p { margin: .25rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
        .ok, .equal, .repaired { color: var(--good); } .failed, .different { color: var(--bad); } .stale, .never { color: var(--warn); } .disabled { color: var(--faint); }
        .bar { fill: var(--bar); } .bar.failed { fill: var(--bad); } svg { display: block; }
        """
}
