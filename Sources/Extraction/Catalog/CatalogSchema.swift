package import Rows

/// A schema as the source lists it.
package struct CatalogSchema: Codable, Hashable, Sendable {
    @Exact package var catalog: String?
    @Exact package var schema: String?

    package init(catalog: String?, schema: String?) {
        self.catalog = catalog
        self.schema = schema
    }
}
