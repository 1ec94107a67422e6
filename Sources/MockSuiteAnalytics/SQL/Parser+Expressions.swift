extension Parser {
    /// An expression, by precedence: OR, AND, NOT, comparison, concatenation and sums, products, signs, casts.
    mutating func expression() throws(SQLRefusal) -> Expression {
        var left = try conjunction()
        while take(word: "OR") { left = .infix("OR", left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(SQLRefusal) -> Expression {
        var left = try negation()
        while take(word: "AND") { left = .infix("AND", left, try negation()) }
        return left
    }

    private mutating func negation() throws(SQLRefusal) -> Expression {
        if take(word: "NOT") { return .prefix("NOT", try negation()) }
        return try comparison()
    }

    private static let comparisons: Set<String> = ["=", "<", ">", "<=", ">=", "<>", "!="]

    private mutating func comparison() throws(SQLRefusal) -> Expression {
        var left = try sum()
        while let token = peek {
            if token.kind == .symbol, Self.comparisons.contains(token.text) {
                position += 1
                left = .infix(token.text == "!=" ? "<>" : token.text, left, try sum())
            } else if take(word: "IS") {
                let negated = take(word: "NOT")
                try require(word: "NULL")
                left = .isNull(left, negated: negated)
            } else if let predicate = try predicate(on: left) {
                left = predicate
            } else {
                return left
            }
        }
        return left
    }

    private mutating func predicate(on left: Expression) throws(SQLRefusal) -> Expression? {
        let negated = peek?.isWord("NOT") == true
        let keyword = negated ? peek(1) : peek
        guard let keyword, keyword.isWord("IN") || keyword.isWord("BETWEEN") || keyword.isWord("LIKE") else {
            return nil
        }
        position += negated ? 2 : 1
        if keyword.isWord("BETWEEN") {
            let low = try sum()
            try require(word: "AND")
            return .between(left, negated: negated, low, try sum())
        }
        if keyword.isWord("LIKE") {
            let pattern = try sum()
            let escape = take(word: "ESCAPE") ? try sum() : nil
            return .like(left, negated: negated, pattern, escape: escape)
        }
        try require(symbol: "(")
        if peek?.isWord("SELECT") == true {
            let query = try query()
            try require(symbol: ")")
            return .inQuery(left, negated: negated, query)
        }
        let items = try expressionList()
        guard items.count <= 1000 else { throw .tooManyListItems }
        return .inList(left, negated: negated, items)
    }

    /// Expressions between commas up to the closing parenthesis, which is consumed.
    private mutating func expressionList() throws(SQLRefusal) -> [Expression] {
        var items: [Expression] = []
        if take(symbol: ")") { return items }
        repeat { items.append(try expression()) } while take(symbol: ",")
        try require(symbol: ")")
        return items
    }

    private mutating func sum() throws(SQLRefusal) -> Expression {
        var left = try product()
        while let token = peek, token.kind == .symbol, ["+", "-", "||"].contains(token.text) {
            position += 1
            left = .infix(token.text, left, try product())
        }
        return left
    }

    private mutating func product() throws(SQLRefusal) -> Expression {
        var left = try signed()
        while let token = peek, token.kind == .symbol, token.text == "*" || token.text == "/" {
            position += 1
            left = .infix(token.text, left, try signed())
        }
        return left
    }

    private mutating func signed() throws(SQLRefusal) -> Expression {
        if take(symbol: "-") { return .prefix("-", try signed()) }
        if take(symbol: "+") { return try signed() }
        var value = try primary()
        while take(symbol: "::") { value = .cast(value, type: try castType()) }
        return value
    }

    private mutating func castType() throws(SQLRefusal) -> String {
        guard let token = peek, token.kind == .word else { throw .syntax }
        position += 1
        if take(symbol: "(") {
            while let token = peek, !token.isSymbol(")") {
                _ = token
                position += 1
            }
            try require(symbol: ")")
        }
        return token.text.lowercased()
    }

    private mutating func primary() throws(SQLRefusal) -> Expression {
        guard let token = peek else { throw .syntax }
        switch token.kind {
        case .string:
            position += 1
            return .string(token.text)
        case .number:
            position += 1
            return .number(token.text)
        case .parameter:
            position += 1
            return try parameter(token)
        case .symbol:
            return try parenthesised()
        case .quotedIdentifier:
            return try name()
        case .word:
            return try keywordOrName(token)
        }
    }

    mutating func parameter(_ token: Token) throws(SQLRefusal) -> Expression {
        let digits = token.text.dropFirst()
        let number = digits.isEmpty ? parameterCount + 1 : Int(digits) ?? 0
        // As many as the protocol can count.
        guard (1...32_000).contains(number) else { throw .syntax }
        parameterCount = max(parameterCount, number)
        return .parameter(number)
    }

    private mutating func parenthesised() throws(SQLRefusal) -> Expression {
        try require(symbol: "(")
        if peek?.isWord("SELECT") == true {
            let query = try query()
            try require(symbol: ")")
            return .nested(query)
        }
        let value = try expression()
        try require(symbol: ")")
        return value
    }

    private mutating func keywordOrName(_ token: Token) throws(SQLRefusal) -> Expression {
        switch token.text.uppercased() {
        case "NULL":
            position += 1
            return .null
        case "CASE":
            position += 1
            return try cases()
        case "EXISTS" where peek(1)?.isSymbol("(") == true:
            position += 2
            let query = try query()
            try require(symbol: ")")
            return .exists(query)
        case "CAST" where peek(1)?.isSymbol("(") == true:
            position += 2
            let value = try expression()
            try require(word: "AS")
            let type = try castType()
            try require(symbol: ")")
            return .cast(value, type: type)
        case "DATE", "TIMESTAMP", "TIME":
            if peek(1)?.kind == .string { throw .dateLiteral }
            return try name()
        default:
            return try name()
        }
    }

    private mutating func cases() throws(SQLRefusal) -> Expression {
        let operand = peek?.isWord("WHEN") == true ? nil : try expression()
        var branches: [Expression.Branch] = []
        while take(word: "WHEN") {
            let condition = try expression()
            try require(word: "THEN")
            branches.append(Expression.Branch(condition: condition, value: try expression()))
        }
        guard !branches.isEmpty else { throw .syntax }
        let otherwise = take(word: "ELSE") ? try expression() : nil
        try require(word: "END")
        return .cases(operand: operand, branches: branches, otherwise: otherwise)
    }

    /// A column, or a function's call.
    private mutating func name() throws(SQLRefusal) -> Expression {
        var parts = [try identifier()]
        while take(symbol: ".") { parts.append(try identifier()) }
        guard take(symbol: "(") else {
            // Of owner.table.column the last two are enough.
            return .column(table: parts.dropLast().last, name: parts[parts.count - 1])
        }
        if take(symbol: "+") { throw .syntax }
        let function = parts.joined(separator: ".").uppercased()
        if take(symbol: "*") {
            try require(symbol: ")")
            return .function(
                name: function, distinct: false, arguments: [.star(table: nil)], window: try window())
        }
        let distinct = take(word: "DISTINCT")
        let arguments = try expressionList()
        return .function(name: function, distinct: distinct, arguments: arguments, window: try window())
    }

    private mutating func window() throws(SQLRefusal) -> Expression.Window? {
        guard take(word: "OVER") else { return nil }
        try require(symbol: "(")
        var window = Expression.Window(partition: [], orderings: [])
        if take(word: "PARTITION") {
            try require(word: "BY")
            repeat { window.partition.append(try expression()) } while take(symbol: ",")
        }
        if take(word: "ORDER") { window.orderings = try orderingList() }
        try require(symbol: ")")
        return window
    }
}
