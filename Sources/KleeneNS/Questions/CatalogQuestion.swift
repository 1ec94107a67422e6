import Extraction
import Rows

/// What `schemas`, `tables` and `columns` ask of a source's catalog.
enum CatalogQuestion: Question, Equatable {
    case schemas
    case tables(schema: String?)
    /// Those of `mayBeGone` that the source does not list are answered without columns; any other fails.
    case columns([TableName], mayBeGone: [TableName] = [])
    /// The columns of all tables, or of a schema's.
    case allColumns(schema: String?)

    static let name = "catalog"
    static let pursuit = "while it was asked for its catalog"

    func answer(in room: WorkerRoom<some Source>, tell: (CatalogPart) -> Void) throws {
        let source = try room.connected()
        switch self {
        case .schemas: tell(.schemas(try source.schemas()))
        case .tables(let schema): tell(.tables(try source.tables(schema: schema)))
        case .columns(let tables, let mayBeGone):
            // Of the listing only names and types are wanted: where it fails, the columns are there all the same.
            let listed = try? source.tables(schema: nil)
            if let listed { tell(.tables(listed)) }
            for table in tables {
                try room.stopIfInterrupted()
                let found = try mayBeGone.contains(table) ? source.visibleColumns(of: table) : source.columns(of: table)
                tell(.columns(found.completed(from: listed ?? [])))
            }
        case .allColumns(let schema):
            let listed = try source.tables(schema: nil)
            tell(.tables(listed))
            let wanted = schema == nil ? listed : try source.tables(schema: schema)
            let types = Dictionary(wanted.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
            try room.stopIfInterrupted()
            try source.eachColumns(of: wanted.map(\.name)) { found in
                var found = found
                found.type = types[found.name]
                tell(.columns(found))
                try room.stopIfInterrupted()
            }
        }
    }
}

/// A part of a source's catalog as a worker tells it.
enum CatalogPart: Codable, Equatable, Sendable {
    case schemas([CatalogSchema])
    case tables([CatalogTable])
    /// One table's columns: of each that was asked for, in that order, with the name and type under which it is listed.
    case columns(CatalogTableColumns)
}

extension CatalogTableColumns {
    /// The same columns under the table's listed name, and with its type, where exactly one listed table is meant.
    fileprivate func completed(from listed: [CatalogTable]) -> CatalogTableColumns {
        let lookup = TableLookup(nameCase ?? .unicode)
        guard case .one(let found) = lookup.find(name, among: listed.map(\.name)),
            let table = listed.first(where: { $0.name == found })
        else { return self }
        var completed = CatalogTableColumns(name: found, type: table.type, columns: columns)
        completed.nameCase = nameCase
        completed.kinds = kinds
        return completed
    }
}
