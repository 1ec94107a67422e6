import Extraction
import Rows

/// What changed between two listings of the same thing.
struct CatalogDifference: Equatable {
    enum Change: String, Equatable {
        case added, removed, changed
    }

    enum Object: String, Equatable {
        case schema, table, column
    }

    struct Entry: Equatable {
        var change: Change
        var object: Object
        var table: TableName
        var column: String?
        /// For a change: the heading of what changed, as the listing has it, before and after.
        var field: String?
        var before: Listing.Cell?
        var after: Listing.Cell?
    }

    var entries: [Entry] = []

    /// Both answers must be of the same kind; of columns, tables that only `new` has were added.
    init(from old: CatalogAnswer, to new: CatalogAnswer) {
        switch (old, new) {
        case (.schemas(let old), .schemas(let new)):
            compare(.schema, Listing(old), Listing(new), identity: ["catalog", "schema"])
        case (.tables(let old), .tables(let new)):
            compare(.table, Listing(old), Listing(new), identity: ["catalog", "schema", "table"])
        case (.columns(let old), .columns(let new)): compareColumns(old, new)
        default: break
        }
    }

    private mutating func compareColumns(_ old: [CatalogTableColumns], _ new: [CatalogTableColumns]) {
        // A table of which no column is to be seen is, for the columns, not there.
        let (old, new) = (old.filter { !$0.columns.isEmpty }, new.filter { !$0.columns.isEmpty })
        compare(
            .table, Self.tables(old), Self.tables(new), identity: ["catalog", "schema", "table"])
        let before = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        for table in new {
            guard let earlier = before[table.name] else { continue }
            // The type is the table's, and has been compared.
            var (old, new) = (earlier, table)
            old.type = nil
            new.type = nil
            compare(
                .column, Listing([old]), Listing([new]), identity: ["catalog", "schema", "table", "name"])
        }
    }

    /// The tables themselves, with what the listing of columns says of them.
    private static func tables(_ tables: [CatalogTableColumns]) -> Listing {
        Listing(
            columns: ["catalog", "schema", "table", "table_type"],
            rows: tables.map { [.init($0.catalog), .init($0.schema), .init($0.table), .init($0.type)] })
    }

    /// Rows with the same cells under `identity`, whose last is the object's own name, are the same object.
    private mutating func compare(_ object: Object, _ old: Listing, _ new: Listing, identity: [String]) {
        let places = identity.compactMap { new.columns.firstIndex(of: $0) }
        func key(_ row: [Listing.Cell]) -> Exact<[String]> { Exact(places.map { row[$0].json.text }) }
        func entry(_ change: Change, _ row: [Listing.Cell]) -> Entry {
            let parts = places.map { place -> String? in
                if case .string(let text) = row[place].json { text } else { nil }
            }
            return Entry(
                change: change, object: object,
                table: TableName(catalog: parts[0], schema: parts[1], name: parts.count > 2 ? parts[2] ?? "" : ""),
                column: parts.count > 3 ? parts[3] : nil)
        }
        let before = Dictionary(old.rows.map { (key($0), $0) }, uniquingKeysWith: { $1 })
        let after = Set(new.rows.map(key))
        entries += old.rows.filter { !after.contains(key($0)) }.map { entry(.removed, $0) }
        for row in new.rows {
            guard let earlier = before[key(row)] else {
                entries.append(entry(.added, row))
                continue
            }
            for (place, field) in new.columns.enumerated()
            where !earlier[place].json.text.isExactly(row[place].json.text) {
                var changed = entry(.changed, row)
                (changed.field, changed.before, changed.after) = (field, earlier[place], row[place])
                entries.append(changed)
            }
        }
    }
}

extension Listing {
    init(_ difference: CatalogDifference) {
        self.init(
            columns: ["change", "object", "catalog", "schema", "table", "column", "field", "before", "after"],
            rows: difference.entries.map { entry in
                [
                    Cell(entry.change.rawValue), Cell(entry.object.rawValue), Cell(entry.table.catalog),
                    Cell(entry.table.schema), Cell(entry.object == .schema ? nil : entry.table.name),
                    Cell(entry.column), Cell(entry.field), entry.before ?? Cell(.null), entry.after ?? Cell(.null),
                ]
            }, implied: ["catalog", "schema"])
    }
}
