package import Rows

/// Where a run's rows are gathered until all are there. One thread at a time; may move between threads.
package protocol StagingTable: AnyObject, Sendable {
    associatedtype Sealed: StagedTable

    /// Adds the rows of a batch to a chunk.
    func write(_ batch: RowBatch, chunk: Int) throws
    /// Forgets the rows of a chunk, which will be read again.
    func forget(chunk: Int) throws
    /// Puts a whole chunk on the disk: from now on a crash does not lose it.
    ///
    /// - Parameter order: Place of its read among all of the run; of two reads of a row the later wins.
    func complete(chunk: Int, order: Int) throws
    /// Replaces a chunk without rows by two.
    func split(_ chunk: Chunk, other: Chunk) throws
    /// Ends staging: all rows are there.
    ///
    /// - Throws: where the unique columns do not identify the rows of a chunk.
    func seal() throws -> Sealed
}
