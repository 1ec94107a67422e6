package import Rows

/// All rows of a run, staged and proven: what a change of a destination is made of.
package protocol StagedTable: AnyObject, Sendable {
    var summary: StagedRows { get }
    /// The source's columns, as they were read, under the destination's names.
    var columns: [Column] { get }
    /// How the columns differ from those that the destination table was filled with; nil where they do not.
    var drift: Drift? { get }
    /// Calls a function with batch after batch, in the order of the reads; each is good for the call.
    ///
    /// The columns are the source's, and behind them those that kleene-ns adds.
    func eachBatch(_ body: (RowBatch) throws -> Void) throws
    /// Keeps the rows although the run ends: a guard has stopped their load, and a person says what becomes of them.
    func keepStopped() throws
}
