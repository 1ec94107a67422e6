import CODBC
package import Rows

/// Reads an executed statement into batches: many rows a call, column-wise, each value straight into its slot.
///
/// It believes nothing that a driver does not write. Row count, row statuses and indicators are poisoned before each
/// fetch and looked at after it, whatever the fetch returned: MariaDB's 3.1.15 reports a failed row, and a truncated one,
/// under `SQL_SUCCESS`; psqlodbc 13.02 leaves a truncated row's status at success.
///
/// Where a column's values lie out of line, rows are fetched one at a time and those values in pieces, in ascending
/// order (`SQLGetData`), which is the one order that every driver allows. Such columns must be the last of the result.
@safe package final class BlockCursor {
    package let plans: [SlotPlan]
    package let layout: BatchLayout
    let statement: Statement
    /// The result's column, from 1, of each column of the batch.
    let ordinals: [Int]
    /// Batch columns whose values are read one by one, in the result's order.
    private let longColumns: [Int]
    /// For one-row fetches: the block that the driver writes to, whose rows are copied into the batch.
    private let scratch: RowBatch?
    private let statuses: UnsafeMutableBufferPointer<SQLUSMALLINT>
    private let rowsFetched: UnsafeMutablePointer<SQLULEN>
    /// The batch whose slots are bound now.
    private var bound: RowBatch?
    private(set) var rowsRead = 0
    /// Seconds since 1970 before the last fetch, where it matters.
    private var fetchBegan = 0
    /// Nil until the first fetch has shown whether this driver writes row statuses.
    private var writesStatuses: Bool?
    private var isAtEnd = false
    /// Whether the last fetch said 01004. What it says of no cell in particular must show in one.
    private var reportedTruncation = false

    /// Indicators are set to this before a fetch. Half of it can be told from all of it.
    static let indicatorPoison = 0x5AA5_C33C_5AA5_C33C
    private static let statusPoison: SQLUSMALLINT = 0xA55A

    /// - Parameters:
    ///   - plans: How each column of a batch is fetched.
    ///   - ordinals: Which column of the result, from 1, each of them is.
    ///   - rows: Rows of a batch at most; fewer if the driver insists.
    package init(_ statement: Statement, plans: [SlotPlan], ordinals: [Int], rows: Int) throws(ODBCError) {
        self.statement = statement
        self.plans = plans
        self.ordinals = ordinals
        self.longColumns = plans.indices.filter { plans[$0].slot.isOutOfLine }.sorted { ordinals[$0] < ordinals[$1] }
        let isRowWise = !longColumns.isEmpty
        statement.setAttribute(C.rowBindType, C.bindByColumn)
        let granted = try Self.setArraySize(isRowWise ? 1 : rows, of: statement)
        self.layout = BatchLayout(slots: plans.map(\.slot), capacity: isRowWise ? rows : granted)
        self.scratch =
            isRowWise ? RowBatch(layout: BatchLayout(slots: plans.map(\.slot), capacity: 1)) : nil
        unsafe self.statuses = .allocate(capacity: granted)
        unsafe self.rowsFetched = .allocate(capacity: 1)
        unsafe statuses.initialize(repeating: Self.statusPoison)
        unsafe rowsFetched.initialize(to: 0)
        _ = unsafe SQLSetStmtAttr(statement.handle.raw, C.rowStatusPointer, statuses.baseAddress, 0)
        _ = unsafe SQLSetStmtAttr(statement.handle.raw, C.rowsFetchedPointer, rowsFetched, 0)
    }

    deinit {
        // The driver must forget the memory before it goes.
        statement.close()
        _ = unsafe SQLSetStmtAttr(statement.handle.raw, C.rowStatusPointer, nil, 0)
        _ = unsafe SQLSetStmtAttr(statement.handle.raw, C.rowsFetchedPointer, nil, 0)
        unsafe statuses.deallocate()
        unsafe rowsFetched.deallocate()
    }

    /// Fills the batch with the next rows; false at the end.
    ///
    /// - Throws: `ODBCError`, `CellError`, or `SlotsTooNarrow` with all columns whose values did not fit in this fetch.
    package func fill(_ batch: RowBatch) throws -> Bool {
        batch.removeAll()
        batch.firstRow = rowsRead + 1
        if let scratch {
            try fillRowByRow(batch, scratch)
        } else if !isAtEnd {
            try fetchBlock(into: batch)
        }
        rowsRead += batch.rowCount
        return batch.rowCount > 0
    }

    /// Ends the read, and what a failure has left of its transaction.
    package func endTransaction() {
        statement.close()
        statement.connection.endTransaction()
    }

    // MARK: Blocks

    private func fetchBlock(into batch: RowBatch) throws {
        try bind(batch)
        let rows = try fetch(batch)
        guard rows > 0 else { return }
        var narrow = SlotsTooNarrow()
        for column in plans.indices where !plans[column].slot.isOutOfLine {
            try check(column, of: batch, rows: rows, narrow: &narrow)
        }
        if !narrow.columns.isEmpty { throw narrow }
        if reportedTruncation {
            throw ODBCError.misbehaviour(
                "the driver says that a value was cut, and no length shows which", in: "SQLFetch")
        }
        batch.rowCount = rows
    }

    /// One `SQLFetch`: how many rows it wrote into the bound batch, 0 at the end.
    private func fetch(_ batch: RowBatch) throws -> Int {
        let capacity = unsafe statuses.count
        for column in plans.indices where !plans[column].slot.isOutOfLine {
            unsafe batch.columns[column].lengths.update(repeating: Self.indicatorPoison, count: capacity)
        }
        unsafe statuses.update(repeating: Self.statusPoison)
        unsafe rowsFetched.pointee = 0
        fetchBegan = TimestampStruct.now()
        let outcome = try statement.call("SQLFetch") { unsafe SQLFetch(statement.handle.raw) }
        switch outcome {
        case .noData:
            isAtEnd = true
            return 0
        case .success: reportedTruncation = false
        case .successWithInfo(let diagnostics):
            reportedTruncation = diagnostics.contains { $0.state == .truncated }
            // Truncation is looked for by the indicators; the rest is worth a word.
            diagnostics.filter { $0.state != .truncated }.forEach(statement.connection.remark)
        }
        var rows = unsafe Int(truncatingIfNeeded: rowsFetched.pointee)
        // A driver without the attribute leaves 0, and a block of one row can only have brought one.
        if rows == 0, capacity == 1 { rows = 1 }
        guard rows > 0, rows <= capacity else {
            throw ODBCError.misbehaviour(
                "the driver reported success and \(rows) rows for a block of \(capacity)", in: "SQLFetch")
        }
        try checkStatuses(rows: rows, outcome)
        return rows
    }

    private func checkStatuses(rows: Int, _ outcome: Handle.Outcome) throws {
        let written = unsafe statuses[0..<rows].contains { $0 != Self.statusPoison }
        if writesStatuses == nil { writesStatuses = written }
        guard writesStatuses == true else { return }
        for row in 0..<rows {
            switch unsafe statuses[row] {
            case C.rowSuccess, C.rowSuccessWithInfo: continue
            case C.rowError:
                let diagnostics: [Diagnostic]
                if case .successWithInfo(let records) = outcome {
                    diagnostics = records
                } else {
                    diagnostics = statement.handle.diagnostics()
                }
                throw CellError(.rowFailed(diagnostics), column: nil, row: rowsRead + row + 1)
            case let status:
                // Rows that are said to be there, and a status that says otherwise or nothing at all.
                if status == Self.statusPoison || status == C.noRow {
                    throw CellError(.statusUnwritten, column: nil, row: rowsRead + row + 1)
                }
            }
        }
    }

    /// Looks at every indicator of a column, and finishes its values in place.
    ///
    /// One comparison tells an honest length from all else, poison included; the rest is looked into apart.
    private func check(_ column: Int, of batch: RowBatch, rows: Int, narrow: inout SlotsTooNarrow) throws {
        let plan = plans[column]
        if plan.finish == .spellTimestamp {
            return try spellTimestamps(column, of: batch, rows: rows, since: fetchBegan, narrow: &narrow)
        }
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
                        throw CellError(.indicatorGarbage(indicator), column: column, row: rowsRead + row + 1)
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
            throw CellError(.indicatorGarbage(indicator), column: column, row: rowsRead + row + 1)
        }
    }

    /// Throws where a driver has left an indicator as it was, or written half of it.
    private func refusePoison(_ indicator: Int, column: Int, row: Int) throws(CellError) {
        if indicator == Self.indicatorPoison {
            throw CellError(.indicatorUnwritten, column: column, row: rowsRead + row + 1)
        }
        if indicator >> 32 == Self.indicatorPoison >> 32 {
            throw CellError(.indicatorHalfWritten, column: column, row: rowsRead + row + 1)
        }
    }

    /// Brings one value into the form in which a batch holds it.
    private func finish(
        _ plan: SlotPlan, _ value: UnsafeMutableRawPointer, _ length: UnsafeMutablePointer<Int>, column: Int, row: Int
    ) throws(CellError) {
        let count = unsafe length.pointee
        switch plan.finish {
        // Structs are not finished one by one.
        case .nothing, .spellTimestamp: return
        case .checkUTF8:
            guard unsafe Encoding.isValidUTF8(value, count: count) else {
                throw CellError(.invalidUTF8, column: column, row: rowsRead + row + 1)
            }
        case .checkUTF16:
            guard unsafe Encoding.isValidUTF16(value, count: count) else {
                throw CellError(.invalidUTF16, column: column, row: rowsRead + row + 1)
            }
        case .parseInteger:
            guard let integer = unsafe Encoding.parseInteger(value, count: count) else {
                throw CellError(.notAnInteger, column: column, row: rowsRead + row + 1)
            }
            unsafe value.storeBytes(of: integer, as: Int64.self)
            unsafe length.pointee = 8
        case .checkDecimal:
            guard unsafe DecimalText.isPlain(value, count: count) else {
                throw unsafe CellError(
                    .notADecimal(Self.shown(value, count: count)), column: column, row: rowsRead + row + 1)
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
                throw CellError(.invalidUTF8, column: column, row: rowsRead + row + 1)
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
        default: return CellError(.notAnInteger, column: column, row: rowsRead + row + 1)
        }
        return CellError(
            .misfit(declared: declared, found: unsafe TaggedText.word(value)), column: column, row: rowsRead + row + 1)
    }

    /// The length of a value that says what it is, once it is in the batch's form.
    private func untag(
        _ plan: SlotPlan, _ value: UnsafeMutableRawPointer, count: Int, column: Int, row: Int
    ) throws(CellError) -> Int {
        let length =
            plan.finish == .untag
            ? unsafe TaggedText.tagged(value, count: count) : unsafe TaggedText.text(value, count: count)
        if let length { return length }
        let isBytes = unsafe count > 0 && value.load(as: UInt8.self) == UInt8(ascii: "X")
        if isBytes, plan.finish == .untagText { throw unsafe misfit(plan, value, column: column, row: row) }
        throw CellError(.invalidUTF8, column: column, row: rowsRead + row + 1)
    }

    /// The beginning of a value for a sentence.
    private static func shown(_ value: UnsafeRawPointer, count: Int) -> String {
        unsafe String(decoding: UnsafeRawBufferPointer(start: value, count: min(count, 40)), as: UTF8.self)
    }

    // MARK: Binding

    private func bind(_ batch: RowBatch) throws(ODBCError) {
        guard bound !== batch else { return }
        for column in plans.indices where !plans[column].slot.isOutOfLine {
            let buffer = unsafe batch.columns[column]
            let code = unsafe SQLBindCol(
                statement.handle.raw, SQLUSMALLINT(ordinals[column]), plans[column].cType, buffer.values,
                SQLLEN(buffer.stride), buffer.lengths)
            try statement.note(statement.handle.check("SQLBindCol", code))
        }
        bound = batch
    }

    /// Asks for blocks of so many rows, and returns what the driver grants.
    private static func setArraySize(_ rows: Int, of statement: Statement) throws(ODBCError) -> Int {
        let wanted = unsafe SQLPOINTER(bitPattern: rows)
        let code = unsafe SQLSetStmtAttr(statement.handle.raw, C.rowArraySize, wanted, C.isUnsignedInteger)
        switch code {
        case C.success: return rows
        case C.successWithInfo:
            let diagnostics = statement.handle.diagnostics()
            guard diagnostics.contains(where: { $0.state == .optionValueChanged }) else { return rows }
            var granted: SQLULEN = 0
            let answer = unsafe SQLGetStmtAttr(statement.handle.raw, C.rowArraySize, &granted, 0, nil)
            // A QODBC driver has answered 723477590136.
            guard answer == C.success || answer == C.successWithInfo, granted > 0, granted <= SQLULEN(rows) else {
                throw .misbehaviour(
                    "asked for blocks of \(rows) rows, the driver changed that to \(granted)", in: "SQLSetStmtAttr")
            }
            return Int(granted)
        default:
            // SAP's SQL Anywhere refuses large arrays with HY024, others have no arrays at all: one row always works.
            let one = unsafe SQLPOINTER(bitPattern: 1)
            _ = unsafe SQLSetStmtAttr(statement.handle.raw, C.rowArraySize, one, C.isUnsignedInteger)
            return 1
        }
    }
}

