import Extraction

/// Rows of a table that go, are marked as gone or lose their mark, and how many of them a statement has left. Pure functions.
struct RowRemoval: Hashable {
    /// As SQL.
    let table: String
    /// Which rows, as a condition on `there`.
    let condition: String
    /// Nil where they go.
    let mark: Way.Mark?

    /// `DELETE`, or `UPDATE` with the mark. Rows that are as they should be already stay as they are.
    var sql: String {
        guard let mark else { return "DELETE FROM \(table) AS there WHERE \(which)" }
        let value = mark.value.map { PostgresName.literal($0) } ?? "NULL"
        return "UPDATE \(table) AS there SET \(PostgresName.quote(mark.column)) = \(value) "
            + "WHERE \(which)"
    }

    /// How many rows there are that the statement is about. None, behind it.
    var countSQL: String { "SELECT count(*) FROM \(table) AS there WHERE \(which)" }

    private var which: String {
        guard let mark else { return condition }
        return "there.\(PostgresName.quote(mark.column)) IS \(mark.value == nil ? "NOT " : "")NULL AND (\(condition))"
    }
}
