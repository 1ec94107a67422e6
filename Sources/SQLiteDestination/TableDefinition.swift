package import Extraction
package import Rows

/// How SQLite holds the values of a column: what `typeof` answers for all of them but NULL.
package enum Storage: String, Sendable, CaseIterable {
    case integer = "INTEGER"
    case real = "REAL"
    case text = "TEXT"
    case blob = "BLOB"
    /// Each value as what it is. A column without a type keeps them so.
    case any = ""

    /// The type, for a sentence.
    var name: String { self == .any ? "values of any type" : rawValue }

    /// How values that are bound as they came compare; nil for what no key is.
    var order: LargestValue.Order? {
        switch self {
        case .integer: .numbers
        case .text: .bytes
        case .real, .blob, .any: nil
        }
    }
}

/// A column of a table as kleene-ns makes it.
package struct StoredColumn: Hashable, Sendable {
    /// What becomes of a decimal's digits on the way.
    package enum Decimal: Hashable, Sendable {
        case scaledInteger(scale: Int)
        case real
    }

    package let name: String
    package let storage: Storage
    /// Nil where values are stored as they come.
    package let decimal: Decimal?
    package let type: ColumnType

    /// How its values compare as they are bound; nil for what no key is, and for large whole numbers, which are bound as text.
    var order: LargestValue.Order? { type == .largeInteger ? nil : storage.order }

    /// The one place that says which type is stored how; a pure function of declared type and configuration.
    package init(_ column: Column, decimal wanted: DecimalStorage) {
        self.name = column.name
        self.type = column.type
        switch column.type {
        case .boolean, .integer: (storage, decimal) = (.integer, nil)
        case .double: (storage, decimal) = (.real, nil)
        case .binary: (storage, decimal) = (.blob, nil)
        case .any: (storage, decimal) = (.any, nil)
        case .text, .date, .time, .timestamp, .uuid: (storage, decimal) = (.text, nil)
        // Beyond 64 bits SQLite has doubles only, which would round.
        case .largeInteger: (storage, decimal) = (.text, nil)
        case .decimal(let precision, let scale):
            switch wanted {
            case .text: (storage, decimal) = (.text, nil)
            case .real: (storage, decimal) = (.real, .real)
            case .scaledInteger:
                // 18 digits always fit 64 bits. What does not qualify by its declared type stays exact as text.
                if let precision, let scale, precision <= 18, scale >= 0, scale <= precision {
                    (storage, decimal) = (.integer, .scaledInteger(scale: scale))
                } else {
                    (storage, decimal) = (.text, nil)
                }
            }
        }
    }
}

