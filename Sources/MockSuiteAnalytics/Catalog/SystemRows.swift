/// The rows of the system tables for a catalog.
///
/// NULL is nil; numbers are texts that the store's affinity turns back.
struct SystemRows {
    var tables: [[String?]] = []
    var columns: [[String?]] = []
    var foreignKeys: [[String?]] = []

    init(_ catalog: Catalog) {
        for table in catalog.tables {
            let qualifier = table.qualifier ?? catalog.qualifier
            let owner = table.owner ?? catalog.owner
            let restricted = table.restricted ? "1" : "0"
            tables.append([
                qualifier, owner, table.name, table.kind.rawValue, nil, table.userData, nil, table.remarks, restricted,
            ])
            for column in table.columns {
                append(column, of: table.name, qualifier, owner, hidden: table.restricted || column.restricted)
            }
            appendKeys(of: table, qualifier, owner, restricted)
        }
        for table in SystemTables.all {
            tables.append([
                "SCHEMA", "SYSTEM", table.name, CatalogTable.Kind.systemTable.rawValue, nil, nil, nil, nil, "0",
            ])
            for column in table.columns {
                append(
                    CatalogColumn(column.name, column.type, .null), of: table.name, "SCHEMA", "SYSTEM", hidden: false,
                    system: true)
            }
        }
    }

    private mutating func append(
        _ column: CatalogColumn, of table: String, _ qualifier: String, _ owner: String, hidden: Bool,
        system: Bool = false
    ) {
        let type = column.type
        // A file has one length for both; where it has none, the catalog says none.
        let length = column.listed.map { $0.length ?? 0 }
        let scale = column.listed.map(\.scale) ?? type.scale
        columns.append([
            qualifier, owner, table, column.name, String(type.code), column.listed?.typeName ?? type.name,
            String(length ?? type.length), String(length ?? type.precision), type.isNumeric ? "10" : nil,
            scale.map(String.init), column.nullable ? "1" : "0", nil, system ? nil : column.userData, nil,
            "0", nil, column.remarks, hidden ? "1" : "0",
        ])
    }

    /// A key's rows have no foreign table; a foreign key's rows have both.
    private mutating func appendKeys(
        of table: CatalogTable, _ qualifier: String, _ owner: String, _ restricted: String
    ) {
        for (index, column) in table.keyColumns.enumerated() {
            foreignKeys.append([
                qualifier, owner, table.name, column.name, nil, nil, nil, nil, String(index + 1), nil, nil, nil,
                "\(table.name)_PK", restricted,
            ])
        }
        for key in table.foreignKeys {
            foreignKeys.append([
                qualifier, owner, key.table, key.targetColumn, qualifier, owner, table.name, key.column, "1", nil, nil,
                "\(table.name)_\(key.column)_FK", "\(key.table)_PK", restricted,
            ])
        }
    }
}
