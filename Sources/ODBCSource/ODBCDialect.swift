import Extraction

/// SQL text for a source, from what the driver says of its quoting. Pure functions.
struct ODBCDialect: Sendable, Equatable {
    /// Nil where the source has no quoted identifiers.
    var identifierQuote: String?
    var catalogSeparator: String

    init(identifierQuote: String?, catalogSeparator: String?) {
        let quote = identifierQuote?.filter { !$0.isWhitespace } ?? ""
        self.identifierQuote = quote.isEmpty ? nil : quote
        self.catalogSeparator = catalogSeparator.flatMap { $0.isEmpty ? nil : $0 } ?? "."
    }

    /// An identifier in the source's quotes.
    func quote(_ name: String) -> String {
        guard let identifierQuote else { return name }
        return identifierQuote + name.replacing(identifierQuote, with: identifierQuote + identifierQuote)
            + identifierQuote
    }

    /// A table's name with its schema, or with its catalog where there are no schemas, as in MariaDB.
    func quote(_ table: TableName) -> String {
        if let schema = table.schema { return quote(schema) + "." + quote(table.name) }
        if let catalog = table.catalog { return quote(catalog) + catalogSeparator + quote(table.name) }
        return quote(table.name)
    }

    /// The statement of a read. Never `*`: the order of columns would be the source's whim.
    func select(_ columns: [String], from table: TableName) -> String {
        "SELECT " + columns.map(quote).joined(separator: ", ") + " FROM " + quote(table)
    }
}
