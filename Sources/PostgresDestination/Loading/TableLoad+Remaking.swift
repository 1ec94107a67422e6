import Extraction
import Rows
import Staging

/// A table that a load makes: it comes into the place of another with all its rows, or is not there.
extension TableLoad {
    /// Fills a table under another name and gives it its own in the same transaction: whoever reads the old one is not held up while rows
    /// are copied.
    func remake(_ existing: ExistingRelation?, _ early: EarlyLoad.Filled?) throws -> LoadResult {
        let attachments = try existing.map { try TableAttachments.read($0, in: server) }
        Failpoint.reach(.loadDropped)
        let (made, written) = try taken(early, insteadOf: existing) ?? filled(insteadOf: existing)
        Failpoint.reach(.loadFilled)
        if let existing { try server.query("DROP TABLE \(existing.sql)") }
        if !made.name.isExactly(table.name) {
            try server.query("ALTER TABLE \(made.sql) RENAME TO \(PostgresName.quote(table.name))")
        }
        if case .merge(let unique, _) = way,
            let there = try ExistingRelation.find(table.schema, table.name, in: server)
        {
            try makeUnique(there, unique)
        }
        try indexLaterGroups()
        let notes = try attachments?.recreate(on: table.name, in: server) ?? []
        Failpoint.reach(.loadRebuilt)
        try check(written)
        return counted(
            LoadResult(rowsInTable: written.added - written.removed, rowsAdded: written.added, notes: notes), written)
    }

    private func newTable(_ name: String, insteadOf existing: ExistingRelation?) throws -> NewTable {
        try NewTable(name, as: table, for: way, mark: markColumn, insteadOf: existing, in: server)
    }

    /// The table that was filled while rows were read; nil where it is not the one that would be made now, because of what has come to
    /// the destination meanwhile.
    private func taken(
        _ early: EarlyLoad.Filled?, insteadOf existing: ExistingRelation?
    ) throws -> (PostgresTable, Written)? {
        guard let early else { return nil }
        let made = early.table.table
        let wanted = try newTable(made.name, insteadOf: existing)
        let isWhole = isOneRead && early.rows == change.rows.rowCount
        guard wanted == early.table, isWhole, NewTable.isMade(by: way, insteadOf: existing) else {
            try early.drop()
            return nil
        }
        Failpoint.reach(.loadCreated)
        return (made, Written(rows: early.rows, added: early.rows))
    }

    private func filled(insteadOf existing: ExistingRelation?) throws -> (PostgresTable, Written) {
        let made = try newTable(
            existing == nil ? table.name : PostgresName.derived("_kleene_new_", table.name), insteadOf: existing)
        if existing != nil { try server.query("DROP TABLE IF EXISTS \(made.table.sql)") }
        try made.make(in: server)
        Failpoint.reach(.loadCreated)
        return (made.table, try fillNew(made.table))
    }

    /// A row that was read twice is in two chunks; within one none is twice.
    private var isOneRead: Bool { change.rows.tables.count == 1 }

    private func fillNew(_ made: PostgresTable) throws -> Written {
        switch way {
        case .merge, .add(.some): if !isOneRead { return try fill(empty: made) }
        case .replaceGroups: return try fill(empty: made)
        case .replaceAll, .add(nil), .remove: break
        }
        let rows = try copy(made.copySQL)
        return Written(rows: rows, added: rows)
    }

    private func fill(empty made: PostgresTable) throws -> Written {
        guard let there = try ExistingRelation.find(made.schema, made.name, in: server) else {
            throw Failure(
                .internal, "The table \"\(made.name)\" was made and is not there.", advice: "Please report this.")
        }
        return try fill(there)
    }
}
