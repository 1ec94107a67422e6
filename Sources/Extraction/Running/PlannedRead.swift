/// What one run reads, decided before the first row.
struct PlannedRead: Sendable {
    let run: RunIdentity
    let extract: TableExtract
    let plan: ReadPlan
    /// What an earlier run has staged of this plan, and this one goes on with.
    let staged: StagedPlan?

    /// The chunks that are not there yet.
    var missing: [Chunk] { staged?.missing ?? plan.chunks }
}
