/// A table of the catalog as an evolution sees it: how its rows are found, made and changed.
struct EvolvingTable {
    let name: String
    /// The name as SQL writes it.
    let quoted: String
    let keys: [CatalogColumn]
    let stampColumn: CatalogColumn?
    /// The lines of these tables go with a row of this one.
    let parts: [String]
    /// The table of which its rows are parts; nil where they are none.
    let whole: String?
    /// What a session would have locked to change a row: the record that it is a part of.
    private let owner: String
    let table: CatalogTable
    private let seed: UInt64
    private let rowCounts: [String: Int]
    /// Columns that an update may give another value.
    private let changeable: [CatalogColumn]

    init(_ table: CatalogTable, in catalog: Catalog, seed: UInt64) {
        self.table = table
        self.seed = seed
        name = table.name
        quoted = Renderer.quote(table.name)
        keys = table.columns.filter(\.key)
        stampColumn = table.columns.first(where: \.lastModified)
        changeable = table.columns.filter { !$0.key && !$0.lastModified && $0.values.isRedrawn }
        let lowered = table.name.lowercased()
        parts = catalog.tables.filter { Self.whole(of: $0) == lowered }.map(\.name)
        let whole = Self.whole(of: table).flatMap { name in catalog.tables.first { $0.name.lowercased() == name }?.name
        }
        self.whole = whole
        owner = whole?.lowercased() ?? lowered
        // As the generator has it: a reference goes to a table made earlier.
        let earlier = catalog.tables.prefix { $0.name != table.name }
        rowCounts = Dictionary(
            earlier.map { ($0.name.lowercased(), $0.rowCount) }, uniquingKeysWith: { _, last in last })
    }

    /// The table whose rows have those of `table` as parts: a key of several columns begins with its name.
    private static func whole(of table: CatalogTable) -> String? {
        let keys = table.columns.filter(\.key)
        return keys.count > 1 ? keys[0].name.lowercased() : nil
    }

    /// The number of its record type, as `systemnote` has it; nil where that is any.
    var recordType: Int? {
        [
            "transaction": -30, "item": -10, "customer": -2, "vendor": -3, "employee": -4, "account": -112,
            "subsidiary": -117, "department": -102, "currency": -122,
        ][name.lowercased()]
    }

    var firstNumber: Int { table.rowCount }
    /// Rows that NetSuite keeps a record of when they are deleted: not those that are part of another.
    var isRecord: Bool { keys.count == 1 }
    var isPart: Bool { keys.count > 1 }
    /// A new part gets the next number within its record.
    var countsParts: Bool { isPart && [.smallint, .integer, .bigint].contains(keys[keys.count - 1].type) }

    /// What a row is found by, as SQL: its key's first column, the record that it belongs to.
    var ownerKey: String { keys.first.map { Renderer.quote($0.name) } ?? "rowid" }

    func lock(_ ownerKey: String) -> String { "\(owner)/\(ownerKey)" }

    func has(_ column: String) -> Bool {
        table.columns.contains { $0.name.lowercased() == column }
    }

    /// An update of the date alone, to ?1, of the rows whose first key column is among the results of `keys`; nil without a date.
    func redate(keys: String) -> String? {
        guard let stampColumn else { return nil }
        return "UPDATE main.\(quoted) SET \(Renderer.quote(stampColumn.name)) = ?1 WHERE \(ownerKey) IN (\(keys))"
    }

    /// Whether its records can be voided.
    var isVoidable: Bool { isRecord && has("voided") }

    /// Makes amounts 0, and says so of a record, in the rows whose first key column is ?1; nil where there is none. Of a record, ?2 is
    /// the date of change; the parts keep theirs.
    func void() -> String? {
        let amounts = [
            "foreigntotal", "foreignamountpaid", "foreignamountunpaid", "totalaftertaxes", "foreignamount", "netamount",
            "rateamount", "debitforeignamount", "creditforeignamount", "amount", "debit", "credit", "amountpaid",
            "amountunpaid",
        ]
        var settings = amounts.filter { has($0) }.map { "\(Renderer.quote($0)) = 0" }
        if isVoidable {
            settings += ["voided = 'T'", "memo = 'VOID'"]
            if let stampColumn { settings.append("\(Renderer.quote(stampColumn.name)) = ?2") }
        }
        guard !settings.isEmpty else { return nil }
        return "UPDATE main.\(quoted) SET \(settings.joined(separator: ", ")) WHERE \(ownerKey) = ?1"
    }

    /// Its columns that come and go: custom ones, which are no part of its key.
    var customColumns: [CatalogColumn] { table.columns.filter { $0.custom && !$0.key && !$0.restricted } }

    /// An insertion of the row with the number ?1 and the date of change ?2.
    ///
    /// `given` columns (in lower case) take the parameters from ?3 on, in their order.
    func insertion(given: [String] = [], stamp: String? = nil) -> String {
        let stamp = stamp ?? stampColumn?.name.lowercased()
        let values = table.columns.map { column in
            let lowered = column.name.lowercased()
            if let index = given.firstIndex(of: lowered) { return "mock_\(index)" }
            return lowered == stamp ? "mock_stamp" : expression(column)
        }
        let parameters = given.indices.map { ", ?\($0 + 3) AS mock_\($0)" }.joined()
        // A row that the columns' constraints refuse is not made.
        return "INSERT OR IGNORE INTO main.\(quoted) SELECT \(values.joined(separator: ", ")) "
            + "FROM (SELECT CAST(?1 AS INTEGER) AS i, ?2 AS mock_stamp\(parameters))"
    }

    /// An update of the rows `rowids` with values of other rows' numbers from ?1 on and the date ?2; nil when the table
    /// has nothing to change.
    func update(_ rowids: [String], _ draws: inout Draws) -> String? {
        var columns: [CatalogColumn] = []
        if !changeable.isEmpty {
            for _ in 0..<draws.integer(in: 1...3) {
                let column = changeable[draws.integer(in: 0...changeable.count - 1)]
                if !columns.contains(where: { $0.name == column.name }) { columns.append(column) }
            }
        }
        var names = columns.map { Renderer.quote($0.name) }
        var values = columns.map(expression)
        if let stampColumn {
            names.append(Renderer.quote(stampColumn.name))
            values.append("mock_stamp")
        }
        guard !names.isEmpty else { return nil }
        return "UPDATE main.\(quoted) SET (\(names.joined(separator: ", "))) = (SELECT "
            + values.joined(separator: ", ")
            + " FROM (SELECT CAST(?1 AS INTEGER) + \(quoted).rowid AS i, ?2 AS mock_stamp)) "
            + "WHERE rowid IN (\(rowids.joined(separator: ", ")))"
    }

    private func expression(_ column: CatalogColumn) -> String {
        var writer = ValueWriter(seed: seed, table: table.name, column: column.name, rowCounts: rowCounts)
        return writer.sql(column.values)
    }
}

extension ValueRule {
    /// Whether another row's number makes a value that this row might have as well.
    fileprivate var isRedrawn: Bool {
        switch self {
        case .null, .sql, .id, .code, .cycle: false
        case .sparse(_, let rule), .clipped(let rule, _): rule.isRedrawn
        default: true
        }
    }
}
