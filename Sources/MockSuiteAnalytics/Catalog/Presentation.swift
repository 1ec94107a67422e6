/// What the role of the sessions sees of an account: columns that come, widen and go, and the rows of one subsidiary.
///
/// It changes while sessions read, as customizations and permissions do. The data stay as they are, and no row's date of change
/// moves: a column that comes back has its values, and a role that sees more sees rows that nobody has changed.
package struct Presentation: Sendable {
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    /// Something that became different.
    package struct Event: Sendable, Equatable {
        package enum Kind: String, Sendable {
            case hide, show, widen, role
        }

        package let kind: Kind
        package var table: String?
        package var column: String?
        /// The length of a text, or the subsidiary that the role sees.
        package var value: Int?
    }

    private struct Place: Hashable {
        let table: String
        let column: String
    }

    /// All there is.
    private let account: Catalog
    private var hidden: Set<Place> = []
    private var lengths: [Place: Int] = [:]
    /// The subsidiary whose rows the role sees; nil for all.
    package private(set) var subsidiary: Int?
    /// Counts what became different.
    package private(set) var version = 0
    /// What has not been written down yet.
    var news: [Event] = []

    package init(_ account: Catalog) { self.account = account }

    /// The catalog as it is seen now.
    package var catalog: Catalog {
        guard !hidden.isEmpty || !lengths.isEmpty else { return account }
        var catalog = account
        for (index, table) in account.tables.enumerated() {
            catalog.tables[index].columns = table.columns.filter { !hidden.contains(place(table, $0)) }.map { column in
                var column = column
                if let length = lengths[place(table, column)] {
                    column.type = .varchar(length)
                    column.listed?.length = length
                }
                return column
            }
        }
        return catalog
    }

    /// Whether a column is out of sight.
    package func isHidden(_ column: String, of table: String) -> Bool {
        hidden.contains(Place(table: table.lowercased(), column: column.lowercased()))
    }

    private func place(_ table: CatalogTable, _ column: CatalogColumn) -> Place {
        Place(table: table.name.lowercased(), column: column.name.lowercased())
    }

    private mutating func note(_ event: Event) {
        version += 1
        news.append(event)
    }

    // MARK: Changing

    /// Takes a column from sight, as a permission that is withdrawn does.
    package mutating func hide(_ column: String, of table: String) throws(Refusal) {
        let found = try find(column, table)
        guard !found.column.key else {
            throw Refusal(
                description: "\(found.column.name) is part of the key of \(found.table.name), which stays in sight.")
        }
        guard hidden.insert(place(found.table, found.column)).inserted else { return }
        note(Event(kind: .hide, table: found.table.name, column: found.column.name))
    }

    package mutating func show(_ column: String, of table: String) throws(Refusal) {
        let found = try find(column, table)
        guard hidden.remove(place(found.table, found.column)) != nil else { return }
        note(Event(kind: .show, table: found.table.name, column: found.column.name))
    }

    /// Gives a text more room, as somebody does who edits a custom field.
    package mutating func widen(_ column: String, of table: String, to length: Int) throws(Refusal) {
        let found = try find(column, table)
        guard case .varchar(let declared) = found.column.type else {
            throw Refusal(description: "\(found.column.name) of \(found.table.name) is no VARCHAR2.")
        }
        let now = lengths[place(found.table, found.column)] ?? declared
        guard length > now, length <= 4000 else {
            throw Refusal(
                description:
                    "\(found.column.name) of \(found.table.name) has \(now) characters; it gets more, up to 4000.")
        }
        lengths[place(found.table, found.column)] = length
        note(Event(kind: .widen, table: found.table.name, column: found.column.name, value: length))
    }

    /// The characters of a text; nil for what is none.
    package func length(of column: CatalogColumn, in table: CatalogTable) -> Int? {
        guard case .varchar(let declared) = column.type else { return nil }
        return lengths[place(table, column)] ?? declared
    }

    /// Lets the role see the rows of one subsidiary only; nil for all.
    package mutating func restrict(to subsidiary: Int?) {
        guard subsidiary != self.subsidiary else { return }
        self.subsidiary = subsidiary
        note(Event(kind: .role, value: subsidiary))
    }

    private func find(_ column: String, _ table: String) throws(Refusal) -> (table: CatalogTable, column: CatalogColumn)
    {
        guard let found = account.tables.first(where: { $0.name.lowercased() == table.lowercased() }) else {
            throw Refusal(description: "There is no table \(table).")
        }
        guard let match = found.columns.first(where: { $0.name.lowercased() == column.lowercased() }) else {
            throw Refusal(description: "\(found.name) has no column \(column).")
        }
        return (found, match)
    }

    // MARK: Rows

    /// Which rows of a table the role sees, as SQL; nil for all.
    ///
    /// A transaction is of the subsidiary of its main line, and its parts are of that too. Tables that name no subsidiary are everybody's.
    func condition(of table: CatalogTable) -> String? {
        guard let subsidiary else { return nil }
        return condition(of: table, subsidiary)
    }

    private func condition(of table: CatalogTable, _ subsidiary: Int) -> String? {
        let name = table.name.lowercased()
        if name == "subsidiary" { return "id = \(subsidiary)" }
        if name == "transaction", let lines = account.tables.first(where: { $0.name.lowercased() == "transactionline" })
        {
            return "id IN (SELECT \"transaction\" FROM main.\(Renderer.quote(lines.name)) "
                + "WHERE id = 0 AND \"subsidiary\" = \(subsidiary))"
        }
        let keys = table.keyColumns
        if keys.count > 1,
            let whole = account.tables.first(where: { $0.name.lowercased() == keys[0].name.lowercased() })
        {
            guard let condition = condition(of: whole, subsidiary) else { return nil }
            return
                "\(Renderer.quote(keys[0].name)) IN (SELECT id FROM main.\(Renderer.quote(whole.name)) WHERE \(condition))"
        }
        guard table.columns.contains(where: { $0.name.lowercased() == "subsidiary" }) else { return nil }
        return "\"subsidiary\" = \(subsidiary)"
    }
}
