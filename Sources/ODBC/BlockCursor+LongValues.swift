import CODBC
import Rows

// Rows with long values, which are fetched one at a time, those values in pieces.

extension BlockCursor {
    /// Bytes of long values after which a batch is handed on.
    private static var overflowBudget: Int { 8 << 20 }

    func fillRowByRow(_ batch: RowBatch, _ scratch: RowBatch) throws {
        try bind(scratch)
        while batch.rowCount < layout.capacity, batch.overflowBytes < Self.overflowBudget, !isAtEnd {
            let row = batch.rowCount
            guard try fetch(scratch, behind: row) > 0 else { return }
            var narrow = SlotsTooNarrow()
            for column in plans.indices where !plans[column].slot.isOutOfLine {
                try check(column, of: scratch, rows: 1, narrow: &narrow)
                let from = unsafe scratch.columns[column]
                let to = unsafe batch.columns[column]
                let length = unsafe from.lengths[0]
                unsafe to.lengths[row] = length
                batch.valueBytes += max(0, length)
                if unsafe length > 0 && length <= from.stride {
                    unsafe (to.values + row * to.stride).copyMemory(from: from.values, byteCount: length)
                }
            }
            if !narrow.columns.isEmpty { throw narrow }
            try refuseUnseenTruncation()
            for column in longColumns { try readLongValue(column, into: batch, row: row) }
            batch.rowCount += 1
        }
    }

    // MARK: One value in pieces

    /// What one call has brought of a long value.
    private enum Piece {
        case null
        /// Nothing: all of it had been delivered before.
        case nothing
        case last(Int)
        /// - Parameter left: What the driver says was left before this piece, which is then more than the piece; nil where it does
        ///   not say.
        case more(Int, left: Int?)
    }

    /// Reads one value in pieces to the end of the batch's overflow area. The C function is `SQLGetData`.
    private func readLongValue(_ column: Int, into batch: RowBatch, row: Int) throws {
        let terminator = terminator(column)
        var room = 64 << 10
        var total = 0
        /// What the driver said was left before the last piece.
        var remaining: Int?
        unsafe batch.beginLongValue(column: column, row: row)
        reading: while true {
            switch try readPiece(column, into: batch, room: room) {
            case .null:
                unsafe batch.columns[column].lengths[row] = RowBatch.null
                return
            case .nothing:
                // The driver had said that more is left.
                if remaining != nil { throw CellError(.noProgress, column: column, row: rowsBefore + 1) }
                break reading
            case .last(let bytes):
                unsafe batch.commitLongBytes(bytes, column: column, row: row)
                total += bytes
                break reading
            case .more(let bytes, let left):
                unsafe batch.commitLongBytes(bytes, column: column, row: row)
                total += bytes
                guard total <= Self.longestValue else {
                    throw CellError(.tooLong(total), column: column, row: rowsBefore + 1)
                }
                if let left, let remaining, left >= remaining {
                    throw CellError(.noProgress, column: column, row: rowsBefore + 1)
                }
                remaining = left
                // What remains, if the driver says, and one letter to spare; else twice as much as before. Always whole
                // units: of an odd number of bytes a driver fills all but the last.
                let wanted = left.map { $0 - bytes + terminator + max(1, terminator) } ?? room * 2
                room = min(wanted, 16 << 20)
            }
        }
        if total > 0 { try finishLongValue(column, of: batch, row: row, count: total) }
    }

    /// One call of `SQLGetData`.
    ///
    /// The indicator is what remains, this piece included, or `SQL_NO_TOTAL`. The terminator takes its room from each
    /// piece. What the return code says is not enough: MonetDB's driver has reported success with more to come.
    private func readPiece(_ column: Int, into batch: RowBatch, room: Int) throws -> Piece {
        let area = unsafe batch.reserveLongBytes(room)
        let usable = room - terminator(column)
        var indicator = Self.indicatorPoison
        let outcome = try statement.call("SQLGetData") {
            unsafe SQLGetData(
                statement.handle.raw, SQLUSMALLINT(ordinals[column]), plans[column].cType, area.baseAddress,
                SQLLEN(room),
                &indicator)
        }
        if case .noData = outcome { return .nothing }
        if indicator == RowBatch.null { return .null }
        if indicator == Self.indicatorPoison {
            throw CellError(.indicatorUnwritten, column: column, row: rowsBefore + 1)
        }
        guard indicator >= 0 || indicator == C.noTotal else {
            throw CellError(.indicatorGarbage(indicator), column: column, row: rowsBefore + 1)
        }
        // A piece that fills its room to the last byte may not be the last, whatever its indicator says: another call
        // tells. Honest drivers are asked for a byte more than remains, and so never get there.
        if indicator >= 0, indicator < usable { return .last(indicator) }
        return .more(usable, left: indicator > usable ? indicator : nil)
    }

    /// Bytes that the driver puts behind each piece.
    private func terminator(_ column: Int) -> Int {
        switch plans[column].cType {
        case C.char: 1
        case C.wideChar: 2
        default: 0
        }
    }

    // MARK: The whole value

    private func finishLongValue(_ column: Int, of batch: RowBatch, row: Int, count: Int) throws {
        let finish = plans[column].finish
        if finish == .untag || finish == .untagText {
            return try untagLongValue(column, of: batch, row: row, count: count)
        }
        let start = unsafe batch.value(column: column, row: row)
        let isValid =
            switch finish {
            case .checkUTF8: unsafe Encoding.isValidUTF8(start, count: count)
            case .checkUTF16: unsafe Encoding.isValidUTF16(start, count: count)
            default: true
            }
        guard isValid else {
            throw CellError(finish == .checkUTF8 ? .invalidUTF8 : .invalidUTF16, column: column, row: rowsBefore + 1)
        }
    }

    private func untagLongValue(_ column: Int, of batch: RowBatch, row: Int, count: Int) throws {
        // A number takes more room than some of its digits do, and the next value begins behind it.
        if count < TaggedText.leastRoom {
            _ = unsafe batch.reserveLongBytes(TaggedText.leastRoom)
            unsafe batch.commitLongBytes(TaggedText.leastRoom - count, column: column, row: row)
        } else {
            _ = unsafe batch.reserveLongBytes(1)
        }
        let start = unsafe UnsafeMutableRawPointer(mutating: batch.value(column: column, row: row))
        // The block is this row.
        unsafe batch.columns[column].lengths[row] = try unsafe untag(
            plans[column], start, count: count, column: column, row: 0)
    }

    /// Bytes of one value at most: a guard against drivers that never end. No destination takes more.
    private static var longestValue: Int { 1_000_000_000 }
}
