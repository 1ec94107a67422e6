import Rows
import Text

/// One comparison on its way: what is known of both sides, and the reads that it asks for.
struct Comparing<S: Source, D: Destination> {
    let verification: Verification<S, D>
    let extract: TableExtract
    let lease: D.Lease
    let run: RunIdentity
    let facts: SourceFacts
    let plan: ReadPlan
    let listing: CatalogTableColumns
    let standing: Standing
    let scope: VerifyScope
    /// The columns that both sides have, as the source spells them.
    let columns: [String]
    /// The incremental key, where the rows have one of their own.
    let version: VersionKey?
    let versionKind: KeyKind?
    /// The column of whole numbers by whose ranges rows fall into buckets.
    let numericKey: String?
    /// When the comparison began, and what its steps have taken: a repair takes as long as what leads to it.
    let begin: ContinuousClock.Instant
    var steps = StepTimes()
    /// Rows that were compared last, with which the table can be made right; nil before the second look.
    var reread: D.Rows?
    /// The differences that were seen twice.
    var confirmed: [RowDifference] = []

    var source: S { verification.source }
    var destination: D { verification.destination }
    var patience: Patience<S> { Patience(source: source, extract: extract, context: verification.context) }
    var unique: [String] { plan.uniqueColumns }
    /// Rows that an earlier start has brought stay, and are none of those that are compared.
    var since: BucketRange? {
        StartDate.isBefore(standing.holding?.start, extract.incremental?.start) ? scope.since : nil
    }
    var kinds: [KeyKind?] { unique.map { name in column(name)?.keyKind } }

    init(
        _ verification: Verification<S, D>, _ extract: TableExtract, _ lease: D.Lease, _ run: RunIdentity,
        since begin: ContinuousClock.Instant, _ record: inout VerifyRecord
    ) throws {
        self.verification = verification
        self.begin = begin
        self.extract = extract
        self.lease = lease
        self.run = run
        guard extract.loadMethod != .append else {
            throw Failure(
                .configuration,
                "The extract \"\(extract.name)\" appends: its table keeps what the source had, and is not to be equal to it.",
                advice: "Verify extracts that load by another method.")
        }
        let patience = Patience(source: verification.source, extract: extract, context: verification.context)
        let before = try verification.destination.standing(of: extract)
        guard let table = before.table else {
            throw Failure(
                .destination, "There is no table \"\(extract.destinationTable)\" to verify.",
                advice: "Load it with `kleene-ns extract \(extract.name)`.")
        }
        verification.tell("connecting")
        facts = try patience.connect()
        steps.end(.login, since: begin)
        verification.tell("asking for the columns of \(extract.table)")
        let planner = ReadPlanner(
            source: verification.source, clock: InvocationClock(), settings: verification.context.settings)
        let identity = facts.identity
        var (plan, selection, standing) = try patience.ask {
            try planner.begin(extract, standing: before, from: identity, run: run)
        }
        steps.end(.plan, since: begin)
        let basis = try Self.basis(extract, plan, selection, standing)
        scope = VerifyScope(
            extract, table: plan.table, watermark: standing.state?.watermark, key: basis.key,
            unique: plan.uniqueColumns, childKey: basis.childKey, ownKey: basis.ownKey)
        let there = Set(table.columns.map { FoldedName($0) })
        columns = plan.columns.filter { there.contains(FoldedName(plan.destinationName(of: $0))) }
        let missing = plan.destinationNames(of: plan.columns).filter { !there.contains(FoldedName($0)) }
        if !missing.isEmpty {
            record.limits.append("The table has no column \(Sentence.list(missing)), which the source has.")
        }
        numericKey = Self.numericKey(selection.numericKey(plan), in: standing)
        plan.longColumns = Set(selection.listing.columns.filter(\.long).map(\.name)).intersection(plan.columns)
        // The scope has it.
        plan.filter = nil
        // A load that finds no row by its key has brought rows with NULL there.
        plan.takesNullKeys = extract.reliesOnUniqueColumns(plan) ? nil : true
        // What is read is no whole table, and no window either.
        plan.groups = GroupRead(column: plan.uniqueColumns.first ?? "", condition: scope.condition ?? .all([]))
        // The table is looked at, and repaired, under the names that it has.
        try standing.checkNames(extract, plan)
        version = basis.version.map { VersionKey(column: $0.name, isMoment: $0.kind.isTime) }
        versionKind = basis.version?.kind
        self.plan = plan
        self.standing = standing
        listing = selection.listing
        record.scope = scope.words
        record.watermark = standing.state?.watermark
        record.uniqueColumns = plan.destinationNames(of: plan.uniqueColumns)
        record.notes += plan.notes ?? []
        if since != nil, let kept = extract.keptSentence(standing.holding?.start) { record.limits.append(kept) }
    }

    /// What the watermark is of.
    private struct Basis {
        var key: String?
        var version: (name: String, kind: KeyKind)?
        var childKey: String?
        var ownKey: String?
    }

