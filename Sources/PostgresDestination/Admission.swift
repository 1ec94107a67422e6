import Extraction
import Files
import Rows

/// Everything for which a server refuses an extract before the source is touched. Changes nothing.
struct Admission {
    let destination: PostgresDestination
    let extract: TableExtract
    /// What the load does; nil before it is known.
    var way: Way?

    func check() throws {
        try PostgresDestination.rules.check(extract)
        try destination.connected("Looking at the destination", for: extract.name) { server in
            try Self.check(server, destination)
            try check(in: server)
            _ = try destination.bookTables(server).standing(of: extract.name, table: extract.destinationTable).judged(
                for: extract, source: nil)
        }
    }

    /// Whether the server is one that can be loaded into.
    static func check(_ server: PostgresConnection, _ destination: PostgresDestination) throws {
        let place = destination.place
        func refuse(_ message: String, _ advice: String) -> Failure { Failure(.destination, message, advice: advice) }
        guard server.version >= 130_000 else {
            throw refuse(
                "The server of \(place) is PostgreSQL \(server.version / 10_000), which is too old.",
                "Use PostgreSQL 13 or newer.")
        }
        guard server.setting("server_encoding") == "UTF8" else {
            throw refuse(
                "The database of \(place) is encoded as \(server.setting("server_encoding") ?? "something unknown"), which "
                    + "does not hold every text.", "Make a database WITH ENCODING 'UTF8'.")
        }
        guard server.setting("in_hot_standby") != "on" else {
            throw refuse("The server of \(place) is a standby, which takes no rows.", "Name its primary server.")
        }
        guard try server.value("SELECT pg_catalog.current_setting('transaction_read_only')") != "on" else {
            throw refuse(
                "Sessions of the user in \(place) are for reading only: a role, the database or the server has "
                    + "\"default_transaction_read_only\" set.", try readOnlyAdvice(server))
        }
        guard try !server.isPooledByTransaction() else {
            throw PostgresConnection.poolRefusal("the server of \(place)")
        }
        let rights = try server.query(
            """
            SELECT pg_catalog.has_schema_privilege(n.oid, 'USAGE'), pg_catalog.has_schema_privilege(n.oid, 'CREATE'),
              pg_catalog.has_database_privilege(current_database(), 'CREATE') OR pg_catalog.to_regclass('_kleene.edits') IS NOT NULL
            FROM pg_catalog.pg_namespace n WHERE n.nspname = $1
            """, [destination.schema]
        ).first
        guard let rights else {
            throw refuse(
                "There is no schema \"\(destination.schema)\" in the database.",
                "Make it (`CREATE SCHEMA \(PostgresName.quote(destination.schema))`), or name another \"schema\".")
        }
        guard rights[0] == "t", rights[1] == "t" else {
            throw refuse(
                "The user may not make tables in \(place).",
                "`GRANT USAGE, CREATE ON SCHEMA \(PostgresName.quote(destination.schema)) TO` that user.")
        }
        guard rights[2] == "t" else {
            throw refuse(
                "The user may not make the schema _kleene, in which kleene-ns keeps its books.",
                "`GRANT CREATE ON DATABASE` to that user; or make the schema with that user as its owner.")
        }
        try destination.bookTables(server).checkVersion()
    }

    /// A setting of a role in a database comes before all others but one of the connection itself, such as `PGOPTIONS`.
    private static func readOnlyAdvice(_ server: PostgresConnection) throws -> String {
        let names = try server.query(
            """
            SELECT pg_catalog.quote_ident(session_user), pg_catalog.quote_ident(pg_catalog.current_database()), source
            FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only'
            """
        ).first
        guard let names, let user = names[0], let database = names[1], names[2] != "client" else {
            return "Take it out of the connection's options (PGOPTIONS, or the service file), or name another user."
        }
        return
            "Have an administrator run `ALTER ROLE \(user) IN DATABASE \(database) SET default_transaction_read_only = off`, "
            + "or name another user."
    }

