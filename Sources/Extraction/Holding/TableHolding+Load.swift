package import Rows

extension TableHolding {
    /// A load, as far as the books are concerned.
    package struct Load {
        package var extract: TableExtract
        package var plan: ReadPlan
        package var columns: [Column]
        package var runID: String
        package var source: SourceIdentity?
        /// The table before the load; nil where it was not there, or all of its rows went.
        package var before: TableSight?
        package var after: TableSight
        /// How the rows came in; nil for the extract's own way.
        var way: Way?

        package init(
            extract: TableExtract, plan: ReadPlan, columns: [Column], runID: String, before: TableSight?,
            after: TableSight
        ) {
            self.extract = extract
            self.plan = plan
            self.columns = columns
            self.runID = runID
            self.before = before
            self.after = after
        }

        /// Whether none of the rows that are there now is from before.
        fileprivate var replacesAll: Bool {
            (way ?? extract.way(plan)).replacesAllRows || before?.holdsRows != true
        }

        /// Whether the run read from a key on, or everything, so that rows which it found are as the source has them.
        fileprivate func readsAgain(from: String?, start: String?) -> Bool {
            guard extract.loadMethod == .upsert, plan.groups == nil else { return false }
            if plan.readsAll(from: start, of: extract) { return true }
            guard let window = plan.window else { return true }
            guard let lower = window.lower?.value else { return !plan.isBackfill }
            guard !plan.isBackfill, let from, let begin = KeyValue(from, kind: lower.kind) else { return false }
            return lower == begin || lower.isBelow(begin) == true
        }
    }

    /// The holding after a load.
    package init(_ old: TableHolding?, after load: Load) {
        self.init(extract: load.extract.name, sourceTable: load.extract.table.description)
        // Rows of a table that was replaced by hand are another generation.
        let known = load.before?.isReplaced == false ? old : nil
        table = load.extract.table
        resolvedTable = load.plan.table
        filter = load.extract.filter
        start = load.extract.incremental?.start
        if !load.replacesAll { start = StartDate.earlier(known?.start, start) }
        chosenColumns = load.extract.columns
        doubtfulNames = load.plan.words?.doubtfulNames
        source = load.source
        generation = load.replacesAll ? load.runID : known?.generation ?? load.runID
        mark = load.after.mark
        lastRow = load.after.lastRow
        // Keys of rows that go say nothing of the others.
        masking = load.way?.addsRows == false ? old?.masking : Self.masking(known, after: load)
        // Keys of rows that go say nothing of the columns that the others have.
        columns = load.way?.addsRows == false ? known?.columns : Self.columns(known, after: load)
    }

    /// Columns that are no longer read keep what they have.
    private static func masking(_ old: TableHolding?, after load: Load) -> Masking? {
        let now = load.plan.masking
        guard !load.replacesAll, let then = old?.masking else { return now }
        let read = Set(load.columns.map { FoldedName(load.plan.sourceName(of: $0.name)) })
        let kept = then.columns.filter { !read.contains(FoldedName($0.key)) }
        guard !kept.isEmpty else { return now }
        return Masking(columns: kept.merging(now?.columns ?? [:]) { $1 }, key: now?.key ?? then.key)
    }

    private static func columns(_ old: TableHolding?, after load: Load) -> [HeldColumn] {
        let now = load.columns.map { column in
            var held = HeldColumn(name: column.name, type: column.type)
            let source = load.plan.sourceName(of: column.name)
            if !source.isExactly(column.name) { held.source = source }
            held.hasZone = load.plan.zones?[source]
            return held
        }
        guard let before = load.before, let old, let held = old.columns else { return now }
        let known = Dictionary(held.map { (FoldedName($0.sourceName), $0) }, uniquingKeysWith: { first, _ in first })
        let there = Set(before.columns.map { FoldedName($0) })
        let filled = now.map { column -> HeldColumn in
            if load.replacesAll { return column }
            var column = column
            if let mine = known[FoldedName(column.sourceName)], there.contains(FoldedName(column.name)) {
                column.lacking = mine.absent ?? mine.lacking
            } else {
                column.lacking = .init(run: load.runID, from: nil)
            }
            if let gap = column.lacking, load.readsAgain(from: gap.from, start: old.start) { column.lacking = nil }
            return column
        }
        let names = Set(now.map { FoldedName($0.sourceName) })
        // Remembered where the table has them no more: a configuration may go on naming them.
        let others = held.filter { !names.contains(FoldedName($0.sourceName)) }.map {
            var column = $0
            column.absent = column.absent ?? .init(run: load.runID, from: load.plan.window?.lower?.value.description)
            return column
        }
        return filled + others
    }
}
