extension Renderer {
    /// The functions of NetSuite's allow-list that are served; every other name is refused.
    mutating func render(
        function name: String, distinct: Bool, arguments: [Expression], window: Expression.Window?
    ) throws(SQLRefusal) -> (sql: String, type: ColumnType?) {
        if name == "COUNT", arguments == [.star(table: nil)] {
            return ("COUNT(*)" + (try render(window)), .bigint)
        }
        var values: [(sql: String, type: ColumnType?)] = []
        for argument in arguments { values.append(try render(argument)) }
        let list = values.map(\.sql)
        if distinct {
            guard ["COUNT", "SUM", "AVG", "MIN", "MAX"].contains(name), list.count == 1 else { throw .syntax }
        }
        if let type = Self.aggregateType(name, values.first?.type), list.count == 1 {
            return ("\(name)(\(distinct ? "DISTINCT " : "")\(list[0]))" + (try render(window)), type)
        }
        if ["ROW_NUMBER", "RANK", "DENSE_RANK"].contains(name), list.isEmpty, let window {
            return ("\(name)()" + (try render(window)), .bigint)
        }
        guard window == nil else { throw .unsupportedFunction(name) }
        if let temporal = try Self.temporal(name, values) { return temporal }
        if let conditional = Self.conditional(name, values) { return conditional }
        if let plain = Self.plain(name, list) { return plain }
        throw .unsupportedFunction(name)
    }

    private mutating func render(_ window: Expression.Window?) throws(SQLRefusal) -> String {
        guard let window else { return "" }
        var partition: [String] = []
        for key in window.partition { partition.append(try render(key).sql) }
        let keys = partition.isEmpty ? "" : "PARTITION BY " + partition.joined(separator: ", ")
        return " OVER (\(keys)\(try orderClause(window.orderings)))"
    }

    private static func aggregateType(_ name: String, _ argument: ColumnType?) -> ColumnType? {
        switch name {
        case "COUNT": .bigint
        case "AVG": .double
        case "SUM": argument == .double ? .double : .bigint
        case "MIN", "MAX": argument ?? .varchar(4000)
        default: nil
        }
    }

    private static func temporal(
        _ name: String, _ values: [(sql: String, type: ColumnType?)]
    ) throws(SQLRefusal) -> (sql: String, type: ColumnType?)? {
        let list = values.map(\.sql)
        let all = list.joined(separator: ", ")
        switch (name, list.count) {
        case ("TO_DATE", 1...2): return ("ns_to_date(\(all))", .timestamp)
        case ("TO_TIMESTAMP", 1...2): return ("ns_to_timestamp(\(all))", .timestamp)
        case ("TO_CHAR", 2): return ("ns_to_char(\(all))", .varchar(4000))
        case ("TO_CHAR", 1): return ("CAST(\(all) AS TEXT)", .varchar(4000))
        case ("TRUNC", 1) where values[0].type?.isTemporal == true: return ("ns_trunc(\(all))", .timestamp)
        case ("ADD_MONTHS", 2): return ("ns_add_months(\(all))", .timestamp)
        case ("LAST_DAY", 1): return ("ns_last_day(\(all))", .timestamp)
        case ("SYS_EXTRACT_UTC", 1): return (all, .timestamp)
        default: return nil
        }
    }

    private static func conditional(
        _ name: String, _ values: [(sql: String, type: ColumnType?)]
    ) -> (sql: String, type: ColumnType?)? {
        let list = values.map(\.sql)
        let all = list.joined(separator: ", ")
        let widest = values.reduce(nil as ColumnType?) { wider($0, $1.type) }
        switch (name, list.count) {
        case ("NVL", 2): return ("ifnull(\(all))", widest)
        case ("NVL2", 3):
            let type = wider(values[1].type, values[2].type)
            return ("CASE WHEN \(list[0]) IS NOT NULL THEN \(list[1]) ELSE \(list[2]) END", type)
        case ("COALESCE", 2...): return ("coalesce(\(all))", widest)
        case ("NULLIF", 2): return ("nullif(\(all))", values[0].type)
        case ("GREATEST", 2...): return ("max(\(all))", widest)
        case ("LEAST", 2...): return ("min(\(all))", widest)
        case ("DECODE", 3...):
            var sql = "CASE"
            var type: ColumnType?
            var index = 1
            while index + 1 < list.count {
                // To DECODE two NULLs are the same.
                sql += " WHEN \(list[0]) IS \(list[index]) THEN \(list[index + 1])"
                type = wider(type, values[index + 1].type)
                index += 2
            }
            if index < list.count {
                sql += " ELSE \(list[index])"
                type = wider(type, values[index].type)
            }
            return (sql + " END", type)
        default: return nil
        }
    }

    private static func plain(_ name: String, _ list: [String]) -> (sql: String, type: ColumnType?)? {
        let all = list.joined(separator: ", ")
        switch (name, list.count) {
        case ("SUBSTR", 2...3): return ("substr(\(all))", .varchar(4000))
        case ("INSTR", 2): return ("instr(\(all))", .bigint)
        case ("LENGTH", 1): return ("length(\(all))", .bigint)
        case ("LOWER", 1), ("UPPER", 1), ("REPLACE", 3), ("TRIM", 1), ("LTRIM", 1...2), ("RTRIM", 1...2):
            return ("\(name.lowercased())(\(all))", .varchar(4000))
        case ("CONCAT", 2): return ("(ifnull(\(list[0]), '') || ifnull(\(list[1]), ''))", .varchar(4000))
        case ("TO_CLOB", 1): return (all, .clob)
        case ("TO_NUMBER", 1): return ("CAST(\(all) AS REAL)", .double)
        case ("ROUND", 1...2): return ("round(\(all))", .double)
        case ("TRUNC", 1): return ("CAST(\(all) AS INTEGER)", .bigint)
        case ("CEIL", 1): return ("ceil(\(all))", .double)
        case ("FLOOR", 1): return ("floor(\(all))", .double)
        case ("ABS", 1): return ("abs(\(all))", .double)
        case ("SIGN", 1): return ("sign(\(all))", .bigint)
        case ("MOD", 2): return ("(\(list[0]) % \(list[1]))", .bigint)
        case ("APPROX_COUNT_DISTINCT", 1): return ("count(DISTINCT \(all))", .bigint)
        default: return nil
        }
    }
}
