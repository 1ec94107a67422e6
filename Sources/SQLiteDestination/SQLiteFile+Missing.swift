package import Extraction
import Rows
import SQLite
package import Staging

/// Which of its rows a source no longer has.
extension SQLiteFile {
    package func eachMissing(
        from staged: SealedFile, on columns: [String], of extract: TableExtract, since: BucketRange?,
        back: ([[String]]) throws -> Void, _ body: ([[String]]) throws -> Void
    ) throws {
        guard isThere else { return }
        let use = extract.name + "/keys"
        defer { workplace.removeNewFile(use) }
        try trying("Comparing the keys of \"\(extract.destinationTable)\"") {
            let database = try openForReading()
            guard let table = try ExistingTable.find(extract.destinationTable, in: database) else { return }
            try database.attach(try attachable(staged, to: database, for: use), as: "kleene_staging")
            let missing = MissingKeys(
                table: table.name, columns: columns,
                affinities: columns.map { name in
                    table.columns.first { NameCase.ascii.areSame($0.name, name) }?.affinity ?? .none
                },
                markColumn: extract.marksDeleted && table.has(MetadataColumn.deletedAt)
                    ? MetadataColumn.deletedAt : nil,
                since: since)
            try database.query(missing.createSQL)
            for chunk in staged.tables { try database.query(missing.fillSQL(from: "kleene_staging.\(chunk)")) }
            try eachPart(of: missing.selectSQL, in: database, body)
            if let sql = missing.markedSQL { try eachPart(of: sql, in: database, back) }
        }
    }

    private func eachPart(
        of sql: String, in database: SQLiteDatabase, _ body: ([[String]]) throws -> Void
    ) throws {
        let statement = try database.prepare(sql)
        var part: [[String]] = []
        while try statement.step() {
            part.append(statement.row.map { $0.text ?? "" })
            guard part.count == MissingKeys.partLength else { continue }
            try body(part)
            part = []
        }
        if !part.isEmpty { try body(part) }
    }
}

/// The statements that find the keys of a table which staged rows lack, and those of marked rows which they have.
struct MissingKeys {
    let table: String
    let columns: [String]
    /// What the table's columns do to values, in the same order.
    let affinities: [Affinity]
    let markColumn: String?
    /// Which rows of the table are meant; nil for all.
    let since: BucketRange?

    static let partLength = 1000

    private var places: [String] { columns.indices.map { "k\($0)" } }

    /// All staged keys in one place, found by an index, with the types of the table's columns: values become there what they became in
    /// the table, and only then is the index of any use. SQLite (3.40.1) compares a column of whole numbers with one without a type by
    /// reading all of the latter, for each row.
    var createSQL: String {
        let list = places.joined(separator: ", ")
        let typed = zip(places, affinities).map { "\($0) \($1.rawValue)" }.joined(separator: ", ")
        return "CREATE TEMP TABLE kleene_keys (\(typed), PRIMARY KEY (\(list))) WITHOUT ROWID"
    }

    func fillSQL(from staging: String) -> String {
        let names = columns.map(Identifier.quote)
        return "INSERT OR IGNORE INTO temp.kleene_keys SELECT \(names.joined(separator: ", ")) FROM \(staging) "
            + "WHERE \(names.map { "\($0) IS NOT NULL" }.joined(separator: " AND "))"
    }

    private var names: [String] { columns.map { "there.\(Identifier.quote($0))" } }

    var selectSQL: String {
        let isLeft = markColumn.map { ["there.\(Identifier.quote($0)) IS NULL"] } ?? []
        let isMeant = since.map { ["(\(VerifySQL.condition($0, of: "there")))"] } ?? []
        return select(isLeft + isMeant, isStaged: false)
    }

    /// Keys of rows that are marked as gone and that staged rows have; nil where no row is marked.
    var markedSQL: String? {
        markColumn.map { select(["there.\(Identifier.quote($0)) IS NOT NULL"], isStaged: true) }
    }

    private func select(_ conditions: [String], isStaged: Bool) -> String {
        let same = zip(places, names).map { "staged.\($0) = \($1) COLLATE BINARY" }
        let conditions = names.map { "\($0) IS NOT NULL" } + conditions
        // No index need say that a key is there once.
        return "SELECT \(isStaged ? "DISTINCT " : "")\(names.map { "CAST(\($0) AS TEXT)" }.joined(separator: ", ")) "
            + "FROM main.\(Identifier.quote(table)) AS there WHERE \(conditions.joined(separator: " AND ")) "
            + "AND \(isStaged ? "" : "NOT ")EXISTS "
            + "(SELECT 1 FROM temp.kleene_keys AS staged WHERE \(same.joined(separator: " AND ")))"
    }
}
