package import Rows
import Text

/// Names of tables and columns as SQLite sees them.
package enum Identifier {
    /// The name as SQL, whatever characters it has. The only way by which a name gets into a statement.
    package static func quote(_ name: String) -> String { name.quoted(with: "\"") }

    /// The name with ASCII letters in lower case: SQLite tells names apart by this and nothing more.
    package static func folded(_ name: String) -> Exact<String> { NameCase.ascii.folded(name) }
}
