import Extraction
import Text

/// What a database remembers of logins to a source, whichever of its schemas is loaded: texts under names, in a table of the books.
package struct PostgresLogins: Sendable, Unprintable {
    private let server: PostgresServer
    private let isNeeded: Bool

    /// Seconds for which a command waits for a server that it may do without.
    private static let shortTimeout = 10
    /// 28P01, 28000: a login that is refused. 3D000: no such database. 42501: a right that is missing. 25006: nothing can be written.
    private static let withoutRights = ["28P01", "28000", "3D000", "42501", "25006"]

    /// - Parameter isNeeded: Whether a server that cannot be reached, or gives no right, is a failure. A command that loads nothing does
    ///   without it, as without a directory that cannot be written.
    package init(_ server: PostgresServer, isNeeded: Bool) {
        var server = server
        if !isNeeded { server.connectTimeout = min(server.connectTimeout, Self.shortTimeout) }
        self.server = server
        self.isNeeded = isNeeded
    }

    /// For a process that was told to stop.
    package var hurried: PostgresLogins {
        var server = server
        // libpq's least.
        server.connectTimeout = 2
        return PostgresLogins(server, isNeeded: isNeeded)
    }

    package var words: String { "the books of \(server.words)" }

    /// A session of its own, for one login.
    ///
    /// - Parameter patience: Seconds to wait for another session's lock.
    /// - Returns: nil where the server cannot be reached, or gives no right, and may be done without.
    package func session(patience: Double) throws -> PostgresLoginSession? {
        do {
            let connection = try PostgresConnection(server, application: "kleene-ns login")
            let isReadOnly = ["in_hot_standby", "default_transaction_read_only"].contains {
                connection.setting($0) == "on"
            }
            if isReadOnly, !isNeeded { return nil }
            guard try !connection.isPooledByTransaction() else {
                if !isNeeded { return nil }
                throw PostgresConnection.poolRefusal(server.words)
            }
            return try PostgresLoginSession(connection, patience: patience, isNeeded: isNeeded)
        } catch let error as PostgresError {
            if !isNeeded, error.isFromNobody || Self.lacksRights(error) { return nil }
            throw PostgresLoginSession.failure(error, on: server)
        } catch let failure as Failure where failure.kind == .environment && !isNeeded {
            // There is no client library.
            return nil
        }
    }

    /// Whether the server lets this user do nothing of the kind.
    static func lacksRights(_ error: PostgresError) -> Bool {
        error.sqlState.map { withoutRights.contains($0) } ?? false
    }
}
