import Foundation
import Synchronization

/// The data that one mock serves: a SQLite file of its own, gone with the mock.
///
/// Whatever changes the data, and every statement's beginning, passes through one lock: a statement sees the state
/// between two steps of an evolution, never the middle of one, and keeps seeing it to its end.
package final class Store: Sendable {
    package let catalog: Catalog
    package let path: String
    private let clock: MockClock
    /// The only connection that writes, and what belongs to it.
    private let writer: Mutex<Writer>
    private let served = Mutex(Served())
    /// What sessions see: that of the writer, once it is committed.
    private let presented: Mutex<Presentation>

    private struct Writer {
        let connection: SQLiteConnection
        var log: ChangeLog?
        var evolution: Evolution
    }

    /// The rows that were served since the last step, where steps are made by rows.
    private struct Served {
        var rowsPerStep: Int?
        var rows = 0
    }

    /// What one session reads by.
    struct Reader: Sendable {
        let connection: SQLiteConnection
        let context: SQLFunctions.Context
    }

    /// Makes the data of `catalog` from `seed` in a temporary file.
    ///
    /// With `logPath` every change and every query is logged from the beginning in a SQLite file there, which must not
    /// exist; without, changes are from the first evolution on, in a temporary file.
    package init(
        _ catalog: Catalog, seed: UInt64, clock: MockClock, logPath: String? = nil
    ) throws(SQLiteFailure) {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "kleene-ns-mock-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString).db")
        let path = file.path(percentEncoded: false)
        var writer: Writer
        do {
            let connection = try SQLiteConnection(path: path, readOnly: false)
            try Generator.write(catalog, seed: seed, to: connection)
            try connection.execute("CREATE TABLE mock_sequence (value INTEGER NOT NULL)")
            try connection.execute("INSERT INTO mock_sequence VALUES (0)")
            // Sessions read while a test changes rows; both must get on.
            try connection.execute("PRAGMA journal_mode = WAL")
            try connection.execute("PRAGMA temp_store = MEMORY")
            writer = Writer(connection: connection, evolution: Evolution(catalog, seed: seed))
            if let logPath {
                writer.log = try ChangeLog(path: logPath, of: connection, catalog, from: clock.now)
                try Generator.writeWords(to: connection)
            }
        } catch {
            Self.remove(path)
            throw error
        }
        self.catalog = catalog
        self.path = path
        self.clock = clock
        presented = Mutex(writer.evolution.presentation)
        self.writer = Mutex(writer)
    }

    deinit {
        remove()
    }

    /// Deletes the file; sessions that have it open can still read.
    ///
    /// A log that was asked for stays, in one file.
    package func remove() {
        writer.withLock { writer in
            writer.log?.finish(writer.connection)
            writer.log = nil
        }
        Self.remove(path)
        Self.remove(path + ".log")
    }

    private static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
    }

    // MARK: Reading

    /// A connection for one session, with the dialect's functions.
    func openSession() throws(SQLiteFailure) -> Reader {
        let connection = try SQLiteConnection(path: path, readOnly: true)
        let context = SQLFunctions.Context(clock: clock)
        SQLFunctions.register(on: connection, context)
        // Oracle's LIKE minds case.
        try connection.execute("PRAGMA case_sensitive_like = ON")
        try connection.execute("PRAGMA cache_size = -20000")
        return Reader(connection: connection, context: context)
    }

    /// Fixes what the next statement on `reader` sees, and logs it; the state stays for as long as the answer lives.
    func beginStatement(_ sql: String, session: Int32, _ reader: Reader) throws -> SQLiteStatement {
        try writer.withLock { writer in
            let now = clock.now
            try settle(&writer, at: now)
            // SQLite keeps the state that a statement sees until none is running; this one stops before its last row.
            let holder = try reader.connection.prepare("SELECT value FROM mock_sequence UNION ALL SELECT 0")
            _ = try holder.step()
            reader.context.begin(at: now)
            try writer.log?.record(
                sql, session: session, sequence: holder.text(at: 0) ?? "0", at: now, writer.connection)
            return holder
        }
    }

    /// What the role of the sessions sees now.
    package var presentation: Presentation { presented.withLock { $0 } }
    var presentationVersion: Int { presented.withLock { $0.version } }

    // MARK: Changing

    /// Changes what the role of the sessions sees, from the next statement on.
    package func present(_ change: (inout Presentation) throws -> Void) throws {
        try writer.withLock { writer in
            try transaction(&writer) { try change(&$0.evolution.presentation) }
        }
    }

    /// Changes the data with SQLite's own SQL; how many rows were changed.
    ///
    /// For tests that want new, changed or deleted rows between two extracts.
    package func change(_ sql: String) throws -> Int {
        try writer.withLock { writer in
            let now = clock.now
            try settle(&writer, at: now)
            defer { try? transaction(&writer) { try $0.log?.flush($0.connection, visibleAt: now) } }
            try writer.connection.executeInside(sql)
            return writer.connection.changeCount
        }
    }

    /// Sets how the data evolves, by words such as `late=0.2`.
    package func configureEvolution(_ words: [String]) throws {
        try writer.withLock { try $0.evolution.configure(words) }
    }

    /// Makes `steps` steps at once.
    package func evolve(steps: Int) throws {
        for _ in 0..<steps {
            try writer.withLock { writer in
                try openLog(&writer)
                let clock = clock
                try transaction(&writer) { writer in
                    guard let log = writer.log else { return }
                    try writer.evolution.step(writer.connection, clock, log)
                }
            }
        }
    }

    /// Makes a step after so many rows served, to whichever session; nil for no more.
    package func evolve(everyRows rows: Int?) {
        served.withLock { $0 = Served(rowsPerStep: rows) }
    }

    /// Takes note of rows that a session is about to send, and makes the steps that they bring about.
    func serve(rows: Int) throws {
        let steps = served.withLock { served in
            guard let rowsPerStep = served.rowsPerStep else { return 0 }
            served.rows += rows
            defer { served.rows %= rowsPerStep }
            return served.rows / rowsPerStep
        }
        try evolve(steps: steps)
    }

    private func openLog(_ writer: inout Writer) throws {
        guard writer.log == nil else { return }
        writer.log = try ChangeLog(path: path + ".log", of: writer.connection, catalog, from: clock.now)
        try Generator.writeWords(to: writer.connection)
    }

    /// Makes visible what late changes are due.
    private func settle(_ writer: inout Writer, at time: Double) throws {
        guard writer.evolution.hasDue(at: time) else { return }
        try transaction(&writer) { writer in
            guard let log = writer.log else { return }
            try writer.evolution.settle(until: time, writer.connection, log)
        }
    }

    private func transaction(_ writer: inout Writer, _ body: (inout Writer) throws -> Void) throws {
        let evolution = writer.evolution
        try writer.connection.execute("BEGIN")
        do {
            try body(&writer)
            let news = writer.evolution.presentation.news
            if !news.isEmpty {
                try Generator.fillSystemTables(writer.evolution.presentation.catalog, of: writer.connection)
                try writer.log?.record(news, visibleAt: clock.now, writer.connection)
                writer.evolution.presentation.news = []
            }
            try writer.connection.execute("COMMIT")
            if !news.isEmpty { presented.withLock { $0 = writer.evolution.presentation } }
        } catch {
            writer.evolution = evolution
            try? writer.connection.execute("ROLLBACK")
            throw error
        }
    }

    // MARK: Looking

    /// Where the evolution stands.
    package var evolution: EvolutionStatus {
        get throws {
            let rowsPerStep = served.withLock { $0.rowsPerStep }
            return try writer.withLock { writer in
                try settle(&writer, at: clock.now)
                let sequence = try writer.connection.rows("SELECT value FROM mock_sequence", [])
                return EvolutionStatus(
                    steps: writer.evolution.steps, skipped: writer.evolution.skipped,
                    pending: writer.evolution.pending.count, due: writer.evolution.pending.first?.due,
                    sequence: (sequence.first?.first ?? nil).flatMap { Int($0) } ?? 0, clock: clock.now,
                    everyRows: rowsPerStep, log: writer.log?.path, settings: writer.evolution.settings)
            }
        }
    }

    /// The versions logged behind `since`, as a JSON array; see `ChangeLog`.
    package func versions(table: String?, since: Int, limit: Int) throws -> String {
        try writer.withLock { writer in
            try settle(&writer, at: clock.now)
            return try writer.log?.versions(writer.connection, table: table, since: since, limit: limit) ?? "[]"
        }
    }

    /// Writes the data as it stands to a new SQLite file, of the form that `dump` writes; the sequence it stands at.
    package func snapshot(to path: String) throws -> Int {
        try writer.withLock { writer in
            try settle(&writer, at: clock.now)
            _ = try writer.connection.rows("VACUUM main INTO ?", [path])
            let sequence = try writer.connection.rows("SELECT value FROM mock_sequence", [])
            return (sequence.first?.first ?? nil).flatMap { Int($0) } ?? 0
        }
    }
}

/// Where an evolution stands.
package struct EvolutionStatus: Sendable, Codable, Equatable {
    package let steps: Int
    /// Changes that were drawn and not made: there was no row, or it was locked.
    package let skipped: Int
    /// Changes that are not yet visible, and when the next will be, in seconds since 1970.
    package let pending: Int
    package let due: Int?
    /// Of the last change that is visible.
    package let sequence: Int
    /// The mock's time, in seconds since 1970.
    package let clock: Double
    package let everyRows: Int?
    package let log: String?
    package let settings: EvolutionSettings

    enum CodingKeys: String, CodingKey {
        case steps, skipped, pending, due, sequence, clock, log, settings
        case everyRows = "every_rows"
    }
}
