package import Rows

/// A table with its columns.
package struct CatalogTableColumns: Codable, Hashable, Sendable {
    @Exact package var catalog: String?
    @Exact package var schema: String?
    @Exact package var table: String
    /// The source's word, such as `TABLE` or `VIEW`; nil where nobody asked for it.
    package var type: String?
    package var columns: [CatalogColumn]
    /// Which letters the source takes for the same in names; nil where nobody asked.
    package var nameCase: NameCase?
    /// The kinds of columns that the source tells apart; nil for none.
    package var kinds: [ColumnKind]?

    package init(name: TableName, type: String? = nil, columns: [CatalogColumn]) {
        self.catalog = name.catalog
        self.schema = name.schema
        self.table = name.name
        self.type = type
        self.columns = columns
    }

    package var name: TableName { TableName(catalog: catalog, schema: schema, name: table) }

    /// Whether moments of some columns have a zone, by their names; nil where the source says it of none.
    func zones(among names: [String]) -> [String: Bool]? {
        let zones = columns.filter { names.containsExactly($0.name) }.compactMap { column in
            column.hasZone.map { (column.name, $0) }
        }
        return zones.isEmpty ? nil : Dictionary(zones, uniquingKeysWith: { first, _ in first })
    }

    /// The same with these columns as the key, as far as they are there.
    package func declaring(_ key: [String]) -> CatalogTableColumns {
        var listing = self
        for index in listing.columns.indices {
            listing.columns[index].key = key.firstIndex(ofExactly: listing.columns[index].name).map { $0 + 1 }
        }
        return listing
    }
}
