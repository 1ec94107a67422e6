import Extraction
import Rows
import Text

/// What has been read of a source's catalog, part by part, and when.
struct CatalogSnapshot: Codable, Equatable, Sendable {
    /// A part, with the seconds since 1970 at which it was read.
    struct Part<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
        var readAt: Int
        var value: Value
    }

    /// All tables of the source.
    var tables: Part<[CatalogTable]>?
    /// By table, without order; a table of which no column is to be seen has none.
    var columns: [Part<CatalogTableColumns>] = []

    /// Takes a worker's answer to a question about the catalog.
    mutating func take(_ part: CatalogPart, at time: Int) {
        switch part {
        case .tables(let tables): self.tables = Part(readAt: time, value: tables)
        case .columns(let table): columns.append(Part(readAt: time, value: table))
        case .schemas: break
        }
    }

    /// Puts newer parts in the place of older ones; the columns of tables that are listed no longer go.
    mutating func adopt(_ newer: CatalogSnapshot) {
        // What was told again was told better.
        let renewed = Dictionary(newer.columns.map { ($0.value.name, $0) }, uniquingKeysWith: { $1 })
        columns = columns.filter { renewed[$0.value.name] == nil } + renewed.values
        guard let tables = newer.tables else { return }
        self.tables = tables
        let listed = Set(tables.value.map(\.name))
        columns.removeAll { !listed.contains($0.value.name) }
    }

    /// The same without the parts that were read before a time, or that say to come from after `end`.
    func since(_ time: Int, until end: Int) -> CatalogSnapshot {
        let range = time...max(time, end)
        return CatalogSnapshot(
            tables: tables.flatMap { range.contains($0.readAt) ? $0 : nil },
            columns: columns.filter { range.contains($0.readAt) })
    }

    /// The columns of a table as a person names it; nil where they are not here, or where several tables may be meant.
    func columns(of name: TableName) -> Part<CatalogTableColumns>? {
        let seen = columns.filter { !$0.value.columns.isEmpty }
        // Held against all that is listed: what has no columns here may be meant too.
        let listed = tables?.value.map(\.name) ?? []
        guard
            case .one(let found) = TableLookup(.unicode).find(name, among: Array(Set(listed + seen.map(\.value.name))))
        else { return nil }
        return seen.last { $0.value.name == found }
    }

    /// The answer, as far as it is here as a whole, and the time of its oldest part.
    func answer(_ question: CatalogQuestion) -> (answer: CatalogAnswer, readAt: Int)? {
        switch question {
        case .schemas:
            return tables.map { (.schemas(CatalogAnswer.schemas(of: $0.value)), $0.readAt) }
        case .tables(let schema):
            return tables.map { (.tables($0.value.inSchema(schema)), $0.readAt) }
        case .columns(let names, _):
            let found = names.compactMap { columns(of: $0) }
            guard found.count == names.count, let oldest = found.map(\.readAt).min() else { return nil }
            return (.columns(found.map(\.value)), oldest)
        case .allColumns(let schema):
            guard let tables else { return nil }
            let byName = Dictionary(columns.map { ($0.value.name, $0) }, uniquingKeysWith: { $1 })
            let wanted = tables.value.inSchema(schema)
            let found = wanted.compactMap { byName[$0.name] }
            guard found.count == wanted.count else { return nil }
            return (.columns(found.map(\.value)), ([tables.readAt] + found.map(\.readAt)).min() ?? tables.readAt)
        }
    }
}

/// What `schemas`, `tables` and `columns` answer.
enum CatalogAnswer: Equatable {
    case schemas([CatalogSchema])
    case tables([CatalogTable])
    case columns([CatalogTableColumns])

    /// The schemas in which there are tables, in their order.
    static func schemas(of tables: [CatalogTable]) -> [CatalogSchema] {
        var seen: Set<CatalogSchema> = []
        return tables.map { CatalogSchema(catalog: $0.catalog, schema: $0.schema) }.filter { seen.insert($0).inserted }
    }
}

extension CatalogAnswer {
    /// The answer, where each word of a choice takes a column of one of the tables at least.
    ///
    /// - Throws: a `Failure` that names a word that takes none, as an extract with these words would be refused.
    func checking(_ choice: ColumnChoice?) throws -> CatalogAnswer {
        guard let choice, case .columns(let tables) = self else { return self }
        let meanings = tables.map { choice.meanings(in: $0) }
        // What leaves columns out need not find any.
        for (place, word) in choice.words.enumerated()
        where !meanings.contains(where: { $0[place].isExcluded || !$0[place].columns.isEmpty }) {
            let names = tables.prefix(5).map(\.name.description)
            throw Failure.absent(
                "\"\(word)\" in --columns takes no column of \(Sentence.list(names))\(tables.count > 5 ? " and others" : "").",
                advice: "The listing without --columns has the names; a glob has a star, as in \"cust*\".")
        }
        return self
    }
}

extension Listing {
    /// - Parameter choice: Columns of which it is shown whether they are read by it; nil for none.
    init(_ answer: CatalogAnswer, _ choice: ColumnChoice? = nil) {
        switch answer {
        case .schemas(let schemas): self.init(schemas)
        case .tables(let tables): self.init(tables)
        case .columns(let tables):
            self.init(tables)
            if let choice { show(choice, in: tables) }
        }
    }

    /// Adds to each column whether a choice reads it, and the words that say so.
    private mutating func show(_ choice: ColumnChoice, in tables: [CatalogTableColumns]) {
        columns += ["read", "words"]
        let said = tables.flatMap { table -> [[Cell]] in
            let words = choice.meanings(in: table)
            let read = Set(words.columns.map { Exact($0) })
            return table.columns.map { column -> [Cell] in
                [
                    Cell(read.contains(Exact(column.name))),
                    Cell(words.filter { $0.columns.containsExactly(column.name) }.map(\.word)),
                ]
            }
        }
        rows = zip(rows, said).map { $0 + $1 }
    }
}

extension [CatalogTable] {
    /// Those that `--schema` means; a schema of NetSuite goes by its qualifier, by its owner, or by both. In any case where none is
    /// written so.
    func inSchema(_ schema: String?) -> [CatalogTable] {
        guard let schema else { return self }
        let exact = filter { $0.name.isIn(schema: schema) }
        guard exact.isEmpty else { return exact }
        return filter { table in
            let both = table.catalog.flatMap { catalog in table.schema.map { "\(catalog).\($0)" } }
            return [table.schema, table.catalog, both].contains {
                $0.map { NameCase.unicode.areSame($0, schema) } == true
            }
        }
    }
}
