import CODBC
import Rows

// What a fetch has brought: each length is looked at, and each value brought into its form, in the place where it lies.

extension BlockCursor {
    /// Looks at every indicator of a column, and finishes its values in place.
    ///
    /// One comparison tells an honest length from all else, poison included; the rest is looked into apart.
    func check(_ column: Int, of batch: RowBatch, rows: Int, narrow: inout SlotsTooNarrow) throws {
        let plan = plans[column]
        if plan.finish == .spellTimestamp {
            return try spellTimestamps(column, of: batch, rows: rows, since: fetchBegan, narrow: &narrow)
        }
        if plan.finish == .spellDate { return try spellDates(column, of: batch, rows: rows, narrow: &narrow) }
        if plan.finish == .checkBit { return try checkBits(column, of: batch, rows: rows) }
        let buffer = unsafe batch.columns[column]
        let null = RowBatch.null
        var bytes = 0
        if plan.finish == .nothing && plan.slot.format != .bytes {
            for row in 0..<rows {
                let indicator = unsafe buffer.lengths[row]
                if indicator == null { continue }
                try checkFixedLength(indicator, column: column, row: row)
                unsafe buffer.lengths[row] = 8
                bytes &+= 8
            }
            if !isProven[column] { try unsafe prove(column, of: buffer, rows: rows) }
        } else {
            let usable = UInt(bitPattern: plan.usableBytes)
            for row in 0..<rows {
                let indicator = unsafe buffer.lengths[row]
                if indicator == null { continue }
                // A value that fills its slot to the last byte may be the head of a longer one whose driver gives what it
                // wrote as the length. Slots have a byte to spare, so that honest values never get there.
                guard UInt(bitPattern: indicator) < usable else {
                    try refusePoison(indicator, column: column, row: row)
                    guard indicator >= 0 || indicator == C.noTotal else {
                        throw CellError(.indicatorGarbage(indicator), column: column, row: rowsBefore + row + 1)
                    }
                    if plan.finish.isOfNumbers {
                        throw unsafe misfit(plan, buffer.values + row * buffer.stride, column: column, row: row)
                    }
                    narrow.add(column, needed: indicator >= 0 ? indicator : nil, current: plan.usableBytes)
                    continue
                }
                bytes &+= indicator
                try unsafe finish(
                    plan, buffer.values + row * buffer.stride, buffer.lengths + row, column: column, row: row)
            }
        }
        batch.valueBytes += bytes
    }

    /// Throws where the indicator of a value of fixed size is none. Drivers write the C type's size, the value's size at the
    /// source, or 0: only the sign counts.
    @inline(__always)
    func checkFixedLength(_ indicator: Int, column: Int, row: Int) throws(CellError) {
        guard UInt(bitPattern: indicator) > UInt(Int32.max) else { return }
        try refusePoison(indicator, column: column, row: row)
        guard indicator >= 0 else {
            throw CellError(.indicatorGarbage(indicator), column: column, row: rowsBefore + row + 1)
        }
    }

    /// Throws where a driver has left an indicator as it was, or written half of it.
    private func refusePoison(_ indicator: Int, column: Int, row: Int) throws(CellError) {
        if indicator == Self.indicatorPoison {
            throw CellError(.indicatorUnwritten, column: column, row: rowsBefore + row + 1)
        }
        if indicator >> 32 == Self.indicatorPoison >> 32 {
            throw CellError(.indicatorHalfWritten, column: column, row: rowsBefore + row + 1)
        }
    }

    /// Brings one value into the form in which a batch holds it.
    private func finish(
        _ plan: SlotPlan, _ value: UnsafeMutableRawPointer, _ length: UnsafeMutablePointer<Int>, column: Int, row: Int
    ) throws(CellError) {
        let count = unsafe length.pointee
        switch plan.finish {
        // Structs are not finished one by one.
        case .nothing, .spellTimestamp, .spellDate, .checkBit: return
        case .checkUTF8:
            guard unsafe Encoding.isValidUTF8(value, count: count) else {
                throw CellError(.invalidUTF8, column: column, row: rowsBefore + row + 1)
            }
        case .checkUTF16:
            guard unsafe Encoding.isValidUTF16(value, count: count) else {
                throw CellError(.invalidUTF16, column: column, row: rowsBefore + row + 1)
            }
        case .parseInteger:
            guard let integer = unsafe Encoding.parseInteger(value, count: count) else {
                throw CellError(.notAnInteger, column: column, row: rowsBefore + row + 1)
            }
            unsafe value.storeBytes(of: integer, as: Int64.self)
            unsafe length.pointee = 8
        case .checkDecimal:
            guard unsafe DecimalText.isPlain(value, count: count) else {
                throw unsafe CellError(
                    .notADecimal(Self.shown(value, count: count)), column: column, row: rowsBefore + row + 1)
            }
        case .untagInteger:
            guard let integer = unsafe TaggedText.integer(value, count: count) else {
                throw unsafe misfit(plan, value, column: column, row: row)
            }
            unsafe value.storeBytes(of: integer, as: Int64.self)
            unsafe length.pointee = 8
        case .untagDouble:
            guard let double = unsafe TaggedText.double(value, count: count) else {
                throw unsafe misfit(plan, value, column: column, row: row)
            }
            unsafe value.storeBytes(of: double, as: Double.self)
            unsafe length.pointee = 8
        case .untagText, .untag:
            unsafe length.pointee = try unsafe untag(plan, value, count: count, column: column, row: row)
        case .lowercaseUUID:
            guard unsafe Encoding.isValidUTF8(value, count: count) else {
                throw CellError(.invalidUTF8, column: column, row: rowsBefore + row + 1)
            }
            let bytes = unsafe value.assumingMemoryBound(to: UInt8.self)
            for index in 0..<count {
                let byte = unsafe bytes[index]
                if (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte) { unsafe bytes[index] = byte | 0x20 }
            }
        }
    }

    /// A value that is another thing than its column says.
    private func misfit(_ plan: SlotPlan, _ value: UnsafeRawPointer, column: Int, row: Int) -> CellError {
        let declared: String
        switch plan.finish {
        case .untagInteger: declared = "a whole number"
        case .untagDouble: declared = "a floating-point number"
        case .untagText: declared = "text or a time"
        default: return CellError(.notAnInteger, column: column, row: rowsBefore + row + 1)
        }
        return CellError(
            .misfit(declared: declared, found: unsafe TaggedText.word(value)), column: column, row: rowsBefore + row + 1
        )
    }

    /// The length of a value that says what it is, once it is in the batch's form.
    func untag(
        _ plan: SlotPlan, _ value: UnsafeMutableRawPointer, count: Int, column: Int, row: Int
    ) throws(CellError) -> Int {
        let length =
            plan.finish == .untag
            ? unsafe TaggedText.tagged(value, count: count) : unsafe TaggedText.text(value, count: count)
        if let length { return length }
        let isBytes = unsafe count > 0 && value.load(as: UInt8.self) == UInt8(ascii: "X")
        if isBytes, plan.finish == .untagText { throw unsafe misfit(plan, value, column: column, row: row) }
        throw CellError(.invalidUTF8, column: column, row: rowsBefore + row + 1)
    }

    /// The beginning of a value for a sentence.
    private static func shown(_ value: UnsafeRawPointer, count: Int) -> String {
        unsafe String(decoding: UnsafeRawBufferPointer(start: value, count: min(count, 40)), as: UTF8.self)
    }
}
