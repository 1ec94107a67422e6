import Extraction
import FoundationEssentials
import Rows

/// What a worker does with its source.
struct WorkerTask<S: Source> {
    let source: S
    /// A further connection to the same source, for the thread that asks.
    let makeSource: @Sendable () -> S
    let tell: @Sendable (WorkerEvent) -> Void
    let isInterrupted: @Sendable () -> Bool

    /// Does a task and tells what comes of it.
    ///
    /// `destination` opens the destination of a path, `diagnose` examines the source, `probe` goes on from there.
    func perform<D: Destination>(
        _ task: WorkOrder.Task, destination: (String) -> D, diagnose: () -> [Check], probe: () -> Void
    ) {
        do {
            switch task {
            case .schemas:
                _ = try source.connect()
                tell(.schemas(try source.schemas()))
            case .tables(let schema):
                _ = try source.connect()
                tell(.tables(try source.tables(schema: schema)))
            case .columns(let tables, let mayBeGone):
                _ = try source.connect()
                try tellColumns(of: tables, mayBeGone: mayBeGone)
            case .allColumns(let schema):
                _ = try source.connect()
                try tellAllColumns(schema: schema)
            case .preview(let table, let limit):
                _ = try source.connect()
                tell(.preview(try preview(table, limit: limit)))
            case .extract(let extracts, let path, let settings, let clock):
                run(extracts, into: destination(path), settings: settings, clock: clock)
            case .plan(let extracts, let path, let settings):
                try plan(extracts, for: destination(path), settings: settings)
            case .diagnose: tell(.checks(diagnose()))
            case .probe:
                tell(.checks(diagnose()))
                probe()
            }
        } catch {
            tell(.failed(.wrapping(error)))
        }
    }

    private func run(
        _ extracts: [WorkOrder.OrderedExtract], into destination: some Destination, settings: RunSettings,
        clock: SourceClock?
    ) {
        let tell = tell
        let run = ExtractRun(
            source: source, destination: destination,
            context: RunContext(
                settings: settings, version: Version.current, observe: { tell(.run($0)) },
                isInterrupted: isInterrupted),
            clock: InvocationClock(clock, tell: { tell(.clock($0)) }), makeSource: makeSource)
        defer { run.settleLogins() }
        for (index, ordered) in extracts.enumerated() {
            if isInterrupted() { return }
            // An identity of its own time: the order is as old as the extracts before this one took.
            let identity = RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: 0...UInt32.max))
            let record = run(ordered.extract, run: identity)
            // A refused login is never tried again by itself: the next try could lock the account.
            if record.failure?.kind == .credentials || record.status == .interrupted { return }
            if index + 1 < extracts.count, let failure = record.failure, let reason = unreachable(after: failure) {
                return tell(.failed(reason))
            }
        }
    }

    /// Why the other extracts of the command are not tried, after one of them has failed; nil where they are.
    ///
    /// Of a source that was not reached they would all say the same, each after its own retries: one look, where that costs
    /// no login that counts, says whether it is back.
    private func unreachable(after failure: Failure) -> Failure? {
        guard failure.kind == .connection else { return nil }
        guard source.mayLogInAgain else { return failure }
        do {
            _ = try source.connect()
            return nil
        } catch {
            // The same reason in the same words is said once.
            let now = Failure.wrapping(error)
            return now.kind == .connection ? failure : now
        }
    }

    /// What each extract would read, and why.
    private func plan(_ extracts: [TableExtract], for destination: some Destination, settings: RunSettings) throws {
        let planner = ReadPlanner(source: source, clock: InvocationClock(), settings: settings)
        var unreached: Failure?
        for extract in extracts {
            if isInterrupted() { return }
            if let unreached {
                tell(.plan(PlannedExtract(extract, failure: unreached)))
                continue
            }
            let run = RunIdentity(startedAt: Timestamp(Date()), salt: 0)
            do {
                // As a run does: what the destination refuses costs no login.
                try destination.admit(extract)
                let facts = try source.connect()
                let plan = try planner.plan(
                    extract, standing: try destination.standing(of: extract), from: facts.identity, run: run)
                let next = NextRun(
                    extract, knowing: .known(plan), staged: destination.glance(at: extract), settings: settings,
                    at: Date())
                tell(
                    .plan(
                        try PlannedExtract(extract, next, into: destination) { try source.statement(for: $0) }))
            } catch let failure as Failure where failure.kind != .credentials && failure.kind != .interrupted {
                if failure.kind == .connection { unreached = failure }
                tell(.plan(PlannedExtract(extract, failure: failure)))
            }
        }
    }

    /// Tells the columns of tables as somebody typed them, with the names and types under which they are listed.
    private func tellColumns(of tables: [TableName], mayBeGone: [TableName]) throws {
        // Of the listing only names and types are wanted: where it fails, the columns are there all the same.
        let listed = try? source.tables(schema: nil)
        if let listed { tell(.tables(listed)) }
        for table in tables {
            try stopIfInterrupted()
            let found = try mayBeGone.contains(table) ? source.visibleColumns(of: table) : source.columns(of: table)
            tell(.columns(found.completed(from: listed ?? [])))
        }
    }

    private func tellAllColumns(schema: String?) throws {
        let listed = try source.tables(schema: nil)
        tell(.tables(listed))
        let wanted = schema == nil ? listed : try source.tables(schema: schema)
        let types = Dictionary(wanted.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        try stopIfInterrupted()
        try source.eachColumns(of: wanted.map(\.name)) { found in
            var found = found
            found.type = types[found.name]
            tell(.columns(found))
            try stopIfInterrupted()
        }
    }

    private func stopIfInterrupted() throws {
        if isInterrupted() { throw Failure(.interrupted, "The command was interrupted.") }
    }

    /// The first rows of a table as text.
    private func preview(_ table: TableName, limit: Int) throws -> Preview {
        let listing = try source.columns(of: table)
        let query = TableQuery(listing, columns: listing.columns.map(\.name), limit: limit)
        var hint: S.Hint?
        return try ReadAgain.untilAllFits("\(table)", hint: &hint) { try rows(of: query, hint: $0, limit: limit) }
    }

    private func rows(of query: TableQuery, hint: S.Hint?, limit: Int) throws -> Preview {
        let reader = try source.open(query, hint: hint)
        let batch = RowBatch(layout: reader.layout)
        let columns = reader.columns
        var rows: [[String?]] = []
        while rows.count < limit, try reader.fill(batch) {
            for row in 0..<min(batch.rowCount, limit - rows.count) {
                rows.append(columns.indices.map { batch.text(column: $0, row: row) })
            }
        }
        return Preview(columns: columns.map(\.name), types: columns.map(\.declaredType), rows: rows)
    }
}

extension CatalogTableColumns {
    /// The same columns under the table's listed name, and with its type, where exactly one listed table is meant.
    func completed(from listed: [CatalogTable]) -> CatalogTableColumns {
        let lookup = TableLookup(nameCase ?? .unicode)
        guard case .one(let found) = lookup.find(name, among: listed.map(\.name)),
            let table = listed.first(where: { $0.name == found })
        else { return self }
        var completed = CatalogTableColumns(name: found, type: table.type, columns: columns)
        completed.nameCase = nameCase
        return completed
    }
}
