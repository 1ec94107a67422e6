import Extraction
import Rows

/// The first rows of a table as text.
struct PreviewQuestion: Question {
    let table: TableName
    let limit: Int

    static let name = "preview"
    static let pursuit = "while rows were read for a look"

    func answer(in room: WorkerRoom<some Source>, tell: (Preview) -> Void) throws {
        tell(try preview(try room.connected()))
    }

    private func preview<S: Source>(_ source: S) throws -> Preview {
        let listing = try source.columns(of: table)
        let query = TableQuery(listing, columns: listing.columns.map(\.name), limit: limit)
        var hint: S.Hint?
        return try ReadAgain.untilAllFits("\(table)", hint: &hint) { try rows(of: query, from: source, hint: $0) }
    }

    private func rows<S: Source>(of query: TableQuery, from source: S, hint: S.Hint?) throws -> Preview {
        let reader = try source.open(query, hint: hint)
        let batch = RowBatch(layout: reader.layout)
        let columns = reader.columns
        var rows: [[String?]] = []
        while rows.count < limit, try reader.fill(batch) {
            for row in 0..<min(batch.rowCount, limit - rows.count) {
                rows.append(columns.indices.map { batch.text(column: $0, row: row) })
            }
        }
        return Preview(columns: columns.map(\.name), types: columns.map(\.declaredType), rows: rows)
    }
}
