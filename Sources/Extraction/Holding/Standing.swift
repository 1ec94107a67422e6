/// How an extract and its destination table stand before a run: the watermark and what it vouches for, what the books say
/// of the table, and what a look at it shows.
package struct Standing: Sendable, Equatable {
    package var state: ExtractState?
    /// Nil for a watermark of an older version.
    package var vouched: Vouched?
    /// Nil where kleene-ns has not loaded the table.
    package var holding: TableHolding?
    /// Nil where there is no such table.
    package var table: TableSight?
    /// What a person should know, in sentences.
    package var notes: [String] = []

    package init() {}

    package var holdsRows: Bool { table?.holdsRows == true }

    /// What the run goes on from: without the watermark where it begins again, since nothing can be lost by that.
    ///
    /// - Parameters:
    ///   - source: Nil where it is not known yet.
    ///   - resolved: The source's table as it lists it; nil where nobody has asked yet.
    /// - Throws: where the table holds rows that are not this extract's, or the watermark is another source's.
    package func judged(
        for extract: TableExtract, source: SourceIdentity?, resolved: TableName? = nil
    ) throws -> Standing {
        var standing = self
        let foreign = foreignness(to: extract, source: source, resolved: resolved)
        if let foreign {
            guard extract.adoptsTable else { throw foreign.failure(extract) }
            standing.notes.append(
                "The table \"\(extract.destinationTable)\" holds \(foreign.rows); it is adopted, as \(extract.isByFlags ? "--adopt-table" : "\"adopt_table\"") says."
            )
            // No watermark that vouched for those rows alone vouches for the mixture.
            standing.holding?.generation = nil
            standing.holding?.columns = nil
            standing.holding?.table = extract.table
        } else if let note = renamingNote(extract) ?? filterNote(extract) {
            standing.notes.append(note)
        }
        try standing.checkMasking(extract, extract.masking, reading: extract.columns.flatMap { ColumnChoice($0).names })
        guard let state, extract.watermarkKey != nil else { return standing }
        if let reason = reasonToBeginAgain(extract, isForeign: foreign != nil, source: source) {
            standing.state = nil
            standing.vouched = nil
            let consequence =
                extract.backfill == nil
                ? "so everything is read again" : "so the next run without a range reads everything"
            standing.notes.append("\(reason) The watermark (\(state.watermark)) says nothing about it, \(consequence).")
            return standing
        }
        try refuseOtherSource(state, source, for: extract)
        if let loss = lossNote(extract) { standing.notes.append(loss) }
        if let note = startNote(extract) { standing.notes.append(note) }
        return standing
    }

    // MARK: The watermark

    private func reasonToBeginAgain(_ extract: TableExtract, isForeign: Bool, source: SourceIdentity?) -> String? {
        let name = "\"\(extract.destinationTable)\""
        let isSameName = vouched.map { FoldedName($0.table) == FoldedName(extract.destinationTable) } ?? true
        guard let table, table.holdsRows else {
            if let vouched, vouched.isEmpty, isSameName { return nil }
            if !isSameName, let vouched {
                return "The watermark belongs to the table \"\(vouched.table)\", and \(name) has no rows."
            }
            return table == nil
                ? "The table \(name) that was loaded is not there: it was dropped or renamed, or it is another one now."
                : "The table \(name) is empty: its rows were deleted."
        }
        if !isSameName, let vouched {
            return "The watermark belongs to the table \"\(vouched.table)\", not to \(name)."
        }
        if isForeign { return "The table \(name) held rows that another run, or another program, has put there." }
        guard let vouched else {
            // Of an older version: the books say at least who loaded the table last.
            guard let holding, holding.extract != extract.name else { return nil }
            return "The table \(name) was loaded by the extract \"\(holding.extract)\"."
        }
        if vouched.isEmpty { return "The table \(name) has rows that came after the watermark was set." }
        if let generation = vouched.generation {
            guard generation != holding?.generation else { return lossReason(extract) }
            return "The rows of \(name) were all replaced after the watermark was set."
        }
        guard let mark = vouched.mark, mark != table.mark else { return nil }
        return "The table \(name) is another one than when the watermark was set."
    }

    /// By how much the largest number of a row went down, if it did.
    private var lastRows: (before: Int64, now: Int64)? {
        guard let before = holding?.lastRow, let now = table?.lastRow, now < before else { return nil }
        return (before, now)
    }

    private func lossReason(_ extract: TableExtract) -> String? {
        guard let lastRows, lastRows.now < lastRows.before / 2 else { return nil }
        return
            "The table \"\(extract.destinationTable)\" has lost more than half of its rows: other programs deleted them."
    }

    /// Rows that a person deletes stay deleted, as those that are gone at the source: told, and no more.
    private func lossNote(_ extract: TableExtract) -> String? {
        guard let lastRows, lossReason(extract) == nil else { return nil }
        return
            "Other programs deleted rows of \"\(extract.destinationTable)\": the last row had the number \(lastRows.before), "
            + "and has \(lastRows.now) now. They do not come back by themselves: to have them, "
            + "\(extract.readingAgain(declared: state?.declaredKey))."
    }

    private func refuseOtherSource(
        _ state: ExtractState, _ source: SourceIdentity?, for extract: TableExtract
    ) throws {
        guard let source else { return }
        let words = vouched?.source.map { $0.isSame(as: source) ? nil : $0.words } ?? nil
        // The words are all that an older version wrote.
        let older = source.kind != .database && state.source != source.words ? state.source : nil
        guard let theirs = words ?? older else { return }
        throw state.staleness(source: theirs, now: source.words, for: extract)
    }
}
