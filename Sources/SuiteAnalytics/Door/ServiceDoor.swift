package import Extraction
package import ODBC
package import Text

/// The door by which the service is entered: NetSuite's own, or the mock's in its place. All in which they differ is here;
/// nothing else asks which of them it is.
package protocol ServiceDoor: Sendable {
    /// What a report calls it.
    var name: String { get }

    /// The driver as the driver manager is asked for it: a name, or a path.
    var driver: String { get }

    /// The driver in a sentence.
    var driverWords: String { get }

    /// How to install the driver, where it is not there; nil where that goes without saying.
    var installation: String? { get }

    /// Which source the rows of an extract are of.
    var identity: SourceIdentity { get }

    /// What tells it from the other doors to the same account; empty for the account's own.
    var address: String { get }

    /// What to ring before a login; nil where only the driver knows.
    var bell: ServiceBell? { get }

    /// What is allowed and probably not meant: to be said before a login.
    var warnings: [String] { get }

    /// Whose logins these are, for the count of those that failed: of each server its own users.
    func user(of method: any LoginMethod) -> Secret

    /// Which way access tokens are asked for.
    var tokenRoute: TokenRoute { get }

    /// - Parameter batchRows: Rows of one batch, for drivers that ask for them in advance.
    /// - Throws: `ConnectionStringError` for a value that the driver's form cannot carry.
    func string(for login: Login, batchRows: Int) throws(ConnectionStringError) -> ConnectionString
}

extension ServiceSettings {
    /// The door that these settings describe.
    package var door: any ServiceDoor {
        if let mock { MockDoor(settings: self, server: mock) } else { NetSuiteDoor(settings: self) }
    }
}
