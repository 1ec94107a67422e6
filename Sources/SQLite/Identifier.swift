package import Rows
import Text

/// Names of tables and columns as SQLite sees them.
package enum Identifier {
    /// The name as SQL, whatever characters it has. The only way by which a name gets into a statement.
    package static func quote(_ name: String) -> String { name.quoted(with: "\"") }

    /// The name with ASCII letters in lower case: SQLite tells names apart by this and nothing more.
    package static func folded(_ name: String) -> Exact<String> { NameCase.ascii.folded(name) }

    /// The name by which SQL reaches the number of a row: one that no column takes; nil where columns take all of them.
    package static func rowNumber(besides columns: [String]) -> String? {
        let taken = Set(columns.map(folded))
        return ["rowid", "_rowid_", "oid"].first { !taken.contains(folded($0)) }
    }
}
