import Extraction
import SQLite
import Staging
import Text

/// The rows of one table into an open file, inside the transaction of their change.
struct TableLoad {
    let database: SQLiteDatabase
    let change: TableChange<SealedFile>
    /// The name under which its staged rows are in reach.
    private let staged: String
    /// The same of the rows that name its groups, with their tables and the column of the groups.
    let groups: [(staged: String, tables: [String], column: String)]
    let definition: TableDefinition

    init(
        database: SQLiteDatabase, change: TableChange<SealedFile>, staged: String,
        groups: [(staged: String, tables: [String], column: String)]
    ) {
        self.database = database
        self.change = change
        self.staged = staged
        self.groups = groups
        self.definition = TableDefinition(change.table, shape: change.rows.shape)
    }

    var attempt: String { "Loading \"\(change.table)\"" }
    private var table: String { "main.\(Identifier.quote(change.table))" }

    /// The staged chunks, in the order of their reads.
    var sources: [String] { change.rows.tables.map { "\(staged).\($0)" } }

    // MARK: Inside the transaction

    /// What a table lacks whose rows are there already.
    func finish() throws -> LoadResult {
        if case .merge(let unique, _) = change.way { try createUniqueIndex(unique) }
        let made = try ExistingTable.find(change.table, in: database)
        if let made { _ = try addMarkColumn(to: made, nil) }
        try indexLaterGroups()
        let number = made?.rowNumber
        // Numbers are given from 1 on and no row goes, so the largest is the count; counting would read the whole file.
        let rows = try number.map { Int(try largest($0)) } ?? database.count(table)
        guard rows == change.rows.rowCount else {
            throw Failure(
                .internal,
                "\(Sentence.count(change.rows.rowCount, "row")) of \(change.rows.order.extract.table) came into "
                    + "staging, but \(rows) into the table.",
                advice: "Nothing was loaded. Please report this.")
        }
        return LoadResult(rowsInTable: rows, rowsAdded: rows, notes: [])
    }

    func fill(_ standing: Standing) throws -> LoadResult {
        // Asked again under the write lock: another program may have changed the file while rows were read.
        try Admission.check(change.terms.extract, in: database)
        let existing = try ExistingTable.find(change.table, in: database)
        try change.checkTableIsThere(existing != nil, in: database.path)
        try existing.map { try guarded($0) }
        var notes: [String] = []
        let attachments = try existing.map { try TableAttachments.read(from: database, table: $0.name) }
        // What is written says how many rows there are where nothing else can drop or replace rows; a table with further
        // constraints is counted. Otherwise a table that rows come to is not: that would read all of it.
        let isCounted = try existing?.hasUniqueIndex(otherThan: unique, in: database) == true
        var before = 0
        let written: Written
        if let found = existing, change.way.keepsDefinition {
            let existing = try evolved(found, standing, notes: &notes)
            if change.way.addsRows {
                try existing.check(
                    definition, advice: change.terms.extract.adviceToRemake(existing.name), path: database.path)
                try checkRowIDs(existing)
            }
            if change.way.replacesAllRows {
                try database.query("DELETE FROM \(table)")
            } else {
                if isCounted { before = try database.count(table) }
                if try database.holdsRows(existing.name) { try change.terms.checkHoldsRows(in: database.path) }
            }
            Failpoint.reach(.loadDropped)
            written = try fill(existing)
            notes += change.terms.olderNotes(unwritten(written), change.way)
            Failpoint.reach(.loadFilled)
        } else {
            if existing != nil { try database.query("DROP TABLE \(table)") }
            Failpoint.reach(.loadDropped)
            try database.query(definition.createSQL(as: table, maker: change.run.runID))
            Failpoint.reach(.loadCreated)
            written = try fillNew()
            // Behind the rows, which are copied whole into a table of their own columns.
            if let made = try ExistingTable.find(change.table, in: database) { _ = try addMarkColumn(to: made, nil) }
            Failpoint.reach(.loadFilled)
            // Behind the rows: one sort is faster than a million insertions.
            if let attachments { notes += try attachments.recreate(in: database, definition: definition) }
            Failpoint.reach(.loadRebuilt)
        }
        try indexLaterGroups()
        let after = isCounted ? try database.count(table) : before + written.added - written.removed
        try check(written, before: before, after: after)
        try checkRemoved(written)
        if let triggers = attachments?.triggers, !triggers.isEmpty {
            notes.append(
                "Triggers do not fire while kleene-ns loads: \(Sentence.list(triggers)) on \"\(change.table)\"."
            )
        }
        let isKnown = isCounted || existing == nil || change.way.replacesAllRows
        var result = LoadResult(rowsInTable: isKnown ? after : nil, rowsAdded: written.added, notes: notes)
        if !change.way.replacesAllRows, written.removed + written.marked > 0 {
            result.rowsRemoved = written.removed + written.marked
        }
        switch change.way {
        case .merge: (result.rowsReplaced, result.rowsUnchanged) = (written.rows - written.added, unwritten(written))
        case .add(_?): result.rowsUnchanged = unwritten(written)
        case .replaceGroups: result.rowsReplaced = written.replaced
        case .add(nil), .replaceAll, .remove: break
        }
        return result
    }

