import Extraction

/// What a load asks the books before it changes anything, and what it leaves there.
extension TableLoad {
    /// How extract and table stand now, under the write lock: somebody may have changed the file while rows were read.
    func judgedStanding() throws -> Standing {
        guard !isInPlace else { return Standing() }
        return try Bookkeeping.standing(of: extract, in: database).judged(
            for: extract, source: record.source?.identity, resolved: staging.plan.table)
    }

    /// Writes what the table holds now, the watermark with what it vouches for, and the run.
    func keepBooks(_ record: RunRecord, _ standing: Standing) throws {
        guard let table = try ExistingTable.find(extract.destinationTable, in: database) else {
            throw Failure(
                .internal, "The table \"\(extract.destinationTable)\" was loaded and is not there.",
                advice: "Nothing was loaded. Please report this.")
        }
        var load = TableHolding.Load(
            extract: extract, plan: staging.plan, columns: staging.columns, runID: record.runID, before: standing.table,
            after: try table.sight(holding: nil, in: database))
        load.source = record.source?.identity
        let holding = TableHolding(standing.holding, after: load)
        try Bookkeeping.register(record, holding: holding, stagedBytes: staging.byteCount, in: database)
        guard let state else { return }
        var vouched = Vouched(table: extract.destinationTable)
        vouched.generation = holding.generation
        vouched.mark = holding.mark
        vouched.source = record.source?.identity
        vouched.resolvedTable = staging.plan.table
        vouched.uniqueColumns = staging.plan.uniqueColumns
        try Bookkeeping.write(state, vouched: vouched, in: database)
    }

    /// The table with the columns that the extract fills, as its policy says.
    func evolved(_ existing: ExistingTable, _ standing: Standing, notes: inout [String]) throws -> ExistingTable {
        noteStaleMetadata(existing, &notes)
        guard standing.holding != nil, standing.table?.isReplaced == false else { return existing }
        var isChanged = false
        for column in existing.missing(of: definition) where standing.adds(column.name, for: extract) {
            try database.query(definition.addColumnSQL(column.name, storage: column.storage))
            isChanged = true
        }
        if extract.answer(to: .gone) == .evolve {
            for name in staging.drift?.gone ?? [] {
                guard existing.columns.contains(where: { Identifier.folded($0.name) == Identifier.folded(name) }) else {
                    continue
                }
                try drop(name)
                isChanged = true
            }
        }
        guard isChanged else { return existing }
        return try ExistingTable.find(extract.destinationTable, in: database) ?? existing
    }

    private func drop(_ column: String) throws {
        do {
            try database.query(definition.dropColumnSQL(column))
        } catch {
            // SQLite's generic code: an index, a view or a key needs the column.
            guard error.code.primary.rawValue == 1 else { throw error }
            throw Failure(
                .drift,
                "The column \"\(column)\" of \"\(extract.destinationTable)\" in \(database.path) is gone at the source, and "
                    + "SQLite does not drop it: \(error.message).",
                advice:
                    "Drop what depends on it first; or \"drift\": {\"gone\": \"ignore\"} (--drift gone=ignore) keeps it."
            )
        }
    }

    /// Rows that are updated without our columns would go on naming the run that read them first.
    private func noteStaleMetadata(_ existing: ExistingTable, _ notes: inout [String]) {
        guard extract.loadMethod == .upsert, !definition.addsMetadataColumns,
            existing.columns.contains(where: { Identifier.folded($0.name) == Identifier.folded(MetadataColumn.runID) })
        else { return }
        notes.append(
            "The table \"\(extract.destinationTable)\" has \(MetadataColumn.runID), which this extract does not fill any more: "
                + "in rows that it replaces the column names an older run.")
    }
}
