/// Reads the dialect of NetSuite2.com: Oracle's `SELECT` with `TOP`, and nothing else.
///
/// What NetSuite refuses is refused here: `WITH`, `FETCH FIRST`, `LIMIT`, square brackets, date literals, `(+)`, more
/// than 1000 columns or list items. `OFFSET … ROWS` is read and ignored, as NetSuite is reported to do.
package struct Parser {
    var tokens: [Token]
    var position = 0
    var parameterCount = 0

    /// The query that `sql` holds, and how many parameters it has.
    package static func parse(_ sql: String) throws(SQLRefusal) -> (query: Query, parameterCount: Int) {
        var parser = Parser(tokens: try Tokenizer.tokens(of: sql))
        guard let first = parser.peek else { throw .syntax }
        guard depth(of: parser.tokens) <= depthLimit else { throw .tooComplex }
        if first.kind == .word, readOnlyVerbs.contains(first.text.uppercased()) { throw .readOnly }
        let query = try parser.query()
        guard parser.peek == nil else { throw .syntax }
        return (query, parser.parameterCount)
    }

    private static let readOnlyVerbs: Set<String> = [
        "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "DROP", "ALTER", "TRUNCATE", "GRANT", "REVOKE", "CALL",
    ]

    /// Words that end an expression, and so can't be an alias without quotes.
    static let reserved: Set<String> = [
        "SELECT", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE",
        "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END", "AS", "ON", "JOIN", "LEFT", "RIGHT", "INNER", "OUTER",
        "FULL", "CROSS", "UNION", "INTERSECT", "MINUS", "EXCEPT", "DISTINCT", "FETCH", "WITH", "LIMIT", "OFFSET",
        "EXISTS", "ASC", "DESC", "NULLS", "BY", "ESCAPE",
    ]

    /// Far more than anybody writes, and far less than a thread's stack holds: this parser and the renderer recurse.
    static let depthLimit = 300

    private static let joints: Set<String> = [
        "AND", "OR", "NOT", "IS", "IN", "LIKE", "BETWEEN", "CASE", "WHEN", "JOIN", "UNION", "INTERSECT", "MINUS",
    ]

    /// How deep the tree of an expression or query can get at most: what joins two things between two commas, counted
    /// through the deepest parentheses.
    static func depth(of tokens: [Token]) -> Int {
        /// One pair of parentheses: the part behind its last comma, and the deepest before.
        struct Level {
            var joints = 0
            var inner = 0
            var deepest = 0
            var depth: Int { max(deepest, joints + inner) }
        }
        var levels = [Level()]
        for token in tokens {
            let last = levels.count - 1
            if token.isSymbol("(") {
                levels.append(Level())
            } else if token.isSymbol(")") {
                guard last > 0 else { continue }
                levels[last - 1].inner = max(levels[last - 1].inner, levels.removeLast().depth + 1)
            } else if token.isSymbol(",") {
                levels[last] = Level(deepest: levels[last].depth)
            } else if token.kind == .word ? joints.contains(token.text.uppercased()) : token.kind == .symbol {
                if !token.isSymbol(".") { levels[last].joints += 1 }
            }
        }
        while levels.count > 1 {
            let inner = levels.removeLast().depth + 1
            levels[levels.count - 1].inner = max(levels[levels.count - 1].inner, inner)
        }
        return levels[0].depth
    }

    // MARK: Reading tokens

    var peek: Token? { position < tokens.count ? tokens[position] : nil }

    func peek(_ ahead: Int) -> Token? { position + ahead < tokens.count ? tokens[position + ahead] : nil }

    mutating func take(word: String) -> Bool {
        guard peek?.isWord(word) == true else { return false }
        position += 1
        return true
    }

    mutating func take(symbol: String) -> Bool {
        guard peek?.isSymbol(symbol) == true else { return false }
        position += 1
        return true
    }

    mutating func require(word: String) throws(SQLRefusal) {
        guard take(word: word) else { throw .syntax }
    }

    mutating func require(symbol: String) throws(SQLRefusal) {
        guard take(symbol: symbol) else { throw .syntax }
    }

    mutating func identifier() throws(SQLRefusal) -> String {
        guard let token = peek else { throw .syntax }
        switch token.kind {
        case .quotedIdentifier: break
        case .word where !Self.reserved.contains(token.text.uppercased()): break
        default: throw .syntax
        }
        position += 1
        return token.text
    }

    // MARK: Queries

    mutating func query() throws(SQLRefusal) -> Query {
        var body = try operand()
        while let token = peek, token.kind == .word {
            let operation: String
            switch token.text.uppercased() {
            case "UNION":
                position += 1
                operation = take(word: "ALL") ? "UNION ALL" : "UNION"
            case "INTERSECT":
                position += 1
                operation = "INTERSECT"
            case "MINUS":
                position += 1
                operation = "EXCEPT"
            default:
                return try ordered(body)
            }
            body = .combined(operation: operation, body, try operand())
        }
        return try ordered(body)
    }

    private mutating func operand() throws(SQLRefusal) -> Query.Body {
        if take(symbol: "(") {
            let nested = try query()
            try require(symbol: ")")
            return .nested(nested)
        }
        return .select(try select())
    }

    private mutating func ordered(_ body: Query.Body) throws(SQLRefusal) -> Query {
        var orderings: [Query.Ordering] = []
        if take(word: "ORDER") {
            orderings = try orderingList()
        }
        if take(word: "OFFSET") {
            guard let count = peek, count.kind == .number else { throw .syntax }
            position += 1
            guard take(word: "ROWS") || take(word: "ROW") else { throw .syntax }
        }
        return Query(body: body, orderings: orderings)
    }

    mutating func orderingList() throws(SQLRefusal) -> [Query.Ordering] {
        try require(word: "BY")
        var orderings: [Query.Ordering] = []
        repeat {
            let expression = try expression()
            let descending = take(word: "DESC")
            if !descending { _ = take(word: "ASC") }
            var nullsFirst: Bool?
            if take(word: "NULLS") {
                nullsFirst = take(word: "FIRST")
                if nullsFirst == false { try require(word: "LAST") }
            }
            orderings.append(Query.Ordering(expression: expression, descending: descending, nullsFirst: nullsFirst))
        } while take(symbol: ",")
        return orderings
    }

    private mutating func select() throws(SQLRefusal) -> Select {
        try require(word: "SELECT")
        var distinct = false
        if take(word: "DISTINCT") { distinct = true } else { _ = take(word: "ALL") }
        let top = try topCount()
        var items: [Select.Item] = []
        repeat { items.append(try selectItem()) } while take(symbol: ",")
        guard items.count <= 1000 else { throw .tooManyColumns }
        // As in Oracle, there is no SELECT without FROM: that is what DUAL is for.
        try require(word: "FROM")
        var tables: [TableReference] = []
        repeat { tables.append(try joinedTable()) } while take(symbol: ",")
        let condition = take(word: "WHERE") ? try expression() : nil
        var grouping: [Expression] = []
        if take(word: "GROUP") {
            try require(word: "BY")
            repeat { grouping.append(try expression()) } while take(symbol: ",")
        }
        let having = take(word: "HAVING") ? try expression() : nil
        return Select(
            distinct: distinct, top: top, items: items, tables: tables, condition: condition, grouping: grouping,
            having: having)
    }

    private mutating func topCount() throws(SQLRefusal) -> Expression? {
        // A column may be called "top": it is one when nothing that counts follows.
        guard peek?.isWord("TOP") == true, let count = peek(1), count.kind == .number || count.kind == .parameter
        else { return nil }
        position += 2
        return count.kind == .number ? .number(count.text) : try parameter(count)
    }

    private mutating func selectItem() throws(SQLRefusal) -> Select.Item {
        if take(symbol: "*") { return Select.Item(expression: .star(table: nil), alias: nil) }
        if let name = peek, name.kind == .word || name.kind == .quotedIdentifier,
            peek(1)?.isSymbol(".") == true, peek(2)?.isSymbol("*") == true
        {
            position += 3
            return Select.Item(expression: .star(table: name.text), alias: nil)
        }
        let expression = try expression()
        return Select.Item(expression: expression, alias: try alias())
    }

    private mutating func alias() throws(SQLRefusal) -> String? {
        if take(word: "AS") { return try identifier() }
        guard let token = peek else { return nil }
        if token.kind == .quotedIdentifier || (token.kind == .word && !Self.reserved.contains(token.text.uppercased()))
        {
            position += 1
            return token.text
        }
        return nil
    }

    // MARK: Tables

    private mutating func joinedTable() throws(SQLRefusal) -> TableReference {
        var left = try primaryTable()
        while let kind = joinKind() {
            let right = try primaryTable()
            var condition: Expression?
            if kind != "CROSS JOIN" {
                try require(word: "ON")
                condition = try expression()
            }
            left = .join(kind: kind, left, right, condition: condition)
        }
        return left
    }

    private mutating func joinKind() -> String? {
        let start = position
        var kind = "JOIN"
        if take(word: "INNER") {
            kind = "JOIN"
        } else if take(word: "LEFT") {
            kind = "LEFT JOIN"
        } else if take(word: "RIGHT") {
            kind = "RIGHT JOIN"
        } else if take(word: "FULL") {
            kind = "FULL JOIN"
        } else if take(word: "CROSS") {
            kind = "CROSS JOIN"
        }
        _ = take(word: "OUTER")
        if take(word: "JOIN") { return kind }
        position = start
        return nil
    }

    private mutating func primaryTable() throws(SQLRefusal) -> TableReference {
        if take(symbol: "(") {
            if peek?.isWord("SELECT") == true || peek?.isSymbol("(") == true {
                let nested = try query()
                try require(symbol: ")")
                return .nested(nested, alias: try alias())
            }
            let table = try joinedTable()
            try require(symbol: ")")
            return table
        }
        var name = try identifier()
        // Qualifier and owner may stand before the name; the service looks a table up by its name alone.
        while take(symbol: ".") { name = try identifier() }
        return .table(name: name, alias: try alias())
    }
}
