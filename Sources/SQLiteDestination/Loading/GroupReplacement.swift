import Extraction
import SQLite
import Staging
import Text

/// Groups of rows that are replaced whole, inside the transaction of a change: what the source no longer has of a group goes with
/// it, or is marked; a row that was read twice is there once, as it was read last.
struct GroupReplacement {
    let load: TableLoad
    let existing: ExistingTable
    let column: String
    let mark: Way.Mark?

    private var database: SQLiteDatabase { load.database }
    private var definition: TableDefinition { load.definition }
    private var sources: [String] { load.sources }
    private var unique: [String] { load.change.rows.order.uniqueColumns }

    /// Where the values of the groups are: in the staged rows, and in rows that name others.
    private var keys: [(table: String, column: String)] {
        sources.map { (table: $0, column: column) }
            + load.groups.flatMap { group in
                group.tables.map { (table: "\(group.staged).\($0)", column: group.column) }
            }
    }

    /// Whether a row cannot go from one group to another, because the group is one of the columns that identify it.
    private var staysInGroup: Bool { unique.contains { Identifier.folded($0) == Identifier.folded(column) } }

    func run() throws -> TableLoad.Written {
        try load.index(.groups, [column], on: existing)
        if mark == nil, staysInGroup, let written = try replaceInPlace() { return written }
        var written = TableLoad.Written()
        // A row that has gone from one group to another is there under the one that nobody asked for; and where others stay and
        // are marked, those that come again go first.
        if !unique.isEmpty, mark != nil || !staysInGroup {
            try load.index(.keys, unique, on: existing)
            written.replaced = try sources.reduce(0) {
                try $0 + database.changes(by: definition.removeSQL(keysIn: $1, on: unique, rowID: existing.rowID))
            }
        } else if !unique.isEmpty {
            written.replaced = Int(
                try database.value(definition.comingAgainSQL(from: sources, unique: unique))?.integer ?? 0)
        }
        for key in keys {
            if let mark {
                written.marked += try database.changes(
                    by: definition.markGroupsSQL(of: column, in: key.table, key.column, mark: mark))
            } else {
                written.removed += try database.changes(
                    by: definition.removeGroupsSQL(of: column, in: key.table, key.column))
            }
        }
        if sources.count > 1, !unique.isEmpty {
            written.rows = try database.changes(by: definition.copyLatestSQL(from: sources, unique: unique))
        } else {
            written.rows = try load.write(definition.copyByNameSQL).rows
        }
        let replaced = written.replaced ?? 0
        if mark == nil, staysInGroup { written.removed -= replaced }
        written.added = written.rows - replaced
        return written
    }

    /// Gives rows that come again their new values where they are. Most rows of a group come again, and to remove and add them
    /// writes the indexes over their columns too: of 16,000 rows, one in a hundred of a million, it has the log twice as long
    /// (SQLite 3.40.1).
    ///
    /// - Returns: nil where nothing has changed, because rows cannot be told apart: they have no numbers, or the table has
    ///   several rows with the same unique columns; or where another constraint might drop or refuse one row for another.
    private func replaceInPlace() throws -> TableLoad.Written? {
        guard sources.count == 1, let staging = sources.first, let there = existing.rowID,
            let here = definition.stagedRowID, try !existing.hasUniqueIndex(otherThan: unique, in: database)
        else { return nil }
        let numbers = RowNumbers(there: there, here: here)
        try database.query(TableDefinition.createSameSQL)
        defer { _ = try? database.query(TableDefinition.dropSameSQL) }
        guard let again = try rowsThatComeAgain(definition.findSameSQL(in: staging, group: column, on: unique, numbers))
        else {
            return nil
        }
        var written = TableLoad.Written(replaced: again)
        for key in keys {
            written.removed += try database.changes(
                by: definition.removeOthersSQL(of: column, in: key.table, key.column, numbers))
        }
        let mark = existing.has(MetadataColumn.deletedAt) ? MetadataColumn.deletedAt : nil
        if let update = definition.updateSameSQL(from: staging, unique: unique, clearing: mark, numbers) {
            let updated = try database.changes(by: update)
            guard updated == again else { throw miscounted(updated, of: again) }
        }
        written.added = try database.changes(by: definition.addOthersSQL(from: staging, numbers))
        written.rows = again + written.added
        let staged = load.change.rows.rowCount
        guard written.rows == staged else { throw miscounted(written.rows, of: staged) }
        return written
    }

    /// How many rows the statement finds; nil where one of either side has several of the other.
    private func rowsThatComeAgain(_ sql: String) throws(SQLiteError) -> Int? {
        do {
            return try database.changes(by: sql)
        } catch {
            guard .constraint ~= error.code else { throw error }
            return nil
        }
    }

    private func miscounted(_ rows: Int, of wanted: Int) -> Failure {
        Failure(
            .internal,
            "\(load.attempt) failed on \(database.path): \(Sentence.count(wanted, "row", "was", "were")) to be written, and "
                + "\(Sentence.count(rows, "row", "was", "were")).",
            advice: "The table is as it was. Please report this.")
    }
}
