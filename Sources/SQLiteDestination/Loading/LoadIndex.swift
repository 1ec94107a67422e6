import Rows
import SQLite

/// The indexes that kleene-ns itself puts on a table, to find rows by.
enum LoadIndex: String {
    /// Of rows that are replaced: one row a key.
    case unique = "kleene_unique_"
    /// Of rows that are added: each version of a row once.
    case versions = "kleene_versions_"
    /// Of groups that are replaced.
    case groups = "kleene_groups_"
    /// Of rows that are removed by columns which nothing keeps unique.
    case keys = "kleene_keys_"

    /// Makes room for the index; the name to give it, or nil where it is there already.
    ///
    /// What is in the way: an index of ours for columns that no longer apply, which goes; or one that a table took along
    /// when it was renamed, which stays.
    func place(on table: ExistingTable, columns: [String], in database: SQLiteDatabase) throws(SQLiteError) -> String? {
        var number = 1
        while true {
            let name = rawValue + table.name + (number == 1 ? "" : "_\(number)")
            let there = try database.query(
                "SELECT type, tbl_name FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE", [.text(name)]
            ).first
            guard let there else { return name }
            if there[0].text == "index", Identifier.folded(there[1].text ?? "") == Identifier.folded(table.name) {
                if try Self.columns(of: name, in: database) == columns.map(Identifier.folded) { return nil }
                try database.query("DROP INDEX main.\(Identifier.quote(name))")
                return name
            }
            number += 1
        }
    }

    private static func columns(of index: String, in database: SQLiteDatabase) throws(SQLiteError) -> [Exact<String>] {
        try database.query("SELECT name FROM pragma_index_info(?, 'main')", [.text(index)]).map {
            Identifier.folded($0[0].text ?? "")
        }
    }
}
