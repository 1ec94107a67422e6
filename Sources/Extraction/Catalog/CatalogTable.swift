package import Rows

/// A table as the source lists it.
package struct CatalogTable: Codable, Hashable, Sendable {
    @Exact package var catalog: String?
    @Exact package var schema: String?
    @Exact package var table: String
    /// The source's word, such as `TABLE` or `VIEW`.
    package var type: String
    package var remarks: String?

    package init(catalog: String?, schema: String?, table: String, type: String, remarks: String?) {
        self.catalog = catalog
        self.schema = schema
        self.table = table
        self.type = type
        self.remarks = remarks
    }

    package var name: TableName { TableName(catalog: catalog, schema: schema, name: table) }
}