    /// Stops a change by which too many rows went.
    private func checkRemoved(_ written: Written) throws {
        let lost = written.removed + written.marked - (change.way.addsRows ? written.added : 0)
        let marked = change.markColumn.map { " WHERE \(Identifier.quote($0)) IS NULL" } ?? ""
        let failure = try change.refusal(ofRemoving: lost) { most in
            try database.count(most.map { "(SELECT 1 FROM \(table)\(marked) LIMIT \($0))" } ?? "\(table)\(marked)")
        }
        if let failure { throw failure }
    }

    /// Staged rows that were not written, because they are there already or a newer one is.
    private func unwritten(_ written: Written) -> Int { max(0, change.rows.rowCount - written.rows) }

    /// Stops a load that would leave much less than is there, before anything is changed.
    private func guarded(_ existing: ExistingTable) throws {
        guard let limit = change.guards, change.way.replacesAllRows else { return }
        let rows = change.rows.rowCount
        // Not counted where the numbers of its rows show that there cannot be as many, and no further than it matters: all of a
        // large table would be read.
        guard let most = limit.mostRows(replacedBy: rows), try mostRows(existing).map({ $0 > most }) ?? true,
            try database.count("(SELECT 1 FROM \(table) LIMIT \(most.addingReportingOverflow(1).partialValue))") > most
        else { return }
        let failure = limit.refusal(
            of: rows, replacing: try database.count(table), table: existing.name, extract: change.run.extract)
        if let failure { throw failure }
    }

    /// How many rows a table can have by the numbers of its first and its last; nil where they have none.
    private func mostRows(_ existing: ExistingTable) throws -> Int? {
        guard let number = existing.rowNumber else { return nil }
        let ends = try database.query(
            "SELECT (SELECT min(\(number)) FROM \(table)), (SELECT max(\(number)) FROM \(table))"
        ).first
        guard let first = ends?[0].integer, let last = ends?[1].integer else { return 0 }
        let (distance, overflows) = last.subtractingReportingOverflow(first)
        return overflows || distance == .max ? nil : Int(distance) + 1
    }

    /// A table that was there already, with its constraints and indexes; how many rows were written.
    private func fill(_ existing: ExistingTable) throws -> Written {
        switch change.way {
        case .replaceAll, .add(nil): return try copy(into: existing)
        case .add(let identity?):
            let (unique, version) = (identity.columns, identity.version)
            if let index = try LoadIndex.versions.place(
                on: existing, columns: unique + [version.column], in: database)
            {
                try database.query(definition.versionIndexSQL(unique, key: version.column, name: index))
            }
            return try write { definition.appendNewSQL(from: $0, unique: unique, version: version) }
        case .merge(let unique, let version):
            try makeUnique(existing, unique)
            return try merge(on: unique, newestBy: version)
        case .replaceGroups(let column, let mark):
            return try GroupReplacement(load: self, existing: existing, column: column, mark: mark).run()
        case .remove(let columns, let mark): return try remove(on: columns, mark, from: existing)
        }
    }

