import CSQLite
import Synchronization

/// What SQLite said to a call that failed.
package struct SQLiteFailure: Error, CustomStringConvertible {
    package let code: Int32
    package let description: String
}

/// One connection to the mock's own database.
///
/// Not the program's `SQLite`: a mock that shared the code it is there to check would hide that code's faults. It wants other
/// things besides: a statement that another thread interrupts, clients that may not leave the file, functions of its own.
///
/// One statement at a time, by whoever owns the connection, on any thread: hence `@unchecked Sendable`. Only
/// `interrupt` may be called beside a running statement, and the lock keeps it from a closed connection.
@safe package final class SQLiteConnection: @unchecked Sendable {
    private let handle: Mutex<Handle>
    /// For the owner, who need not take the lock: it is the owner that closes.
    private let pointer: OpaquePointer

    @safe private struct Handle: @unchecked Sendable {
        var pointer: OpaquePointer?
    }

    /// Opens, or makes, the database at `path`.
    package init(path: String, readOnly: Bool) throws(SQLiteFailure) {
        var opened: OpaquePointer?
        let flags = (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        let code = unsafe sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            let text = unsafe String(cString: sqlite3_errstr(code))
            unsafe sqlite3_close_v2(opened)
            throw SQLiteFailure(code: code, description: "SQLite could not open \(path): \(text)")
        }
        unsafe pointer = unsafe opened
        handle = unsafe Mutex(Handle(pointer: opened))
        unsafe sqlite3_busy_timeout(opened, 10_000)
    }

    deinit {
        let pointer = unsafe handle.withLock { handle in
            defer { unsafe handle.pointer = nil }
            return unsafe handle.pointer
        }
        unsafe sqlite3_close_v2(pointer)
    }

    /// Makes the running statement fail.
    ///
    /// Callable from any thread.
    package func interrupt() {
        handle.withLock { handle in
            if let pointer = unsafe handle.pointer { unsafe sqlite3_interrupt(pointer) }
        }
    }

    /// Runs statements that return nothing.
    package func execute(_ sql: String) throws(SQLiteFailure) {
        let code = unsafe sqlite3_exec(pointer, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// Runs statements of a client that stay inside this database: they attach no other file and change no setting.
    ///
    /// The C function is `sqlite3_set_authorizer`; VACUUM INTO attaches as well.
    package func executeInside(_ sql: String) throws(SQLiteFailure) {
        unsafe sqlite3_set_authorizer(
            pointer,
            { _, action, _, name, _, _ in
                switch action {
                case SQLITE_ATTACH, SQLITE_DETACH, SQLITE_PRAGMA: return SQLITE_DENY
                case SQLITE_FUNCTION:
                    let function = unsafe name.map { unsafe String(cString: $0).lowercased() }
                    return function == "load_extension" ? SQLITE_DENY : SQLITE_OK
                default: return SQLITE_OK
                }
            }, nil)
        defer { unsafe sqlite3_set_authorizer(pointer, nil, nil) }
        try execute(sql)
    }

    package func prepare(_ sql: String) throws(SQLiteFailure) -> SQLiteStatement {
        var statement: OpaquePointer?
        let code = unsafe sqlite3_prepare_v2(pointer, sql, -1, &statement, nil)
        guard code == SQLITE_OK, let statement = unsafe statement else { throw failure(code) }
        return unsafe SQLiteStatement(statement, of: self)
    }

    /// How many rows the last statement changed.
    package var changeCount: Int { unsafe Int(sqlite3_changes64(pointer)) }

    func failure(_ code: Int32) -> SQLiteFailure {
        SQLiteFailure(code: code, description: unsafe String(cString: sqlite3_errmsg(pointer)))
    }

    /// Registers `body` as the SQL function `name`; `context` lives as long as the connection.
    func register(
        _ name: String, deterministic: Bool, context: AnyObject,
        _ body: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void
    ) {
        let flags = SQLITE_UTF8 | (deterministic ? SQLITE_DETERMINISTIC : 0)
        let retained = unsafe Unmanaged.passRetained(context).toOpaque()
        unsafe sqlite3_create_function_v2(
            pointer, name, -1, flags, retained, body, nil, nil,
            { context in
                if let context = unsafe context { unsafe Unmanaged<AnyObject>.fromOpaque(context).release() }
            })
    }
}
