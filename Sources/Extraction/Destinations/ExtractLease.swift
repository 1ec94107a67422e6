package import Rows

/// An extract that is ours until the lease ends: nobody else runs it into the same destination meanwhile.
///
/// The only way to staging. A lease that is dropped without `end` gives the lock back and leaves what is staged, as a crash
/// does.
package protocol ExtractLease: AnyObject {
    associatedtype Staging: StagingTable

    /// What an earlier run of the same extract has staged and not loaded; nil where there is nothing that can be gone on
    /// with.
    func staged() throws -> StagedPlan?
    /// Opens staging for the chunks of a plan, whose results have these columns. What was staged before is thrown away,
    /// unless the run goes on with it.
    ///
    /// - Throws: where the destination's table cannot take the columns.
    func stage(_ plan: ReadPlan, columns: [Column], run: RunIdentity, goingOn: Bool) throws -> Staging
    /// Opens staging for other rows of the same run, in one chunk, that come in with the first: what is staged otherwise stays. No
    /// later run goes on with them.
    func stageBeside(_ plan: ReadPlan, columns: [Column], run: RunIdentity) throws -> Staging
    /// Gives the lock back, and removes what is staged unless a later run is to go on with it.
    func end(keepsStaging: Bool)
}
