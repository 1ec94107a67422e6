import Extraction
import Rows
import SQLite
import Staging
import Text

/// A table that the destination already has under an extract's name, as SQLite describes it.
struct ExistingTable {
    struct Column: Equatable {
        let name: String
        let declaredType: String
        let affinity: Affinity
        let isRequired: Bool
        let isGenerated: Bool
        /// Another name of the row's own number: SQLite puts a number there for NULL.
        let isRowID: Bool
    }

    let name: String
    /// SQLite's word: `table`, `view`, `virtual` or `shadow`; or `index`.
    let kind: String
    let isStrict: Bool
    let columns: [Column]
    /// Whether its rows have no number of their own (`WITHOUT ROWID`).
    var isWithoutRowID = false
    /// The statement that made it, as SQLite keeps it.
    var sql = ""

    /// The name by which SQL reaches the number that SQLite itself gives to each new row, one above the largest there is: so new
    /// rows can be counted by it. Nil where rows have none, or one that the extract fills.
    var rowNumber: String? {
        columns.contains(where: \.isRowID) ? nil : rowID
    }

    /// The name by which SQL reaches the number of a row, whoever gives it; nil where rows have none, or other columns its names.
    var rowID: String? {
        isWithoutRowID ? nil : Identifier.rowNumber(besides: columns.map(\.name))
    }

    func has(_ column: String) -> Bool {
        columns.contains { Identifier.folded($0.name) == Identifier.folded(column) }
    }

    /// What the destination has under a name, upper and lower case ignored. Nil where there is nothing.
    static func find(_ name: String, in database: SQLiteDatabase) throws(SQLiteError) -> ExistingTable? {
        let entry = try database.query(
            "SELECT type, name, sql FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE AND type <> 'trigger'",
            [.text(name)]
        ).first
        guard let entry, let type = entry[0].text, let spelling = entry[1].text else { return nil }
        guard type == "table" else { return ExistingTable(name: spelling, kind: type, isStrict: false, columns: []) }
        let facts = try database.query(
            "SELECT type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = ?", [.text(spelling)]
        ).first
        let isStrict = facts?[2].integer == 1
        let rows = try database.query(
            "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?, 'main') ORDER BY cid",
            [.text(spelling)])
        let keyColumns = rows.count { $0[4].integer != 0 }
        let columns = rows.map { row in
            let declared = row[1].text ?? ""
            let isRowID =
                row[4].integer == 1 && keyColumns == 1 && facts?[1].integer == 0
                && Identifier.folded(declared) == "integer"
            return Column(
                name: row[0].text ?? "", declaredType: declared,
                affinity: isStrict && Identifier.folded(declared) == "any" ? .none : Affinity(declaredType: declared),
                isRequired: row[2].integer == 1 && row[3] == .null && !isRowID,
                isGenerated: (row[5].integer ?? 0) > 1, isRowID: isRowID)
        }
        return ExistingTable(
            name: spelling, kind: facts?[0].text ?? type, isStrict: isStrict, columns: columns,
            isWithoutRowID: facts?[1].integer == 1, sql: entry[2].text ?? "")
    }

    /// Whether the table is exactly what kleene-ns would make of the definition, so that whole records fit.
    func hasSameColumns(as definition: TableDefinition) -> Bool {
        columns.count == definition.storedColumns.count
            && zip(columns, definition.storedColumns).allSatisfy { mine, theirs in
                Identifier.folded(mine.name) == Identifier.folded(theirs.name) && !mine.isGenerated
            }
    }

    /// Whether rows can replace others, or be left out, by a constraint on other columns than these.
    func hasUniqueIndex(otherThan wanted: [String], in database: SQLiteDatabase) throws(SQLiteError) -> Bool {
        let folded = Set(wanted.map(Identifier.folded))
        if let name = columns.first(where: \.isRowID)?.name, folded != [Identifier.folded(name)] { return true }
        let indexes = try database.query(
            "SELECT name FROM pragma_index_list(?, 'main') WHERE \"unique\" = 1", [.text(name)])
        for index in indexes {
            let parts = try database.query(
                "SELECT name FROM pragma_index_info(?, 'main')", [.text(index[0].text ?? "")])
            if Set(parts.map { $0[0].text.map(Identifier.folded) ?? "" }) != folded { return true }
        }
        return false
    }

