import Extraction
import Rows
import Staging

/// A table that a load makes, under a name of its own where it takes the place of another, or is filled before it is known whether its rows
/// are right.
struct NewTable: Hashable, Sendable {
    let table: PostgresTable
    private let statements: [String]
    /// The tablespace of the table whose place it takes, empty for that of the database; nil where it takes none's, so that the role's
    /// own default holds.
    private let tablespace: String?

    /// - Parameters:
    ///   - table: As the destination has it at the end, but for its name.
    ///   - mark: The column that says since when a row is gone, where the table has one.
    ///   - existing: The table whose place it takes.
    init(
        _ name: String, as table: PostgresTable, for way: Way, mark: String?, insteadOf existing: ExistingRelation?,
        in server: PostgresConnection
    ) throws {
        let made = PostgresTable(table.schema, name, like: table)
        self.table = made
        statements = [made.createSQL(for: way)] + (mark.map { [made.addColumnSQL(made.markColumn($0))] } ?? [])
        tablespace = try existing?.tablespace(in: server)
    }

    /// A name that no other table has.
    static func newName() -> String { "_kleene_new_" + String(UInt64.random(in: .min ... .max), radix: 36) }

    /// Whether a load by this way makes a table, and copies the rows of one read into it as they are.
    static func isMade(by way: Way, insteadOf existing: ExistingRelation?) -> Bool {
        guard way.addsRows, !way.keepsDefinition || existing == nil else { return false }
        if case .replaceGroups = way { return false }
        return true
    }

    /// Makes the table, inside a transaction.
    func make(in server: PostgresConnection) throws(PostgresError) {
        if let tablespace {
            // On the disk on which the other is.
            try server.query("SELECT pg_catalog.set_config('default_tablespace', $1, true)", [tablespace])
        }
        for statement in statements { try server.query(statement) }
    }
}
