extension Renderer {
    /// SQLite's text for `expression` and, where it can be told without running it, its type.
    mutating func render(_ expression: Expression) throws(SQLRefusal) -> (sql: String, type: ColumnType?) {
        switch expression {
        case .column(nil, let name) where Self.clockNames.contains(name.uppercased()):
            return ("ns_sysdate()", .timestamp)
        case .column(let table, let name):
            let (sql, column) = try resolve(table: table, name: name)
            return (sql, column.type)
        case .star:
            throw .syntax
        case .string(let text):
            return (Self.quote(string: text), .varchar(max(text.count, 1)))
        case .number(let text):
            return (text, Int(text) != nil ? .bigint : .double)
        case .null:
            return ("NULL", nil)
        case .parameter(let number):
            return ("?\(number)", nil)
        case .prefix(let sign, let value):
            let value = try render(value)
            return ("(\(sign) \(value.sql))", value.type)
        case .infix(let sign, let left, let right):
            return try render(infix: sign, left, right)
        case .function(let name, let distinct, let arguments, let window):
            return try render(function: name, distinct: distinct, arguments: arguments, window: window)
        case .cast(let value, let type):
            return try render(cast: value, to: type)
        case .cases(let operand, let branches, let otherwise):
            return try render(operand: operand, branches: branches, otherwise: otherwise)
        case .nested(let query):
            let rendered = try render(query)
            return ("(\(rendered.sql))", rendered.columns.first?.type)
        default:
            return (try render(predicate: expression), .bigint)
        }
    }

    private static let clockNames: Set<String> = ["SYSDATE", "CURRENT_DATE", "CURRENT_TIMESTAMP", "SYSTIMESTAMP"]

    private mutating func render(predicate: Expression) throws(SQLRefusal) -> String {
        switch predicate {
        case .inList(let value, let negated, let items):
            let subject = try render(value)
            var list: [String] = []
            for item in items { list.append(try renderOperand(item, comparedWith: subject.type)) }
            return "(\(subject.sql) \(negated ? "NOT " : "")IN (\(list.joined(separator: ", "))))"
        case .inQuery(let value, let negated, let query):
            return "(\(try render(value).sql) \(negated ? "NOT " : "")IN (\(try render(query).sql)))"
        case .between(let value, let negated, let low, let high):
            let subject = try render(value)
            let bounds =
                try renderOperand(low, comparedWith: subject.type) + " AND "
                + renderOperand(high, comparedWith: subject.type)
            return "(\(subject.sql) \(negated ? "NOT " : "")BETWEEN \(bounds))"
        case .like(let value, let negated, let pattern, let escape):
            var sql = "(\(try render(value).sql) \(negated ? "NOT " : "")LIKE \(try render(pattern).sql)"
            if let escape { sql += " ESCAPE " + (try render(escape).sql) }
            return sql + ")"
        case .isNull(let value, let negated):
            return "(\(try render(value).sql) IS \(negated ? "NOT " : "")NULL)"
        case .exists(let query):
            return "EXISTS (\(try render(query).sql))"
        default:
            throw .syntax
        }
    }

    private mutating func render(
        infix sign: String, _ left: Expression, _ right: Expression
    ) throws(SQLRefusal) -> (sql: String, type: ColumnType?) {
        switch sign {
        case "AND", "OR":
            return (try render(chain: sign, left, right), .bigint)
        case "=", "<>", "<", ">", "<=", ">=":
            let (leftSide, rightSide) = (try render(left), try render(right))
            let first = try Self.operand(left, leftSide.sql, comparedWith: rightSide.type)
            let second = try Self.operand(right, rightSide.sql, comparedWith: leftSide.type)
            return ("(\(first) \(sign) \(second))", .bigint)
        case "||":
            // Oracle has NULL as the empty string here.
            let sql = "(ifnull(\(try render(left).sql), '') || ifnull(\(try render(right).sql), ''))"
            return (sql, .varchar(4000))
        default:
            return try render(arithmetic: sign, try render(left), try render(right))
        }
    }

    /// Operands of one sign side by side: SQLite (3.40.1) takes a hundred parentheses in each other, and a list of keys of two columns
    /// has more.
    private mutating func render(chain sign: String, _ left: Expression, _ right: Expression) throws(SQLRefusal)
        -> String
    {
        var operands = [right]
        var rest = left
        while case .infix(sign, let first, let second) = rest {
            operands.append(second)
            rest = first
        }
        operands.append(rest)
        var parts: [String] = []
        for operand in operands.reversed() { parts.append(try render(operand).sql) }
        return "(\(parts.joined(separator: " \(sign) ")))"
    }

