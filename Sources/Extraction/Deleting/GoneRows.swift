import Rows

/// Finds out of some keys which the source no longer has: each is asked for, because whatever named them may be wrong.
struct GoneRows<S: Source> {
    let source: S
    let table: TableName
    let columns: [String]
    let kinds: [KeyKind]
    /// What a row must be besides, to be there.
    let filter: Condition?
    let context: RunContext
    let extract: TableExtract

    /// Keys that are gone, with the columns as the source delivers them.
    struct Answer {
        var keys: [[String]] = []
        var columns: [Column] = []
    }

    /// So many keys stand in one question: NetSuite takes a thousand in a list. Of several columns each is a condition of its own.
    private var length: Int { columns.count == 1 ? Follows.listLength : Follows.listLength / 5 }

    func among(_ keys: [[KeyValue]]) throws -> Answer {
        var answer = Answer()
        for start in stride(from: 0, to: keys.count, by: length) {
            let part = Array(keys[start..<min(start + length, keys.count)])
            var query = TableQuery(table: table, columns: columns)
            query.condition = .both(filter, condition(part))
            var living: Set<[KeyValue]> = []
            answer.columns = try source.eachText(of: query, for: extract, context, begin: { living = [] }) { row in
                if let key = key(row) { living.insert(key) }
            }
            answer.keys += part.filter { !living.contains($0) }.map { $0.map(\.description) }
        }
        return answer
    }

    /// A key of texts; nil where one of its values is NULL, or none of its kind.
    func key(_ texts: [String?]) -> [KeyValue]? {
        var key: [KeyValue] = []
        for (text, kind) in zip(texts, kinds) {
            guard let text, let value = KeyValue(text, kind: kind) else { return nil }
            key.append(value)
        }
        return key
    }

    private func condition(_ keys: [[KeyValue]]) -> Condition {
        guard columns.count > 1 else { return .among(columns[0], keys.map { $0[0] }) }
        return .any(keys.map { key in .all(zip(columns, key).map { .among($0, [$1]) }) })
    }
}

extension Source {
    /// Reads a few columns as texts, row by row.
    ///
    /// - Parameters:
    ///   - begin: Called when the read begins, again where it has to.
    ///   - row: Told each row.
    /// - Returns: the columns of the result.
    func eachText(
        of query: TableQuery, for extract: TableExtract, _ context: RunContext, begin: () -> Void,
        _ row: ([String?]) -> Void
    ) throws -> [Column] {
        if context.isInterrupted() { throw Failure.interruption() }
        context.observe(.waiting(extract: extract.name, text: nil))
        var hint: Hint?
        return try ReadAgain.untilAllFits("\(query.table)", hint: &hint) { hint in
            begin()
            let reader = try open(query, hint: hint)
            let batch = RowBatch(layout: reader.layout)
            while try reader.fill(batch) {
                if context.isInterrupted() { throw Failure.interruption() }
                for index in 0..<batch.rowCount {
                    row(query.columns.indices.map { batch.text(column: $0, row: index) })
                }
                context.observe(.waiting(extract: extract.name, text: nil))
            }
            return reader.columns
        }
    }
}
