import Extraction
import Rows
import Staging
import Threads

/// A load that begins while rows are still read: it makes the new table and copies into it, in a transaction that nobody sees, and that
/// the load goes on with once all rows are there and proven.
///
/// Behind the read, the load took a quarter of the time of both (2 M rows of 24 columns). Whatever goes wrong here is not said: it stops
/// the load as well, which says it; or it does not, and the load copies all rows itself.
///
/// `@unchecked Sendable`: `state` is touched with `monitor` held; a session is handed from the thread that fills the table to the one that
/// loads, and used by one of them.
final class EarlyLoad: StagingFollower, @unchecked Sendable {
    /// What the load takes over: a session with an open transaction, and the table in it that has the rows.
    struct Filled {
        let server: PostgresConnection
        let table: NewTable
        let rows: Int

        /// The load makes, or keeps, another table.
        func drop() throws { try server.query("DROP TABLE \(table.table.sql)") }
    }

    private enum State {
        /// Not as far as the first row: nothing is lost by giving it up.
        case beginning
        case copying
        case filled(Filled)
        /// Taken over, or given up.
        case over
    }

    private struct GivenUp: Error {}

    private let destination: PostgresDestination
    private let extract: TableExtract
    private let table: NewTable
    /// Rows that the source has counted; nil where it has not.
    private let counted: Int?
    private let monitor = Monitor()
    private var state = State.beginning

    init(_ destination: PostgresDestination, of extract: TableExtract, into table: NewTable, counted: Int?) {
        self.destination = destination
        self.extract = extract
        self.table = table
        self.counted = counted
    }

    func follow(_ rows: StagedStream) {
        do {
            try SystemThread.detach("kleene-load") { self.run(rows) }
        } catch {
            // The load needs none.
            giveUp()
        }
    }

    func giveUp() {
        monitor.withLock {
            state = .over
            monitor.broadcast()
        }
    }

    /// What is there of the rows once they are all there; waits for the last of them. Nil where the load is to copy them itself.
    func take() -> Filled? {
        let filled: Filled? = monitor.withLock {
            if case .beginning = state { state = .over }
            while case .copying = state { monitor.wait() }
            defer {
                state = .over
                monitor.broadcast()
            }
            guard case .filled(let filled) = state else { return nil }
            return filled
        }
        // A server ends a transaction that is open for too long in its eyes.
        guard let filled, (try? filled.server.query("SELECT 1")) != nil else { return nil }
        return filled
    }

    // MARK: The thread that fills the table

    private func run(_ rows: StagedStream) {
        // The read is what takes long, and ends no sooner for what is done here.
        SystemThread.yieldToOthers()
        let patience = EarlyPatience(
            begin: .now, limit: .seconds(destination.settings.earlySeconds), counted: counted)
        defer {
            // Whoever waits for what did not come: it does not come.
            giveUp()
            rows.end()
        }
        guard let filled = try? fill(from: rows, patience) else { return }
        let end = patience.end(loadedAt: .now)
        monitor.withLock {
            guard case .copying = state else { return }
            state = .filled(filled)
            monitor.broadcast()
            while case .filled = state, monitor.wait(until: end) {}
        }
        // The session ends here, and its transaction with it, unless the load has taken it.
    }

    private func fill(from stream: StagedStream, _ patience: EarlyPatience) throws -> Filled {
        let server = try destination.connect(for: extract.name)
        try destination.bookTables(server).create()
        try ChangeTransaction.begin(in: server, destination.settings)
        try table.make(in: server)
        // Before the server is told to take rows: it writes into its log what ends by a word of ours.
        guard beginCopying() else { throw GivenUp() }
        let encoder = CopyEncoder(table.table, named: extract.destinationTable)
        var isWhole = false
        let rows = try unsafe server.copy(table.table.copySQL) { send in
            encoder.begin()
            isWhole = try stream.eachBatch(patience: { patience.end(rows: $0, at: .now) }) {
                unsafe try encoder.write($0, send)
            }
            // Where rows are given up as well, for the sake of that log.
            unsafe try encoder.finish(send)
        }
        guard isWhole else { throw GivenUp() }
        return Filled(server: server, table: table, rows: rows)
    }

    private func beginCopying() -> Bool {
        monitor.withLock {
            guard case .beginning = state else { return false }
            state = .copying
            return true
        }
    }
}

extension CopyEncoder {
    /// - Parameter name: The table in sentences.
    init(_ table: PostgresTable, named name: String) {
        self.init(types: table.columns.map(\.type), names: table.columns.map(\.name), table: name)
    }
}
