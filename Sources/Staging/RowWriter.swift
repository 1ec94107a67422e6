import CSQLite
package import Extraction
package import Rows
package import SQLite
import Text

/// The way of a row, writing half: a statement that adds the rows of batches to a table. The bytes of a batch are bound in
/// place, nothing is allocated per value.
///
/// Used by one thread.
package final class RowWriter: StagedWriting {
    private let cells: StagedCells
    private let database: SQLiteDatabase
    private let statement: SQLiteStatement
    private var bindings: [CellBinding] = []
    private var layout: BatchLayout?
    private let scratch = TextScratch()
    /// Whether SQLite keeps text as UTF-16 here, where it puts U+FFFD for the noncharacters U+FFFE and U+FFFF.
    package let losesNoncharacters: Bool
    package private(set) var rowCount = 0
    /// By column: values that SQLite stores as something else.
    package private(set) var notANumber: [Int]
    package private(set) var negativeZero: [Int]

    /// A writer into a table that is there.
    ///
    /// - Parameters:
    ///   - table: As SQL.
    ///   - source: Whose rows they are.
    ///   - run: What stands in the columns that kleene-ns adds; nil where the batches have them.
    package init(
        into table: String, shape: StagedShape, of source: TableName, run: RunIdentity?, database: SQLiteDatabase
    ) throws(SQLiteError) {
        self.cells = StagedCells(shape: shape, source: source)
        self.database = database
        self.notANumber = shape.columns.map { _ in 0 }
        self.negativeZero = notANumber
        self.losesNoncharacters = try database.value("PRAGMA main.encoding")?.text != "UTF-8"
        statement = try database.prepare(shape.insertSQL(into: table))
        if shape.addsMetadataColumns, let run {
            // Bound once: a statement keeps its bindings from row to row.
            try statement.bind(.text(run.id), at: shape.columns.count + 1)
            try statement.bind(.text(run.startedAt.text), at: shape.columns.count + 2)
        }
    }

    /// How the cells of a column get into the statement, for batches of the last layout.
    package func way(of column: Int) -> CellBinding.Way { bindings[column].way }

    /// Makes ready for batches of a layout.
    package func prepare(for layout: BatchLayout) throws { try chooseBindings(layout) }

    /// Adds the rows of a batch.
    package func write(_ batch: RowBatch) throws {
        try chooseBindings(batch.layout)
        let handle = unsafe statement.handle
        let hasWideText = bindings.contains { $0.way == .utf16 }
        try unsafe withUnsafeTemporaryAllocation(of: Bound.self, capacity: bindings.count) { columns in
            for (column, binding) in bindings.enumerated() {
                unsafe columns.initializeElement(at: column, to: Bound(buffer: batch.columns[column], binding: binding))
            }
            for row in 0..<batch.rowCount {
                if hasWideText { unsafe scratch.begin(byteCount: wideBytes(columns, row: row)) }
                for column in 0..<columns.count {
                    let code = try unsafe bind(handle, batch, columns[column], column: column, row: row)
                    if code != SQLITE_OK { throw refusal(code, batch, column: column, row: row, database) }
                }
                let code = unsafe sqlite3_step(handle)
                if code != SQLITE_DONE { throw refusal(code, batch, column: nil, row: row, database) }
                unsafe sqlite3_reset(handle)
            }
        }
        rowCount += batch.rowCount
    }

    /// What the loop over rows needs of a column, side by side: fetched from batch and bindings anew for each value, it took
    /// half of the loop's instructions.
    @unsafe private struct Bound {
        let buffer: RowBatch.ColumnBuffer
        let binding: CellBinding
    }

    /// One cell. The lifetime of what is bound: the batch and the scratch outlive the step, and the next row binds anew.
    @inline(__always)
    private func bind(
        _ statement: OpaquePointer, _ batch: RowBatch, _ bound: Bound, column: Int, row: Int
    ) throws -> Int32 {
        let buffer = unsafe bound.buffer
        let binding = unsafe bound.binding
        let length = unsafe buffer.lengths[row]
        let parameter = Int32(truncatingIfNeeded: column + 1)
        if length == RowBatch.null { return unsafe sqlite3_bind_null(statement, parameter) }
        let value =
            unsafe buffer.isOutOfLine
            ? batch.value(column: column, row: row) : UnsafeRawPointer(buffer.values + row * buffer.stride)
        switch binding.way {
        case .int64: return unsafe sqlite3_bind_int64(statement, parameter, value.loadUnaligned(as: Int64.self))
        case .double:
            return unsafe bind(statement, parameter, value.loadUnaligned(as: Double.self), column: column)
        case .utf8:
            if losesNoncharacters {
                try unsafe refuseNoncharacters(
                    UnsafeRawBufferPointer(start: value, count: length), batch, column: column, row: row)
            }
            return unsafe sqlite3_bind_text64(
                statement, parameter, value.assumingMemoryBound(to: CChar.self), UInt64(length), KNS_SQLITE_STATIC,
                UInt8(SQLITE_UTF8))
        case .bytes:
            return unsafe sqlite3_bind_blob64(statement, parameter, value, UInt64(length), KNS_SQLITE_STATIC)
        case .utf16:
            guard let text = unsafe scratch.transcode(value, count: length) else {
                throw cells.malformed(batch, column: column, row: row, "is not valid UTF-16")
            }
            if losesNoncharacters { try unsafe refuseNoncharacters(text, batch, column: column, row: row) }
            return unsafe sqlite3_bind_text64(
                statement, parameter, text.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64(text.count),
                KNS_SQLITE_STATIC, UInt8(SQLITE_UTF8))
        case .tagged:
            return try unsafe bindTagged(
                statement, batch, UnsafeRawBufferPointer(start: value, count: length), column: column, row: row)
        case .integer, .scaledInteger, .real:
            return try unsafe bindDigits(
                statement, batch, UnsafeRawBufferPointer(start: value, count: length), column: column, row: row, binding
            )
        }
    }

    private func bind(_ statement: OpaquePointer, _ parameter: Int32, _ value: Double, column: Int) -> Int32 {
        if value == 0, value.sign == .minus { negativeZero[column] += 1 }
        if value.isNaN {
            notANumber[column] += 1
            return unsafe sqlite3_bind_null(statement, parameter)
        }
        return unsafe sqlite3_bind_double(statement, parameter, value)
    }

    /// A value that says what it is.
    private func bindTagged(
        _ statement: OpaquePointer, _ batch: RowBatch, _ cell: UnsafeRawBufferPointer, column: Int, row: Int
    ) throws -> Int32 {
        let parameter = Int32(truncatingIfNeeded: column + 1)
        guard let start = cell.baseAddress, cell.count > 0 else {
            return unsafe sqlite3_bind_null(statement, parameter)
        }
        let value = unsafe start + 1
        let count = UInt64(cell.count - 1)
        switch unsafe start.load(as: UInt8.self) {
        case CellTag.integer:
            return unsafe sqlite3_bind_int64(statement, parameter, value.loadUnaligned(as: Int64.self))
        case CellTag.double:
            return unsafe bind(statement, parameter, value.loadUnaligned(as: Double.self), column: column)
        case CellTag.text:
            if losesNoncharacters {
                try unsafe refuseNoncharacters(
                    UnsafeRawBufferPointer(rebasing: cell.dropFirst()), batch, column: column, row: row)
            }
            return unsafe sqlite3_bind_text64(
                statement, parameter, value.assumingMemoryBound(to: CChar.self), count, KNS_SQLITE_STATIC,
                UInt8(SQLITE_UTF8))
        default:
            return unsafe sqlite3_bind_blob64(statement, parameter, value, count, KNS_SQLITE_STATIC)
        }
    }

    /// A number that came as digits.
    private func bindDigits(
        _ statement: OpaquePointer, _ batch: RowBatch, _ bytes: UnsafeRawBufferPointer, column: Int, row: Int,
        _ binding: CellBinding
    ) throws -> Int32 {
        let parameter = Int32(truncatingIfNeeded: column + 1)
        return try unsafe binding.withDigits(bytes) { digits in
            guard binding.way == .real else {
                return unsafe sqlite3_bind_int64(
                    statement, parameter, try cells.integer(digits, binding, batch, column: column, row: row))
            }
            return unsafe bind(
                statement, parameter, try cells.double(digits, batch, column: column, row: row), column: column)
        }
    }

    private func wideBytes(_ columns: UnsafeMutableBufferPointer<Bound>, row: Int) -> Int {
        var sum = 0
        for column in 0..<columns.count where unsafe columns[column].binding.way == .utf16 {
            unsafe sum += max(0, columns[column].buffer.lengths[row])
        }
        return sum
    }

    private func chooseBindings(_ layout: BatchLayout) throws {
        if layout == self.layout { return }
        bindings = try cells.bindings(for: layout)
        self.layout = layout
    }

    // MARK: Refusals

    private func refuseNoncharacters(_ text: UnsafeRawBufferPointer, _ batch: RowBatch, column: Int, row: Int) throws {
        var index = 0
        while index + 2 < text.count {
            // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
            if unsafe text[index] == 0xEF, unsafe text[index + 1] == 0xBF, unsafe text[index + 2] >= 0xBE {
                throw cells.malformed(
                    batch, column: column, row: row,
                    "holds U+FFFE or U+FFFF, which SQLite replaces in a file whose encoding is UTF-16",
                    advice:
                        "Load into a file whose encoding is UTF-8, leave the column out with \"columns\" or --columns, or correct the row."
                )
            }
            index += 1
        }
    }

    private func refusal(_ code: Int32, _ batch: RowBatch, column: Int?, row: Int, _ database: SQLiteDatabase)
        -> any Error
    {
        let error = database.error(code)
        guard .tooBig ~= error.code else {
            return error.failure("Staging row \(batch.firstRow + row) of \(cells.source)")
        }
        return cells.tooLong(batch, column: column, row: row, limit: database.lengthLimit)
    }
}