/// The table that an extract's result becomes, and its SQL. Nothing here touches a database.
package struct TableDefinition: Hashable, Sendable {
    package let name: String
    /// The source's columns, in order; without those that kleene-ns adds.
    package let columns: [StoredColumn]
    package let addsMetadataColumns: Bool
    /// What a person should know about how columns are stored.
    package let notes: [String]

    /// - Throws: a `Failure` where SQLite cannot tell the columns apart, or cannot hold so many.
    package init(_ extract: TableExtract, columns: [Column], columnLimit: Int) throws {
        self.name = extract.destinationTable
        self.columns = columns.map { StoredColumn($0, decimal: extract.decimal) }
        self.addsMetadataColumns = extract.addsMetadataColumns
        let asText = self.columns.filter { column in
            guard case .decimal = column.type else { return false }
            return extract.decimal == .scaledInteger && column.decimal == nil
        }
        self.notes =
            asText.isEmpty
            ? []
            : [
                "Stored as text and not as scaled integers, because the source declares no scale or more than 18 digits: "
                    + "\(Identifier.list(asText.map(\.name)))."
            ]
        try Self.check(extract, columns: columns.map(\.name), columnLimit: columnLimit)
    }

    private static func check(_ extract: TableExtract, columns: [String], columnLimit: Int) throws {
        let advice = "List the columns to read with \"columns\" or --columns."
        let added = extract.addsMetadataColumns ? MetadataColumn.names : []
        guard !columns.isEmpty else {
            throw Failure(.statement, "Reading \(extract.table) gave a result without columns.", advice: advice)
        }
        guard columns.count + added.count <= columnLimit else {
            throw Failure(
                .configuration,
                "\(extract.table) has \(columns.count) columns\(added.isEmpty ? "" : ", and kleene-ns adds \(added.count)"), "
                    + "but a SQLite table can have at most \(columnLimit).", advice: advice)
        }
        let clashing = columns.filter { added.map(Identifier.folded).contains(Identifier.folded($0)) }
        guard clashing.isEmpty else {
            throw Failure(
                .configuration,
                "\(extract.table) has columns named like those that kleene-ns adds: \(Identifier.list(clashing)).",
                advice: "Turn the added ones off with \"metadata_columns\": false, or leave the columns out.")
        }
        let groups = Dictionary(grouping: columns, by: Identifier.folded).values.filter { $0.count > 1 }
        guard groups.isEmpty else {
            let names = groups.map { Identifier.list($0) }.sorted().joined(separator: "; ")
            throw Failure(
                .configuration,
                "\(extract.table) has columns that SQLite cannot tell apart, because it ignores upper and lower case: "
                    + "\(names).", advice: advice)
        }
        let unnamable = columns.filter { $0.utf8.contains(0) }
        guard unnamable.isEmpty else {
            throw Failure(
                .configuration, "\(extract.table) has a column whose name holds a NUL character, which SQL cannot.",
                advice: advice)
        }
    }

    /// All columns in order with their storage, the added ones last.
    package var storedColumns: [(name: String, storage: Storage)] {
        columns.map { ($0.name, $0.storage) }
            + (addsMetadataColumns ? MetadataColumn.names.map { ($0, Storage.text) } : [])
    }

    /// The place of one of the source's columns, upper and lower case ignored.
    func column(_ name: String) -> Int? {
        columns.firstIndex { Identifier.folded($0.name) == Identifier.folded(name) }
    }

    // MARK: SQL

    /// `CREATE TABLE` under the destination's name, or another. No constraints: what the source delivers is kept.
    ///
    /// - Parameter maker: The run that makes it, which the table itself then tells; nil for one that is not kept.
    package func createSQL(as other: String? = nil, maker: String? = nil) -> String {
        let lines = storedColumns.map { "  \(Self.declaration($0.name, $0.storage))" }
        let mark = maker.map { " " + TableMark.comment($0) } ?? ""
        return "CREATE TABLE \(other ?? Identifier.quote(name)) (\(mark)\n\(lines.joined(separator: ",\n"))\n)"
    }

    /// A column as it stands in a definition; without a type where values of any storage class stay what they are.
    private static func declaration(_ column: String, _ storage: Storage) -> String {
        Identifier.quote(column) + (storage == .any ? "" : " \(storage.rawValue)")
    }

    /// Adds a column to the table that is there.
    package func addColumnSQL(_ column: String, storage: Storage) -> String {
        "ALTER TABLE main.\(Identifier.quote(name)) ADD COLUMN \(Self.declaration(column, storage))"
    }

    /// Drops a column of the table that is there.
    package func dropColumnSQL(_ column: String) -> String {
        "ALTER TABLE main.\(Identifier.quote(name)) DROP COLUMN \(Identifier.quote(column))"
    }

    /// `INSERT` of one row with one parameter a column.
    package func insertSQL(into table: String) -> String {
        let parameters = Array(repeating: "?", count: storedColumns.count).joined(separator: ", ")
        return "INSERT INTO \(table) VALUES (\(parameters))"
    }

    /// Fills a table that has exactly these columns. Without a column list, which is what lets SQLite copy whole
    /// records and not take them apart.
    package func copySQL(from staging: String) -> String {
        "INSERT INTO main.\(Identifier.quote(name)) SELECT * FROM \(staging)"
    }

    /// Fills a table that has these columns among others or in another order.
    package func copyByNameSQL(from staging: String) -> String {
        let names = storedColumns.map { Identifier.quote($0.name) }.joined(separator: ", ")
        return "INSERT INTO main.\(Identifier.quote(name)) (\(names)) SELECT \(names) FROM \(staging)"
    }

    private var names: String { storedColumns.map { Identifier.quote($0.name) }.joined(separator: ", ") }

    /// Adds rows, and replaces those whose unique columns are there. One statement over a chunk.
    ///
    /// A row is never replaced by one with a smaller key. Without a key, by one that orders no rows, or by a key of text, whose
    /// order only the source knows, the later read wins. Another constraint of the table aborts, whatever its own ON CONFLICT says: it would drop
    /// rows in silence.
    ///
    /// - Parameter key: The incremental key, if rows may be compared by it.
    ///   - isTime: Whether it is a key of time, which is compared as moments and not as text.
    package func upsertSQL(from staging: String, unique: [String], key: String?, isTime: Bool = false) -> String {
        let others = storedColumns.map(\.name).filter { name in
            !unique.contains { Identifier.folded($0) == Identifier.folded(name) }
        }
        let table = Identifier.quote(name)
        let assignments = others.map { "\(Identifier.quote($0)) = excluded.\(Identifier.quote($0))" }
        var sql =
            "INSERT OR ABORT INTO main.\(table) (\(names)) SELECT \(names) FROM \(staging) WHERE true "
            + "ON CONFLICT (\(Self.list(unique))) "
        sql += assignments.isEmpty ? "DO NOTHING" : "DO UPDATE SET \(assignments.joined(separator: ", "))"
        guard let key, !assignments.isEmpty else { return sql }
        let mine = comparable("\(table).\(Identifier.quote(key))", key)
        let theirs = comparable("excluded.\(Identifier.quote(key))", key)
        guard isTime else { return sql + " WHERE \(theirs) >= \(mine) OR \(mine) IS NULL OR \(theirs) IS NULL" }
        return sql
            + " WHERE \(theirs) = \(mine) OR ifnull(\(MomentFunction.sql(theirs)) >= \(MomentFunction.sql(mine)), true)"
    }

    /// A key's value as it compares. Large whole numbers lie here as text, and 9 would be above 10; a key beyond 64 bits is refused
    /// before it is read.
    private func comparable(_ value: String, _ key: String) -> String {
        column(key).map { columns[$0].type } == .largeInteger ? "CAST(\(value) AS INTEGER)" : value
    }

    /// The staged rows whose unique columns are not in the table, as what may follow FROM.
    package func absentRows(of staging: String, unique: [String]) -> String {
        let same = unique.map { "staged.\(Identifier.quote($0)) = there.\(Identifier.quote($0))" }
        return "\(staging) AS staged WHERE NOT EXISTS (SELECT 1 FROM main.\(Identifier.quote(name)) AS there "
            + "WHERE \(same.joined(separator: " AND ")))"
    }

    /// Adds the rows whose unique columns and key are not there together yet; of a key of time, the same moment in another
    /// spelling is there. The staged column comes first, because its
    /// collation decides: a table's own could take two rows for one.
    package func appendNewSQL(from staging: String, unique: [String], key: String, isTime: Bool = false) -> String {
        let table = "main.\(Identifier.quote(name))"
        var same = (unique + [key]).map { "staged.\(Identifier.quote($0)) IS there.\(Identifier.quote($0))" }
        if isTime, let equal = same.popLast() {
            let (staged, there) = ("staged.\(Identifier.quote(key))", "there.\(Identifier.quote(key))")
            same.append("(\(equal) OR \(MomentFunction.sql(staged)) = \(MomentFunction.sql(there)))")
        }
        return
            "INSERT INTO \(table) (\(names)) SELECT \(names) FROM \(staging) AS staged WHERE NOT EXISTS "
            + "(SELECT 1 FROM \(table) AS there WHERE \(same.joined(separator: " AND ")))"
    }

    /// The index by which `upsertSQL` finds rows, and which keeps them unique.
    package func uniqueIndexSQL(_ unique: [String], name index: String) -> String {
        "CREATE UNIQUE INDEX main.\(Identifier.quote(index)) ON \(Identifier.quote(name)) (\(Self.exactList(unique)))"
    }

    /// The index by which `appendNewSQL` finds rows.
    package func versionIndexSQL(_ unique: [String], key: String, name index: String) -> String {
        "CREATE INDEX main.\(Identifier.quote(index)) ON \(Identifier.quote(name)) (\(Self.exactList(unique + [key])))"
    }

    /// Compared as the source delivered them, whatever collation the table's columns have.
    private static func exactList(_ columns: [String]) -> String {
        columns.map { Identifier.quote($0) + " COLLATE BINARY" }.joined(separator: ", ")
    }

    private static func list(_ columns: [String]) -> String { columns.map(Identifier.quote).joined(separator: ", ") }
}
