import CODBC
import Rows

// Values of C types of fixed size. No indicator says how much of one was written: MariaDB's 3.1.15 writes one byte of a number of eight
// that it makes of BIT, and the others would be what the memory held before, another column's values among it.

extension BlockCursor {
    /// What numbers are filled with before they are fetched, until a column has been seen to be written whole. Drawn anew in each process,
    /// so that no source can have values with the same upper half.
    private static let poison = UInt64.random(in: 1 << 62...UInt64.max)

    /// Fills the slots of a column.
    func poison(_ buffer: RowBatch.ColumnBuffer, rows: Int) {
        let words = unsafe rows * buffer.stride / 8
        for word in 0..<words { unsafe (buffer.values + word * 8).storeBytes(of: Self.poison, as: UInt64.self) }
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

    /// Makes numbers of a column's bits.
    func widenBits(_ column: Int, of batch: RowBatch, rows: Int) throws(CellError) {
        let buffer = unsafe batch.columns[column]
        var bytes = 0
        // Values of a C type of fixed size lie side by side, whatever distance a driver is told: from the last to the first, none is
        // written over before it was read.
        for row in (0..<rows).reversed() {
            let indicator = unsafe buffer.lengths[row]
            if indicator == RowBatch.null { continue }
            try checkFixedLength(indicator, column: column, row: row)
            let bit = unsafe (buffer.values + row).load(as: UInt8.self)
            guard bit <= 1 else { throw CellError(.notABit(Int(bit)), column: column, row: rowsBefore + row + 1) }
            unsafe (buffer.values + row * buffer.stride).storeBytes(of: Int64(bit), as: Int64.self)
            unsafe buffer.lengths[row] = 8
            bytes &+= 8
        }
        batch.valueBytes += bytes
    }
}
