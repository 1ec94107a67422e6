package import Extraction
import SQLite
import Staging
import Text

/// The SQL by which groups of rows are replaced. Nothing here touches a database.
extension TableDefinition {
    /// Removes the rows whose value in a column is that of a staged row in another: exactly the same value, and NULL is one.
    package func removeGroupsSQL(of column: String, in staging: String, _ other: String) -> String {
        "DELETE FROM main.\(Identifier.quote(name)) WHERE \(Self.inGroups(column, staging, other))"
    }

    private static func inGroups(_ column: String, _ staging: String, _ other: String) -> String {
        let mine = Identifier.quote(column) + " COLLATE BINARY"
        let theirs = Identifier.quote(other)
        return "\(mine) IN (SELECT \(theirs) FROM \(staging)) OR "
            + "(\(Identifier.quote(column)) IS NULL AND EXISTS (SELECT 1 FROM \(staging) WHERE \(theirs) IS NULL))"
    }

    /// Adds the rows of several chunks, in the order of their reads: one that is in two of them as it was read last.
    package func copyLatestSQL(from chunks: [String], unique: [String]) -> String {
        let all = chunks.enumerated().map { "SELECT \($0) AS kleene_read, \(names) FROM \($1)" }
        return
            "INSERT INTO main.\(Identifier.quote(name)) (\(names)) SELECT \(names) FROM (SELECT *, row_number() OVER "
            + "(PARTITION BY \(Self.list(unique)) ORDER BY kleene_read DESC) AS kleene_place "
            + "FROM (\(all.joined(separator: " UNION ALL ")))) WHERE kleene_place = 1"
    }

    /// Marks the rows whose value in a column is that of a staged row in another: those that are marked already stay as they are.
    package func markGroupsSQL(of column: String, in staging: String, _ other: String, mark: Way.Mark) -> String {
        "UPDATE main.\(Identifier.quote(name)) \(Self.setting(mark)) AND (\(Self.inGroups(column, staging, other)))"
    }

    // MARK: Rows that come again

    /// Which row of the table comes again as which staged one, by their numbers: each of either once.
    static let same = "temp.kleene_same"
    static var createSameSQL: String {
        "CREATE TEMP TABLE kleene_same (there INTEGER PRIMARY KEY, here INTEGER UNIQUE)"
    }
    static var dropSameSQL: String { "DROP TABLE IF EXISTS \(same)" }

    /// The name of the number of a staged row; nil where the rows have columns of all its names.
    var stagedRowID: String? { Identifier.rowNumber(besides: storedColumns.map(\.name)) }

    /// Finds the rows of staged groups that come again: those with the same values in the unique columns. 1 and 1.0 are two values
    /// here, because the row keeps the one that it has.
    ///
    /// From the table's rows, which an index finds by their group, to the staged ones, for which SQLite makes an index of its own: the
    /// other way round each row of a group is looked at as often as the group has rows.
    func findSameSQL(in staging: String, group column: String, on unique: [String], _ numbers: RowNumbers) -> String {
        let same = unique.map(Identifier.quote).flatMap {
            ["there.\($0) COLLATE BINARY = staged.\($0)", "typeof(there.\($0)) = typeof(staged.\($0))"]
        }
        let group = Identifier.quote(column)
        return "INSERT INTO \(Self.same) SELECT there.\(numbers.there), staged.\(numbers.here) "
            + "FROM main.\(Identifier.quote(name)) AS there CROSS JOIN \(staging) AS staged ON \(same.joined(separator: " AND ")) "
            + "WHERE there.\(group) COLLATE BINARY IN (SELECT \(group) FROM \(staging))"
    }

    /// Removes the rows of groups that do not come again.
    func removeOthersSQL(of column: String, in staging: String, _ other: String, _ numbers: RowNumbers) -> String {
        "DELETE FROM main.\(Identifier.quote(name)) WHERE (\(Self.inGroups(column, staging, other))) "
            + "AND \(numbers.there) NOT IN (SELECT there FROM \(Self.same))"
    }

    /// Gives the rows that come again their values, where they are: no index over their unique columns is touched.
    ///
    /// Not by UPDATE … FROM, for which SQLite (3.40.1) reads the whole table.
    ///
    /// - Parameter mark: The column that says since when a row is gone, where the table has one: a row that comes is not.
    /// - Returns: nil where there is nothing to give.
    func updateSameSQL(
        from staging: String, unique: [String], clearing mark: String?, _ numbers: RowNumbers
    ) -> String? {
        let others = storedColumns.map(\.name).filter { name in
            !unique.contains { Identifier.folded($0) == Identifier.folded(name) }
        }
        var assignments: [String] = []
        if !others.isEmpty {
            let values = others.map { "staged.\(Identifier.quote($0))" }.joined(separator: ", ")
            assignments.append(
                "(\(Self.list(others))) = (SELECT \(values) FROM \(staging) AS staged WHERE staged.\(numbers.here) = "
                    + "(SELECT here FROM \(Self.same) AS same WHERE same.there = there.\(numbers.there)))")
        }
        if let mark { assignments.append("\(Identifier.quote(mark)) = NULL") }
        guard !assignments.isEmpty else { return nil }
        return "UPDATE main.\(Identifier.quote(name)) AS there SET \(assignments.joined(separator: ", ")) "
            + "WHERE there.\(numbers.there) IN (SELECT there FROM \(Self.same))"
    }

    /// Adds the staged rows that are not there.
    func addOthersSQL(from staging: String, _ numbers: RowNumbers) -> String {
        "INSERT INTO main.\(Identifier.quote(name)) (\(names)) SELECT \(names) FROM \(staging) "
            + "WHERE \(numbers.here) NOT IN (SELECT here FROM \(Self.same))"
    }

    /// How many different unique columns of staged rows the table has.
    func comingAgainSQL(from chunks: [String], unique: [String]) -> String {
        let keys = Self.list(unique)
        let staged = chunks.map { "SELECT \(keys) FROM \($0)" }.joined(separator: " UNION ")
        let same = unique.map(Identifier.quote).map { "there.\($0) COLLATE BINARY = staged.\($0)" }
        return
            "SELECT count(*) FROM (\(staged)) AS staged WHERE EXISTS (SELECT 1 FROM main.\(Identifier.quote(name)) AS there "
            + "WHERE \(same.joined(separator: " AND ")))"
    }
}

/// The names by which SQL reaches the number of a row in the table and in staging.
struct RowNumbers {
    let there: String
    let here: String
}
