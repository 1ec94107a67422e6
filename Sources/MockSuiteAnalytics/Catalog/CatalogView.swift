/// A column as one session sees it.
package struct VisibleColumn: Equatable, Sendable {
    package let name: String
    package let type: ColumnType
    package let nullable: Bool
    /// Listed, but without data for this role.
    package let restricted: Bool

    package init(name: String, type: ColumnType, nullable: Bool = true, restricted: Bool = false) {
        self.name = name
        self.type = type
        self.nullable = nullable
        self.restricted = restricted
    }
}

/// A table as one session sees it, and the SQLite text that stands for it after `FROM`.
package struct VisibleTable: Equatable, Sendable {
    package let name: String
    package let sql: String
    package let columns: [VisibleColumn]
    package let isSystem: Bool
}

/// The catalog as a session sees it, by its role and custom properties.
///
/// Without `StaticSchema` the session sees what its role may read; with it the structure of everything, but no more
/// data. With `Uppercase` all names are returned in capitals.
package struct CatalogView: Sendable {
    package let staticSchema: Bool
    package let uppercase: Bool
    /// Of the presentation that it was made from.
    let version: Int
    private let tables: [String: VisibleTable]
    private let declaredKeys: [String: [String]]
    /// In catalog order, system tables last.
    package let names: [String]

    package init(_ catalog: Catalog, staticSchema: Bool = false, uppercase: Bool = false) {
        self.init(Presentation(catalog), staticSchema: staticSchema, uppercase: uppercase)
    }

    package init(_ presentation: Presentation, staticSchema: Bool = false, uppercase: Bool = false) {
        let catalog = presentation.catalog
        version = presentation.version
        self.staticSchema = staticSchema
        self.uppercase = uppercase
        var tables: [String: VisibleTable] = [:]
        var names: [String] = []
        for table in catalog.tables where staticSchema || !table.restricted {
            let columns = table.columns.filter { staticSchema || !$0.restricted }.map { column in
                VisibleColumn(
                    name: uppercase ? column.name.uppercased() : column.name, type: column.type,
                    nullable: column.nullable, restricted: column.restricted)
            }
            let stored = Renderer.quote(table.name)
            let condition = table.restricted ? "0" : presentation.condition(of: table)
            let visible = VisibleTable(
                name: uppercase ? table.name.uppercased() : table.name,
                sql: condition.map { "(SELECT * FROM \(stored) WHERE \($0))" } ?? stored, columns: columns,
                isSystem: false)
            tables[table.name.lowercased()] = visible
            names.append(visible.name)
        }
        for table in SystemTables.all {
            let visible = table.visible(staticSchema: staticSchema, uppercase: uppercase)
            tables[table.name] = visible
            names.append(visible.name)
        }
        tables["dual"] = VisibleTable(
            name: "DUAL", sql: "(SELECT 'X' AS dummy)",
            columns: [VisibleColumn(name: uppercase ? "DUMMY" : "dummy", type: .varchar(1))], isSystem: true)
        self.tables = tables
        self.names = names
        declaredKeys = Dictionary(
            catalog.tables.map { ($0.name.lowercased(), $0.keyColumns.map(\.name)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The columns of the key that a table declares.
    package func keys(of table: String) -> [String] {
        let keys = declaredKeys[table.lowercased()] ?? []
        return uppercase ? keys.map { $0.uppercased() } : keys
    }

    /// The table of that name.
    ///
    /// Throws the service's refusal when the session can't see such a table.
    /// Case does not matter.
    package func table(named name: String) throws(SQLRefusal) -> VisibleTable {
        guard let table = tables[name.lowercased()] else { throw .unknownTable(name) }
        return table
    }
}
