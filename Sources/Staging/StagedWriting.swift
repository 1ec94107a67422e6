package import Rows

/// What takes the rows of a chunk into staging, batch by batch.
///
/// Used by one thread.
package protocol StagedWriting: AnyObject {
    var rowCount: Int { get }
    /// By column: values that are stored as something else.
    var notANumber: [Int] { get }
    var negativeZero: [Int] { get }
    /// Whether a text that holds U+FFFE or U+FFFF is refused.
    var losesNoncharacters: Bool { get }

    /// Makes ready for batches of a layout.
    func prepare(for layout: BatchLayout) throws
    /// How the cells of a column are taken, for batches of the last layout.
    func way(of column: Int) -> CellBinding.Way
    /// Adds the rows of a batch.
    func write(_ batch: RowBatch) throws
}