    /// A table that was made just now, exactly as the rows are.
    private func fillNew() throws -> Written {
        // A row that was read twice is in two chunks; within one none is twice.
        switch change.way {
        case .merge(let unique, let version) where sources.count > 1:
            try createUniqueIndex(unique)
            return try merge(on: unique, newestBy: version)
        case .add(_?) where sources.count > 1:
            guard let made = try ExistingTable.find(change.table, in: database) else { break }
            return try fill(made)
        case .replaceGroups:
            guard let made = try ExistingTable.find(change.table, in: database) else { break }
            _ = try addMarkColumn(to: made, nil)
            return try fill(made)
        default: break
        }
        let written = try write(definition.copySQL)
        if case .merge(let unique, _) = change.way { try createUniqueIndex(unique) }
        return written
    }

    private func createUniqueIndex(_ unique: [String]) throws {
        let made = try ExistingTable.find(change.table, in: database)
        guard let made, let index = try LoadIndex.unique.place(on: made, columns: unique, in: database) else { return }
        try database.query(definition.uniqueIndexSQL(unique, name: index))
    }

    private func copy(into existing: ExistingTable) throws -> Written {
        try write(existing.hasSameColumns(as: definition) ? definition.copySQL : definition.copyByNameSQL)
    }

    private func merge(on unique: [String], newestBy version: VersionKey?) throws -> Written {
        let existing = try ExistingTable.find(change.table, in: database)
        let number = existing?.rowNumber
        return try sources.reduce(into: Written()) { sum, source in
            // The statement replaces and adds without a word about which. New rows get new numbers; where they do not, they are
            // looked for before, which costs as much again as finding them.
            let last = try number.map(largest)
            let isNumbered = last.map { $0 < .max - Int64(change.rows.rowCount) } ?? false
            let absent = isNumbered ? 0 : try database.count(definition.absentRows(of: source, unique: unique))
            sum.rows += try database.changes(
                by: definition.upsertSQL(
                    from: source, unique: unique, newestBy: version,
                    clearing: existing?.has(MetadataColumn.deletedAt) == true ? MetadataColumn.deletedAt : nil))
            if isNumbered, let number, let last {
                sum.added += Int(try largest(number) - last)
            } else {
                sum.added += absent
            }
        }
    }

    private func remove(on columns: [String], _ mark: Way.Mark?, from existing: ExistingTable) throws -> Written {
        try index(.keys, columns, on: existing)
        let rows = try sources.reduce(0) { sum, source in
            let sql =
                mark.map { definition.markSQL(keysIn: source, on: columns, mark: $0, rowID: existing.rowID) }
                ?? definition.removeSQL(keysIn: source, on: columns, rowID: existing.rowID)
            var rows = try database.changes(by: sql)
            if try database.value(TableDefinition.holdsNullSQL(source, in: columns)) == .integer(1) {
                rows += try database.changes(by: definition.removeNullsSQL(keysIn: source, on: columns, mark: mark))
            }
            return sum + rows
        }
        guard let mark else { return Written(removed: rows) }
        return mark.value == nil ? Written() : Written(marked: rows)
    }

    /// Has an index on columns by which rows are found: without one, all of the table would be read for each change.
    func index(_ kind: LoadIndex, _ columns: [String], on existing: ExistingTable) throws {
        guard columns.allSatisfy(existing.has), try !existing.hasUniqueIndex(on: columns, in: database),
            let name = try kind.place(on: existing, columns: columns, in: database)
        else { return }
        try database.query(definition.keyIndexSQL(columns, name: name))
    }

    /// Has the index by which groups of these rows will be found.
    private func indexLaterGroups() throws {
        guard let column = change.laterGroups, let made = try ExistingTable.find(change.table, in: database) else {
            return
        }
        try index(.groups, [column], on: made)
    }

