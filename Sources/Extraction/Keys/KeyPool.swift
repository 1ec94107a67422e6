import Rows

/// Which columns of a table a search for its key looks at, the likeliest first, and what others say of it.
struct KeyPool {
    /// What the catalog and bundled knowledge name.
    let named: [KeyCandidate]
    /// Columns that may identify rows, alone or together.
    let singles: [String]
    /// Those of them that may do so alone: a time identifies a row by chance.
    let ownKeys: [String]
    /// Columns that were left out although they could be a part of a key.
    let left: Int

    static let columnsAtOnce = 8
    static let columnsOfSets = 10
    static let columnsOfPairs = 5
    private static let mostSingles = 24

    init(_ listing: CatalogTableColumns, known: TableKnowledge?) {
        named = Self.named(listing, known)
        // A double is no key, a long text cannot be grouped, and what is calculated or hidden changes by itself.
        // When a row was last changed is no part of what it is.
        let able = listing.columns.filter {
            $0.keyKind != nil && !$0.long && !$0.calculated && !$0.hidden && !$0.lastModified
        }
        let table = listing.table.lowercased()
        let order = able.enumerated().sorted {
            let (first, second) = (Self.rank($0.element, of: table), Self.rank($1.element, of: table))
            return (first, $0.offset) < (second, $1.offset)
        }
        let first = order.prefix(Self.mostSingles).map(\.element)
        singles = first.map(\.name)
        ownKeys = first.filter { $0.keyKind?.isTime != true }.map(\.name)
        left = able.count - singles.count
    }

    private static func named(_ listing: CatalogTableColumns, _ known: TableKnowledge?) -> [KeyCandidate] {
        var found: [KeyCandidate] = []
        func add(_ columns: [String], _ origin: KeyCandidate.Origin, source: String? = nil) {
            guard !columns.isEmpty else { return }
            let same = found.firstIndex { Set($0.columns.map { Exact($0) }) == Set(columns.map { Exact($0) }) }
            guard let same else { return found.append(.init(columns: columns, origins: [origin], source: source)) }
            if !found[same].origins.contains(origin) { found[same].origins.append(origin) }
            found[same].source = found[same].source ?? source
        }
        let declared = listing.columns.filter { $0.key != nil }.sorted { ($0.key ?? 0) < ($1.key ?? 0) }
        add(declared.map(\.name), .declared)
        var indexes: [String] = []
        for index in listing.columns.flatMap(\.uniqueIndexes) where !indexes.containsExactly(index) {
            indexes.append(index)
        }
        for index in indexes {
            add(listing.columns.filter { $0.uniqueIndexes.containsExactly(index) }.map(\.name), .index)
        }
        if let known {
            let names = listing.columns.map(\.name)
            let columns = known.uniqueColumns.compactMap { (listing.nameCase ?? .unicode).find($0, among: names) }
            if columns.count == known.uniqueColumns.count { add(columns, .bundled, source: known.source) }
        }
        return found
    }

    /// The smaller, the likelier: declared ones, then those that are called like a key, whole numbers before text before time.
    private static func rank(_ column: CatalogColumn, of table: String) -> Int {
        let name = column.name.lowercased()
        let kind = column.keyKind == .integer ? 0 : column.keyKind == .text ? 1 : 2
        if column.key != nil || !column.uniqueIndexes.isEmpty { return 0 }
        if ["id", "internalid", "uniquekey", "nkey", "key", "uuid", "guid", table + "id", table + "_id"].contains(name)
        {
            return 10 + kind
        }
        if ["id", "key", "number", "no", "code"].contains(where: { name.hasSuffix($0) }) { return 20 + kind }
        return (column.custom ? 40 : 30) + kind
    }
}
