import Text

/// Makes the plan of a run from the extract, the source's catalog and clock, and the destination's watermark.
///
/// Asks the source small questions; reads no row and changes nothing.
package struct ReadPlanner<S: Source> {
    package let source: S
    /// The source's clock, read once for all extracts of an invocation.
    package let clock: InvocationClock
    package let settings: RunSettings

    package init(source: S, clock: InvocationClock, settings: RunSettings = RunSettings()) {
        self.source = source
        self.clock = clock
        self.settings = settings
    }

    /// - Parameters:
    ///   - standing: As the destination has it: judged here, before the first question and again when the source has
    ///     said which table it is.
    ///   - identity: Which source it is; nil where that is not known.
    ///   - followers: How far the extracts have got that follow it, those of them that have got anywhere.
    package func plan(
        _ extract: TableExtract, standing: Standing, from identity: SourceIdentity?, run: RunIdentity,
        followers: [ExtractState] = []
    ) throws -> ReadPlan {
        var (plan, selection, standing) = try begin(extract, standing: standing, from: identity, run: run)
        let listing = selection.listing
        let first = plan.notes?.count ?? 0
        if let incremental = extract.incremental {
            try follow(
                incremental, extract, selection: selection, standing: standing, followers: followers.map(\.watermark),
                plan: &plan)
        } else {
            plan.reasons.append(
                "Full extract: all rows are read."
                    + (extract.loadMethod == .upsert
                        ? " \"upsert\" removes none: rows that the source has deleted stay." : ""))
        }
        try planDeletes(&plan, extract, selection: selection, standing: standing, followers: followers)
        let readsAll = plan.readsAll(from: standing.holding?.start, of: extract)
        // What came to light on the way stays; whether all rows are read is known only now.
        plan.notes =
            notes(plan, selection, standing: standing, readsAll: readsAll) + (plan.notes ?? []).dropFirst(first)
        try plan.checkMasking(extract, finding: [plan.window?.key, plan.deletions?.key].compactMap(\.self))
        plan.longColumns = Set(listing.columns.filter(\.long).map(\.name)).intersection(plan.columns)
        plan.numericKey = selection.numericKey(plan)
        try cut(&plan, extract, selection: selection)
        return plan
    }

    /// What a plan says of the table, whichever of its rows are read; with the columns to choose from, and how extract and
    /// table stand.
    func begin(
        _ extract: TableExtract, standing: Standing, from identity: SourceIdentity?, run: RunIdentity
    ) throws -> (ReadPlan, ColumnSelection, Standing) {
        _ = try standing.judged(for: extract, source: identity)
        let selection = try selection(extract, state: standing.state)
        let listing = selection.listing
        let standing = try standing.judged(for: extract, source: identity, resolved: listing.name)
        let chosen = try selection.columns(held: standing.heldChoice(by: extract))
        try selection.checkWidth(chosen.read, to: source.mostColumns)
        let unique = try selection.uniqueColumns(among: chosen.read)
        var plan = ReadPlan(
            run: run, table: listing.name, columns: chosen.read, uniqueColumns: unique.columns, filter: extract.filter,
            isBackfill: extract.backfill != nil, chunks: [Chunk(number: 1)], reasons: [])
        plan.drift = chosen.drift.isEmpty ? nil : chosen.drift
        plan.words = chosen.words
        plan.zones = listing.zones(among: chosen.read)
        if let words = chosen.words, extract.columns.map(ColumnChoice.init)?.names == nil {
            plan.reasons += words.sentences(listed: listing.columns.count, kinds: listing.kinds)
        }
        plan.masking = try selection.masking(
            among: chosen.read, held: standing.holding?.masking, key: source.maskMark)
        try plan.checkMasking(extract)
        try standing.checkMasking(extract, plan.masking ?? Masking(), reading: chosen.read)
        plan.names = try selection.names(among: chosen.read, held: standing.heldColumns(by: extract))
        try standing.checkNames(extract, plan)
        if let names = plan.names { plan.reasons.append(names.sentence) }
        if let reason = unique.reason { plan.reasons.append(reason) }
        if let reason = selection.absentMaskReason { plan.reasons.append(reason) }
        plan.notes = notes(plan, selection, standing: standing, readsAll: false)
        return (plan, selection, standing)
    }

    private func notes(
        _ plan: ReadPlan, _ selection: ColumnSelection, standing: Standing, readsAll: Bool
    ) -> [String] {
        standing.notes
            + (plan.drift ?? Drift()).notes(
                selection.extract, held: standing.holding?.columns ?? [], readsAll: readsAll)
            + selection.nearMaskNotes(among: plan.columns, masked: plan.masking)
    }

    /// The table's columns, and its key where nobody says what identifies a row and no run has asked before.
    private func selection(_ extract: TableExtract, state: ExtractState?) throws -> ColumnSelection {
        let asks = extract.uniqueColumns.isEmpty
        func selection(_ listing: CatalogTableColumns) -> ColumnSelection {
            ColumnSelection(extract, listing: listing, known: source.knowledge(of: listing.name))
        }
        guard asks, let key = state?.declaredKey, !key.isEmpty, state?.basis.table == extract.table.description else {
            return selection(try source.columns(of: extract.table, withKey: asks))
        }
        let kept = selection(try source.columns(of: extract.table, withKey: false).declaring(key))
        // A table that has lost a column of its key may have another one.
        guard kept.declaredKey == key else {
            return selection(try source.columns(of: extract.table, withKey: true))
        }
        return kept
    }

    // MARK: Window

    private func follow(
        _ incremental: Incremental, _ extract: TableExtract, selection: ColumnSelection, standing: Standing,
        followers: [Watermark], plan: inout ReadPlan
    ) throws {
        let state = standing.state
        let (key, kind) = try selection.key(incremental.key, among: plan.columns)
        var incremental = incremental
        incremental.key = key
        plan.keyKind = kind
        plan.readsOffsets = source.comparesMomentsAsText ? true : nil
        if let backfill = extract.backfill {
            plan.window = try window(of: backfill, key: key, kind: kind, extract: extract)
            // Text cannot tell which of two states of a row is the newer, so what a backfill has staged is of no use once
            // a run has loaded newer rows; the watermark shows it.
            if kind == .text { plan.watermark = state?.watermark }
            plan.reasons.append("Backfill of \(key) in the range that was given; the watermark stays where it is.")
            return
        }
        try refuseOverlap(incremental, kind: kind, extract, plan)
        try refuseStart(incremental, kind: kind, extract)
        try standing.checkBasis(for: extract, knowing: SourceSight(plan, key: key, kind: kind))
        plan.watermark = state?.watermark
        let column = selection.listing.columns.first { $0.name == key }
        let outlook = try outlook(key: key, kind: kind, column: column, extract: extract)
        let window = Window.next(
            incremental, kind: kind, after: Self.least(plan.watermark, followers, &plan.reasons), outlook: outlook,
            identifiesRows: !plan.uniqueColumns.isEmpty)
        plan.window = window
        try weigh(outlook, incremental, state: state, extract: extract, plan: &plan)
        plan.futureFrom = FutureKeys<S>.beginning(kind, clock: outlook.clock)
        plan.reasons += reasons(incremental, kind: kind, plan: plan, outlook: outlook)
        if standing.holdsRows, let kept = extract.keptSentence(standing.holding?.start) { plan.reasons.append(kept) }
        if incremental.nulls == .fail { try refuseNulls(key, kind: kind, extract: extract) }
    }

    /// From where on rows are read: from the watermark, or where an extract that follows has not got as far, from there.
    private static func least(
        _ watermark: Watermark?, _ followers: [Watermark], _ reasons: inout [String]
    ) -> Watermark? {
        guard let watermark else { return nil }
        let least = followers.reduce(watermark) { $1.value.isBelow($0.value) == true ? $1 : $0 }
        if least != watermark {
            reasons.append("An extract that follows it has got to \(least) only, so rows are read from there.")
        }
        return least
    }

    private func outlook(
        key: String, kind: KeyKind, column: CatalogColumn?, extract: TableExtract
    ) throws -> Window.Outlook {
        switch kind {
        case .timestamp, .date:
            return Window.Outlook(clock: try clock.now { try source.clock() }.moment(for: column))
        case .integer, .text:
            let filter = extract.filter.map { Condition.written($0) }
            func maximum() throws -> KeyValue? {
                try source.maximum(of: key, kind: kind, in: extract.table, where: filter)
            }
            var largest = try maximum()
            if largest == nil, let rows = try rowsWithKey(key, extract: extract, where: filter) {
                // The first row may have come between the two questions.
                largest = try maximum()
                guard largest != nil else { throw keyless(key, extract: extract, rows) }
            }
            return Window.Outlook(maximum: largest)
        }
    }

    /// How many rows have a key, of all, in a source that names no largest one: by that, none would be read. Nil where it has
    /// no such row, or does not say.
    private func rowsWithKey(
        _ key: String, extract: TableExtract, where filter: Condition?
    ) throws -> (keyed: Int, all: Int)? {
        guard let rows = try source.count(of: extract.table, where: filter), rows > 0,
            let missing = try source.count(of: extract.table, where: .both(filter, .isNull(key))), missing < rows
        else { return nil }
        return (rows - missing, rows)
    }

    private func keyless(_ key: String, extract: TableExtract, _ rows: (keyed: Int, all: Int)) -> Failure {
        Failure(
            .guarded,
            "The source names no largest \(key) of \(extract.table), though \(rows.keyed) of its "
                + "\(Sentence.count(rows.all, "row")) \(rows.keyed == 1 ? "has" : "have") one. "
                + "Nothing was changed.", advice: "Use another incremental key, or a full extract.")
    }

    /// Holds the window's end against how far the extract had got.
    private func weigh(
        _ outlook: Window.Outlook, _ incremental: Incremental, state: ExtractState?, extract: TableExtract,
        plan: inout ReadPlan
    ) throws {
        var evidence = WindowEvidence(
            extract: extract.name, incremental: incremental, identifiesRows: !plan.uniqueColumns.isEmpty,
            watermark: plan.watermark, last: state?.clock, stateName: extract.stateName)
        evidence.remaking = extract.loadMethod == .upsert ? extract.remaking : nil
        let verdict: WindowEvidence.Verdict
        if let now = outlook.clock {
            let reading = ClockMark(source: now, ours: clock.readAt)
            plan.clock = reading
            verdict = evidence.judge(reading)
        } else {
            verdict = evidence.judge(maximum: outlook.maximum)
        }
        switch verdict {
        case .fits: return
        case .refused(let failure): throw failure
        case .noted(let note):
            plan.reasons.append(note)
            plan.notes = (plan.notes ?? []) + [note]
        case .reachesBack(let seconds, let note):
            plan.reasons.append(note)
            plan.notes = (plan.notes ?? []) + [note]
            plan.window?.reachBack(seconds: seconds)
            plan.window?.begin(notBefore: plan.keyKind.flatMap { incremental.beginning($0) })
        }
    }

    private func reasons(
        _ incremental: Incremental, kind: KeyKind, plan: ReadPlan, outlook: Window.Outlook
    ) -> [String] {
        var reasons: [String] = []
        if let watermark = plan.watermark {
            let reach = incremental.overlap(for: kind, identifiesRows: !plan.uniqueColumns.isEmpty)
            let overlap = kind == .integer ? "\(reach)" : Span.exactWords(reach)
            reasons.append("The window begins at the watermark (\(watermark)) less an overlap of \(overlap).")
        } else {
            reasons.append("There is no watermark yet, so the window begins at the beginning.")
        }
        if let sentence = incremental.startSentence { reasons.append(sentence) }
        if let now = outlook.clock {
            reasons.append("It ends at the source's clock (\(now)) less a lag of \(Span.exactWords(incremental.lag)).")
        } else if let maximum = outlook.maximum {
            reasons.append("It ends with the largest \(incremental.key) that the source has now (\(maximum)).")
        }
        return reasons
    }

    private func window(
        of backfill: TableExtract.Backfill, key: String, kind: KeyKind, extract: TableExtract
    ) throws -> Window {
        guard let from = KeyValue(backfill.from, kind: kind), let to = KeyValue(backfill.to, kind: kind) else {
            throw Failure(
                .configuration,
                "\"\(backfill.from)\" and \"\(backfill.to)\" are not both values of the key \"\(key)\", \(Sentence.article(kind.rawValue)).",
                advice: kind == .integer
                    ? "Give whole numbers." : "Write them as 2026-11-23 or 2026-11-23 08:15:00.")
        }
        guard from.isBelow(to) ?? true else {
            throw Failure(
                .configuration, "A backfill from \(from) to \(to) is empty: it ends before it begins.",
                advice: "--from is included, --to is not.")
        }
        if let start = extract.incremental?.beginning(kind)?.value, from.isBelow(start) == true {
            throw Failure(
                .configuration,
                "The extract \"\(extract.name)\" reads rows from \(start) on, as \"start_date\" says, and the backfill is to begin "
                    + "at \(from).",
                advice: "Begin it there, or set an earlier \"start_date\".")
        }
        return Window(
            key: key, lower: KeyBound(from, isIncluded: true), upper: KeyBound(to, isIncluded: false), readsNulls: false
        )
    }

    /// An overlap that somebody asked for is there, or the run says why not: without it, late rows are missed.
    private func refuseOverlap(
        _ incremental: Incremental, kind: KeyKind, _ extract: TableExtract, _ plan: ReadPlan
    ) throws {
        guard plan.uniqueColumns.isEmpty, kind != .text, let overlap = incremental.overlap, overlap > 0 else { return }
        throw Failure(
            .configuration,
            "The extract \"\(extract.name)\" appends with an overlap, and nothing identifies the rows of \(extract.table): "
                + "rows that are read again would be added again.",
            advice:
                "\(KeyProposal(extract, source.knowledge(of: plan.table)).advice) Or say \(extract.setting("overlap", 0))."
        )
    }

    /// A start is a day or a moment of the key.
    private func refuseStart(_ incremental: Incremental, kind: KeyKind, _ extract: TableExtract) throws {
        guard let start = incremental.start, incremental.beginning(kind) == nil else { return }
        throw Failure(
            .configuration,
            kind == .date
                ? "The \"start_date\" of the extract \"\(extract.name)\", \(start), has a time of day, and its key "
                    + "\"\(incremental.key)\" is a date."
                : "The extract \"\(extract.name)\" has a \"start_date\", and its key \"\(incremental.key)\" is "
                    + "\(Sentence.article(kind.rawValue)).",
            advice: kind == .date ? "Write the day alone." : "Say which rows are read with \(extract.setting("where"))."
        )
    }

    private func refuseNulls(_ key: String, kind: KeyKind, extract: TableExtract) throws {
        let condition = Condition.both(extract.filter.map { .written($0) }, .lacking(key, kind))
        let rows = try source.extent(of: key, kind: .text, in: extract.table, where: condition).rows
        guard rows > 0 else { return }
        throw Failure(
            .data,
            kind.isTime
                ? "\(Sentence.count(rows, "row")) of \(extract.table) \(rows == 1 ? "has" : "have") no \(key), "
                    + "or one that is no moment of the years 1 to 9999, and "
                    + "\"null_keys\" is \"fail\"."
                : "\(Sentence.count(rows, "row")) of \(extract.table) \(rows == 1 ? "has" : "have") no \(key), "
                    + "and \"null_keys\" is \"fail\".",
            advice:
                "Fix them at the source, or say what becomes of them with \(extract.setting("null_keys")): \"once\", \"always\" or "
                + "\"exclude\"."
        )
    }
}
