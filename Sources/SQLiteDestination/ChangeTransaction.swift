import Extraction
import FoundationEssentials
import Rows
import SQLite
import Staging
import Text

/// One change of an open file: rows, books, records and edits in one transaction.
struct ChangeTransaction {
    let database: SQLiteDatabase
    let change: Change<SealedFile>
    private let begin = ContinuousClock.now

    init(database: SQLiteDatabase, change: Change<SealedFile>) {
        self.database = database
        self.change = change
    }

    private var attempt: String { change.attempt }

    /// Brings the staged rows in reach, and makes the books.
    ///
    /// - Parameter file: The file in which rows can be attached for a use.
    func prepare(_ file: (_ rows: SealedFile, _ use: String) throws -> String) throws {
        guard !change.tables.isEmpty else { return }
        // Each file once, however many tables need it: SQLite attaches ten.
        for (index, rows) in change.staged.enumerated() {
            let path = try file(rows, uses[index])
            try trying(attempt) { try database.attach(path, as: Self.attached(index)) }
        }
        try makeBooks()
    }

    /// The name under which staged rows are attached.
    private static func attached(_ index: Int) -> String {
        index == 0 ? "kleene_staging" : "kleene_staging_\(index + 1)"
    }

    /// What each file of staged rows is attached for, as the name of a file of its own that may be made of it: an extract's, and
    /// others beside it.
    var uses: [String] {
        change.staged.enumerated().map { index, rows in
            rows.order.extract.name + (change.tables.contains { $0.rows === rows } && index == 0 ? "" : "/\(index)")
        }
    }

    /// The rows of a table into the file, with the names under which they are in reach.
    private func load(of table: TableChange<SealedFile>) -> TableLoad {
        func name(_ rows: SealedFile) -> String {
            Self.attached(change.staged.firstIndex { $0 === rows } ?? 0)
        }
        return TableLoad(
            database: database, change: table, staged: name(table.rows),
            groups: table.groups.map { (name($0.rows), $0.rows.tables, $0.column) })
    }

    /// The books in a transaction of their own, before the rows: a page that the rows push out into the log and that is
    /// changed again behind them makes SQLite read the whole log and write every frame's checksum anew when it commits.
    private func makeBooks() throws {
        try trying(attempt) {
            defer { database.rollBack() }
            try database.query("BEGIN IMMEDIATE")
            for table in change.tables { try Admission.check(table.terms.extract, in: database) }
            try Bookkeeping.create(in: database)
            try database.query("COMMIT")
        }
    }

    /// The transaction. Where it throws, whoever owns the database takes it back.
    ///
    /// - Parameter isInPlace: Whether the rows were staged in the very table that is loaded, beside the books.
    func commit(isInPlace: Bool = false) throws -> [LoadResult] {
        try trying(attempt) {
            try database.query("BEGIN IMMEDIATE")
            if !change.tables.isEmpty { Failpoint.reach(.loadBegun) }
            var results: [LoadResult] = []
            var records: [String: RunRecord] = [:]
            for table in change.tables {
                let table = table.adding(to: records[table.run.runID])
                let (result, record) = try load(load(of: table), isInPlace: isInPlace)
                results.append(result)
                records[record.runID] = record
            }
            try writeRecords()
            try writeStates()
            try writeEdits()
            Failpoint.reach(change.tables.isEmpty ? .booksWritten : .loadRecorded)
            try database.query("COMMIT")
            return results
        }
    }

    private func load(_ load: TableLoad, isInPlace: Bool) throws -> (LoadResult, RunRecord) {
        let table = load.change
        let standing = isInPlace ? Standing() : try load.judgedStanding()
        let result =
            try isInPlace ? load.finish() : table.rows.distrustingDamage { try load.fill(standing) }
        let record = table.record(result, since: begin)
        try table.state?.check(standing.state?.watermark)
        try load.keepBooks(record, standing)
        try Bookkeeping.write(record, in: database)
        return (result, record)
    }

    private func writeRecords() throws {
        guard !change.records.isEmpty else { return }
        try prepareBooks()
        for record in change.records {
            // Whatever went wrong behind it, a load that is in stays in the books: a later run would add its rows again.
            guard try !Bookkeeping.hasSucceeded(record.runID, in: database) else { continue }
            try Bookkeeping.write(record, in: database)
        }
    }

    private func writeStates() throws {
        guard !change.states.isEmpty else { return }
        let states = try Bookkeeping.states(in: database)
        for state in change.states {
            let name = state.to.extract
            try state.check(states.first { $0.extract.isExactly(name) }?.watermark)
            let vouched = try Bookkeeping.vouch(for: name, .asBefore, in: database)
            try Bookkeeping.write(state.to, vouched: vouched, in: database)
        }
    }

    private func writeEdits() throws {
        guard !change.edits.isEmpty else { return }
        try prepareBooks()
        let states = try Bookkeeping.states(in: database)
        for edit in change.edits {
            try edit.check(states)
            let vouched = try Bookkeeping.vouch(for: edit.edit.extract, edit.vouching, in: database)
            try Bookkeeping.write(edit.edit, vouched: vouched, in: database)
        }
    }

    private func prepareBooks() throws {
        // Asked again with the log, where a newer application id may still lie.
        try Admission.checkOwner(database)
        try Admission.checkVersion(of: database)
        try Bookkeeping.create(in: database)
    }
}
