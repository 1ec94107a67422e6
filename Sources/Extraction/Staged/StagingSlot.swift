import Rows
import Synchronization

/// The staging of a run, once it is open.
final class StagingSlot<Staging: StagingTable>: Sendable {
    private struct Content {
        var table: Staging?
        var columns: [Column]?
    }

    private let content: Mutex<Content>

    init(expected columns: [Column]?) { content = Mutex(Content(columns: columns)) }

    var value: Staging? { content.withLock { $0.table } }

    func open(_ table: Staging) { content.withLock { $0.table = table } }

    /// Opens the staging with the first result's columns; later results must have the same.
    func open(_ columns: [Column], with make: () throws -> Staging) throws -> Bool {
        try content.withLock { content in
            if let known = content.columns, content.table != nil { return known == columns }
            content.table = try make()
            content.columns = columns
            return true
        }
    }
}
