import Text

/// Writes a parsed query as SQLite text, and says what its columns are.
///
/// Every name is looked up here, in what the session may see; so a table or column that does not exist is refused
/// with the service's words, and SQLite never sees a name that was not found.
package struct Renderer {
    let view: CatalogView
    /// The tables that names may mean, innermost select last.
    var scopes: [[Binding]] = []
    /// Names that select items got by `AS`, for `ORDER BY`.
    var labels: Set<String> = []

    struct Binding {
        let alias: String
        let columns: [VisibleColumn]
    }

    package struct Rendered: Equatable, Sendable {
        package let sql: String
        package let columns: [ResultColumn]
    }

    /// SQLite's text for `query`.
    ///
    /// Throws a refusal for names that the session can't see, and for what the service doesn't speak.
    package static func render(_ query: Query, in view: CatalogView) throws(SQLRefusal) -> Rendered {
        var renderer = Renderer(view: view)
        return try renderer.render(query)
    }

    mutating func render(_ query: Query) throws(SQLRefusal) -> Rendered {
        switch query.body {
        case .select(let select):
            return try render(select, orderings: query.orderings)
        case .nested(let nested) where query.orderings.isEmpty:
            return try render(nested)
        case .nested, .combined:
            let body = try render(query.body)
            let outer = labels
            labels = Set(body.columns.map { $0.name.lowercased() })
            defer { labels = outer }
            return Rendered(
                sql: body.sql + (try orderClause(query.orderings)), columns: body.columns)
        }
    }

    private mutating func render(_ body: Query.Body) throws(SQLRefusal) -> Rendered {
        switch body {
        case .select(let select):
            return try render(select, orderings: [])
        case .nested(let query):
            return try render(query)
        case .combined(let operation, let left, let right):
            let (first, second) = (try render(left), try render(right))
            guard first.columns.count == second.columns.count else { throw .syntax }
            // A member with a limit of its own must be a nested select in SQLite.
            let sql = "SELECT * FROM (\(first.sql)) \(operation) SELECT * FROM (\(second.sql))"
            return Rendered(sql: sql, columns: first.columns)
        }
    }

    // MARK: Selects

    private mutating func render(_ select: Select, orderings: [Query.Ordering]) throws(SQLRefusal) -> Rendered {
        scopes.append([])
        defer { scopes.removeLast() }
        let outerLabels = labels
        defer { labels = outerLabels }

        var tables: [String] = []
        for table in select.tables { tables.append(try render(table)) }
        var columns: [ResultColumn] = []
        var items: [String] = []
        labels = []
        for item in select.items {
            if case .star(let table) = item.expression {
                for column in try expand(table) {
                    items.append("\(column.sql) AS \(Self.quote(column.name))")
                    columns.append(ResultColumn(name: column.name, type: column.type))
                }
                continue
            }
            let value = try render(item.expression)
            let name = item.alias ?? plainName(item.expression) ?? "EXPR\(columns.count + 1)"
            if let alias = item.alias { labels.insert(alias.lowercased()) }
            items.append("\(value.sql) AS \(Self.quote(name))")
            columns.append(ResultColumn(name: name, type: value.type ?? .varchar(4000)))
        }
        guard columns.count <= 1000 else { throw .tooManyColumns }

        let (condition, rowLimit) = try splitRowLimit(select.condition)
        var sql = "SELECT \(select.distinct ? "DISTINCT " : "")" + items.joined(separator: ", ")
        sql += " FROM " + tables.joined(separator: ", ")
        if let condition { sql += " WHERE " + (try render(condition).sql) }
        if !select.grouping.isEmpty {
            var keys: [String] = []
            for key in select.grouping { keys.append(try render(key).sql) }
            sql += " GROUP BY " + keys.joined(separator: ", ")
        }
        if let having = select.having { sql += " HAVING " + (try render(having).sql) }
        // Oracle numbers rows before it sorts them; what that would return is nothing to rely on.
        if rowLimit != nil, !orderings.isEmpty { throw .syntax }
        sql += try orderClause(orderings)
        if let limit = select.top ?? rowLimit { sql += " LIMIT " + (try render(limit).sql) }
        return Rendered(sql: sql, columns: columns)
    }

    mutating func orderClause(_ orderings: [Query.Ordering]) throws(SQLRefusal) -> String {
        guard !orderings.isEmpty else { return "" }
        var terms: [String] = []
        for ordering in orderings { terms.append(try render(ordering)) }
        return " ORDER BY " + terms.joined(separator: ", ")
    }

    /// Oracle sorts NULL as the largest value, SQLite as the smallest.
    mutating func render(_ ordering: Query.Ordering) throws(SQLRefusal) -> String {
        let direction = ordering.descending ? " DESC" : ""
        let term: String
        var nullable = true
        switch ordering.expression {
        case .column(nil, let name) where labels.contains(name.lowercased()):
            term = Self.quote(name)
        case .number(let position):
            term = position
        case .column(let table, let name):
            let column = try resolve(table: table, name: name)
            term = column.sql
            nullable = column.column.nullable
        default:
            term = try render(ordering.expression).sql
        }
        guard nullable || ordering.nullsFirst != nil else { return term + direction }
        let first = ordering.nullsFirst ?? ordering.descending
        return term + direction + (first ? " NULLS FIRST" : " NULLS LAST")
    }

    /// Takes `ROWNUM <= n` out of a condition's top-level conjunction; the rest and `n`.
    private func splitRowLimit(
        _ condition: Expression?
    ) throws(SQLRefusal) -> (rest: Expression?, limit: Expression?) {
        switch condition {
        case .infix("AND", let left, let right):
            let (leftRest, leftLimit) = try splitRowLimit(left)
            let (rightRest, rightLimit) = try splitRowLimit(right)
            if leftLimit != nil, rightLimit != nil { throw .syntax }
            let rest: Expression?
            if let leftRest, let rightRest {
                rest = .infix("AND", leftRest, rightRest)
            } else {
                rest = leftRest ?? rightRest
            }
            return (rest, leftLimit ?? rightLimit)
        case .infix("<=", .column(nil, let name), let limit) where name.uppercased() == "ROWNUM":
            return (nil, limit)
        case .infix("<", .column(nil, let name), let limit) where name.uppercased() == "ROWNUM":
            return (nil, .infix("-", limit, .number("1")))
        default:
            return (condition, nil)
        }
    }

    private func plainName(_ expression: Expression) -> String? {
        guard case .column(let table, let name) = expression else { return nil }
        return (try? resolve(table: table, name: name))?.column.name
    }

    // MARK: Tables

    private mutating func render(_ reference: TableReference) throws(SQLRefusal) -> String {
        switch reference {
        case .table(let name, let alias):
            let table = try view.table(named: name)
            let alias = alias ?? name
            bind(alias, table.columns)
            return "\(table.sql) AS \(Self.quote(alias))"
        case .nested(let query, let alias):
            // A nested table sees the outer selects, not its neighbours.
            let neighbours = scopes.removeLast()
            let rendered = try render(query)
            scopes.append(neighbours)
            let alias = alias ?? "mock_\(scopes.count)_\(neighbours.count)"
            bind(alias, rendered.columns.map { VisibleColumn(name: $0.name, type: $0.type) })
            return "(\(rendered.sql)) AS \(Self.quote(alias))"
        case .join(let kind, let left, let right, let condition):
            let (first, second) = (try render(left), try render(right))
            let clause = try condition.map { condition throws(SQLRefusal) in " ON " + (try render(condition).sql) }
            return "\(first) \(kind) \(second)\(clause ?? "")"
        }
    }

    private mutating func bind(_ alias: String, _ columns: [VisibleColumn]) {
        scopes[scopes.count - 1].append(Binding(alias: alias, columns: columns))
    }

    private func expand(_ table: String?) throws(SQLRefusal) -> [(sql: String, name: String, type: ColumnType)] {
        let bindings = (scopes.last ?? []).filter { table == nil || Self.same($0.alias, table ?? "") }
        guard !bindings.isEmpty else { throw .unknownTable(table ?? "*") }
        return bindings.flatMap { binding in
            binding.columns.map { (Self.sql(of: $0, in: binding), $0.name, $0.type) }
        }
    }

    /// The column that a name means: of the innermost select that has one.
    func resolve(table: String?, name: String) throws(SQLRefusal) -> (sql: String, column: VisibleColumn) {
        for scope in scopes.reversed() {
            var found: (sql: String, column: VisibleColumn)?
            for binding in scope where table == nil || Self.same(binding.alias, table ?? "") {
                guard let column = binding.columns.first(where: { Self.same($0.name, name) }) else { continue }
                if found != nil { throw .ambiguousColumn(name) }
                found = (Self.sql(of: column, in: binding), column)
            }
            if let found { return found }
        }
        throw .unknownColumn(table.map { "\($0).\(name)" } ?? name)
    }

    private static func sql(of column: VisibleColumn, in binding: Binding) -> String {
        column.restricted ? "NULL" : "\(quote(binding.alias)).\(quote(column.name))"
    }

    static func same(_ one: String, _ other: String) -> Bool {
        one.lowercased() == other.lowercased()
    }

    package static func quote(_ name: String) -> String {
        name.quoted(with: "\"")
    }

    package static func quote(string: String) -> String {
        string.quoted(with: "'")
    }
}
