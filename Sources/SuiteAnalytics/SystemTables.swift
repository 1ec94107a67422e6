import Extraction
import ODBCSource
import Rows
import Text

/// The catalog of the service: three tables that are read by SQL. Statements and the meaning of their rows, pure.
///
/// NetSuite's pages "OA_TABLES", "OA_COLUMNS", "OA_FKEYS". What a flag means beyond the positions used here is not
/// documented. Catalog functions of the driver are not used: no public connector relies on them.
enum SystemTables {
    static let tables =
        "SELECT table_qualifier, table_owner, table_name, table_type, oa_userdata, remarks FROM oa_tables"

    static func columns(of table: String) -> String {
        "SELECT \(columnFields) FROM oa_columns WHERE table_name = \(literal(table))"
    }

    /// The columns of all tables in one statement, the table's name last.
    static let allColumns = "SELECT \(columnFields), table_name FROM oa_columns"

    private static let columnFields =
        "column_name, data_type, type_name, oa_length, oa_precision, oa_scale, oa_userdata, table_qualifier, table_owner"

    /// Under what a row of `columns` is listed; nil where it does not say.
    static func place(_ row: [String?]) -> CatalogSchema? {
        guard row.count >= 9, row[7] != nil || row[8] != nil else { return nil }
        return CatalogSchema(
            catalog: row[7].flatMap { $0.isEmpty ? nil : $0 }, schema: row[8].flatMap { $0.isEmpty ? nil : $0 })
    }

    /// Rows of the primary key: those that name no foreign table.
    static func key(of table: String) -> String {
        "SELECT pkcolumn_name, fkcolumn_name, key_seq FROM oa_fkeys WHERE pktable_name = \(literal(table)) "
            + "AND fktable_name IS NULL"
    }

    /// Rows of the primary keys of all tables, the table's name last.
    static let allKeys =
        "SELECT pkcolumn_name, fkcolumn_name, key_seq, pktable_name FROM oa_fkeys WHERE fktable_name IS NULL"

    static func literal(_ text: String) -> String { text.quoted(with: "'") }

    /// A row of `tables`; nil for the system's own.
    static func table(_ row: [String?]) -> CatalogTable? {
        guard row.count >= 6, let name = row[2], !name.isEmpty else { return nil }
        let owner = row[1] ?? ""
        if owner.uppercased() == "SYSTEM" || row[3]?.uppercased().contains("SYSTEM") == true { return nil }
        return CatalogTable(
            catalog: row[0].flatMap { $0.isEmpty ? nil : $0 }, schema: owner.isEmpty ? nil : owner, table: name,
            type: row[3] ?? "TABLE", remarks: row[5].flatMap { $0.isEmpty ? nil : $0 })
    }

    /// A table by its rows of `columns`.
    static func listing(of table: TableName, _ rows: [[String?]], key: [String]) -> CatalogTableColumns {
        var listing = CatalogTableColumns(name: table, columns: rows.compactMap { column($0, key: key) })
        // Each of them is a flag of `oa_userdata`, or a type.
        listing.kinds = ColumnKind.allCases
        return listing
    }

    /// A row of `columns`.
    static func column(_ row: [String?], key: [String]) -> CatalogColumn? {
        guard row.count >= 7, let name = row[0], !name.isEmpty else { return nil }
        let flags = Flags(row[6] ?? "")
        let type = row[2] ?? ""
        let length = [row[4], row[3]].lazy.compactMap { $0.flatMap { Int($0) } }.first { $0 > 0 }
        return CatalogColumn(
            name: name, type: type, length: length, decimalDigits: row[5].flatMap { Int($0) },
            // The catalog's own word on it is documented as unsupported; keys may hold NULL as well.
            nullable: true, key: key.firstIndex { NameCase.unicode.areSame($0, name) }.map { $0 + 1 },
            incrementalKeyCandidate: flags.isLastModified || type.uppercased().contains("TIMESTAMP")
                || type.uppercased().contains("DATE"), keyKind: keyKind(type),
            custom: flags.isCustom, calculated: flags.isCalculated, hidden: flags.isHidden,
            long: isLong(row[1], type), lastModified: flags.isLastModified)
    }

    /// By the number (`SQL_LONGVARCHAR`, `SQL_WLONGVARCHAR`, `SQL_LONGVARBINARY`) or by the name: neither is documented.
    private static func isLong(_ number: String?, _ name: String) -> Bool {
        ["-1", "-10", "-4"].contains(number ?? "")
            || ["CLOB", "BLOB", "LONGVARCHAR", "LONGVARBINARY"].contains { name.uppercased().contains($0) }
    }

    /// What a type's values would be as a key. Amounts and other doubles cannot be one.
    private static func keyKind(_ type: String) -> KeyKind? {
        switch type.uppercased() {
        case let name where name.hasPrefix("TIMESTAMP"): .timestamp
        case "DATE": .date
        case "BIGINT", "INTEGER", "SMALLINT": .integer
        case "VARCHAR", "VARCHAR2", "WVARCHAR", "CHAR": .text
        default: nil
        }
    }

    /// Columns of the key, in order: the column is under the one name or under the other, by the page or by practice.
    static func keyColumns(_ rows: [[String?]]) -> [String] {
        rows.filter { $0.count >= 3 }
            .sorted { ($0[2].flatMap { Int($0) } ?? 0) < ($1[2].flatMap { Int($0) } ?? 0) }
            .compactMap { row in [row[0], row[1]].lazy.compactMap(\.self).first { !$0.isEmpty } }
    }

    /// The sixteen positions of a column's `oa_userdata`.
    struct Flags: Equatable {
        let isCustom: Bool
        let isHidden: Bool
        let isLastModified: Bool
        let isCalculated: Bool

        init(_ text: String) {
            let flags = Array(text.utf8)
            func flag(_ position: Int, _ letter: Unicode.Scalar) -> Bool {
                flags.count >= position && flags[position - 1] == UInt8(ascii: letter)
            }
            isCustom = flag(1, "C")
            isHidden = flag(2, "H")
            isLastModified = flag(3, "M")
            isCalculated = flag(6, "C")
        }
    }
}
