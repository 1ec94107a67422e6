import Extraction
import SQLite
import Staging

/// What a load asks the books before it changes anything, and what it leaves there.
extension TableLoad {
    /// How extract and table stand now, under the write lock: somebody may have changed the file while rows were read.
    func judgedStanding() throws -> Standing {
        try change.terms.judged(
            Bookkeeping.standing(of: change.run.extract, table: change.table, in: database))
    }

    /// Writes what the table holds now, and the watermark with what it vouches for.
    func keepBooks(_ record: RunRecord, _ standing: Standing) throws {
        guard let table = try ExistingTable.find(change.table, in: database) else {
            throw Failure(
                .internal, "The table \"\(change.table)\" was loaded and is not there.",
                advice: "Nothing was loaded. Please report this.")
        }
        let holding = change.holding(
            standing, after: try table.sight(holding: nil, in: database), run: record)
        try Bookkeeping.register(record, holding: holding, stagedBytes: change.rows.byteCount, in: database)
        guard let state = change.state?.to else { return }
        try Bookkeeping.write(state, vouched: change.terms.vouched(holding), in: database)
    }

    /// The table with the columns that the extract fills, as its policy says.
    func evolved(_ existing: ExistingTable, _ standing: Standing, notes: inout [String]) throws -> ExistingTable {
        noteStaleMetadata(existing, &notes)
        var existing = existing
        if try addMarkColumn(to: existing, standing) {
            existing = try ExistingTable.find(change.table, in: database) ?? existing
        }
        guard standing.holding != nil, standing.table?.isReplaced == false else { return existing }
        var isChanged = false
        for column in existing.missing(of: definition) where change.terms.adds(column.name, to: standing) {
            try database.query(definition.addColumnSQL(column.name, storage: column.storage))
            isChanged = true
        }
        for name in change.terms.dropped(change.rows.drift, from: standing) where existing.has(name) {
            try drop(name)
            isChanged = true
        }
        guard isChanged else { return existing }
        return try ExistingTable.find(change.table, in: database) ?? existing
    }

    /// Adds the column that says since when a row is gone, where the table is to have it and has not.
    ///
    /// - Parameter standing: Nil for a table that was made just now.
    func addMarkColumn(to existing: ExistingTable, _ standing: Standing?) throws -> Bool {
        guard let column = change.markColumn, !existing.has(column) else { return false }
        if let standing { try change.terms.checkMarking(column, in: standing, of: database.path) }
        try database.query(definition.addColumnSQL(column, storage: .text))
        return true
    }

    private func drop(_ column: String) throws {
        do {
            try database.query(definition.dropColumnSQL(column))
        } catch {
            // SQLite's generic code: an index, a view or a key needs the column.
            guard .error ~= error.code else { throw error }
            throw Failure(
                .drift,
                "The column \"\(column)\" of \"\(change.table)\" in \(database.path) is gone at the source, and "
                    + "SQLite does not drop it: \(error.message).",
                advice:
                    "Drop what depends on it first; or \(change.terms.extract.drift(.gone, .ignore)) keeps it."
            )
        }
    }

    /// Rows that are updated without our columns would go on naming the run that read them first.
    private func noteStaleMetadata(_ existing: ExistingTable, _ notes: inout [String]) {
        guard case .merge = change.way, !definition.addsMetadataColumns,
            existing.columns.contains(where: { Identifier.folded($0.name) == Identifier.folded(MetadataColumn.runID) })
        else { return }
        notes.append(
            "The table \"\(change.table)\" has \(MetadataColumn.runID), which this extract does not fill any more: "
                + "in rows that it replaces the column names an older run.")
    }
}