    /// Whether the extract may have its table. Asked again inside the load's transaction.
    ///
    /// - Returns: The table, if it is there.
    @discardableResult
    func check(in server: PostgresConnection) throws -> ExistingRelation? {
        let (schema, place) = (destination.schema, destination.place)
        guard let table = try ExistingRelation.find(schema, extract.destinationTable, in: server) else { return nil }
        guard table.kind == "r" else {
            let what = [
                "v": "a view", "m": "a materialized view", "p": "a partitioned table", "f": "a foreign table",
                "i": "an index", "S": "a sequence", "c": "a type",
            ]
            throw Failure(
                .destination,
                "\"\(table.name)\" in \(place) is \(what[table.kind] ?? "no plain table"), and kleene-ns loads plain tables only.",
                advice: "Choose another \(extract.setting("destination_table")), or drop it.")
        }
        try checkRelatives(of: table, in: server)
        try checkActions(on: table, in: server)
        if extract.loadMethod == .dropCreateLoad {
            let dependents = try table.dependents(in: server)
            guard dependents.isEmpty else {
                throw Failure(
                    .destination,
                    "The table \"\(table.name)\" in \(place) cannot be dropped and made again: \(dependents.joined(separator: ", ")) "
                        + "\(dependents.count == 1 ? "depends" : "depend") on it.",
                    advice: "Use the load method \"truncate_load\", which keeps the table.")
            }
        }
        try checkPublishing(of: table, in: server)
        if extract.loadMethod == .upsert, !extract.uniqueColumns.isEmpty {
            let unique = extract.uniqueColumns.map { table.spelling($0) }
            try table.checkKeys(unique, place: place)
            try table.checkConflicts(on: unique, place: place, in: server)
        }
        if extract.adoptsTable { return table }
        if try destination.bookTables(server).isRegistered(table.name) { return table }
        guard try table.holdsRows(in: server) else { return table }
        throw extract.refusalOfRows(in: table.name, of: place)
    }

    /// A statement on a table reaches the rows of those that inherit from it, and a key is unique in each of them for itself: rows of
    /// a person's table would go, or be there twice.
    private func checkRelatives(of table: ExistingRelation, in server: PostgresConnection) throws {
        let relatives = try table.relatives(in: server)
        guard !relatives.isEmpty else { return }
        throw Failure(
            .destination,
            "\"\(table.name)\" in \(destination.place) shares its rows with other tables: "
                + "\(relatives.map(\.what).joined(separator: ", ")). kleene-ns loads plain tables only.",
            advice: "Choose another \(extract.setting("destination_table")); or part them: "
                + "\(relatives.map { "`\($0.parting)`" }.joined(separator: ", ")).")
    }

    /// A table whose changes are published, and whose rows subscribers could not find, takes new rows only.
    private func checkPublishing(of table: ExistingRelation, in server: PostgresConnection) throws {
        let change = changing
        guard
            let publication = try table.unidentifying(updates: change.updates, deletes: change.deletes, in: server)
        else { return }
        throw Failure(
            .destination,
            "The table \"\(table.name)\" in \(destination.place) is in the publication \(publication) and has no replica identity, "
                + "so the server refuses to change or remove its rows.",
            advice: "Give it one: `\(table.identifyingSQL)`; or choose another \(extract.setting("destination_table"))."
        )
    }

    /// Which statements change rows that are there. A table that is made again is a new one.
    private var changing: (updates: Bool, deletes: Bool) {
        if extract.loadMethod == .dropCreateLoad { return (false, false) }
        switch way {
        case .replaceAll: return (false, true)
        case .merge: return (true, false)
        case .add: return (false, false)
        case .replaceGroups(_, let mark): return (mark != nil, true)
        case .remove(_, let mark): return (mark != nil, mark == nil)
        case nil: return (extract.loadMethod == .upsert || extract.marksDeleted, removesRows)
        }
    }

    /// Whether rows go from the table, of which others may come again: an action of a foreign key does not wait for those.
    private var removesRows: Bool {
        switch way {
        case .replaceAll, .replaceGroups, .remove(_, nil): return true
        case .add, .merge, .remove: return false
        case nil:
            if extract.follows != nil { return true }
            switch extract.loadMethod {
            case .dropCreateLoad, .truncateLoad: return true
            case .append, .upsert:
                let finds = extract.sweeps == true || extract.deletes.map { $0.by != .none } ?? false
                return finds && !extract.marksDeleted
            }
        }
    }

    /// Rows that go would take rows of a person's table along, or their references.
    private func checkActions(on table: ExistingRelation, in server: PostgresConnection) throws {
        guard removesRows, let action = try table.actions(in: server).first else { return }
        throw Failure(
            .destination,
            "Removing rows from the table \"\(table.name)\" in \(destination.place) would change the table "
                + "\(action.table): its foreign key \(action.constraint) says ON DELETE \(action.words).",
            advice:
                "Choose another \(extract.setting("destination_table")); or have the key checked at the end of a load, and nothing else done: "
                + "`\(action.remedy)`"
                + (extract.loadMethod == .dropCreateLoad ? ", and use the load method \"truncate_load\"." : "."))
    }
}
