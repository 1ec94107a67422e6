import CSQLite

/// A prepared statement, finalised when it is let go; it keeps its connection alive.
///
/// Used by one caller at a time, on any thread.
@safe package final class SQLiteStatement: @unchecked Sendable {
    private let pointer: OpaquePointer
    private let connection: SQLiteConnection
    package let columnCount: Int

    init(_ pointer: OpaquePointer, of connection: SQLiteConnection) {
        unsafe self.pointer = unsafe pointer
        self.connection = connection
        columnCount = unsafe Int(sqlite3_column_count(pointer))
    }

    deinit {
        unsafe sqlite3_finalize(pointer)
    }

    /// Binds `values` from the first parameter on, nil as NULL, and starts over.
    package func bind(_ values: [String?]) throws(SQLiteFailure) {
        unsafe sqlite3_reset(pointer)
        for (index, value) in values.enumerated() {
            let code: Int32
            if let value {
                code = unsafe sqlite3_bind_text(pointer, Int32(index + 1), value, -1, kns_sqlite_transient())
            } else {
                code = unsafe sqlite3_bind_null(pointer, Int32(index + 1))
            }
            guard code == SQLITE_OK else { throw connection.failure(code) }
        }
    }

    /// Moves to the next row; false after the last.
    package func step() throws(SQLiteFailure) -> Bool {
        let code = unsafe sqlite3_step(pointer)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw connection.failure(code)
        }
    }

    /// What kind of value the current row has in a column.
    enum Storage {
        case null, integer, real, text, blob
    }

    func storage(of column: Int) -> Storage {
        switch unsafe sqlite3_column_type(pointer, Int32(column)) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_BLOB: .blob
        default: .text
        }
    }

    func integer(at column: Int) -> Int64 {
        unsafe sqlite3_column_int64(pointer, Int32(column))
    }

    func real(at column: Int) -> Double {
        unsafe sqlite3_column_double(pointer, Int32(column))
    }

    /// The bytes of a text, valid inside `body`.
    func withText<Result>(at column: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let bytes = unsafe sqlite3_column_text(pointer, Int32(column))
        let count = unsafe Int(sqlite3_column_bytes(pointer, Int32(column)))
        return unsafe body(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// A value as text; nil for NULL.
    package func text(at column: Int) -> String? {
        guard storage(of: column) != .null else { return nil }
        return unsafe withText(at: column) { bytes in unsafe String(decoding: bytes, as: UTF8.self) }
    }
}
