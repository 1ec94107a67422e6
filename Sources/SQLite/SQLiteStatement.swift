import CSQLite

/// A compiled statement. Keeps its connection alive.
@safe package final class SQLiteStatement {
    package let handle: OpaquePointer
    private let database: SQLiteDatabase

    package init(_ database: SQLiteDatabase, _ sql: String) throws(SQLiteError) {
        var compiled: OpaquePointer?
        let code = unsafe sqlite3_prepare_v2(database.handle, sql, -1, &compiled, nil)
        guard code == SQLITE_OK, let compiled = unsafe compiled else {
            throw database.error(code == SQLITE_OK ? SQLITE_MISUSE : code)
        }
        unsafe self.handle = compiled
        self.database = database
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Binds a value to the parameter at `position`, from 1. The value is copied.
    package func bind(_ value: SQLiteValue, at position: Int) throws(SQLiteError) {
        let index = Int32(position)
        let code: Int32
        switch value {
        case .null: code = unsafe sqlite3_bind_null(handle, index)
        case .integer(let integer): code = unsafe sqlite3_bind_int64(handle, index, integer)
        case .real(let double): code = unsafe sqlite3_bind_double(handle, index, double)
        case .text(let text):
            code = unsafe sqlite3_bind_text(
                handle, index, text, Int32(clamping: text.utf8.count), kns_sqlite_transient())
        case .blob(let bytes) where bytes.isEmpty: code = unsafe sqlite3_bind_zeroblob(handle, index, 0)
        case .blob(let bytes):
            code = unsafe sqlite3_bind_blob64(
                handle, index, bytes, UInt64(bytes.count), kns_sqlite_transient())
        }
        if code != SQLITE_OK { throw database.error(code) }
    }

    /// Runs to the next row; false when there is none.
    package func step() throws(SQLiteError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = database.error(code)
            unsafe sqlite3_reset(handle)
            throw error
        }
    }

    /// The values of the row that `step` reached.
    package var row: [SQLiteValue] {
        unsafe (0..<sqlite3_column_count(handle)).map { index in
            switch unsafe sqlite3_column_type(handle, index) {
            case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(handle, index))
            case SQLITE_FLOAT: return .real(unsafe sqlite3_column_double(handle, index))
            case SQLITE_NULL: return .null
            case SQLITE_TEXT:
                // Text first, then its length: the other order may count another encoding's bytes.
                guard let text = unsafe sqlite3_column_text(handle, index) else { return .text("") }
                let count = unsafe Int(sqlite3_column_bytes(handle, index))
                return unsafe .text(String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
            default:
                guard let bytes = unsafe sqlite3_column_blob(handle, index) else { return .blob([]) }
                let count = unsafe Int(sqlite3_column_bytes(handle, index))
                return unsafe .blob(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
            }
        }
    }
}
