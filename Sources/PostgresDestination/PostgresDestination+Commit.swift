package import Extraction
package import Staging

/// How a change gets onto the server.
extension PostgresDestination {
    package func commit(_ change: Change<SealedFile>) throws -> [LoadResult] {
        let attempt = change.attempt
        let transaction = try trying(attempt) { try begin(change) }
        let server = transaction.server
        if !change.tables.isEmpty { Failpoint.reach(.loadOpened) }
        let results: [LoadResult]
        do {
            results = try trying(attempt) { try transaction.fill() }
        } catch {
            _ = try? server.query("ROLLBACK")
            // A value that the server does not take would be loaded again by each later run, and refused again.
            if (error as? Failure)?.kind == .data { for rows in change.staged { rows.distrust() } }
            throw naming(error, change, in: server)
        }
        do throws(PostgresError) {
            try server.query("COMMIT")
        } catch {
            // Where no answer came, nobody knows whether the server has done it: it is asked.
            guard error.isConnectionLost, try hasCommitted(change, attempt) else {
                throw error.failure(attempt, on: self.server.words)
            }
        }
        guard !change.tables.isEmpty else {
            Failpoint.reach(.booksCommitted)
            return results
        }
        for table in change.tables { table.rows.markLoaded() }
        Failpoint.reach(.loadCommitted)
        tidyUp(change)
        Failpoint.reach(.loadCheckpointed)
        return results
    }

    /// The transaction of a change, with the rows that are loaded already, if there are any.
    private func begin(_ change: Change<SealedFile>) throws -> ChangeTransaction {
        let now = ContinuousClock.now
        for rows in change.staged {
            guard let filled = (rows.follower as? EarlyLoad)?.take() else { continue }
            return ChangeTransaction(goingOn: filled, with: rows, destination: self, change: change, since: now)
        }
        let server = try connect(for: change.tables.first?.run.extract)
        try bookTables(server).create()
        return try ChangeTransaction(server: server, destination: self, change: change, since: now)
    }

    /// Whether a change is there whose commit got no answer. Its records and edits tell.
    private func hasCommitted(_ change: Change<SealedFile>, _ attempt: String) throws -> Bool {
        do {
            return try trying(attempt) {
                let server = try connect()
                let books = bookTables(server)
                // Behind the lost transaction, if the server is still at it.
                try server.query("BEGIN")
                try server.query("SET LOCAL lock_timeout = '\(settings.lockSeconds)s'")
                try books.lock(change.extracts, "change")
                if let table = change.tables.first { return try books.hasSucceeded(table.run.runID) }
                if let record = change.records.first {
                    return try books.runs(extract: nil, id: record.runID, limit: 1)?.first != nil
                }
                guard let edit = change.edits.first?.edit else { return true }
                return try books.edits(of: edit.extract).first == edit
            }
        } catch {
            throw Failure(
                .destination,
                "\(attempt) was sent to \(server.words), which never said whether it is done, and cannot be asked.",
                advice:
                    "Run the same command again when the server can be reached: it looks first whether the rows are there."
            )
        }
    }

    /// What a load leaves to be cleared away: rows that were deleted. The load is in, whatever comes of it.
    private func tidyUp(_ change: Change<SealedFile>) {
        let emptied = change.tables.filter { $0.way == .replaceAll(keepsDefinition: true) }
        guard !emptied.isEmpty, let server = try? connect() else { return }
        _ = try? server.query("SET lock_timeout = '5s'")
        for table in emptied {
            _ = try? server.query("VACUUM \(PostgresName.quote(schema)).\(PostgresName.quote(table.table))")
        }
    }
}

extension Change {
    /// The extracts whose watermarks or runs it writes.
    var extracts: [String] {
        tables.map(\.run.extract) + records.map(\.extract) + states.map(\.to.extract) + edits.map(\.edit.extract)
    }
}
