import CODBC
package import Rows
import Text

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
    let longColumns: [Int]
    /// Whether moments that the driver may have put in the place of others are to be read in another way.
    let doubtsMoments: Bool
    /// For one-row fetches: the block that the driver writes to, whose rows are copied into the batch.
    private let scratch: RowBatch?
    private let statuses: UnsafeMutableBufferPointer<SQLUSMALLINT>
    private let rowsFetched: UnsafeMutablePointer<SQLULEN>
    /// The batch whose slots are bound now.
    private var bound: RowBatch?
    /// Rows of the batches that were filled.
    private var rowsRead = 0
    /// Rows before the block that was fetched last: its rows are counted from here in what is said of them.
    private(set) var rowsBefore = 0
    /// Seconds since 1970 before the last fetch, where it matters.
    private(set) var fetchBegan = 0
    /// Nil until the first fetch has shown whether this driver writes row statuses.
    private var writesStatuses: Bool?
    private(set) var isAtEnd = false
    /// Whether the last fetch said 01004. What it says of no cell in particular must show in one.
    private var reportedTruncation = false

    /// By column: whether the driver has been seen to write a number whole.
    var isProven: [Bool]

    /// Indicators are set to this before a fetch. Half of it can be told from all of it.
    static let indicatorPoison = 0x5AA5_C33C_5AA5_C33C
    private static let statusPoison: SQLUSMALLINT = 0xA55A

    /// - Parameters:
    ///   - plans: How each column of a batch is fetched.
    ///   - ordinals: Which column of the result, from 1, each of them is.
    ///   - rows: Rows of a batch at most; fewer if the driver insists.
    ///   - doubtsMoments: Whether the next try has another way for a column of moments.
    package init(
        _ statement: Statement, plans: [SlotPlan], ordinals: [Int], rows: Int, doubtsMoments: Bool = false
    ) throws(ODBCError) {
        self.statement = statement
        self.plans = plans
        self.isProven = plans.map { !$0.hasFixedSize }
        self.ordinals = ordinals
        self.doubtsMoments = doubtsMoments
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

    /// Ends the read.
    package func close() { statement.close() }

    /// Ends the read, and what a failure has left of its transaction.
    package func endTransaction() {
        statement.close()
        statement.connection.endTransaction()
    }

    // MARK: Blocks

    private func fetchBlock(into batch: RowBatch) throws {
        try bind(batch)
        let rows = try fetch(batch, behind: 0)
        guard rows > 0 else { return }
        var narrow = SlotsTooNarrow()
        for column in plans.indices where !plans[column].slot.isOutOfLine {
            try check(column, of: batch, rows: rows, narrow: &narrow)
        }
        if !narrow.columns.isEmpty { throw narrow }
        try refuseUnseenTruncation()
        batch.rowCount = rows
    }

    /// A driver that says that it has cut a value must show it by a length.
    func refuseUnseenTruncation() throws(ODBCError) {
        guard reportedTruncation else { return }
        throw .misbehaviour("the driver says that a value was cut, and no length shows which", in: "SQLFetch")
    }

    /// One `SQLFetch`: how many rows it wrote into the bound batch, 0 at the end.
    ///
    /// - Parameter filled: How many rows of the batch that is being filled are there already.
    func fetch(_ batch: RowBatch, behind filled: Int) throws -> Int {
        rowsBefore = rowsRead + filled
        let capacity = unsafe statuses.count
        for column in plans.indices where !plans[column].slot.isOutOfLine {
            unsafe batch.columns[column].lengths.update(repeating: Self.indicatorPoison, count: capacity)
            if !isProven[column] { unsafe poison(column, batch.columns[column], rows: capacity) }
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
                "the driver reported success and \(Sentence.count(rows, "row")) for a block of \(capacity)",
                in: "SQLFetch")
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
                throw CellError(.rowFailed(diagnostics), column: nil, row: rowsBefore + row + 1)
            case let status:
                // Rows that are said to be there, and a status that says otherwise or nothing at all.
                if status == Self.statusPoison || status == C.noRow {
                    throw CellError(.statusUnwritten, column: nil, row: rowsBefore + row + 1)
                }
            }
        }
    }

    // MARK: Binding

    func bind(_ batch: RowBatch) throws(ODBCError) {
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
                    "asked for blocks of \(Sentence.count(rows, "row")), the driver changed that to \(granted)",
                    in: "SQLSetStmtAttr")
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
