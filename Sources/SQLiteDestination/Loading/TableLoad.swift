import Extraction
import FoundationEssentials

/// One load: staged rows, the books and the run record into a database, in one transaction.
struct TableLoad {
    let database: SQLiteDatabase
    let staging: StagingFile
    let record: RunRecord
    /// The watermark that goes in with the rows.
    let state: ExtractState?
    /// Whether a load that makes a table much smaller is stopped.
    let isGuarded: Bool
    private let begin = ContinuousClock.now

    var extract: TableExtract { staging.extract }
    var definition: TableDefinition { staging.definition }
    var attempt: String { "Loading \"\(extract.destinationTable)\"" }
    private var table: String { "main.\(Identifier.quote(extract.destinationTable))" }

    /// The name under which the side file is attached.
    private static let attached = "kleene_staging"
    /// The staged chunks, in the order of their reads.
    private var sources: [String] {
        staging.completed.map { "\(Self.attached).\(staging.table($0.number))" }
    }
    private var unique: [String] { staging.plan.uniqueColumns }
    /// Whether the rows were staged in the very table that is loaded, beside the books.
    var isInPlace: Bool { database.path == staging.path }

    /// Brings the staged rows in reach, and makes the books.
    func prepare() throws {
        try trying(attempt) {
            // Nobody writes the side file any more, so it needs no locks and no look for a journal.
            try database.query(
                "ATTACH ? AS \(Self.attached)", [.text(SQLiteDatabase.uri(staging.path, query: "?mode=ro&immutable=1"))]
            )
        }
        try makeBooks()
    }

    /// The transaction. Where it throws, whoever owns the database takes it back.
    func callAsFunction() throws -> LoadResult {
        try trying(attempt) {
            try database.query("BEGIN IMMEDIATE")
            Failpoint.reach(.loadBegun)
            let standing = try judgedStanding()
            let result = try isInPlace ? finish() : staging.distrustingDamage { try fill(standing) }
            var final = record
            final.rowsInTable = result.rowsInTable
            final.rowsAdded = result.rowsAdded
            final.notes += result.notes
            final.drift = staging.drift
            final.seconds += (ContinuousClock.now - begin) / .seconds(1)
            final.finishedAt = Timestamp(Date())
            try checkWatermark(standing)
            try keepBooks(final, standing)
            try Bookkeeping.write(final, in: database)
            Failpoint.reach(.loadRecorded)
            try database.query("COMMIT")
            return result
        }
    }

    /// The books in a transaction of their own, before the rows: a page that the rows push out into the log and that is
    /// changed again behind them makes SQLite read the whole log and write every frame's checksum anew when it commits.
    private func makeBooks() throws {
        try trying(attempt) {
            defer { database.rollBack() }
            try database.query("BEGIN IMMEDIATE")
            try Admission.check(extract, in: database)
            try Bookkeeping.create(in: database)
            try database.query("COMMIT")
        }
    }

    // MARK: Inside the transaction

    /// What a table lacks whose rows are there already.
    private func finish() throws -> LoadResult {
        if extract.loadMethod == .upsert { try createUniqueIndex() }
        let number = try ExistingTable.find(extract.destinationTable, in: database)?.rowNumber
        // Numbers are given from 1 on and no row goes, so the largest is the count; counting would read the whole file.
        let rows = try number.map { Int(try largest($0)) } ?? database.count(table)
        guard rows == staging.rowCount else {
            throw Failure(
                .internal,
                "\(staging.rowCount) rows of \(extract.table) were staged, but \(rows) are there.",
                advice: "Nothing was loaded. Please report this.")
        }
        return LoadResult(rowsInTable: rows, rowsAdded: rows, notes: [])
    }

