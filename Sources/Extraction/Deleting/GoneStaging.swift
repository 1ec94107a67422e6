import Rows

/// Keys of rows that are gone, or are there again, on their way into staging beside what else is staged, which is opened by the first of them.
final class GoneStaging<L: ExtractLease> {
    private let plan: ReadPlan
    private let lease: L
    private let run: RunIdentity
    private let use: StagingUse
    private var staging: L.Staging?
    private var integers: [Bool] = []
    /// Keys so far.
    private(set) var count = 0

    /// - Parameter plan: Of the keys, as `ReadPlan.beside` makes it.
    init(_ plan: ReadPlan, _ lease: L, _ run: RunIdentity, use: String = "gone") {
        self.plan = plan
        self.use = StagingUse(use, isLoaded: true)
        self.lease = lease
        self.run = run
    }

    /// - Parameter columns: The columns of the keys as the source delivers them.
    func add(_ keys: [[String]], columns: [Column]) throws {
        guard !keys.isEmpty else { return }
        if staging == nil {
            staging = try lease.stage(plan, columns: plan.destinationColumns(columns), run: run, beside: use)
            integers = columns.map { $0.type == .integer }
        }
        count += keys.count
        try staging?.write(RowBatch(texts: keys, integers: integers), chunk: 1)
    }

    /// All of them.
    func sealed() throws -> GoneKeys<L.Staging.Sealed> {
        var plan = plan
        plan.counted = count
        try staging?.complete(chunk: 1, order: 1)
        return GoneKeys(columns: plan.columns, ids: [], rows: try staging?.seal(), plan: plan)
    }
}

extension ReadPlan {
    /// The plan of keys that are staged beside the rows of this one.
    func beside(_ columns: [String]) -> ReadPlan {
        var plan = self
        (plan.columns, plan.uniqueColumns) = (columns, columns)
        (plan.window, plan.keyKind, plan.groups, plan.deletions, plan.drift) = (nil, nil, nil, nil, nil)
        (plan.numericKey, plan.longColumns, plan.counted) = (nil, [], nil)
        plan.chunks = [Chunk(number: 1)]
        return plan
    }
}
