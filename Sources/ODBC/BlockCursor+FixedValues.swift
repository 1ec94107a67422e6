import CODBC
import Rows

// Values of C types of fixed size. No indicator says how much of one was written: MariaDB's 3.1.15 writes one byte of a number of eight
// that it makes of BIT, and the others would be what the memory held before, another column's values among it.

extension BlockCursor {
    /// What numbers are filled with before they are fetched, until a column has been seen to be written whole. Drawn anew in each process,
    /// so that a source has a value with the same upper half once in thousands of millions, and not again in the next run.
    private static let poison = UInt64.random(in: 1 << 62...UInt64.max)

    /// What bits are filled with before each fetch: right once the one byte is written that MariaDB's driver writes, and no bit before.
    private static let unwrittenBit: UInt64 = 0xA5

    /// Fills the slots of a column.
    func poison(_ column: Int, _ buffer: RowBatch.ColumnBuffer, rows: Int) {
        let word = plans[column].finish == .checkBit ? Self.unwrittenBit : Self.poison
        let words = unsafe rows * buffer.stride / 8
        for place in 0..<words { unsafe (buffer.values + place * 8).storeBytes(of: word, as: UInt64.self) }
    }

    /// Looks whether the values of a column were written whole; a column without a value is looked at again.
    ///
    /// A value of eight bytes of which the driver has written no more than four still has the upper half that it was filled with.
    func prove(_ column: Int, of buffer: RowBatch.ColumnBuffer, rows: Int) throws(CellError) {
        for row in 0..<rows where unsafe buffer.lengths[row] != RowBatch.null {
            let value = unsafe (buffer.values + row * buffer.stride).load(as: UInt64.self)
            guard value >> 32 != Self.poison >> 32 else {
                throw CellError(.valueHalfWritten, column: column, row: rowsBefore + row + 1)
            }
            isProven[column] = true
        }
    }

    /// Looks at a column's bits.
    func checkBits(_ column: Int, of batch: RowBatch, rows: Int) throws(CellError) {
        let buffer = unsafe batch.columns[column]
        var bytes = 0
        for row in 0..<rows {
            let indicator = unsafe buffer.lengths[row]
            if indicator == RowBatch.null { continue }
            try checkFixedLength(indicator, column: column, row: row)
            let bit = unsafe (buffer.values + row * buffer.stride).load(as: Int64.self)
            guard bit == 0 || bit == 1 else {
                throw CellError(.notABit(Int(bit)), column: column, row: rowsBefore + row + 1)
            }
            unsafe buffer.lengths[row] = 8
            bytes &+= 8
        }
        batch.valueBytes += bytes
    }
}