    private static func basis(
        _ extract: TableExtract, _ plan: ReadPlan, _ selection: ColumnSelection, _ standing: Standing
    ) throws -> Basis {
        var basis = Basis()
        guard extract.watermarkKey != nil else { return basis }
        guard let state = standing.state else {
            throw Failure(
                .configuration,
                "The extract \"\(extract.name)\" has no watermark that vouches for its table, so it is not known "
                    + "which rows it should have." + (standing.notes.last.map { " " + $0 } ?? ""),
                advice: "Run `kleene-ns extract \(extract.name)` first.")
        }
        if let incremental = extract.incremental {
            let (key, kind) = try selection.key(incremental.key, among: plan.columns)
            try standing.checkBasis(for: extract, knowing: SourceSight(plan, key: key, kind: kind))
            basis.key = key
            // Only the source knows the order of text.
            if kind != .text { basis.version = (key, kind) }
        } else if let follows = extract.follows {
            try standing.checkBasis(for: extract, knowing: SourceSight(plan, key: follows.key, kind: state.basis.kind))
            basis.key = follows.key
            basis.childKey = try selection.column(
                follows.childKey, among: plan.columns, of: extract, as: "the column by which its rows name their header"
            )
            let names = selection.listing.columns.map(\.name)
            basis.ownKey = follows.ownKey.flatMap { (selection.listing.nameCase ?? .unicode).find($0, among: names) }
        }
        return basis
    }

    /// A key that the destination has as whole numbers too.
    private static func numericKey(_ name: String?, in standing: Standing) -> String? {
        guard let name else { return nil }
        let held = standing.holding?.columns?.first { FoldedName($0.sourceName) == FoldedName(name) }
        if let type = held?.type, type != .integer { return nil }
        return name
    }

    func column(_ name: String) -> CatalogColumn? { listing.columns.first { $0.name.isExactly(name) } }

    // MARK: Reads

    /// Reads rows into staging of their own.
    ///
    /// - Parameters:
    ///   - conditions: Which rows of the scope, a read each.
    /// - Returns: nil where no condition is given, so that nothing was read.
    func read(_ use: StagingUse, _ conditions: [Condition?]) throws -> (rows: D.Rows, count: Int)? {
        guard !conditions.isEmpty else { return nil }
        var plan = plan
        plan.chunks = conditions.enumerated().map { Chunk(number: $0 + 1, condition: $1) }
        return try read(use, plan)
    }

    /// Reads all rows of the scope, in chunks where there is a key to cut them by.
    func readAll(_ use: StagingUse) throws -> (rows: D.Rows, count: Int) {
        var plan = plan
        if let numericKey {
            verification.tell("asking how many rows there are")
            let extent = try patience.ask {
                try source.extent(of: numericKey, kind: .integer, in: plan.table, where: scope.condition)
            }
            plan.numericKey = numericKey
            plan.chunks = ChunkPlanner.chunks(
                of: extent, key: numericKey, rows: extract.chunking.rows ?? TableExtract.Chunking.defaultRows,
                readers: 1)
        }
        return try read(use, plan)
    }

    private func read(_ use: StagingUse, _ plan: ReadPlan) throws -> (rows: D.Rows, count: Int) {
        try verification.stopIfAsked()
        var record = RunRecord(extract, run: run, version: verification.context.version)
        let read = ChunkedRead(
            read: PlannedRead(run: run, extract: extract, plan: plan, staged: nil), context: verification.context,
            source: source, lease: SideLease(lease, use), seen: SeenRows(), logins: PendingLogins(),
            makeSource: verification.makeSource)
        let staging = try read(&record)
        let rows = try staging.seal()
        guard rows.summary.rows == record.rowsRead else {
            throw Failure(
                .internal,
                "\(Sentence.count(record.rowsRead, "row")) of \(extract.table) came, but \(rows.summary.rows) "
                    + "went into staging.",
                advice: "Please report this.")
        }
        return (rows, record.rowsRead)
    }

    /// The rows that have changed since the watermark, by their keys or by their headers.
    ///
    /// - Parameter parts: Of those that are named row by row only these, a read each; nil for all.
    func readMoving(_ parts: [Condition]? = nil) throws -> [LeftAside<D.Rows>] {
        try scope.moving.enumerated().map { number, moving in
            var plan = plan
            plan.table = moving.table
            plan.columns = moving.names
            plan.longColumns = []
            // They are known to nobody but this comparison, and may be another table's.
            plan.names = nil
            // Several rows may have one header.
            if !moving.isOfRows || !moving.names.isExactly(unique) { plan.uniqueColumns = [] }
            plan.groups = GroupRead(column: moving.names[0], condition: moving.condition)
            // Keys of rows name no rows of another table, though its column may have the same name.
            let conditions = moving.isOfRows && moving.names.isExactly(unique) ? parts : nil
            plan.chunks = (conditions ?? [.all([])]).enumerated().map { Chunk(number: $0 + 1, condition: $1) }
            let read = try read(StagingUse("moving\(number + 1)"), plan)
            return LeftAside(
                read.rows, names: moving.names, columns: self.plan.destinationNames(of: moving.columns))
        }
    }

    func comparison(
        _ rows: D.Rows, aside: [LeftAside<D.Rows>], _ part: RowComparison<D.Rows>.Part
    ) -> RowComparison<D.Rows> {
        var comparison = RowComparison(
            table: extract.destinationTable, unique: plan.destinationNames(of: unique),
            columns: plan.destinationNames(of: columns), rows: rows,
            part: part.named(by: plan.destinationName))
        comparison.version = version.map {
            VersionKey(column: plan.destinationName(of: $0.column), isMoment: $0.isMoment)
        }
        comparison.aside = aside
        comparison.since = since?.named(by: plan.destinationName)
        return comparison
    }
}
