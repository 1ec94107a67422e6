/// How a report looks: on a wide screen and a narrow one, by day and by night.
enum ReportStyle {
    /// No rule names a file or a font of anybody else's. On a narrow screen a row of a table is a block, each value behind its name.
    static let text: HTML = """
        :root { color-scheme: light dark; --ink: #1d2433; --paper: #fff; --line: #d9dee7; --faint: #5b6578; --good: #17703d; --bad: #b3261e; --warn: #7d5200; --bar: #4a76b8; --wash: #f5f7fa; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e8f0; --paper: #14181f; --line: #333b49; --faint: #9aa5b8; --good: #56c486; --bad: #ff8a80; --warn: #f0b849; --bar: #7fa8e0; --wash: #1b212b; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 84rem; padding: 1.25rem 1rem 3rem; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
        h1 { font-size: 1.35rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        header p { margin: .25rem 0 0; } header p, small, time, .note { color: var(--faint); } .note { margin: 0 0 .5rem; }
        b, code, time { unicode-bidi: isolate; } code { padding: 0 .3rem; border-radius: .2rem; background: var(--wash); }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); }
        thead th { color: var(--faint); font-weight: 400; white-space: nowrap; } td { overflow-wrap: break-word; } tbody th { min-width: 9rem; font-weight: 600; } .exact { min-width: 13rem; overflow-wrap: anywhere; }
        .brief { white-space: nowrap; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        .summary, .list { list-style: none; margin: 0; padding: 0; } .summary { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin-top: 1rem; } .summary b { font-size: 1.25rem; }
        .list li { padding: .5rem 0; border-bottom: 1px solid var(--line); } .list p { margin: .25rem 0 0; max-width: 60rem; white-space: pre-wrap; } .list time { margin: 0 .35rem; }
        .ok, .equal, .repaired { color: var(--good); } .failed, .different { color: var(--bad); } .stale, .never { color: var(--warn); } .disabled { color: var(--faint); }
        svg { display: block; } rect { fill: var(--bar); } rect.failed { fill: var(--bad); }
        @media (max-width: 60rem) { thead { display: none; } table, tbody, tr, th, td { display: block; } tr { padding: .75rem 0; border-bottom: 1px solid var(--line); } th, td { padding: .1rem 0; border: 0; white-space: normal; text-align: left; } td { display: grid; grid-template-columns: 7.5rem 1fr; text-align: left; overflow-wrap: anywhere; } .number { text-align: left; } td::before { content: attr(data-label); color: var(--faint); } td:empty { display: none; } td small { grid-column: 2; } td br { display: none; } }
        """
}
