/// `oa_tables`, `oa_columns` and `oa_fkeys`: the catalog as the service lets it be queried.
///
/// They are stored as ordinary tables with one column more, which tells what only a static schema shows.
struct SystemTable {
    struct Column {
        let name: String
        let type: ColumnType
        /// Holds a name that `Uppercase` turns into capitals.
        var isName = false
    }

    let name: String
    let columns: [Column]

    static let restrictionColumn = "mock_restricted"

    func visible(staticSchema: Bool, uppercase: Bool) -> VisibleTable {
        let selected = columns.map { column in
            uppercase && column.isName ? "upper(\(column.name)) AS \(column.name)" : column.name
        }
        let condition = staticSchema ? "" : " WHERE \(Self.restrictionColumn) = 0"
        return VisibleTable(
            name: uppercase ? name.uppercased() : name,
            sql: "(SELECT \(selected.joined(separator: ", ")) FROM \(name)\(condition))",
            columns: columns.map {
                VisibleColumn(name: uppercase ? $0.name.uppercased() : $0.name, type: $0.type)
            }, isSystem: true)
    }

    var definition: String {
        let columns = columns.map { "\($0.name) \($0.type.declaration)" }.joined(separator: ", ")
        return "CREATE TABLE \(name) (\(columns), \(Self.restrictionColumn) INTEGER NOT NULL)"
    }

    /// A statement that inserts one row, with all values as parameters.
    var insertion: String {
        "INSERT INTO \(name) VALUES (\(Array(repeating: "?", count: columns.count + 1).joined(separator: ", ")))"
    }
}

enum SystemTables {
    static let all = [tables, columns, foreignKeys]

    static let tables = SystemTable(
        name: "oa_tables",
        columns: [
            .init(name: "table_qualifier", type: .wvarchar(128)), .init(name: "table_owner", type: .wvarchar(128)),
            .init(name: "table_name", type: .wvarchar(128), isName: true),
            .init(name: "table_type", type: .wvarchar(128)), .init(name: "table_path", type: .wvarchar(255)),
            .init(name: "oa_userdata", type: .wvarchar(254)), .init(name: "oa_support", type: .wvarchar(128)),
            .init(name: "remarks", type: .wvarchar(254)),
        ])

    static let columns = SystemTable(
        name: "oa_columns",
        columns: [
            .init(name: "table_qualifier", type: .wvarchar(128)), .init(name: "table_owner", type: .wvarchar(128)),
            .init(name: "table_name", type: .wvarchar(128), isName: true),
            .init(name: "column_name", type: .wvarchar(128), isName: true), .init(name: "data_type", type: .smallint),
            .init(name: "type_name", type: .wvarchar(254)), .init(name: "oa_length", type: .integer),
            .init(name: "oa_precision", type: .integer), .init(name: "oa_radix", type: .integer),
            .init(name: "oa_scale", type: .integer), .init(name: "oa_nullable", type: .integer),
            .init(name: "oa_scope", type: .smallint), .init(name: "oa_userdata", type: .wvarchar(254)),
            .init(name: "oa_support", type: .wvarchar(128)), .init(name: "pseudo_column", type: .smallint),
            .init(name: "oa_columntype", type: .smallint), .init(name: "remarks", type: .wvarchar(254)),
        ])

    static let foreignKeys = SystemTable(
        name: "oa_fkeys",
        columns: [
            .init(name: "pktable_qualifier", type: .wvarchar(128)), .init(name: "pktable_owner", type: .wvarchar(128)),
            .init(name: "pktable_name", type: .wvarchar(128), isName: true),
            .init(name: "pkcolumn_name", type: .wvarchar(128), isName: true),
            .init(name: "fktable_qualifier", type: .wvarchar(128)), .init(name: "fktable_owner", type: .wvarchar(128)),
            .init(name: "fktable_name", type: .wvarchar(128), isName: true),
            .init(name: "fkcolumn_name", type: .wvarchar(128), isName: true), .init(name: "key_seq", type: .smallint),
            .init(name: "update_rule", type: .smallint), .init(name: "delete_rule", type: .smallint),
            .init(name: "fk_name", type: .wvarchar(128)), .init(name: "pk_name", type: .wvarchar(128)),
        ])
}
