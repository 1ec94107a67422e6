import Extraction
import Rows
import Text

/// The first rows of a table as text.
struct PreviewQuestion: Question {
    let table: TableName
    let limit: Int
    /// Nil for all.
    var columns: [String]?
    /// A condition in the source's SQL; nil for all rows.
    var filter: String?
    /// The columns that an extract of the table masks.
    var masks: [String: ColumnMask]?

    static let name = "preview"
    static let pursuit = "while rows were read for a look"

    func answer(in room: WorkerRoom<some Source>, tell: (Preview) -> Void) throws {
        tell(try preview(try room.connected()))
    }

    private func preview<S: Source>(_ source: S) throws -> Preview {
        let listing = try source.columns(of: table)
        var query = TableQuery(listing, columns: try chosen(from: listing), limit: limit)
        query.condition = filter.map { .written($0) }
        for (name, mask) in masks ?? [:] {
            for column in query.columns where NameCase.unicode.areSame(column, name) { query.masks[column] = mask }
        }
        var hint: S.Hint?
        return try ReadAgain.untilAllFits("\(table)", hint: &hint) { try rows(of: query, from: source, hint: $0) }
    }

    /// The columns that are asked for, as the source spells them.
    private func chosen(from listing: CatalogTableColumns) throws -> [String] {
        let names = listing.columns.map(\.name)
        guard let columns else { return names }
        let words = ColumnChoice(columns).meanings(in: listing)
        if let word = words.first(where: { !$0.isExcluded && $0.columns.isEmpty })?.word {
            let guess = NearestName.of(word, among: names).map { "Did you mean \"\($0)\"?" }
            throw Failure.absent(
                "\(table) has no column \"\(word)\".",
                advice: guess ?? "`kleene-ns columns \(table)` lists them.")
        }
        return words.columns
    }

    private func rows<S: Source>(of query: TableQuery, from source: S, hint: S.Hint?) throws -> Preview {
        let reader = try source.read(query, hint: hint)
        let batch = RowBatch(layout: reader.layout)
        let columns = reader.columns
        var rows: [[String?]] = []
        while rows.count < limit, try reader.fill(batch) {
            for row in 0..<min(batch.rowCount, limit - rows.count) {
                rows.append(columns.indices.map { batch.text(column: $0, row: row) })
            }
        }
        var preview = Preview(columns: columns.map(\.name), types: columns.map(\.declaredType), rows: rows)
        preview.numeric = Set(
            columns.indices.filter {
                switch columns[$0].type {
                case .integer, .largeInteger, .decimal, .double: true
                default: false
                }
            })
        return preview
    }
}