// MARK: Row by row

extension BlockCursor {
    /// Bytes of long values after which a batch is handed on.
    private static var overflowBudget: Int { 8 << 20 }

    private func fillRowByRow(_ batch: RowBatch, _ scratch: RowBatch) throws {
        try bind(scratch)
        while batch.rowCount < layout.capacity, batch.overflowBytes < Self.overflowBudget, !isAtEnd {
            guard try fetch(scratch) > 0 else { return }
            let row = batch.rowCount
            // Row numbers in errors count from this batch's rows.
            rowsRead += row
            defer { rowsRead -= row }
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
            if reportedTruncation {
                throw ODBCError.misbehaviour(
                    "the driver says that a value was cut, and no length shows which", in: "SQLFetch")
            }
            for column in longColumns { try readLongValue(column, into: batch, row: row) }
            batch.rowCount += 1
        }
    }

    /// Reads one value in pieces to the end of the batch's overflow area. The C function is `SQLGetData`.
    ///
    /// The indicator is what remains, this piece included, or `SQL_NO_TOTAL`. The terminator takes its room from each
    /// piece. What the return code says is not enough: MonetDB's driver has reported success with more to come.
    private func readLongValue(_ column: Int, into batch: RowBatch, row: Int) throws {
        let plan = plans[column]
        let terminator = plan.cType == C.char ? 1 : plan.cType == C.wideChar ? 2 : 0
        var room = 64 << 10
        var total = 0
        /// What the driver said was left before the last piece.
        var remaining: Int?
        batch.beginLongValue(column: column, row: row)
        while true {
            let area = unsafe batch.reserveLongBytes(room)
            let usable = room - terminator
            var indicator = Self.indicatorPoison
            let outcome = try statement.call("SQLGetData") {
                unsafe SQLGetData(
                    statement.handle.raw, SQLUSMALLINT(ordinals[column]), plan.cType, area.baseAddress, SQLLEN(room),
                    &indicator)
            }
            let ordinal = rowsRead + 1
            if case .noData = outcome {
                // All of it had been delivered already, unless the driver had said that more is left.
                if remaining != nil { throw CellError(.noProgress, column: column, row: ordinal) }
                break
            }
            if indicator == RowBatch.null {
                unsafe batch.columns[column].lengths[row] = RowBatch.null
                return
            }
            if indicator == Self.indicatorPoison {
                throw CellError(.indicatorUnwritten, column: column, row: ordinal)
            }
            guard indicator >= 0 || indicator == C.noTotal else {
                throw CellError(.indicatorGarbage(indicator), column: column, row: ordinal)
            }
            // A piece that fills its room to the last byte may not be the last, whatever its indicator says: another call
            // tells. Honest drivers are asked for a byte more than remains, and so never get there.
            let isLast = indicator >= 0 && indicator < usable
            let piece = indicator >= 0 ? min(indicator, usable) : usable
            batch.commitLongBytes(piece, column: column, row: row)
            total += piece
            if isLast { break }
            guard total <= Self.longestValue else { throw CellError(.tooLong(total), column: column, row: ordinal) }
            if indicator > usable, let remaining, indicator >= remaining {
                throw CellError(.noProgress, column: column, row: ordinal)
            }
            remaining = indicator > usable ? indicator : nil
            // What remains, if the driver says, and one letter to spare; else twice as much as before. Always whole units: of
            // an odd number of bytes a driver fills all but the last.
            room =
                indicator > usable
                ? min(indicator - usable + terminator + max(1, terminator), 16 << 20) : min(room * 2, 16 << 20)
        }
        guard total > 0 else { return }
        if plan.finish == .untag || plan.finish == .untagText {
            return try untagLongValue(column, of: batch, row: row, count: total)
        }
        let start = unsafe batch.value(column: column, row: row)
        let isValid =
            switch plan.finish {
            case .checkUTF8: unsafe Encoding.isValidUTF8(start, count: total)
            case .checkUTF16: unsafe Encoding.isValidUTF16(start, count: total)
            default: true
            }
        guard isValid else {
            throw CellError(
                plan.finish == .checkUTF8 ? .invalidUTF8 : .invalidUTF16, column: column, row: rowsRead + 1)
        }
    }

    private func untagLongValue(_ column: Int, of batch: RowBatch, row: Int, count: Int) throws {
        // A number takes more room than some of its digits do, and the next value begins behind it.
        if count < TaggedText.leastRoom {
            _ = unsafe batch.reserveLongBytes(TaggedText.leastRoom)
            batch.commitLongBytes(TaggedText.leastRoom - count, column: column, row: row)
        } else {
            _ = unsafe batch.reserveLongBytes(1)
        }
        let start = unsafe UnsafeMutableRawPointer(mutating: batch.value(column: column, row: row))
        // Row numbers in errors count from this one.
        unsafe batch.columns[column].lengths[row] = try unsafe untag(
            plans[column], start, count: count, column: column, row: 0)
    }

    /// Bytes of one value at most: SQLite's own limit as distributions compile it, and a guard against endless drivers.
    private static var longestValue: Int { 1_000_000_000 }
}