    private func fill(_ standing: Standing) throws -> LoadResult {
        // Asked again under the write lock: another program may have changed the file while rows were read.
        try Admission.check(extract, in: database)
        let existing = try ExistingTable.find(extract.destinationTable, in: database)
        var notes: [String] = try existing.map { try guarded($0) } ?? []
        let attachments = try existing.map { try TableAttachments.read(from: database, table: $0.name) }
        // What is written says how many rows there are where nothing else can drop or replace rows; a table with further
        // constraints is counted. Otherwise a table that rows come to is not: that would read all of it.
        let isCounted = try existing?.hasUniqueIndex(otherThan: unique, in: database) == true
        var before = 0
        let written: Written
        if let found = existing, extract.loadMethod != .dropCreateLoad {
            let existing = try evolved(found, standing, notes: &notes)
            try existing.check(definition, for: extract, path: database.path)
            try checkRowIDs(existing)
            if extract.loadMethod == .truncateLoad {
                try database.query("DELETE FROM \(table)")
            } else {
                if isCounted { before = try database.count(table) }
                if try database.holdsRows(existing.name) {
                    try Admission.checkFirstAppend(extract, plan: staging.plan, path: database.path)
                }
            }
            Failpoint.reach(.loadDropped)
            written = try fill(existing)
            Failpoint.reach(.loadFilled)
        } else {
            if existing != nil { try database.query("DROP TABLE \(table)") }
            Failpoint.reach(.loadDropped)
            try database.query(definition.createSQL(as: table, maker: record.runID))
            Failpoint.reach(.loadCreated)
            written = try fillNew()
            Failpoint.reach(.loadFilled)
            // Behind the rows: one sort is faster than a million insertions.
            if let attachments { notes += try attachments.recreate(in: database, definition: definition) }
            Failpoint.reach(.loadRebuilt)
        }
        let after = isCounted ? try database.count(table) : before + written.added
        try check(written, before: before, after: after)
        if let triggers = attachments?.triggers, !triggers.isEmpty {
            notes.append(
                "Triggers do not fire while kleene-ns loads: \(Identifier.list(triggers)) on \"\(extract.destinationTable)\"."
            )
        }
        let isKnown = isCounted || existing == nil || extract.loadMethod.replacesAllRows
        return LoadResult(rowsInTable: isKnown ? after : nil, rowsAdded: written.added, notes: notes)
    }

    /// Stops a load that would leave much less than is there, before anything is changed.
    ///
    /// - Returns: what a person should know.
    private func guarded(_ existing: ExistingTable) throws -> [String] {
        guard isGuarded, extract.extractType == .full else { return [] }
        let (limit, rows) = (ShrinkGuard(extract), staging.rowCount)
        if extract.loadMethod.replacesAllRows {
            // Not counted further than it matters: all of a large table would be read.
            guard let most = limit.mostRows(replacedBy: rows),
                try database.count("(SELECT 1 FROM \(table) LIMIT \(most.addingReportingOverflow(1).partialValue))")
                    > most
            else { return [] }
            let failure = limit.refusal(
                of: rows, replacing: try database.count(table), table: existing.name, extract: extract.name)
            if let failure { throw failure }
            return []
        }
        guard let last = try Bookkeeping.lastFullRead(by: extract, in: database) else { return [] }
        if let failure = limit.refusal(of: rows, afterReading: last, table: existing.name, extract: extract.name) {
            throw failure
        }
        return limit.note(of: rows, afterReading: last).map { [$0] } ?? []
    }

    /// A table that was there already, with its constraints and indexes; how many rows were written.
    private func fill(_ existing: ExistingTable) throws -> Written {
        switch extract.loadMethod {
        case .dropCreateLoad, .truncateLoad: return try copy(into: existing)
        case .append:
            guard let key = versionKey else { return try copy(into: existing) }
            if let index = try LoadIndex.versions.place(on: existing, columns: unique + [key], in: database) {
                try database.query(definition.versionIndexSQL(unique, key: key, name: index))
            }
            return try write { definition.appendNewSQL(from: $0, unique: unique, key: key, isTime: isKeyTime) }
        case .upsert:
            try makeUnique(existing)
            return try upsert()
        }
    }

