package import Extraction
import Files
import Rows
import SQLite
package import Staging

/// The lock of an extract, and on which terms its rows are staged.
extension SQLiteFile {
    package func lease(_ extract: TableExtract) throws -> Lease {
        try admit(extract)
        let lease = try Lease(
            of: extract, in: workplace, source: settings.source,
            answers: .init(
                hasLoaded: { try self.hasLoaded($0) }, terms: { try self.terms(for: extract, plan: $0, columns: $1) }))
        // The last check is the first that may write: a file in another journal mode is switched here.
        if FileSystem.size(of: path) > 0 {
            _ = try openForWriting()
        } else if let reason = WriteAheadLog.refusal(beside: path) {
            throw reason
        }
        Failpoint.reach(.prepareLocked)
        return lease
    }

    package func glance(at extract: TableExtract) -> StagedPlan? {
        guard let staged = workplace.glance(at: extract, source: settings.source) else { return nil }
        // Where the destination cannot be looked at, nothing is promised.
        guard let isLoaded = try? hasLoaded(staged.plan.run), !isLoaded else { return nil }
        return staged
    }

    /// Whether the rows of a run are in the file.
    private func hasLoaded(_ run: RunIdentity) throws -> Bool {
        guard isThere else { return false }
        return try trying("Looking whether staged rows are loaded") {
            let database = try SQLiteDatabase(path: path, access: .readOnly, busySeconds: settings.busySeconds)
            return try Bookkeeping.hasLoaded(run, in: database)
        }
    }

    /// On which terms the file takes rows with these columns; refuses those that its table cannot take.
    private func terms(for extract: TableExtract, plan: ReadPlan, columns: [Column]) throws -> StagingTerms {
        try extract.checkIdentifies(plan)
        var columnLimit = 2000
        var existing: ExistingTable?
        var standing = Standing()
        if FileSystem.size(of: path) > 0 {
            try trying("Looking at the table \"\(extract.destinationTable)\"") {
                let database = try SQLiteDatabase(path: path, access: .readWrite, busySeconds: settings.busySeconds)
                columnLimit = database.columnLimit
                existing = try ExistingTable.find(extract.destinationTable, in: database)
                standing = try Bookkeeping.standing(of: extract.name, table: extract.destinationTable, in: database)
            }
        }
        let definition = try TableDefinition(extract, columns: columns, columnLimit: columnLimit)
        if extract.way(plan).keepsDefinition, let existing {
            try existing.check(definition, advice: extract.adviceToRemake(existing.name), path: path) {
                standing.adds($0, for: extract)
            }
        }
        let drift = try standing.drift(columns, for: extract, plan)
        if standing.holdsRows { try extract.checkFirstAppend(plan, in: path) }
        var terms = StagingTerms(shape: definition.shape, drift: drift)
        terms.lengthLimit = settings.lengthLimit
        // Rows that are read in several chunks are kept for a later run, in a file that says so.
        if case .absent = FileSystem.kind(of: path), !plan.isResumable {
            terms.direct = DirectForm(definition: definition)
        }
        return terms
    }
}
