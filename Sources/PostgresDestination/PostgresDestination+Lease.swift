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
                hasLoaded: { try self.hasLoaded($0) }, terms: { try self.terms(for: extract, plan: $0, columns: $1) },
                takesBatches: true),
            beside: { try self.lock(extract.name) })
        Failpoint.reach(.prepareLocked)
        return lease
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
            let existing = try ExistingRelation.find(schema, extract.destinationTable, in: server)
            if extract.way(plan).keepsDefinition, let existing {
                try existing.checkSpelling(
                    of: table.columns.map(\.name), held: standing.heldNames(by: extract), place: place)
                try existing.check(table, advice: extract.adviceToRemake(existing.name), place: place) {
                    standing.adds($0, for: extract)
                }
            }
            let drift = try standing.drift(columns, for: extract, plan)
            if standing.holdsRows { try extract.checkFirstAppend(plan, in: place) }
            var terms = StagingTerms(shape: shape, drift: drift)
            if let early = try earlyTable(table, for: extract, plan, insteadOf: existing, in: server) {
                terms.makeFollower = { EarlyLoad(self, of: extract, into: early, counted: plan.counted) }
            }
            return terms
        }
    }

    /// The table that can be filled while rows are read; nil where the load makes none.
    private func earlyTable(
        _ table: PostgresTable, for extract: TableExtract, _ plan: ReadPlan, insteadOf existing: ExistingRelation?,
        in server: PostgresConnection
    ) throws -> NewTable? {
        let way = extract.way(plan)
        guard NewTable.isMade(by: way, insteadOf: existing) else { return nil }
        let name = plan.tableNames(in: existing, way)
        return try NewTable(
            NewTable.newName(), as: table.called(name), for: way.called(name),
            mark: way.markColumn(of: extract).map(name), insteadOf: existing, in: server)
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
                return table.called(plan.tableNames(in: existing, way)).createSQL(for: way)
            }
            return TableOutlook(making: extract.destinationTable, again: existing != nil, statement: statement)
        }
    }
}
