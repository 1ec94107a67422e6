import Extraction
import ODBC
import Rows
import Text

/// What to say of a table whose columns the catalog does not show: that it is not there is one of several reasons.
extension DataSource {
    func unseen(_ table: TableName, _ session: Session) -> Failure {
        let listed = ((try? service.tables(schema: nil, on: session.connection)) ?? []).map(\.name)
        let lookup = TableLookup(service.nameCase(session.profile))
        // A driver may list all databases of a server; a name alone is one of the current database first.
        let current = session.connection.info(.currentDatabase)
        let here = listed.filter { table.isWithoutPlace && $0.catalog.isExactly(current) }
        if case .one(let found) = lookup.find(table, among: here) { return withoutColumns(found, as: table, session) }
        switch lookup.find(table, among: listed) {
        case .one(let found): return withoutColumns(found, as: table, session)
        case .several(let names): return .ambiguous(table, names)
        case .noSuchSchema:
            guard let place = table.schema ?? table.catalog, !listed.isEmpty else {
                return unknown(table, among: listed)
            }
            // Tables of another database are not listed, so what is not listed may be there: without the table.
            let others = listed.filter { lookup.find(TableName(name: table.name), among: [$0]) != .none }
            var failure = Failure.noSuchSchema(place, among: listed)
            failure.message = "The source lists no table \(table) for this user, and none else in \"\(place)\"."
            if !others.isEmpty {
                failure.advice =
                    "There is \(others.prefix(5).map(\.description).joined(separator: ", ")). " + failure.advice
            }
            return failure
        case .none: return unknown(table, among: listed)
        }
    }

    /// It is listed, and nothing can be read of it: the source's own word on that says more than we can.
    ///
    /// - Parameter asked: As the person has named it.
    private func withoutColumns(_ table: TableName, as asked: TableName, _ session: Session) -> Failure {
        let message = "The source lists \(table), but no column of it"
        do {
            let statement = try Statement(session.connection)
            try statement.execute("SELECT * FROM \(session.dialect.quote(table)) WHERE 1 = 0")
            let count = try statement.columnCount()
            statement.close()
            // psqlodbc 13.02 lists the tables of all schemas, and tells columns without a schema of those on the session's `search_path` only.
            if asked.isWithoutPlace, let schema = table.schema, count > 0,
                (try? service.columns(
                    of: table, withKey: false, profile: session.profile, on: session.connection)) != nil
            {
                return Failure(
                    .statement, "The source lists \(table), and does not find it where only its name is given.",
                    advice: "Name its schema, with \"schema\": \(schema.quoted(with: "\"")) or --schema.")
            }
            return Failure(
                .statement, "\(message).",
                advice: count == 0
                    ? "A table without columns has nothing to be read; leave it out."
                    : "Check the user's rights to its columns at the source.")
        } catch {
            var failure = Failure(
                .statement, "\(message), and reading it fails: \(error.saying).",
                advice:
                    "If it is a view, what it reads may be gone or out of reach of this user: have it corrected at the source."
            )
            failure.sqlState = nil
            return failure
        }
    }

    /// No such table: with the names that come near, if the source lists any.
    private func unknown(_ table: TableName, among listed: [TableName]) -> Failure {
        let twins = listed.filter { $0.name == table.name && !$0.name.isExactly(table.name) }
        let folded = table.name.lowercased()
        let near = listed.filter {
            let other = $0.name.lowercased()
            // A letter or two are in most names.
            return other == folded
                || (min(other.count, folded.count) > 2 && (other.contains(folded) || folded.contains(other)))
        }.prefix(5).map(\.description)
        let advice =
            !twins.isEmpty
            ? "It has a table that looks the same and is written with other characters (another Unicode normal form): copy "
                + "the name from `kleene-ns tables`."
            : NearestName.of(table.name, among: listed.map(\.name)).map { "Did you mean \"\($0)\"?" }
                ?? (near.isEmpty
                    ? "`kleene-ns tables` lists the tables it has." : "Near it come: \(near.joined(separator: ", ")).")
        return .absent("The source lists no table \(table) for this user.", advice: advice)
    }

    func noSuchSchema(_ schema: String) -> Failure {
        let listed = session.flatMap { try? service.tables(schema: nil, on: $0.connection) } ?? []
        return .noSuchSchema(schema, among: listed.map(\.name))
    }
}
