import Rows

/// What a run has read of headers, for the extracts that follow them.
package struct LeaderRead: Sendable {
    package var plan: ReadPlan
    /// Headers that were read.
    package var rows: Int
    /// Their keys, each once; nil where there are too many to name, or nobody has read them yet.
    package var keys: [KeyValue]?

    /// Keys of headers that are gone at the source.
    package var gone: [KeyValue] = []
    /// What is known of deletions among the headers; nil where nobody has looked.
    package var deletes: DeletesState?

    package init(plan: ReadPlan, rows: Int, keys: [KeyValue]?) {
        self.plan = plan
        self.rows = rows
        self.keys = keys
    }

    /// What was staged of headers.
    ///
    /// - Parameters:
    ///   - key: The column that identifies a header.
    ///   - most: How many may be named.
    init(_ plan: ReadPlan, _ rows: (any StagedTable)?, key: String, most: Int) throws {
        self.init(plan: plan, rows: rows?.summary.rows ?? 0, keys: [])
        guard let rows else { return }
        guard rows.summary.rows <= most,
            let column = rows.columns.firstIndex(where: {
                NameCase.unicode.areSame(plan.sourceName(of: $0.name), key)
            }),
            let kind: KeyKind = rows.columns[column].type == .integer
                ? .integer : rows.columns[column].type == .text ? .text : nil
        else {
            keys = nil
            return
        }
        var seen: Set<KeyValue> = []
        var keys: [KeyValue] = []
        var hasBlanks = false
        try rows.eachBatch { batch in
            for row in 0..<batch.rowCount {
                guard let text = batch.text(column: column, row: row) else { continue }
                guard let value = KeyValue(text, kind: kind) else {
                    throw Failure(
                        .data,
                        "The column \"\(key)\" of \(plan.table) holds \"\(text.prefix(80))\", which is no number.",
                        advice: "Say \"asking\": \"query\" in \"follows\".")
                }
                // A key of a fixed length is filled up with blanks, and the rows' own column may not be: only the source can tell that
                // they are the same.
                if text.hasSuffix(" ") { hasBlanks = true }
                guard seen.insert(value).inserted else { continue }
                keys.append(value)
            }
        }
        self.keys = hasBlanks ? nil : keys
    }

    /// The column that identifies a header, as the source spells it.
    package func key(_ follows: Follows) throws -> String {
        if let name = plan.columns.first(where: { NameCase.unicode.areSame($0, follows.parentKey) }) { return name }
        throw Failure(
            .configuration,
            "The extract \"\(follows.extract)\" does not read \"\(follows.parentKey)\", by which its rows are named in the "
                + "extracts that follow it.", advice: "Add it to its \"columns\", or name another \"parent_key\".")
    }
}
