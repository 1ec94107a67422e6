import Extraction

/// SQL text for a source, from what the driver says of its quoting. Pure functions.
package struct ODBCDialect: Sendable, Equatable {
    /// Nil where the source has no quoted identifiers.
    package var identifierQuote: String?
    package var catalogSeparator: String
    /// Whether tables go by their schema. NetSuite's schemas are names of companies and roles; nobody writes them.
    package var qualifiesTables = true
    /// Whether the source cuts a result off itself, with `TOP n`; otherwise we stop fetching.
    package var limitsByTop = false
    package var moments = Moments.standard
    /// Whether a backslash in text must be written twice.
    package var escapesBackslashes = false
    /// A statement whose one value is the source's own clock, in the zone in which it stamps rows.
    package var clockQuery = "SELECT CURRENT_TIMESTAMP"
    /// What to do where the clock cannot be read.
    var clockAdvice: String {
        clockIsConfigurable
            ? "Give a query that returns its date and time, with \"clock_query\"."
            : "\"extract_type\": \"full\", or a key of whole numbers, needs no clock. Please report what the service answered."
    }
    /// Whether a configuration may name another `clockQuery`.
    package var clockIsConfigurable = true
    /// Columns of one query at most, where the source has a limit.
    package var maximumColumns: Int?

    package init(identifierQuote: String?, catalogSeparator: String?) {
        let quote = identifierQuote?.filter { !$0.isWhitespace } ?? ""
        self.identifierQuote = quote.isEmpty ? nil : quote
        self.catalogSeparator = catalogSeparator.flatMap { $0.isEmpty ? nil : $0 } ?? "."
    }

    /// An identifier in the source's quotes.
    func quote(_ name: String) -> String {
        guard let identifierQuote else { return name }
        return identifierQuote + Self.doubling(identifierQuote, in: name) + identifierQuote
    }

    /// The text with each of its quotes twice. By scalars: to Swift a quote under an accent is another character, to SQL it
    /// is a quote.
    package static func doubling(_ quote: String, in text: String) -> String {
        let quotes = Array(quote.unicodeScalars)
        guard quotes.count == 1 else { return text.replacing(quote, with: quote + quote) }
        var doubled = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            doubled.append(scalar)
            if scalar == quotes[0] { doubled.append(scalar) }
        }
        return String(doubled)
    }

    /// A table's name with its schema, or with its catalog where there are no schemas, as in MariaDB.
    func quote(_ table: TableName) -> String {
        guard qualifiesTables else { return quote(table.name) }
        if let schema = table.schema { return quote(schema) + "." + quote(table.name) }
        if let catalog = table.catalog { return quote(catalog) + catalogSeparator + quote(table.name) }
        return quote(table.name)
    }

    /// The statement of a read. Never `*`: the order of columns would be the source's whim.
    func select(_ columns: [String], from query: TableQuery) throws -> String {
        let top = limitsByTop ? query.limit.map { "TOP \($0) " } ?? "" : ""
        return "SELECT " + top + columns.map(quote).joined(separator: ", ") + " FROM " + quote(query.table)
            + (try clause(query.condition))
    }
}
