package import Extraction
package import Rows

/// Rows of a read as text, for tests that look at values one by one.
package struct ReadRows {
    package var columns: [Column]
    package var rows: [[String?]]
    package var restarts: Int
    package var batches: Int
}

/// Reads a whole query as an extract would, starting again where slots were too narrow.
package func readAll<S: Source>(_ source: S, _ table: TableName, columns: [String]? = nil, limit: Int? = nil) throws
    -> ReadRows
{
    let listing = try source.columns(of: table)
    let query = TableQuery(listing, columns: columns ?? listing.columns.map(\.name), limit: limit)
    var hint: S.Hint?
    var restarts = 0
    return try ReadAgain.untilAllFits("\(table)", hint: &hint) { _ in
        restarts += 1
    } read: { hint in
        let reader = try source.open(query, hint: hint)
        var result = ReadRows(columns: reader.columns, rows: [], restarts: restarts, batches: 0)
        let batches = [RowBatch(layout: reader.layout), RowBatch(layout: reader.layout)]
        while try reader.fill(batches[result.batches % 2]) {
            let batch = batches[result.batches % 2]
            for row in 0..<batch.rowCount {
                result.rows.append(reader.columns.indices.map { batch.text(column: $0, row: row) })
            }
            result.batches += 1
        }
        return result
    }
}
