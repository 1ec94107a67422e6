/// What the PostgreSQL driver itself asks a server: on connecting, and for ODBC's catalog functions.
///
/// Not a part of NetSuite, which is asked through `oa_tables` and its like; here so that the driver gets on and `isql`
/// users can list tables. The texts that are recognised were taken off the wire of psqlodbc 13.02 and 17.00.
enum DriverQueries {
    struct Answer: Equatable {
        var columns: [ResultColumn]
        var rows: [[String?]]
        var tag: String?
    }

    /// The answer to `statement` if it is one of the driver's own; nil otherwise.
    ///
    /// Throws a refusal for a parameter that is not known.
    static func answer(_ statement: String, _ tokens: [Token], _ view: CatalogView) throws(SQLRefusal) -> Answer? {
        if tokens.first?.isWord("SHOW") == true { return try show(tokens.dropFirst()) }
        guard tokens.first?.isWord("SELECT") == true else { return nil }
        let text = statement.lowercased()
        if text.contains("current_schema()") {
            return Answer(columns: [name("current_schema")], rows: [["public"]])
        }
        guard text.contains("pg_type") || text.contains("pg_catalog") else { return nil }
        if text.hasPrefix("select oid, typbasetype from pg_type") {
            return Answer(columns: [number("oid"), number("typbasetype")], rows: [])
        }
        if text.hasPrefix("select relname, nspname, relkind") { return tables(tokens, view) }
        if text.hasPrefix("select n.nspname, c.relname, a.attname") { return columns(tokens, view) }
        if text.hasPrefix("select ta.attname, ia.attnum") { return primaryKeys(tokens, view, text) }
        if text.contains("pg_catalog.pg_am") { return Answer(columns: indexColumns, rows: []) }
        if text.contains("pg_constraint") { return Answer(columns: foreignKeyColumns, rows: []) }
        return nil
    }

    private static func name(_ name: String) -> ResultColumn { ResultColumn(name: name, type: .wvarchar(64)) }
    private static func number(_ name: String) -> ResultColumn { ResultColumn(name: name, type: .integer) }

    private static func show(_ tokens: ArraySlice<Token>) throws(SQLRefusal) -> Answer {
        let words = tokens.map { $0.text.lowercased() }
        let parameter = words.joined(separator: "_")
        let values = [
            "transaction_isolation": "read committed", "transaction_isolation_level": "read committed",
            "datestyle": "ISO, MDY", "server_version": "15.0", "client_encoding": "UTF8", "search_path": "public",
            "standard_conforming_strings": "on", "max_identifier_length": "128", "statement_timeout": "0",
        ]
        guard let value = values[parameter] else {
            throw SQLRefusal(sqlState: "42704", message: "unrecognized configuration parameter \"\(parameter)\"")
        }
        return Answer(columns: [name(parameter)], rows: [[value]], tag: "SHOW")
    }

    // MARK: Catalog functions

    /// The string that follows `column like` or `column =`.
    private static func condition(on column: String, _ tokens: [Token]) -> (pattern: String, like: Bool)? {
        for index in tokens.indices.dropLast(2)
        where tokens[index].kind == .word && tokens[index].text.lowercased() == column {
            let sign = tokens[index + 1]
            guard tokens[index + 2].kind == .string, sign.isWord("LIKE") || sign.isSymbol("=") else { continue }
            return (tokens[index + 2].text, sign.isWord("LIKE"))
        }
        return nil
    }

    /// Whether `name` is meant: in any case, as the service looks names up.
    private static func matches(_ name: String, _ condition: (pattern: String, like: Bool)?) -> Bool {
        guard let condition else { return true }
        let (name, pattern) = (Array(name.lowercased()), Array(condition.pattern.lowercased()))
        return condition.like ? like(name[...], pattern[...]) : name == pattern
    }

    /// SQL's LIKE. On a mismatch it goes back to the last `%` alone, so that no pattern takes long.
    private static func like(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
        var (text, pattern) = (text, pattern)
        var retry: (text: ArraySlice<Character>, pattern: ArraySlice<Character>)?
        while true {
            if pattern.first == "%" {
                pattern = pattern.dropFirst()
                retry = (text, pattern)
            } else if let rest = matchOne(text, pattern) {
                (text, pattern) = rest
            } else if text.isEmpty, pattern.isEmpty {
                return true
            } else {
                guard let again = retry, !again.text.isEmpty else { return false }
                (text, pattern) = (again.text.dropFirst(), again.pattern)
                retry = (text, pattern)
            }
        }
    }

    /// What is left of both once the pattern's first element has taken a character; nil when it does not fit.
    private static func matchOne(
        _ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>
    ) -> (ArraySlice<Character>, ArraySlice<Character>)? {
        guard let first = pattern.first, let character = text.first else { return nil }
        if first == "\\", let literal = pattern.dropFirst().first {
            return literal == character ? (text.dropFirst(), pattern.dropFirst(2)) : nil
        }
        return first == "_" || first == character ? (text.dropFirst(), pattern.dropFirst()) : nil
    }

