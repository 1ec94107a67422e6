import Extraction

/// Questions about the columns that identify rows, as a source's SQL. Pure functions.
extension ODBCDialect {
    /// How many rows there are, and of each column how many have a value and how many values there are.
    func tallies(of columns: [String], in table: TableName) -> String {
        let counts = columns.map { ", COUNT(\(quote($0))), COUNT(DISTINCT \(quote($0)))" }
        return "SELECT COUNT(*)\(counts.joined()) FROM \(quote(table))"
    }

    /// Values that several rows share, with how many do. By groups, to which NULLs are the same.
    func repeatedKeys(_ columns: [String], in table: TableName, limit: Int) -> String {
        let list = columns.map(quote).joined(separator: ", ")
        let top = limitsByTop ? "TOP \(limit) " : ""
        return "SELECT \(top)\(list), COUNT(*) FROM \(quote(table)) GROUP BY \(list) HAVING COUNT(*) > 1"
    }

    /// How many groups of rows share their values, and how many rows these are.
    func duplicates(_ columns: [String], in table: TableName) -> String {
        let list = columns.map(quote).joined(separator: ", ")
        return "SELECT COUNT(*), SUM(shared.n) FROM (SELECT COUNT(*) AS n FROM \(quote(table)) GROUP BY \(list) "
            + "HAVING COUNT(*) > 1) shared"
    }
}
