package import Rows

/// Where rows go.
///
/// It holds nothing between calls but what it needs to reach its place. All failures are thrown as `Failure`.
package protocol Destination {
    associatedtype Lease: ExtractLease
    typealias Staging = Lease.Staging
    typealias Rows = Lease.Staging.Sealed

    /// What is written down there: watermarks, edits and runs.
    var books: any Books { get }
    /// Everything that can be refused before the source is touched, without a lock, and without a byte changed.
    func admit(_ extract: TableExtract) throws
    /// Makes an extract ours, after the same refusals.
    ///
    /// - Throws: a `Failure` of kind `busy` where another run has it.
    func lease(_ extract: TableExtract) throws -> Lease
    /// What an earlier run has staged, for a look: without a lock, without a wait, and without a byte changed.
    func glance(at extract: TableExtract) -> StagedPlan?
    /// What a load would do with the destination table: make it, make it anew, or keep it.
    ///
    /// - Parameter columns: Those of the staged rows that are gone on with; nil where none are, so that the types are known
    ///   after the first read.
    /// - Throws: where it would refuse the plan.
    func outlook(for extract: TableExtract, plan: ReadPlan, columns: [Column]?) throws -> TableOutlook
    /// How an extract and its table stand: the watermark, what the books say of the table, and what is there now.
    func standing(of extract: TableExtract) throws -> Standing
    /// The one verb that writes: all of a change, or nothing, in one transaction.
    ///
    /// - Returns: what became of each table.
    /// - Throws: a `Failure` of kind `guarded` where a guard stops it.
    func commit(_ change: Change<Rows>) throws -> [LoadResult]
}
