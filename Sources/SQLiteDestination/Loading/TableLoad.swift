import Extraction
import FoundationEssentials

/// One load: staged rows, the books and the run record into the destination, in one transaction.
struct TableLoad {
    let destination: SQLiteFile
    let database: SQLiteDatabase
    let staging: StagingFile
    let record: RunRecord
    /// The watermark that goes in with the rows.
    let state: ExtractState?

    private var extract: TableExtract { staging.extract }
    private var definition: TableDefinition { staging.definition }
    private var attempt: String { "Loading \"\(extract.destinationTable)\"" }
    private var table: String { "main.\(Identifier.quote(extract.destinationTable))" }

    /// The name under which the side file is attached.
    private static let attached = "kleene_staging"
    /// The staged chunks, in the order of their reads.
    private var sources: [String] {
        staging.completed.map { "\(Self.attached).\(StagingFile.table($0.number))" }
    }
    private var unique: [String] { staging.plan.uniqueColumns }

    func callAsFunction() throws -> LoadResult {
        let begin = ContinuousClock.now
        try trying(attempt) {
            // Nobody writes the side file any more, so it needs no locks and no look for a journal.
            try database.query(
                "ATTACH ? AS \(Self.attached)", [.text(SQLiteDatabase.uri(staging.path, query: "?mode=ro&immutable=1"))]
            )
        }
        let result: LoadResult
        do {
            result = try trying(attempt) {
                try database.query("BEGIN IMMEDIATE")
                Failpoint.reach(.loadBegun)
                let result = try fill()
                var final = record
                final.rowsInTable = result.rowsInTable
                final.rowsAdded = result.rowsAdded
                final.notes += result.notes
                final.seconds += (ContinuousClock.now - begin) / .seconds(1)
                final.finishedAt = Timestamp(Date())
                try Bookkeeping.register(final, stagedBytes: staging.byteCount, in: database)
                try checkWatermark()
                if let state { try Bookkeeping.write(state, in: database) }
                try Bookkeeping.write(final, in: database)
                Failpoint.reach(.loadRecorded)
                try database.query("COMMIT")
                return result
            }
        } catch {
            database.rollBack()
            // What was written before it failed still fills the log, perhaps on a full disk.
            truncateLog()
            throw error
        }
        Failpoint.reach(.loadCommitted)
        truncateLog()
        Failpoint.reach(.loadCheckpointed)
        return result
    }

    /// Moves the log into the file, as far as readers allow. Not done is no failure: the next one does it.
    private func truncateLog() {
        _ = try? database.query("PRAGMA busy_timeout = 1000")
        _ = try? database.query("PRAGMA main.wal_checkpoint(TRUNCATE)")
    }

    // MARK: Inside the transaction

    private func fill() throws -> LoadResult {
        // Asked again under the write lock: another program may have changed the file while rows were read.
        try Admission.check(extract, in: database)
        // First, while it can still be seen whether the file was empty and is ours to mark.
        try Bookkeeping.create(in: database)
        let existing = try ExistingTable.find(extract.destinationTable, in: database)
        let attachments = try existing.map { try TableAttachments.read(from: database, table: $0.name) }
        try checkStaged()
        var before = 0
        var notes: [String] = []
        if let existing, extract.loadMethod != .dropCreateLoad {
            try existing.check(definition, path: database.path)
            try checkRowIDs(existing)
            if extract.loadMethod == .truncateLoad {
                try database.query("DELETE FROM \(table)")
            } else {
                before = try database.count(table)
            }
            if before > 0 { try Admission.checkFirstAppend(extract, plan: staging.plan, path: database.path) }
            Failpoint.reach(.loadDropped)
            try fill(existing)
            Failpoint.reach(.loadFilled)
        } else {
            if existing != nil { try database.query("DROP TABLE \(table)") }
            Failpoint.reach(.loadDropped)
            try database.query(definition.createSQL(as: table))
            Failpoint.reach(.loadCreated)
            try fillNew()
            Failpoint.reach(.loadFilled)
            // Behind the rows: one sort is faster than a million insertions.
            if let attachments { notes += try attachments.recreate(in: database, definition: definition) }
            Failpoint.reach(.loadRebuilt)
        }
        let after = try database.count(table)
        try checkCount(before: before, after: after)
        if let triggers = attachments?.triggers, !triggers.isEmpty {
            notes.append(
                "Triggers do not fire while kleene-ns loads: \(Identifier.list(triggers)) on \"\(extract.destinationTable)\"."
            )
        }
        return LoadResult(rowsInTable: after, rowsAdded: after - before, notes: notes)
    }

    private func checkStaged() throws {
        let staged = try sources.reduce(0) { try $0 + database.count($1) }
        guard staged == staging.rowCount else {
            throw Failure(
                .internal, "\(staging.rowCount) rows of \(extract.table) were staged, but \(staged) are there.",
                advice: "Nothing was loaded. Please report this.")
        }
    }

