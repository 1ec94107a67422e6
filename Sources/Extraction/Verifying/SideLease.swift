import Rows

/// A lease that stages beside what runs have left, for a read whose rows no run goes on with.
final class SideLease<L: ExtractLease>: ExtractLease {
    private let lease: L
    private let use: StagingUse

    init(_ lease: L, _ use: StagingUse) {
        self.lease = lease
        self.use = use
    }

    func staged() throws -> StagedPlan? { nil }

    func stage(_ plan: ReadPlan, columns: [Column], run: RunIdentity, goingOn: Bool) throws -> L.Staging {
        try lease.stage(plan, columns: columns, run: run, beside: use)
    }

    func stage(_ plan: ReadPlan, columns: [Column], run: RunIdentity, beside use: StagingUse) throws -> L.Staging {
        try lease.stage(plan, columns: columns, run: run, beside: use)
    }

    /// The lease itself is ended by whoever has it.
    func end(keepsStaging: Bool) {}
}
