import Extraction
import Rows
import Staging
import Text

/// What must hold before rows are changed, and after: what does not is refused, and the transaction with it.
extension TableLoad {
    /// Stops a load that would leave much less than is there, before anything is changed.
    func guarded(_ existing: ExistingRelation) throws {
        guard let limit = change.guards, way.replacesAllRows else { return }
        let rows = change.rows.rowCount
        guard let most = limit.mostRows(replacedBy: rows) else { return }
        // Counted no further than it matters.
        let bounded = "(SELECT 1 FROM \(existing.sql) LIMIT \(most.addingReportingOverflow(1).partialValue)) AS bounded"
        guard try count(bounded) > most else { return }
        let failure = limit.refusal(
            of: rows, replacing: try count(existing.sql), table: existing.name, extract: change.run.extract)
        if let failure { throw failure }
    }

    /// Stops a change by which too many rows went.
    func checkRemoved(_ written: Written) throws {
        let lost = written.removed + written.marked - (way.addsRows ? written.added : 0)
        let marked = markColumn.map { " WHERE \(PostgresName.quote($0)) IS NULL" } ?? ""
        let failure = try change.refusal(ofRemoving: lost) { most in
            try count(
                most.map { "(SELECT 1 FROM \(table.sql)\(marked) LIMIT \($0)) AS bounded" } ?? "\(table.sql)\(marked)")
        }
        if let failure { throw failure }
    }

    /// Whether the load wrote what its way can come to: a rule or a trigger of the table may have dropped rows.
    func check(_ written: Written) throws {
        let staged = change.rows.rowCount
        let isPlausible: Bool
        switch way {
        case .replaceAll, .add(nil): isPlausible = written.added == staged
        default: isPlausible = (0...staged).contains(written.rows)
        }
        guard isPlausible else { throw refusal(of: staged, came: written.added) }
    }

    /// Whether all rows of a chunk are there behind an upsert, or met a newer one. A trigger that leaves out what changes nothing
    /// (`suppress_redundant_updates_trigger`) leaves nothing out.
    ///
    /// - Parameter sql: `PostgresTable.upsertedSQL`.
    /// - Returns: How many met a newer one.
    func checkUpserted(_ sql: String, _ written: Int, of staged: Int) throws -> Int {
        let counts = try server.query(sql).first?.map { $0.flatMap { Int($0) } ?? 0 }
        guard let counts, counts.count == 3 else { return 0 }
        let (absent, newer, different) = (counts[0], counts[1], counts[2])
        guard absent == 0 else { throw refusal(of: staged, came: staged - absent) }
        guard written + newer == staged || different == 0 else {
            throw refusal(of: staged, came: min(staged - different, written + newer))
        }
        return newer
    }

    /// Has rows go, or marks them; how many.
    ///
    /// Where somebody may keep some of them, such as a trigger, the statement does not tell how many there were to be, nor whether
    /// they are gone: they are counted before it and behind it.
    @discardableResult
    func remove(_ removal: RowRemoval, in there: ExistingRelation) throws -> Int {
        guard try there.mayChangeRows(in: server) else { return try server.changes(by: removal.sql) }
        func counted() throws -> Int { try server.value(removal.countSQL).flatMap { Int($0) } ?? 0 }
        let wanted = try counted()
        try server.query(removal.sql)
        let left = try counted()
        guard left == 0 else { throw refusal(of: removal, wanted, left: left) }
        return wanted
    }

    private func refusal(of removal: RowRemoval, _ wanted: Int, left: Int) -> Failure {
        let (wish, fact) =
            switch removal.mark {
            case nil: ("be removed", "still there")
            case let mark? where mark.value == nil: ("lose their mark", "still marked")
            case _?: ("be marked as deleted", "not marked")
            }
        return Failure(
            .destination,
            "Loading \"\(table.name)\" failed on \(destination.place): "
                + "\(Sentence.count(wanted, "row", "was", "were")) to \(wish), and "
                + "\(Sentence.count(left, "row", "is", "are")) \(fact). A trigger, a rule or a "
                + "policy of the table keeps rows.",
            advice:
                "The table is as it was. Disable what keeps them, or load into another "
                + "\(change.terms.extract.setting("destination_table")).")
    }

    func refusal(of staged: Int, came: Int) -> Failure {
        Failure(
            .destination,
            "Loading \"\(table.name)\" failed on \(destination.place): "
                + "\(Sentence.count(staged, "row", "was", "were")) staged, and \(came) came "
                + "into the table. A trigger or a rule of the table drops or adds rows.",
            advice: "The table is as it was. Disable the trigger, or load into another "
                + "\(change.terms.extract.setting("destination_table")).")
    }
}
