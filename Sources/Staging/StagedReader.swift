import CSQLite
import Extraction
import Rows
import SQLite

/// The way of a row out of staging: the rows of a chunk's table as batches, each value in the form in which it lies there.
///
/// Used by one thread.
struct StagedReader {
    private let statement: SQLiteStatement
    private let layout: BatchLayout
    private let storages: [Storage]

    /// Rows of a batch. Values of any length lie out of line, so a batch is as large as its rows are.
    private static let capacity = 1024
    /// Bytes of values after which a batch is full, whatever its rows.
    private static let budget = 1 << 20

    /// - Parameter table: As SQL.
    init(_ shape: StagedShape, of table: String, in database: SQLiteDatabase) throws(SQLiteError) {
        let columns = shape.storedColumns
        storages = columns.map(\.storage)
        layout = BatchLayout(slots: storages.map(\.slot), capacity: Self.capacity)
        let names = columns.map { Identifier.quote($0.name) }.joined(separator: ", ")
        statement = try database.prepare("SELECT \(names) FROM \(table)")
    }

    /// Calls a function with batch after batch; each is good for the call.
    func eachBatch(_ body: (RowBatch) throws -> Void) throws {
        let batch = RowBatch(layout: layout)
        var row = 0
        var bytes = 0
        batch.firstRow = 1
        func flush() throws {
            batch.rowCount = row
            if row > 0 { try body(batch) }
            batch.firstRow += row
            batch.removeAll()
            (row, bytes) = (0, 0)
        }
        while try statement.step() {
            for column in storages.indices { bytes += try take(column, into: batch, row: row) }
            row += 1
            if row == Self.capacity || bytes >= Self.budget { try flush() }
        }
        try flush()
    }

    /// Puts a value into its place; how many bytes it has.
    private func take(_ column: Int, into batch: RowBatch, row: Int) throws -> Int {
        let index = Int32(truncatingIfNeeded: column)
        let handle = unsafe statement.handle
        let type = unsafe sqlite3_column_type(handle, index)
        let buffer = unsafe batch.columns[column]
        guard type != SQLITE_NULL else {
            unsafe buffer.lengths[row] = RowBatch.null
            return 0
        }
        switch storages[column] {
        case .integer:
            guard type == SQLITE_INTEGER else { throw misplaced(column) }
            let value = unsafe sqlite3_column_int64(handle, index)
            unsafe (buffer.values + row * buffer.stride).storeBytes(of: value, as: Int64.self)
            unsafe buffer.lengths[row] = 8
            return 8
        case .real:
            guard type == SQLITE_FLOAT else { throw misplaced(column) }
            let value = unsafe sqlite3_column_double(handle, index)
            unsafe (buffer.values + row * buffer.stride).storeBytes(of: value, as: Double.self)
            unsafe buffer.lengths[row] = 8
            return 8
        case .text:
            guard type == SQLITE_TEXT else { throw misplaced(column) }
            // Text first, then its length: the other order may count another encoding's bytes.
            let text = unsafe sqlite3_column_text(handle, index)
            return unsafe put(
                text.map { unsafe UnsafeRawPointer($0) }, tag: nil, index, batch, column: column, row: row)
        case .blob, .any: return takeTagged(type, index, into: batch, column: column, row: row)
        }
    }

    /// A value that says what it is.
    private func takeTagged(_ type: Int32, _ index: Int32, into batch: RowBatch, column: Int, row: Int) -> Int {
        let handle = unsafe statement.handle
        switch type {
        case SQLITE_INTEGER:
            var value = unsafe sqlite3_column_int64(handle, index)
            return unsafe withUnsafeBytes(of: &value) {
                unsafe put($0, tag: CellTag.integer, batch, column: column, row: row)
            }
        case SQLITE_FLOAT:
            var value = unsafe sqlite3_column_double(handle, index)
            return unsafe withUnsafeBytes(of: &value) {
                unsafe put($0, tag: CellTag.double, batch, column: column, row: row)
            }
        case SQLITE_TEXT:
            let text = unsafe sqlite3_column_text(handle, index)
            return unsafe put(
                text.map { unsafe UnsafeRawPointer($0) }, tag: CellTag.text, index, batch, column: column, row: row)
        default:
            return unsafe put(
                sqlite3_column_blob(handle, index), tag: CellTag.bytes, index, batch, column: column, row: row)
        }
    }

    private func put(
        _ value: UnsafeRawPointer?, tag: UInt8?, _ index: Int32, _ batch: RowBatch, column: Int, row: Int
    ) -> Int {
        let count = unsafe Int(sqlite3_column_bytes(statement.handle, index))
        return unsafe put(
            UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : count), tag: tag, batch, column: column,
            row: row)
    }

    private func put(_ value: UnsafeRawBufferPointer, tag: UInt8?, _ batch: RowBatch, column: Int, row: Int) -> Int {
        let count = value.count + (tag == nil ? 0 : 1)
        unsafe batch.beginLongValue(column: column, row: row)
        let room = unsafe batch.reserveLongBytes(count)
        var start = 0
        if let tag {
            unsafe room[0] = tag
            start = 1
        }
        if value.count > 0 {
            unsafe UnsafeMutableRawBufferPointer(rebasing: room[start..<count]).copyMemory(from: value)
        }
        unsafe batch.commitLongBytes(count, column: column, row: row)
        return count
    }

    private func misplaced(_ column: Int) -> Failure {
        Failure(
            .data, "A staged value is not what its column holds (column \(column + 1)).",
            advice: "The staging file was damaged. Run the same command again: it reads everything again.")
    }
}

extension Storage {
    /// How the values of a column lie in the batches in which they leave staging.
    var slot: BatchLayout.Slot {
        switch self {
        case .integer: .init(format: .int64, stride: 8)
        case .real: .init(format: .double, stride: 8)
        case .text: .outOfLine(.utf8)
        // A column of bytes keeps what is no blob as well.
        case .blob, .any: .outOfLine(.tagged)
        }
    }
}
