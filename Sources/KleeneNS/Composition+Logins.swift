import Extraction
import Glibc
import PostgresDestination
import SuiteAnalytics

/// Where logins are remembered beside the state directory: with the destination, which outlives a container's HOME.
extension Composition {
    /// The directory beside a destination, in which a second memory of logins lies: who keeps the destination on a volume keeps that too.
    /// Nil for a server, which has no "beside".
    static func directory(beside place: DestinationConfiguration) -> String? {
        switch place {
        case .sqlite: destination(place).workplacePath
        case .postgresql: nil
        }
    }

    /// The books of a server, in which the second memory lies; nil for a file.
    ///
    /// - Parameter isNeeded: Whether a server that cannot be reached is a failure: for who loads into it, and for who asks about logins.
    static func logins(in place: DestinationConfiguration?, isNeeded: Bool) -> (any LoginShelf)? {
        books(of: place, isNeeded: isNeeded)
    }

    private static func books(of place: DestinationConfiguration?, isNeeded: Bool) -> PostgresLogins? {
        switch place {
        case .postgresql(let place): PostgresLogins(place.server, isNeeded: isNeeded)
        case .sqlite, nil: nil
        }
    }

    /// Has logins remembered beside a destination too.
    ///
    /// - Returns: whether they are remembered in its books instead, for which it has to be reached.
    static func rememberLogins(
        of source: inout WorkOrder.SourceSettings, beside destination: DestinationConfiguration
    ) -> Bool {
        guard case .netSuite(var settings, let reading, let loginTimeout) = source else { return false }
        settings.workplace = directory(beside: destination)
        source = .netSuite(settings, reading: reading, loginTimeout: loginTimeout)
        return settings.workplace == nil
    }

    /// Says that a worker was stopped on purpose: a login that it was at counts for nothing.
    ///
    /// - Parameter destination: In whose books logins are remembered; nil for none.
    static func callOffLogin(_ source: WorkOrder.SourceSettings, books destination: DestinationConfiguration?) {
        guard case .netSuite(let settings, _, _) = source else { return }
        settings.callOffLogin(orderedBy: getpid(), shelf: books(of: destination, isNeeded: false)?.hurried)
    }
}

extension PostgresLogins: LoginShelf {}
extension PostgresLoginSession: LoginShelfSession {}