    /// A table that was made just now, exactly as the rows are.
    private func fillNew() throws -> Written {
        // A row that was read twice is in two chunks; within one none is twice.
        if extract.loadMethod == .upsert, sources.count > 1 {
            try createUniqueIndex()
            return try upsert()
        }
        if extract.loadMethod == .append, sources.count > 1, versionKey != nil,
            let made = try ExistingTable.find(extract.destinationTable, in: database)
        {
            return try fill(made)
        }
        let written = try write(definition.copySQL)
        if extract.loadMethod == .upsert { try createUniqueIndex() }
        return written
    }

    private func createUniqueIndex() throws {
        let made = try ExistingTable.find(extract.destinationTable, in: database)
        guard let made, let index = try LoadIndex.unique.place(on: made, columns: unique, in: database) else { return }
        try database.query(definition.uniqueIndexSQL(unique, name: index))
    }

    private func copy(into existing: ExistingTable) throws -> Written {
        try write(existing.hasSameColumns(as: definition) ? definition.copySQL : definition.copyByNameSQL)
    }

    private func upsert() throws -> Written {
        // Only the source knows the order of text.
        let key = staging.plan.keyKind == .text ? nil : staging.plan.window?.key
        let number = try ExistingTable.find(extract.destinationTable, in: database)?.rowNumber
        return try sources.reduce(into: Written()) { sum, source in
            // The statement replaces and adds without a word about which. New rows get new numbers; where they do not, they are
            // looked for before, which costs as much again as finding them.
            let last = try number.map(largest)
            let isNumbered = last.map { $0 < .max - Int64(staging.rowCount) } ?? false
            let absent = isNumbered ? 0 : try database.count(definition.absentRows(of: source, unique: unique))
            sum.rows += try database.changes(
                by: definition.upsertSQL(from: source, unique: unique, key: key, isTime: isKeyTime))
            if isNumbered, let number, let last {
                sum.added += Int(try largest(number) - last)
            } else {
                sum.added += absent
            }
        }
    }

    /// The largest number that a row of the table has; 0 where it has no row.
    private func largest(_ number: String) throws -> Int64 {
        try database.value("SELECT max(\(number)) FROM \(table)")?.integer ?? 0
    }

    /// Runs one statement a chunk that adds rows and replaces none.
    private func write(_ sql: (String) -> String) throws -> Written {
        let rows = try sources.reduce(0) { try $0 + database.changes(by: sql($1)) }
        return Written(rows: rows, added: rows)
    }

    /// What the statements of a load did.
    private struct Written {
        var rows = 0
        /// Those of the rows that the table did not have.
        var added = 0
    }

    private var isKeyTime: Bool { staging.plan.keyKind?.isTime == true }

    /// The incremental key, if rows that are there already are to be known by it and the unique columns.
    private var versionKey: String? {
        extract.loadMethod == .append && !unique.isEmpty ? staging.plan.window?.key : nil
    }

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

    /// Whether the load wrote what the load method can come to, and the table has it.
    private func check(_ written: Written, before: Int, after: Int) throws {
        let staged = staging.rowCount
        // Rows that are there already are not written: newer ones stay, and versions are added once.
        let isExact = extract.loadMethod != .upsert && versionKey == nil
        let isPlausible = isExact ? written.rows == staged : (0...staged).contains(written.rows)
        guard !isPlausible || after != before + written.added else { return }
        throw Failure(
            .destination,
            "\(attempt) failed on \(database.path): \(staged) rows were staged and the table had \(before), "
                + "but it would have \(after). A constraint of the table drops or replaces rows.",
            advice: "The table is as it was. Drop the constraint's ON CONFLICT clause, or use the load method "
                + "\"drop_create_load\", which makes the table anew.")
    }

    /// The run began at a watermark; has somebody moved it since, or taken away what it vouches for?
    private func checkWatermark(_ standing: Standing) throws {
        guard state != nil else { return }
        let now = standing.state?.watermark
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