    /// Whether a unique index without a condition has exactly these columns, or they are the primary key.
    func hasUniqueIndex(on wanted: [String], in database: SQLiteDatabase) throws(SQLiteError) -> Bool {
        let folded = Set(wanted.map(Identifier.folded))
        if folded.count == 1, let name = columns.first(where: \.isRowID)?.name, folded.contains(Identifier.folded(name))
        {
            return true
        }
        return try uniqueIndexes(on: folded, in: database).contains { $0.isExact }
    }

    /// A unique index that has exactly these columns and takes some different texts for the same, such as `COLLATE NOCASE`.
    func inexactUniqueIndex(on wanted: [String], in database: SQLiteDatabase) throws(SQLiteError) -> String? {
        try uniqueIndexes(on: Set(wanted.map(Identifier.folded)), in: database).first { !$0.isExact }?.name
    }

    private func uniqueIndexes(
        on folded: Set<Exact<String>>, in database: SQLiteDatabase
    ) throws(SQLiteError) -> [(name: String, isExact: Bool)] {
        var found: [(name: String, isExact: Bool)] = []
        let indexes = try database.query(
            "SELECT name FROM pragma_index_list(?, 'main') WHERE \"unique\" = 1 AND partial = 0", [.text(name)])
        for index in indexes {
            guard let indexName = index[0].text else { continue }
            let parts = try database.query(
                "SELECT name, coll FROM pragma_index_xinfo(?, 'main') WHERE \"key\" = 1", [.text(indexName)])
            // An expression has no name.
            let names = parts.compactMap { $0[0].text.map(Identifier.folded) }
            guard names.count == parts.count, Set(names) == folded else { continue }
            found.append((indexName, parts.allSatisfy { $0[1].text == "BINARY" }))
        }
        return found
    }

    /// Columns of the definition in which SQLite would put a number for NULL.
    func rowIDColumn(for definition: TableDefinition) -> String? {
        let names = definition.storedColumns.map { Identifier.folded($0.name) }
        return columns.first { $0.isRowID && names.contains(Identifier.folded($0.name)) }?.name
    }

    /// Columns of a definition that the table lacks.
    func missing(of definition: TableDefinition) -> [(name: String, storage: Storage)] {
        let present = Set(columns.map { Identifier.folded($0.name) })
        return definition.storedColumns.filter { !present.contains(Identifier.folded($0.name)) }
    }

    /// Refuses a definition whose rows would not fit, or would change, in this table.
    ///
    /// - Parameters:
    ///   - advice: What a person does about it.
    ///   - adds: Whether a column that the table lacks will be added to it.
    func check(
        _ definition: TableDefinition, advice: String, path: String, adds: (String) -> Bool = { _ in false }
    ) throws {
        func refuse(_ what: String) -> Failure {
            Failure(.drift, "The table \"\(name)\" in \(path) does not fit the extract: \(what).", advice: advice)
        }
        let present = Dictionary(
            columns.map { (Identifier.folded($0.name), $0) }, uniquingKeysWith: { first, _ in first })
        let wanted = definition.storedColumns
        let missing = missing(of: definition).map(\.name).filter { !adds($0) }
        guard missing.isEmpty else { throw refuse("it has no column \(Sentence.list(missing))") }
        let wantedNames = Set(wanted.map { Identifier.folded($0.name) })
        let required = columns.filter {
            $0.isRequired && !$0.isGenerated && !wantedNames.contains(Identifier.folded($0.name))
        }
        guard required.isEmpty else {
            throw refuse(
                "its column \(Sentence.list(required.map(\.name))) must not be NULL and has no default, "
                    + "and the extract does not fill it")
        }
        for (name, storage) in wanted {
            guard let column = present[Identifier.folded(name)] else { continue }
            guard !column.isGenerated else { throw refuse("its column \"\(name)\" is generated") }
            // A strict column refuses what another would change, and BLOB there takes bytes only.
            let isRefusedByStrictness =
                isStrict && column.affinity == .none && storage != .blob
                && Identifier.folded(column.declaredType) == "blob"
            let isBlobInStrict = isStrict && storage == .blob && column.affinity != .none
            guard column.affinity.keeps(storage), !isRefusedByStrictness, !isBlobInStrict else {
                throw refuse(
                    "its column \"\(name)\" is declared \(column.declaredType), which would change or refuse values that "
                        + "the extract stores as \(storage.name)")
            }
        }
    }
}