    /// A table that was there already, with its constraints and indexes.
    private func fill(_ existing: ExistingTable) throws {
        switch extract.loadMethod {
        case .dropCreateLoad, .truncateLoad: try copy(into: existing)
        case .append:
            guard let key = versionKey else { return try copy(into: existing) }
            if let index = try LoadIndex.versions.place(on: existing, columns: unique + [key], in: database) {
                try database.query(definition.versionIndexSQL(unique, key: key, name: index))
            }
            for source in sources {
                try database.query(definition.appendNewSQL(from: source, unique: unique, key: key))
            }
        case .upsert:
            try makeUnique(existing)
            try upsert()
        }
    }

    /// A table that was made just now, exactly as the rows are.
    private func fillNew() throws {
        // A row that was read twice is in two chunks; within one none is twice.
        if extract.loadMethod == .upsert, sources.count > 1 {
            try createUniqueIndex()
            return try upsert()
        }
        if extract.loadMethod == .append, sources.count > 1, versionKey != nil {
            guard let made = try ExistingTable.find(extract.destinationTable, in: database) else { return }
            return try fill(made)
        }
        for source in sources { try database.query(definition.copySQL(from: source)) }
        if extract.loadMethod == .upsert { try createUniqueIndex() }
    }

    private func createUniqueIndex() throws {
        let made = try ExistingTable.find(extract.destinationTable, in: database)
        guard let made, let index = try LoadIndex.unique.place(on: made, columns: unique, in: database) else { return }
        try database.query(definition.uniqueIndexSQL(unique, name: index))
    }

    private func copy(into existing: ExistingTable) throws {
        let fitsWhole = existing.hasSameColumns(as: definition)
        for source in sources {
            try database.query(fitsWhole ? definition.copySQL(from: source) : definition.copyByNameSQL(from: source))
        }
    }

    private func upsert() throws {
        // Only the source knows the order of text.
        let key = staging.plan.keyKind == .text ? nil : staging.plan.window?.key
        for source in sources { try database.query(definition.upsertSQL(from: source, unique: unique, key: key)) }
    }

    /// The incremental key, if rows that are there already are to be known by it and the unique columns.
    private var versionKey: String? { unique.isEmpty ? nil : staging.plan.window?.key }

    /// An index by which rows are found and kept apart.
    private func makeUnique(_ existing: ExistingTable) throws {
        if let inexact = try existing.inexactUniqueIndex(on: unique, in: database) {
            throw Failure(
                .drift,
                "The table \"\(extract.destinationTable)\" in \(database.path) has the unique index \"\(inexact)\" on "
                    + "\(Identifier.list(unique)), which takes some different texts for the same, so that one row would "
                    + "replace another.",
                advice: "Make that index without COLLATE, or load into another \"destination_table\".")
        }
        if try existing.hasUniqueIndex(on: unique, in: database) { return }
        do {
            try createUniqueIndex()
        } catch let error as SQLiteError where error.code.primary == .constraint {
            throw Failure(
                .destination,
                "The table \"\(extract.destinationTable)\" in \(database.path) has several rows with the same "
                    + "\(Identifier.list(unique)), so nobody knows which of them to replace.",
                advice: "Remove the superfluous rows, or load into another \"destination_table\".")
        }
    }

    /// Whether the number of rows is one that the load method can come to.
    private func checkCount(before: Int, after: Int) throws {
        let staged = staging.rowCount
        let isExact = extract.loadMethod != .upsert && (extract.loadMethod != .append || versionKey == nil)
        guard isExact ? after != before + staged : !(before...before + staged).contains(after) else { return }
        throw Failure(
            .destination,
            "\(attempt) failed on \(database.path): \(staged) rows were staged and the table had \(before), "
                + "but it would have \(after). A constraint of the table drops or replaces rows.",
            advice: "The table is as it was. Drop the constraint's ON CONFLICT clause, or use the load method "
                + "\"drop_create_load\", which makes the table anew.")
    }

    /// The run began at a watermark; has somebody moved it since?
    private func checkWatermark() throws {
        guard state != nil else { return }
        let now = try Bookkeeping.states(in: database).first { $0.extract == extract.name }?.watermark
        guard now != staging.plan.watermark else { return }
        throw Failure(
            .destination,
            "The watermark of \"\(extract.name)\" was \(staging.plan.watermark.map { "\($0)" } ?? "absent") when the run "
                + "began, and is \(now.map { "\($0)" } ?? "absent") now; nothing was loaded.",
            advice: "Run the same command again: it begins where the watermark is now.")
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
                + "number for NULL, and \(nulls) rows have NULL there.",
            advice: "Change the table, or use the load method \"drop_create_load\", which makes it anew.")
    }
}
