import ODBC
import Synchronization

/// The living connections of one process.
///
/// A login beside one of them says little of the credentials: it is refused where there are too many.
package final class LivingConnections: Sendable {
    /// `@unchecked Sendable`: only asked whether there is something, never for it.
    private struct Reference: @unchecked Sendable {
        weak var connection: Connection?
    }

    private let references = Mutex<[Reference]>([])

    package init() {}

    var areThere: Bool {
        references.withLock { references in
            references.removeAll { $0.connection == nil }
            return !references.isEmpty
        }
    }

    func add(_ connection: Connection) {
        let reference = Reference(connection: connection)
        references.withLock { $0.append(reference) }
    }
}
