import Extraction
import FoundationEssentials
import Rows
import Staging

/// One change of a server: rows, books, records and edits in one transaction.
struct ChangeTransaction {
    let server: PostgresConnection
    let destination: PostgresDestination
    let change: Change<SealedFile>
    /// Rows that were loaded while they were read: the session is in its transaction then.
    private let early: (rows: SealedFile, filled: EarlyLoad.Filled)?
    /// When the load began, which may have waited for the last of those rows.
    private let begin: ContinuousClock.Instant

    /// In a session of its own.
    init(
        server: PostgresConnection, destination: PostgresDestination, change: Change<SealedFile>,
        since begin: ContinuousClock.Instant
    ) throws {
        self.server = server
        self.destination = destination
        self.change = change
        self.begin = begin
        early = nil
        try Self.begin(in: server, destination.settings)
    }

    /// In the session, and the transaction, in which some of its rows are loaded already.
    init(
        goingOn early: EarlyLoad.Filled, with rows: SealedFile, destination: PostgresDestination,
        change: Change<SealedFile>, since begin: ContinuousClock.Instant
    ) {
        self.server = early.server
        self.destination = destination
        self.change = change
        self.begin = begin
        self.early = (rows, early)
    }

    private var books: BookTables { destination.bookTables(server) }

    static func begin(in server: PostgresConnection, _ settings: PostgresDestination.Settings) throws {
        try server.query("BEGIN ISOLATION LEVEL READ COMMITTED")
        try server.query("SET LOCAL lock_timeout = '\(settings.lockSeconds)s'")
        // A load takes as long as it takes, whatever the role's default is; and between two statements rows are proven.
        try server.query("SET LOCAL statement_timeout = 0")
        try server.query("SET LOCAL idle_in_transaction_session_timeout = 0")
    }

    /// Everything but the commit. Where it throws, whoever owns the session takes it back.
    func fill() throws -> [LoadResult] {
        try books.lock(change.extracts, "change")
        try books.lock(change.tables.map(\.table), "table")
        try destination.checkLocks(of: change, in: server)
        if !change.tables.isEmpty { Failpoint.reach(.loadBegun) }
        var results: [LoadResult] = []
        var records: [String: RunRecord] = [:]
        for table in change.tables {
            let (result, record) = try load(table.adding(to: records[table.run.runID]))
            results.append(result)
            records[record.runID] = record
        }
        try writeRecords()
        try writeStates()
        try writeEdits()
        Failpoint.reach(change.tables.isEmpty ? .booksWritten : .loadRecorded)
        return results
    }

    private func load(_ table: TableChange<SealedFile>) throws -> (LoadResult, RunRecord) {
        let standing = try table.terms.judged(books.standing(of: table.run.extract, table: table.table))
        // Asked again in the transaction: another program may have changed the table while rows were read.
        let existing = try Admission(destination: destination, extract: table.terms.extract, way: table.way)
            .check(in: server)
        let load = TableLoad(server: server, destination: destination, change: table, existing: existing)
        let early = early.flatMap { $0.rows === table.rows ? $0.filled : nil }
        let result = try load.fill(standing, existing, early: early)
        let record = table.record(result, since: begin)
        try table.state?.check(standing.state?.watermark)
        guard let made = try ExistingRelation.find(destination.schema, table.table, in: server) else {
            throw Failure(
                .internal, "The table \"\(table.table)\" was loaded and is not there.",
                advice: "Nothing was loaded. Please report this.")
        }
        let holding = table.holding(standing, after: try made.sight(holding: nil, in: server), run: record)
            .spelt(made.spelling)
        try books.register(record, holding: holding, stagedBytes: table.rows.byteCount)
        if let state = table.state?.to { try books.write(state, vouched: table.terms.vouched(holding)) }
        try books.write(record)
        return (result, record)
    }

    private func writeRecords() throws {
        for record in change.records {
            // Whatever went wrong behind it, a load that is in stays in the books: a later run would add its rows again.
            guard try !books.hasSucceeded(record.runID) else { continue }
            try books.write(record)
        }
    }

    private func writeStates() throws {
        guard !change.states.isEmpty else { return }
        let states = try books.states()
        for state in change.states {
            let name = state.to.extract
            try state.check(states.first { $0.extract.isExactly(name) }?.watermark)
            try books.write(state.to, vouched: try books.vouch(for: name, .asBefore))
        }
    }

    private func writeEdits() throws {
        guard !change.edits.isEmpty else { return }
        let states = try books.states()
        for edit in change.edits {
            try edit.check(states)
            try books.write(edit.edit, vouched: try books.vouch(for: edit.edit.extract, edit.vouching))
        }
    }
}
