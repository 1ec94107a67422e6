package import Rows

/// An open read: one statement on one connection, forward only.
package protocol TableReader: AnyObject {
    /// The columns of the result, in the query's order.
    var columns: [Column] { get }
    /// What its batches look like.
    var layout: BatchLayout { get }
    /// Those of the columns that come masked.
    var masked: [String: ColumnMask] { get }
    /// How many rows the source has counted in the very state that is read; nil where it did not, or shows the rows as they are now.
    var counted: Int? { get }
    /// Fills the batch with the next rows; false, and an empty batch, when there are no more.
    ///
    /// - Throws: `ReadAgain` with its source's hint, or a `Failure` that names table, column and row.
    func fill(_ batch: RowBatch) throws -> Bool
}

extension TableReader {
    package var masked: [String: ColumnMask] { [:] }
    package var counted: Int? { nil }
}
