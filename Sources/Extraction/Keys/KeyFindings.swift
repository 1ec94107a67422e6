package import Rows

/// What is known of the columns that identify a table's rows, the best first.
package struct KeyFindings: Codable, Hashable, Sendable {
    @Exact package var catalog: String?
    @Exact package var schema: String?
    @Exact package var table: String
    /// Nil where the source did not say.
    package var rows: Int?
    package var candidates: [KeyCandidate]
    package var statements: Int
    /// What was not looked at, and why.
    package var notes: [String]

    package init(_ table: TableName, rows: Int?, candidates: [KeyCandidate], statements: Int, notes: [String]) {
        self.catalog = table.catalog
        self.schema = table.schema
        self.table = table.name
        self.rows = rows
        self.candidates = candidates
        self.statements = statements
        self.notes = notes
    }

    package var name: TableName { TableName(catalog: catalog, schema: schema, name: table) }

    /// What to name as unique columns; nil where nothing identifies the rows.
    package var best: KeyCandidate? { candidates.first.flatMap { $0.identifies == true ? $0 : nil } }
}
