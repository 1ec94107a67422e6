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
    /// Opens staging for the chunks of a plan, whose results have these columns, under the destination's names. What was
    /// staged before is thrown away, unless the run goes on with it.
    ///
    /// - Throws: where the destination's table cannot take the columns.
    func stage(_ plan: ReadPlan, columns: [Column], run: RunIdentity, goingOn: Bool) throws -> Staging
    /// Opens staging of its own for rows that no run goes on with, beside what a run has left: thrown away with the lease.
    ///
    /// - Parameter use: What it is for. Staging of the same use that was opened before is thrown away.
    /// - Throws: where the rows are to be loaded and the destination's table cannot take the columns.
    func stage(_ plan: ReadPlan, columns: [Column], run: RunIdentity, beside use: StagingUse) throws -> Staging
    /// Gives the lock back, and removes what is staged unless a later run is to go on with it.
    func end(keepsStaging: Bool)
}

/// What rows are staged for that no run goes on with.
package struct StagingUse: Hashable, Sendable {
    /// A short word, as a part of a file's name.
    package var name: String
    /// Whether the rows are to be loaded, so that the destination must be able to take them.
    package var isLoaded: Bool

    package init(_ name: String, isLoaded: Bool = false) {
        self.name = name
        self.isLoaded = isLoaded
    }
}
