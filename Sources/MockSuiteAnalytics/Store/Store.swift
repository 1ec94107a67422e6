import Foundation
import Synchronization

/// The data that one mock serves: a SQLite file of its own, gone with the mock.
package final class Store: Sendable {
    package let catalog: Catalog
    package let path: String
    private let clock: MockClock
    /// The only connection that writes.
    private let writer: Mutex<SQLiteConnection>

    /// Makes the data of `catalog` from `seed` in a temporary file.
    package init(_ catalog: Catalog, seed: UInt64, clock: MockClock) throws(SQLiteFailure) {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "kleene-ns-mock-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString).db")
        let connection: SQLiteConnection
        do {
            connection = try SQLiteConnection(path: file.path(percentEncoded: false), readOnly: false)
            try Generator.write(catalog, seed: seed, to: connection)
            // Sessions read while a test changes rows; both must get on.
            try connection.execute("PRAGMA journal_mode = WAL")
        } catch {
            Self.remove(file.path(percentEncoded: false))
            throw error
        }
        self.catalog = catalog
        self.path = file.path(percentEncoded: false)
        self.clock = clock
        writer = Mutex(connection)
    }

    deinit {
        remove()
    }

    /// Deletes the file; sessions that have it open can still read.
    package func remove() {
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
    }

    /// A connection for one session, with the dialect's functions.
    package func openSession() throws(SQLiteFailure) -> SQLiteConnection {
        let connection = try SQLiteConnection(path: path, readOnly: true)
        SQLFunctions.register(on: connection, clock: clock)
        // Oracle's LIKE minds case.
        try connection.execute("PRAGMA case_sensitive_like = ON")
        try connection.execute("PRAGMA cache_size = -20000")
        return connection
    }

    /// Changes the data with SQLite's own SQL; how many rows were changed.
    ///
    /// For tests that want new, changed or deleted rows between two extracts.
    package func change(_ sql: String) throws -> Int {
        try writer.withLock { connection in
            try connection.execute(sql)
            return connection.changeCount
        }
    }
}
