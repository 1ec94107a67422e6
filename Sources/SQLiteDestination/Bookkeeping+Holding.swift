import Extraction
import SQLite

/// What the books say of tables and of what watermarks vouch for, beside what a look at the table shows.
extension Bookkeeping {
    /// How an extract and a table stand.
    static func standing(of extract: String, table name: String, in database: SQLiteDatabase) throws -> Standing {
        var standing = Standing()
        standing.state = try states(in: database).first { $0.extract == extract }
        standing.vouched = try vouched(for: extract, in: database)
        standing.holding = try holding(of: name, in: database)
        if let table = try ExistingTable.find(name, in: database), table.kind == "table" {
            standing.table = try table.sight(holding: standing.holding, in: database)
        }
        return standing
    }

    private static func vouched(for extract: String, in database: SQLiteDatabase) throws -> Vouched? {
        guard try hasColumn("vouched", of: "_kleene_watermarks", in: database) else { return nil }
        let value = try database.value(
            "SELECT vouched FROM main._kleene_watermarks WHERE extract = ?", [.text(extract)])
        guard let value, value != .null else { return nil }
        return try decode(Vouched.self, value, database)
    }

    /// Nil where kleene-ns has not loaded the table.
    static func holding(of table: String, in database: SQLiteDatabase) throws -> TableHolding? {
        guard try has("_kleene_tables", in: database) else { return nil }
        let isNew = try hasColumn("holding", of: "_kleene_tables", in: database)
        let row = try database.query(
            "SELECT extract, source_table\(isNew ? ", holding" : "") FROM main._kleene_tables WHERE name = ?",
            [.text(table)]
        ).first
        guard let row else { return nil }
        if isNew, row[2] != .null { return try decode(TableHolding.self, row[2], database) }
        return TableHolding(extract: row[0].text ?? "", sourceTable: row[1].text ?? "")
    }

    private static func hasColumn(
        _ column: String, of table: String, in database: SQLiteDatabase
    ) throws(SQLiteError) -> Bool {
        try database.value(
            "SELECT 1 FROM pragma_table_info(?, 'main') WHERE name = ?", [.text(table), .text(column)]) != nil
    }

    /// What a watermark vouches for after an edit; changes what the books say of the table where a person vouches for it.
    static func vouch(for name: String, _ vouching: EditVouching, in database: SQLiteDatabase) throws -> Vouched? {
        switch vouching {
        case .asBefore: return try vouched(for: name, in: database)
        case .present(nil): return nil
        case .present(let extract?):
            return Vouched(
                table: extract.destinationTable,
                standing: try standing(of: extract.name, table: extract.destinationTable, in: database))
        case .ownRows(let extract):
            var standing = try standing(of: extract.name, table: extract.destinationTable, in: database)
            if var holding = standing.holding {
                holding.become(rowsOf: extract, as: standing.table)
                try database.query(
                    "UPDATE main._kleene_tables SET extract = ?, source_table = ?, holding = ? WHERE name = ?",
                    [
                        .text(holding.extract), .text(holding.sourceTable), .text(try encode(holding)),
                        .text(extract.destinationTable),
                    ])
                standing.holding = holding
                standing.table?.isReplaced = false
            }
            return Vouched(table: extract.destinationTable, standing: standing)
        }
    }
}

extension ExistingTable {
    /// What a look at the table shows.
    func sight(holding: TableHolding?, in database: SQLiteDatabase) throws(SQLiteError) -> TableSight {
        let mark = TableMark.of(sql)
        var lastRow: Int64?
        if let rowNumber {
            lastRow = try database.value("SELECT max(\(rowNumber)) FROM main.\(Identifier.quote(name))")?.integer
        }
        var holdsRows = lastRow != nil
        if !holdsRows { holdsRows = try database.holdsRows(name) }
        return TableSight(
            name: name, mark: mark, isReplaced: holding?.mark.map { !TableMark.agrees(mark, with: $0) } ?? false,
            holdsRows: holdsRows, lastRow: lastRow, columns: columns.map(\.name))
    }
}
