import Extraction
import Text

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
    package var backslashes = Backslashes.plain
    /// How sums of buckets are asked for.
    package var arithmetic = Arithmetic.odbc
    /// A statement whose one value is the source's own clock, in the zone in which it stamps rows.
    package var clockQuery = "SELECT CURRENT_TIMESTAMP"
    /// What to do where the clock cannot be read.
    var clockAdvice: String {
        clockIsConfigurable
            ? "Give a query that returns its date and time, with \"clock_query\"."
            : "\"extract_type\": \"full\" (--extract-type full), or a key of whole numbers, needs no clock. Please report what the service answered."
    }
    /// Whether a configuration may name another `clockQuery`.
    package var clockIsConfigurable = true
    /// The same, with a second value: the clock in the zone of sessions that set none, which is what a column without a zone
    /// holds where the database stamps rows. Nil where that is not known to differ.
    package var zonedClockQuery: String?
    /// Columns of one query at most, where the source has a limit.
    package var maximumColumns: Int?

    /// Whether each value is asked for with what it is, because declared types are habits there: SQLite's.
    package var tagsValues = false
    /// Whether dates and moments that the driver does not tell as they are have the read begin again, and are asked for as the text
    /// that the source itself makes of them: PostgreSQL's.
    package var spellsMoments = false

    /// Whether a transaction of REPEATABLE READ shows one state of a table for as long as it lasts: PostgreSQL's.
    package var keepsStates: Bool { spellsMoments }

    package init(identifierQuote: String?, catalogSeparator: String?) {
        let quote = identifierQuote?.filter { !$0.isWhitespace } ?? ""
        self.identifierQuote = quote.isEmpty ? nil : quote
        self.catalogSeparator = catalogSeparator.flatMap { $0.isEmpty ? nil : $0 } ?? "."
    }

    /// An identifier in the source's quotes.
    func quote(_ name: String) -> String {
        guard let identifierQuote else { return name }
        let quotes = identifierQuote.unicodeScalars
        guard quotes.count == 1, let quote = quotes.first else {
            return identifierQuote + name.replacing(identifierQuote, with: identifierQuote + identifierQuote)
                + identifierQuote
        }
        return name.quoted(with: quote)
    }

    /// A table's name with its schema, or with its catalog where there are no schemas, as in MariaDB.
    func quote(_ table: TableName) -> String {
        guard qualifiesTables else { return quote(table.name) }
        if let schema = table.schema { return quote(schema) + "." + quote(table.name) }
        if let catalog = table.catalog { return quote(catalog) + catalogSeparator + quote(table.name) }
        return quote(table.name)
    }

    /// The statement of a read. Never `*`: the order of columns would be the source's whim.
    ///
    /// - Parameters:
    ///   - spelt: By their position, how columns are asked for as text.
    ///   - fenced: Columns of dates at which the statement fails where the driver does not have one.
    func select(
        _ columns: [String], spelt: (Int) -> SpeltMoment? = { _ in nil }, fenced: [String] = [], from query: TableQuery
    ) throws -> String {
        let top = limitsByTop ? query.limit.map { "TOP \($0) " } ?? "" : ""
        let values = columns.enumerated().map { position, name in
            if let moment = spelt(position) { return moment.sql(quote(name)) }
            return tagsValues ? tagged(quote(name)) : quote(name)
        }
        return "SELECT " + top + values.joined(separator: ", ") + " FROM " + quote(query.table)
            + (try clause(query.condition, fenced: fenced))
    }

    /// A value as `TaggedText`. Twenty digits behind the point tell each double from its neighbours, by SQLite 3.40's `printf`,
    /// which has 64 bits for it; its `quote` tries fifteen first and takes some neighbours for the same.
    private func tagged(_ value: String) -> String {
        "CASE typeof(\(value)) WHEN 'text' THEN CASE instr(\(value),char(0)) WHEN 0 THEN 't'||\(value) ELSE 'z'||hex(\(value)) END "
            + "WHEN 'integer' THEN 'i'||\(value) WHEN 'real' THEN printf('r%!.20e',\(value)) ELSE \(value) END"
    }

    /// A statement whose result has the columns as the source declares them, and no row.
    func describe(_ columns: [String], of table: TableName) -> String {
        "SELECT " + columns.map(quote).joined(separator: ", ") + " FROM " + quote(table) + " WHERE 1 = 0"
    }

    /// SQLite's names of columns and their declared types, which are empty where there is none.
    func declaredTypes(of table: TableName) -> String {
        let place = [table.name, table.schema ?? table.catalog].compactMap(\.self).map { $0.quoted(with: "'") }
        return "SELECT name, type FROM pragma_table_xinfo(\(place.joined(separator: ", ")))"
    }
}
