package import Rows

/// The name of a table of a source: the pair of catalog and schema that the source shows, and the table.
///
/// Catalog and schema are nil where the source has none or the name alone is enough.
package struct TableName: Hashable, Codable, Sendable, CustomStringConvertible {
    @Exact package var catalog: String?
    @Exact package var schema: String?
    @Exact package var name: String

    package init(catalog: String? = nil, schema: String? = nil, name: String) {
        self.catalog = catalog
        self.schema = schema
        self.name = name
    }

    /// For people: the parts that are there, with dots. Not quoted, so not for SQL.
    package var description: String { [catalog, schema, name].compactMap(\.self).joined(separator: ".") }
}
