import Extraction
import SQLite

extension SQLiteFile {
    /// By a few rows at places that lie evenly between the first and the last: half a thousand pages are read, of a table of any size.
    package func roughExtent(of column: String, in table: String) throws -> ClosedRange<Int64>? {
        try trying("Looking at some values of \"\(column)\"") {
            let bench = try VerifyBench(self, table: table, unique: [], columns: [], aside: [])
            guard let number = bench.sql.rowNumber, let (first, span) = try bench.numbers else { return nil }
            let values = try bench.database.query(
                VerifySQL.someValues(of: column, in: bench.sql.table, number: number, places: Self.places),
                [.integer(first), .integer(span)]
            ).compactMap { $0.first?.integer }
            // A row that somebody has put in far away says nothing of the others.
            let strays = values.count / 100
            return values.isEmpty ? nil : values[strays]...values[values.count - 1 - strays]
        }
    }

    private static let places: Int64 = 256
}

extension VerifySQL {
    /// The whole numbers of a column in the rows at some places, the first and the last among them, each once and in order. Takes
    /// `VerifyBench.numbers`.
    static func someValues(of column: String, in table: String, number: String, places: Int64) -> String {
        // Names of its own: the table may have columns of any.
        let step = "kleene_places.kleene_step"
        let place = "?1 + ?2 / \(places) * \(step) + ?2 % \(places) * \(step) / \(places)"
        let value =
            "SELECT d.\(Identifier.quote(column)) FROM \(table) AS d WHERE d.\(number) >= \(place) ORDER BY d.\(number) LIMIT 1"
        return "WITH RECURSIVE kleene_places(kleene_step) AS "
            + "(SELECT 0 UNION ALL SELECT kleene_step + 1 FROM kleene_places WHERE kleene_step < \(places)), "
            + "found(v) AS (SELECT (\(value)) FROM kleene_places) "
            + "SELECT DISTINCT v FROM found WHERE typeof(v) = 'integer' ORDER BY v"
    }
}
