package import Rows

/// What readers say to the writer, in order for each of them.
package enum StagingMessage {
    /// Rows of a chunk; the batch goes back to its lane.
    case rows(RowBatch, chunk: Int, lane: BatchExchange.Lane)
    /// The chunk will be read again: forget its rows.
    case forget(chunk: Int)
    /// All rows of the chunk are there.
    case complete(chunk: Int, order: Int)
    /// The chunk, without rows now, is replaced by two.
    case split(Chunk, other: Chunk)
}