    private static func tables(_ tokens: [Token], _ view: CatalogView) -> Answer {
        let wanted = condition(on: "relname", tokens)
        let schema = condition(on: "nspname", tokens)
        let names = view.names.filter { matches($0, wanted) && matches("public", schema) }
        return Answer(
            columns: [name("relname"), name("nspname"), ResultColumn(name: "relkind", type: .char(1))],
            rows: names.sorted().map { [$0, "public", "r"] })
    }

    private static let columnsOfColumns: [ResultColumn] = [
        name("nspname"), name("relname"), name("attname"), number("atttypid"), name("typname"),
        ResultColumn(name: "attnum", type: .smallint), ResultColumn(name: "attlen", type: .smallint),
        number("atttypmod"), name("attnotnull"), name("relhasrules"), ResultColumn(name: "relkind", type: .char(1)),
        number("oid"), ResultColumn(name: "pg_get_expr", type: .varchar(4000)), number("case"), number("typtypmod"),
        number("?column?"), ResultColumn(name: "attidentity", type: .char(1)), name("relhassubclass"),
    ]

    private static func columns(_ tokens: [Token], _ view: CatalogView) -> Answer {
        let wanted = condition(on: "relname", tokens)
        let attribute = condition(on: "attname", tokens)
        var rows: [[String?]] = []
        for (index, tableName) in view.names.enumerated() where wanted != nil && matches(tableName, wanted) {
            guard let table = try? view.table(named: tableName) else { continue }
            for (position, column) in table.columns.enumerated() where matches(column.name, attribute) {
                let type = column.type.wireType
                rows.append([
                    "public", table.name, column.name, String(type.oid), typeName(column.type), String(position + 1),
                    String(type.size), String(type.modifier), column.nullable ? "f" : "t", "f", "r",
                    String(16384 + index),
                    nil, "0", "-1", "0", "", "f",
                ])
            }
        }
        return Answer(columns: columnsOfColumns, rows: rows)
    }

    private static func typeName(_ type: ColumnType) -> String {
        switch type {
        case .smallint: "int2"
        case .integer: "int4"
        case .bigint: "int8"
        case .double: "float8"
        case .numeric: "numeric"
        case .varchar, .wvarchar: "varchar"
        case .char: "bpchar"
        case .clob: "text"
        case .timestamp: "timestamp"
        case .date: "date"
        }
    }

    private static func primaryKeys(_ tokens: [Token], _ view: CatalogView, _ text: String) -> Answer {
        let columns = [
            name("attname"), ResultColumn(name: "attnum", type: .smallint), name("relname"), name("nspname"),
            name("relname"),
        ]
        // The second form of the question, by the index's name, comes when the first found nothing.
        guard text.contains("tc.relname ="), let wanted = condition(on: "tc.relname", qualified: tokens),
            let table = try? view.table(named: wanted)
        else { return Answer(columns: columns, rows: []) }
        let keys = view.keys(of: table.name)
        return Answer(
            columns: columns,
            rows: keys.enumerated().map {
                [$0.element, String($0.offset + 1), "\(table.name)_pkey", "public", table.name]
            })
    }

    /// As `condition(on:)`, for `alias.column`.
    private static func condition(on column: String, qualified tokens: [Token]) -> String? {
        let parts = column.split(separator: ".").map { String($0) }
        for index in tokens.indices.dropLast(4)
        where tokens[index].text.lowercased() == parts[0] && tokens[index + 1].isSymbol(".")
            && tokens[index + 2].text.lowercased() == parts[1]
        {
            if tokens[index + 3].isSymbol("="), tokens[index + 4].kind == .string { return tokens[index + 4].text }
        }
        return nil
    }

    /// The driver wants to know a table's indexes; there are none to know.
    private static let indexColumns = [
        name("relname"), name("indkey"), name("indisunique"), name("indisclustered"), name("amname"),
        name("relhasrules"), name("nspname"), number("oid"), name("relhasoids"), name("indoption"),
    ]

    private static let foreignKeyColumns = [
        name("PKTABLE_CAT"), name("PKTABLE_SCHEM"), name("PKTABLE_NAME"), name("PKCOLUMN_NAME"), name("FKTABLE_CAT"),
        name("FKTABLE_SCHEM"), name("FKTABLE_NAME"), name("FKCOLUMN_NAME"),
        ResultColumn(name: "KEY_SEQ", type: .smallint), ResultColumn(name: "UPDATE_RULE", type: .smallint),
        ResultColumn(name: "DELETE_RULE", type: .smallint), name("FK_NAME"), name("PK_NAME"),
        ResultColumn(name: "DEFERRABILITY", type: .smallint),
    ]
}
