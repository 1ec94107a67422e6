/// A column of the service's catalog, and the rule its values follow.
package struct CatalogColumn: Sendable {
    package var name: String
    package var type: ColumnType
    package var nullable = true
    /// Part of the primary key that `oa_fkeys` declares.
    package var key = false
    package var custom = false
    package var calculated = false
    package var hidden = false
    /// Marked in `oa_userdata` as the column that says when a row last changed.
    package var lastModified = false
    /// Outside what the role may see: listed only with a static schema, and then NULL.
    package var restricted = false
    package var remarks: String?
    /// Where the schema was read from a file: the catalog's own words, whatever we make of them.
    package var listed: Listed?
    package var values: ValueRule

    /// What `oa_columns` and `oa_fkeys` show of a column in place of what its type would say.
    package struct Listed: Sendable, Equatable {
        package var typeName: String
        /// Nil where the catalog says none.
        package var length: Int?
        package var scale: Int?
        /// Place in the key, where that is not the place in the table.
        package var keyPosition: Int?
    }

    package init(_ name: String, _ type: ColumnType, _ values: ValueRule) {
        self.name = name
        self.type = type
        self.values = values
    }

    /// The catalog's sixteen flags: custom, hidden, last modified, and at the sixth place calculated.
    var userData: String {
        // The second place is known for tables only; that it means the same for columns is invented.
        let flags = [
            custom ? "C" : "S", hidden ? "H" : "V", lastModified ? "M" : "-", "-", "-", calculated ? "C" : "-",
        ]
        return flags.joined() + String(repeating: "-", count: 10)
    }
}

/// A table of the service's catalog.
package struct CatalogTable: Sendable {
    package enum Kind: String, Sendable {
        case table = "TABLE"
        case view = "VIEW"
        case systemTable = "SYSTEM TABLE"
    }

    package var name: String
    package var kind = Kind.table
    package var columns: [CatalogColumn]
    package var rowCount: Int
    package var custom = false
    package var hidden = false
    package var hardDelete = false
    package var restricted = false
    /// The account feature that the table needs, shown behind the flags.
    package var feature: String?
    package var remarks: String?
    /// Written to `oa_fkeys` as they stand, right or wrong.
    package var foreignKeys: [ForeignKey] = []
    /// Where the schema was read from a file: its own qualifier and owner.
    package var qualifier: String?
    package var owner: String?

    /// The columns of the primary key, in the key's order.
    var keyColumns: [CatalogColumn] {
        columns.filter(\.key).enumerated()
            .sorted {
                ($0.element.listed?.keyPosition ?? $0.offset, $0.offset)
                    < ($1.element.listed?.keyPosition ?? $1.offset, $1.offset)
            }
            .map(\.element)
    }

    package struct ForeignKey: Sendable {
        package var column: String
        package var table: String
        package var targetColumn = "id"
    }

    package init(_ name: String, rows: Int, _ columns: [CatalogColumn]) {
        self.name = name
        self.rowCount = rows
        self.columns = columns
    }

    var userData: String {
        let changes = columns.contains(where: \.lastModified)
        let flags = [custom ? "C" : "S", hidden ? "H" : "V", changes ? "M" : "-", hardDelete ? "D" : "-"]
        return flags.joined() + String(repeating: "-", count: 12) + (feature.map { "|\($0)" } ?? "")
    }
}

/// All that one mock serves.
package struct Catalog: Sendable {
    package var tables: [CatalogTable]
    /// What `oa_tables` shows for tables that don't say; company and role, in a real account as far as is known.
    package var qualifier = "Kleene Mock Company"
    package var owner = "Data Warehouse Integrator"
}
