import CODBC
import Rows

// Dates that are fetched as structs, for which the driver prints nothing, and spelt in their slots.

extension BlockCursor {
    /// Spells a column's structs.
    ///
    /// - Parameter narrow: Told of all columns of dates where one is none: the next try fetches them as text.
    func spellDates(_ column: Int, of batch: RowBatch, rows: Int, narrow: inout SlotsTooNarrow) throws(CellError) {
        let buffer = unsafe batch.columns[column]
        var count = 0
        // Values of a C type of fixed size lie side by side, whatever distance a driver is told: from the last to the first,
        // none is written over before it was read.
        for row in (0..<rows).reversed() {
            let indicator = unsafe buffer.lengths[row]
            if indicator == RowBatch.null { continue }
            try checkFixedLength(indicator, column: column, row: row)
            let fields = unsafe (buffer.values + row * DateStruct.size).loadUnaligned(as: SQL_DATE_STRUCT.self)
            guard unsafe DateStruct.spell(fields, into: buffer.values + row * buffer.stride) else {
                for other in plans.indices where plans[other].finish == .spellDate {
                    narrow.add(other, needed: nil, current: plans[other].usableBytes)
                }
                return
            }
            unsafe buffer.lengths[row] = DateStruct.textLength
            count &+= 1
        }
        if count > 0 { isProven[column] = true }
        batch.valueBytes += count * DateStruct.textLength
    }
}