    private func render(
        arithmetic sign: String, _ left: (sql: String, type: ColumnType?), _ right: (sql: String, type: ColumnType?)
    ) throws(SQLRefusal) -> (sql: String, type: ColumnType?) {
        switch (left.type?.isTemporal == true, right.type?.isTemporal == true) {
        case (true, true):
            guard sign == "-" else { throw .syntax }
            return ("CAST(ns_days_between(\(left.sql), \(right.sql)) AS REAL)", .double)
        case (true, false):
            guard sign == "-" || sign == "+" else { throw .syntax }
            return ("ns_add_days(\(left.sql), \(sign)(\(right.sql)))", left.type)
        case (false, true):
            guard sign == "+" else { throw .syntax }
            return ("ns_add_days(\(right.sql), \(left.sql))", right.type)
        case (false, false):
            // Oracle has no integer division.
            if sign == "/" { return ("(\(left.sql) * 1.0 / \(right.sql))", .double) }
            let exact = left.type != .double && right.type != .double
            return ("(\(left.sql) \(sign) \(right.sql))", exact ? .bigint : .double)
        }
    }

    /// One side of a comparison, made comparable with a value of `type`.
    ///
    /// The PostgreSQL driver writes a 64-bit parameter as `'123'`; without a column's affinity beside it SQLite would
    /// sort any text above any number. A text beside a date is what NetSuite wants wrapped in `TO_DATE`.
    private mutating func renderOperand(
        _ expression: Expression, comparedWith type: ColumnType?
    ) throws(SQLRefusal) -> String {
        try Self.operand(expression, render(expression).sql, comparedWith: type)
    }

    /// The same of an expression that is rendered already: twice would be twice as much at each level.
    private static func operand(
        _ expression: Expression, _ operand: String, comparedWith type: ColumnType?
    ) throws(SQLRefusal) -> String {
        guard let type else { return operand }
        switch expression {
        case .string(let text):
            if type.isTemporal { throw .dateLiteral }
            if type.isNumeric, Double(text) != nil {
                if case .numeric = type { return operand }
                return text
            }
        case .parameter:
            if type.isTemporal { return "ns_timestamp(\(operand))" }
            if type.isNumeric {
                if case .numeric = type { return operand }
                return "CAST(\(operand) AS NUMERIC)"
            }
        default:
            break
        }
        return operand
    }

    private mutating func render(
        cast value: Expression, to type: String
    ) throws(SQLRefusal) -> (sql: String, type: ColumnType?) {
        let sql = try render(value).sql
        switch type {
        case "timestamp", "timestamptz": return ("ns_timestamp(\(sql))", .timestamp)
        case "date": return ("ns_trunc(ns_timestamp(\(sql)))", .timestamp)
        case "float8", "float4", "double", "real": return ("CAST(\(sql) AS REAL)", .double)
        case "int8", "int4", "int2", "bigint", "integer", "smallint": return ("CAST(\(sql) AS INTEGER)", .bigint)
        case "numeric", "number", "decimal": return ("CAST(\(sql) AS NUMERIC)", .double)
        case "text", "varchar", "varchar2", "char", "bpchar", "unknown":
            return ("CAST(\(sql) AS TEXT)", .varchar(4000))
        default: throw .syntax
        }
    }

    private mutating func render(
        operand: Expression?, branches: [Expression.Branch], otherwise: Expression?
    ) throws(SQLRefusal) -> (sql: String, type: ColumnType?) {
        var sql = "CASE"
        var type: ColumnType?
        if let operand { sql += " " + (try render(operand).sql) }
        for branch in branches {
            let value = try render(branch.value)
            sql += " WHEN \(try render(branch.condition).sql) THEN \(value.sql)"
            type = Self.wider(type, value.type)
        }
        if let otherwise {
            let value = try render(otherwise)
            sql += " ELSE \(value.sql)"
            type = Self.wider(type, value.type)
        }
        return (sql + " END", type)
    }

    /// The type that holds values of both.
    static func wider(_ one: ColumnType?, _ other: ColumnType?) -> ColumnType? {
        guard let one, let other else { return one ?? other }
        switch (one, other) {
        case (.varchar(let a), .varchar(let b)): return .varchar(max(a, b))
        case _ where one == other: return one
        case _ where one.isNumeric && other.isNumeric: return .double
        case (.clob, _), (_, .clob): return .clob
        case _ where one.isTemporal && other.isTemporal: return .timestamp
        default: return .varchar(4000)
        }
    }
}
