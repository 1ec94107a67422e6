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
        for (index, table) in change.tables.enumerated() {
            let path = try file(table.rows, Self.use(table, index))
            try trying(attempt) { try attach(path, as: TableLoad.staged(index)) }
            guard let groups = table.groups else { continue }
            let other = try file(groups.rows, Self.use(table, index, isGroups: true))
            try trying(attempt) { try attach(other, as: TableLoad.groups(index)) }
        }
        try makeBooks()
    }

    /// What rows are attached for, as the name of a file of their own: those of an extract, of which a change may have several
    /// pieces, and the groups that it replaces.
    private static func use(_ table: TableChange<SealedFile>, _ index: Int, isGroups: Bool = false) -> String {
        table.run.extract + (index == 0 ? "" : "/\(index + 1)") + (isGroups ? "/groups" : "")
    }

    /// All uses for which a file may have been made.
    var uses: [String] {
        change.tables.enumerated().flatMap { index, table in
            [false, true].map { Self.use(table, index, isGroups: $0) }
        }
    }

    private func attach(_ path: String, as name: String) throws {
        // Nobody writes the side file any more, so it needs no locks and no look for a journal.
        try database.query(
            "ATTACH ? AS \(name)", [.text(SQLiteDatabase.uri(path, query: "?mode=ro&immutable=1"))])
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
            let results = try change.tables.enumerated().map { index, table in
                try load(TableLoad(database: database, change: table, index: index), isInPlace: isInPlace)
            }
            try writeRecords()
            try writeEdits()
            Failpoint.reach(change.tables.isEmpty ? .booksWritten : .loadRecorded)
            try database.query("COMMIT")
            return results
        }
    }

    private func load(_ load: TableLoad, isInPlace: Bool) throws -> LoadResult {
        let table = load.change
        let standing = isInPlace ? Standing() : try load.judgedStanding()
        let result =
            try isInPlace ? load.finish() : table.rows.distrustingDamage { try load.fill(standing) }
        let record = table.record(result, since: begin)
        try table.state?.check(standing.state?.watermark)
        try load.keepBooks(record, standing)
        try Bookkeeping.write(record, in: database)
        return result
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