    /// The largest number that a row of the table has; 0 where it has no row.
    private func largest(_ number: String) throws -> Int64 {
        try database.value("SELECT max(\(number)) FROM \(table)")?.integer ?? 0
    }

    /// Runs one statement a chunk that adds rows and replaces none.
    func write(_ sql: (String) -> String) throws -> Written {
        let rows = try sources.reduce(0) { try $0 + database.changes(by: sql($1)) }
        return Written(rows: rows, added: rows)
    }

    /// What the statements of a load did.
    struct Written {
        var rows = 0
        /// Those of the rows that the table did not have.
        var added = 0
        /// Rows of groups that came again; nil where nothing tells.
        var replaced: Int?
        /// Rows that went, where others stay; and those that stay and are marked.
        var removed = 0
        var marked = 0
    }

    /// The columns that tell rows apart.
    private var unique: [String] {
        switch change.way {
        case .merge(let columns, _): columns
        case .replaceAll, .add, .replaceGroups, .remove: change.rows.order.uniqueColumns
        }
    }

    /// An index by which rows are found and kept apart.
    private func makeUnique(_ existing: ExistingTable, _ unique: [String]) throws {
        if let inexact = try existing.inexactUniqueIndex(on: unique, in: database) {
            throw Failure(
                .drift,
                "The table \"\(change.table)\" in \(database.path) has the unique index \"\(inexact)\" on "
                    + "\(Sentence.list(unique)), which takes some different texts for the same, so that one row would "
                    + "replace another.",
                advice:
                    "Make that index without COLLATE, or load into another \(change.terms.extract.setting("destination_table"))."
            )
        }
        if try existing.hasUniqueIndex(on: unique, in: database) { return }
        do {
            try createUniqueIndex(unique)
        } catch let error as SQLiteError where .constraint ~= error.code {
            throw Failure(
                .destination,
                "The table \"\(change.table)\" in \(database.path) has several rows with the same "
                    + "\(Sentence.list(unique)), so it is not clear which of them to replace.",
                advice:
                    "Remove the surplus rows, or load into another \(change.terms.extract.setting("destination_table"))."
            )
        }
    }

    /// Whether the load wrote what the load method can come to, and the table has it.
    private func check(_ written: Written, before: Int, after: Int) throws {
        let staged = change.rows.rowCount
        // Rows that are there already are not written: newer ones stay, and versions are added once.
        let isPlausible = change.way.writesEachRow ? written.rows == staged : (0...staged).contains(written.rows)
        guard !isPlausible || after != before + written.added - written.removed else { return }
        throw Failure(
            .destination,
            "\(attempt) failed on \(database.path): \(Sentence.count(staged, "row", "was", "were")) staged and "
                + "the table had \(before), "
                + "but it would have \(after). A constraint of the table drops or replaces rows.",
            advice:
                "The table is as it was. Drop the constraint's ON CONFLICT clause; or drop the table: the next run makes it "
                + "again and reads everything.")
    }

    /// Refuses NULLs for a column in which SQLite would put numbers of its own.
    private func checkRowIDs(_ existing: ExistingTable) throws {
        guard let column = existing.rowIDColumn(for: definition) else { return }
        let nulls = try sources.reduce(0) {
            try $0 + database.count("\($1) WHERE \(Identifier.quote(column)) IS NULL")
        }
        guard nulls > 0 else { return }
        throw Failure(
            .drift,
            "\(attempt) failed on \(database.path): its column \"\(column)\" is the INTEGER PRIMARY KEY, where SQLite puts a "
                + "number for NULL, and \(Sentence.count(nulls, "row", "has", "have")) NULL there.",
            advice: "Change the table; or drop it: the next run makes it again and reads everything.")
    }
}

extension Way {
    /// Whether each staged row becomes a row of the table, whatever is there.
    fileprivate var writesEachRow: Bool {
        switch self {
        case .replaceAll, .add(nil): true
        case .add, .merge, .replaceGroups, .remove: false
        }
    }
}
