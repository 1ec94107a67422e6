package import Extraction
import Files
package import Rows
package import Staging

/// The locks of an extract, and on which terms its rows are staged.
extension PostgresDestination {
    package func lease(_ extract: TableExtract) throws -> Lease {
        try admit(extract)
        try PrivateDirectory.prepare(FileSystem.parent(of: workplace.path), kind: .destination)
        let lease = try Lease(
            of: extract, in: workplace, source: settings.source,
            answers: .init(
                hasLoaded: { try self.hasLoaded($0) }, terms: { try self.terms(for: extract, plan: $0, columns: $1) }),
            beside: { try self.lock(extract.name) })
        Failpoint.reach(.prepareLocked)
        return lease
    }

    /// A session that holds the extract's lock on the server: runs from other machines see that one. The server gives it back when the
    /// session ends, however it ends.
    func lock(_ extract: String) throws -> PostgresConnection {
        try trying("Locking the extract \"\(extract)\"") {
            let session = try connect(for: extract)
            // It idles as long as rows are read; the setting is PostgreSQL 14's.
            try session.query(
                """
                SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings
                WHERE name IN ('idle_session_timeout', 'statement_timeout')
                """)
            let key = BookTables.lockKey(schema, extract)
            guard try session.value("SELECT pg_catalog.pg_try_advisory_lock($1::bigint)", [String(key)]) != "t" else {
                return session
            }
            let holder = try session.query(
                """
                SELECT a.pid, a.application_name, a.client_addr, to_char(a.backend_start, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
                WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                  AND (l.classid::bigint << 32 | l.objid::bigint) = $1::bigint
                """, [String(key)]
            ).first
            let words = holder.map {
                "the session \($0[0] ?? "?") of \($0[2] ?? "the server's own machine"), since \($0[3] ?? "?")"
            }
            throw Failure(
                .busy,
                "Another run holds the lock of the extract \"\(extract)\": \(words ?? "it does not say which").",
                advice: "Wait until it has ended, or stop that process.")
        }
    }

    package func glance(at extract: TableExtract) -> StagedPlan? {
        guard let staged = workplace.glance(at: extract, source: settings.source) else { return nil }
        // Where the destination cannot be looked at, nothing is promised.
        guard let isLoaded = try? hasLoaded(staged.plan.run), !isLoaded else { return nil }
        return staged
    }

    private func hasLoaded(_ run: RunIdentity) throws -> Bool {
        try connected("Looking whether staged rows are loaded") { try bookTables($0).hasLoaded(run) }
    }

    /// On which terms the server takes rows with these columns; refuses those that its table cannot take.
    private func terms(for extract: TableExtract, plan: ReadPlan, columns: [Column]) throws -> StagingTerms {
        try extract.checkIdentifies(plan)
        let shape = StagedShape(extract, columns: columns)
        let table = PostgresTable(schema, extract.destinationTable, shape: shape)
        try table.check(extract)
        return try connected("Looking at the table \"\(extract.destinationTable)\"", for: extract.name) { server in
            let standing = try bookTables(server).standing(of: extract.name, table: extract.destinationTable)
            if extract.way(plan).keepsDefinition,
                let existing = try ExistingRelation.find(schema, extract.destinationTable, in: server)
            {
                try existing.check(table, advice: extract.adviceToRemake(existing.name), place: place) {
                    standing.adds($0, for: extract)
                }
            }
            let drift = try standing.drift(columns, for: extract, plan)
            if standing.holdsRows { try extract.checkFirstAppend(plan, in: place) }
            return StagingTerms(shape: shape, drift: drift)
        }
    }

    package func outlook(for extract: TableExtract, plan: ReadPlan, columns: [Column]?) throws -> TableOutlook {
        try connected("Looking at the table \"\(extract.destinationTable)\"", for: extract.name) { server in
            let existing = try ExistingRelation.find(schema, extract.destinationTable, in: server)
            if let existing, try existing.holdsRows(in: server) { try extract.checkFirstAppend(plan, in: place) }
            let way = extract.way(plan)
            if let existing, way.keepsDefinition { return TableOutlook(keeping: existing.name, way, plan) }
            let statement = try columns.map { columns in
                let shape = StagedShape(extract, columns: columns)
                let table = PostgresTable(schema, extract.destinationTable, shape: shape)
                try table.check(extract)
                return table.createSQL
            }
            return TableOutlook(making: extract.destinationTable, again: existing != nil, statement: statement)
        }
    }
}
