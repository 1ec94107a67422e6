import CODBC
import Rows

// Timestamps that are fetched as structs, which some drivers make far faster than text, and spelt in their slots.

extension BlockCursor {
    /// Spells a column's structs. The few that do not tell all are read once more, as text.
    ///
    /// - Parameter narrow: Told of the column where that cannot be done: the next try fetches it as text.
    func spellTimestamps(
        _ column: Int, of batch: RowBatch, rows: Int, since began: Int, narrow: inout SlotsTooNarrow
    ) throws {
        let buffer = unsafe batch.columns[column]
        let today = TimestampStruct.Today(from: began, to: TimestampStruct.now())
        var bytes = 0
        // Values of a C type of fixed size lie side by side, whatever distance a driver is told: from the last to the first,
        // none is written over before it was read.
        for row in (0..<rows).reversed() {
            let indicator = unsafe buffer.lengths[row]
            if indicator == RowBatch.null { continue }
            try checkFixedLength(indicator, column: column, row: row)
            let cell = unsafe buffer.values + row * buffer.stride
            let fields = unsafe (buffer.values + row * TimestampStruct.size).load(as: SQL_TIMESTAMP_STRUCT.self)
            if let length = unsafe TimestampStruct.spell(fields, into: cell, today: today) {
                unsafe buffer.lengths[row] = length
                isProven[column] = true
            } else if try unsafe !readAsText(column, row, into: cell, buffer.lengths + row) {
                narrow.add(column, needed: nil, current: plans[column].usableBytes)
                return
            }
            if doubtsMoments, unsafe TimestampStruct.isDoubtful(cell, count: buffer.lengths[row]) {
                // Columns of moments are alike: none of them shall have the read begin once more.
                for other in plans.indices where plans[other].finish == .spellTimestamp {
                    narrow.add(other, needed: nil, current: plans[other].usableBytes)
                }
                return
            }
            unsafe bytes &+= max(0, buffer.lengths[row])
        }
        batch.valueBytes += bytes
    }

    /// Reads a cell of the block that was fetched last once more, as text; false where the driver cannot do it.
    ///
    /// psqlodbc 13.02 can, though it does not claim to for a cursor that only goes forward. The C functions are `SQLSetPos`
    /// and `SQLGetData`.
    private func readAsText(
        _ column: Int, _ row: Int, into cell: UnsafeMutableRawPointer, _ length: UnsafeMutablePointer<Int>
    ) throws -> Bool {
        let plan = plans[column]
        var indicator = Self.indicatorPoison
        let place = unsafe SQLSetPos(statement.handle.raw, SQLSETPOSIROW(row + 1), C.position, C.lockNoChange)
        guard place == C.success || place == C.successWithInfo else { return false }
        let code = unsafe SQLGetData(
            statement.handle.raw, SQLUSMALLINT(ordinals[column]), C.char, cell, SQLLEN(plan.slot.stride), &indicator)
        guard code == C.success, indicator >= 0, indicator < plan.usableBytes else { return false }
        guard unsafe Encoding.isValidUTF8(cell, count: indicator) else {
            throw CellError(.invalidUTF8, column: column, row: rowsBefore + row + 1)
        }
        unsafe length.pointee = indicator
        return true
    }
}
