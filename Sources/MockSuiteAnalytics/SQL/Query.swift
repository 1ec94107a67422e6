/// A parsed query: one or several selects, and their order.
package struct Query: Equatable, Sendable {
    package indirect enum Body: Equatable, Sendable {
        case select(Select)
        /// `UNION`, `UNION ALL`, `INTERSECT` or `MINUS`.
        case combined(operation: String, Body, Body)
        case nested(Query)
    }

    package struct Ordering: Equatable, Sendable {
        package var expression: Expression
        package var descending: Bool
        package var nullsFirst: Bool?
    }

    package var body: Body
    package var orderings: [Ordering]
}

/// One `SELECT … FROM … WHERE … GROUP BY … HAVING …`.
package struct Select: Equatable, Sendable {
    package struct Item: Equatable, Sendable {
        package var expression: Expression
        package var alias: String?
    }

    package var distinct: Bool
    package var top: Expression?
    package var items: [Item]
    package var tables: [TableReference]
    package var condition: Expression?
    package var grouping: [Expression]
    package var having: Expression?
}

/// What stands after `FROM`.
package indirect enum TableReference: Equatable, Sendable {
    case table(name: String, alias: String?)
    case nested(Query, alias: String?)
    case join(kind: String, TableReference, TableReference, condition: Expression?)
}

package indirect enum Expression: Equatable, Sendable {
    case column(table: String?, name: String)
    case star(table: String?)
    case string(String)
    case number(String)
    case null
    /// Counted from 1.
    case parameter(Int)
    case prefix(String, Expression)
    case infix(String, Expression, Expression)
    case function(name: String, distinct: Bool, arguments: [Expression], window: Window?)
    /// `value::type`, as the PostgreSQL driver writes the parameters it puts into the text; or `CAST`.
    case cast(Expression, type: String)
    case cases(operand: Expression?, branches: [Branch], otherwise: Expression?)
    case inList(Expression, negated: Bool, [Expression])
    case inQuery(Expression, negated: Bool, Query)
    case between(Expression, negated: Bool, Expression, Expression)
    case like(Expression, negated: Bool, Expression, escape: Expression?)
    case isNull(Expression, negated: Bool)
    case exists(Query)
    case nested(Query)

    package struct Branch: Equatable, Sendable {
        package var condition: Expression
        package var value: Expression
    }

    package struct Window: Equatable, Sendable {
        package var partition: [Expression]
        package var orderings: [Query.Ordering]
    }
}
