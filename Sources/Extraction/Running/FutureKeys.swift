import Rows

/// Rows whose key of time lies in the future: no window reaches them until then, so a person should know of them.
struct FutureKeys<S: Source> {
    let source: S
    let plan: ReadPlan

    /// No zone is further ahead of another's clock than this, in seconds: what lies beyond is no matter of zones.
    static var reach: Int { 26 * 3600 }

    /// From where on a key lies in the future; nil for a key that is no time.
    static func beginning(_ kind: KeyKind, clock: Moment?) -> KeyValue? {
        guard let moment = clock?.adding(seconds: reach) else { return nil }
        return kind == .date ? .date(moment.adding(seconds: 86_400).startOfDay) : .timestamp(moment)
    }

    /// How many there are, and one of them, in a sentence; nil where there is none. One question to the source, and another
    /// where there are some.
    func note() throws -> String? {
        guard let key = plan.window?.key, let kind = plan.keyKind, let beginning = plan.futureFrom, !plan.isBackfill,
            let end = KeyValue.end(of: kind)
        else { return nil }
        let ahead = Condition.all([.compare(key, .atLeast, beginning), .compare(key, .below, end)])
        let condition = Condition.both(plan.filter.map { .written($0) }, ahead)
        let rows = try source.extent(of: key, kind: kind, in: plan.table, where: condition).rows
        guard rows > 0 else { return nil }
        let count = rows == 1 ? "1 row has a" : "\(rows) rows have a"
        return
            "\(count) \(key) in the future\(try example(condition, key: key)): no run reads them before the source's clock "
            + "is there. Correct them at the source if that is not meant."
    }

    /// One of the rows, with what identifies it.
    private func example(_ condition: Condition?, key: String) throws -> String {
        let unique = plan.uniqueColumns.filter { $0 != key }
        let query = TableQuery(table: plan.table, columns: unique + [key], condition: condition, limit: 1)
        let reader = try source.open(query, widths: LearnedWidths())
        let batch = RowBatch(layout: reader.layout)
        guard try reader.fill(batch) else { return "" }
        let values = query.columns.indices.map { batch.text(column: $0, row: 0) ?? "NULL" }
        let place = zip(unique, values).map { "\($0) \($1.prefix(60))" }.joined(separator: ", ")
        return ", such as \"\((values.last ?? "").prefix(80))\"" + (place.isEmpty ? "" : " where \(place)")
    }
}
