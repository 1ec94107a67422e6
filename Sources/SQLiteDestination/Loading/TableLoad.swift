import Extraction
import FoundationEssentials

/// One load: staged rows, the books and the run record into the destination, in one transaction.
struct TableLoad {
    let destination: SQLiteFile
    let database: SQLiteDatabase
    let staging: StagingFile
    let record: RunRecord

    private var extract: TableExtract { staging.extract }
    private var definition: TableDefinition { staging.definition }
    private var attempt: String { "Loading \"\(extract.destinationTable)\"" }
    private var table: String { "main.\(Identifier.quote(extract.destinationTable))" }

    /// The name under which the side file is attached.
    private static let attached = "kleene_staging"
    private var source: String { "\(Self.attached).\(StagingFile.table)" }

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
                final.notes += result.notes
                final.seconds += (ContinuousClock.now - begin) / .seconds(1)
                final.finishedAt = Timestamp(Date())
                try Bookkeeping.register(final, stagedBytes: staging.byteCount, in: database)
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
        let staged = try database.count(source)
        guard staged == staging.rowCount else {
            throw Failure(
                .internal, "\(staging.rowCount) rows of \(extract.table) were staged, but \(staged) are there.",
                advice: "Nothing was loaded. Please report this.")
        }
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
            Failpoint.reach(.loadDropped)
            let fitsWhole = existing.hasSameColumns(as: definition)
            try database.query(fitsWhole ? definition.copySQL(from: source) : definition.copyByNameSQL(from: source))
            Failpoint.reach(.loadFilled)
        } else {
            if existing != nil { try database.query("DROP TABLE \(table)") }
            Failpoint.reach(.loadDropped)
            try database.query(definition.createSQL(as: table))
            Failpoint.reach(.loadCreated)
            try database.query(definition.copySQL(from: source))
            Failpoint.reach(.loadFilled)
            // Behind the rows: one sort is faster than a million insertions.
            if let attachments { notes += try attachments.recreate(in: database, definition: definition) }
            Failpoint.reach(.loadRebuilt)
        }
        let after = try database.count(table)
        guard after == before + staged else {
            throw Failure(
                .destination,
                "\(attempt) failed on \(database.path): \(staged) rows were staged and the table had \(before), "
                    + "but it would have \(after). A constraint of the table drops or replaces rows.",
                advice: "The table is as it was. Drop the constraint's ON CONFLICT clause, or use the load method "
                    + "\"drop_create_load\", which makes the table anew.")
        }
        if let triggers = attachments?.triggers, !triggers.isEmpty {
            notes.append(
                "Triggers do not fire while kleene-ns loads: \(Identifier.list(triggers)) on \"\(extract.destinationTable)\"."
            )
        }
        return LoadResult(rowsInTable: after, notes: notes)
    }

    /// Refuses NULLs for a column in which SQLite would put numbers of its own.
    private func checkRowIDs(_ existing: ExistingTable) throws {
        guard let column = existing.rowIDColumn(for: definition) else { return }
        let nulls = try database.count("\(source) WHERE \(Identifier.quote(column)) IS NULL")
        guard nulls > 0 else { return }
        throw Failure(
            .drift,
            "\(attempt) failed on \(database.path): its column \"\(column)\" is the INTEGER PRIMARY KEY, where SQLite puts a "
                + "number for NULL, and \(nulls) rows have NULL there.",
            advice: "Change the table, or use the load method \"drop_create_load\", which makes it anew.")
    }
}
