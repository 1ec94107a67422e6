import CSQLite

/// A connection to one SQLite file. Closed when the last statement and the last reference are gone.
///
/// Used by one thread at a time; it is opened without SQLite's own mutexes, which cost a lock per bound value.
@safe package final class SQLiteDatabase {
    /// What follows a file's name: nothing, and the ends of what SQLite keeps beside it.
    package static let fileSuffixes = ["", "-journal", "-wal", "-shm"]

    /// The version of the SQLite that is loaded. The C function is `sqlite3_libversion`.
    package static var libraryVersion: String { unsafe String(cString: sqlite3_libversion()) }

    package enum Access: Sendable {
        /// Reads only; the file must exist. Sees what is in the write-ahead log.
        case readOnly
        /// Reads and writes; the file must exist. SQLite falls back to reading where it may not write.
        case readWrite
        /// As `readWrite`, and makes the file where it is absent.
        case create
        /// Looks at the main file as it lies there: takes no lock, makes no file, ignores log and journal. Through
        /// SQLite and not by read(2), because closing a descriptor of our own would drop the locks (fcntl) that
        /// another connection of this process holds on the file.
        case snapshot
    }

    package let path: String
    /// How long a statement waits for another connection's lock, in seconds.
    package let busySeconds: Int
    package let handle: OpaquePointer

    /// Opens a file. SQLite looks at it only with the first statement.
    package init(path: String, access: Access, busySeconds: Int = 60) throws(SQLiteError) {
        let flags: Int32 =
            switch access {
            case .readOnly, .snapshot: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        let query = if case .snapshot = access { "?immutable=1" } else { "" }
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(
            Self.uri(path, query: query), &opened, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
            nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            let message = unsafe opened.map { unsafe String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            let systemError = unsafe opened.map { unsafe sqlite3_system_errno($0) } ?? 0
            unsafe sqlite3_close_v2(opened)
            throw SQLiteError(
                code: ResultCode(rawValue: code), message: message, path: path, systemError: systemError,
                busySeconds: busySeconds)
        }
        self.path = path
        self.busySeconds = busySeconds
        unsafe self.handle = opened
        unsafe sqlite3_extended_result_codes(opened, 1)
        unsafe sqlite3_busy_timeout(opened, Int32(busySeconds * 1000))
        // By default the last connection that closes takes the whole file for itself to put the log away: merely looking
        // would change it, and a reader without patience who comes just then is told that it is locked. Our log is
        // emptied after each load, and stays.
        _ = unsafe kns_sqlite_db_config_flag(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        let taught = unsafe [MomentFunction.register(on: opened), MomentOrder.register(on: opened)]
        if let code = taught.first(where: { $0 != SQLITE_OK }) { throw error(code) }
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    /// A path as SQLite's URI, with the characters escaped that mean something there.
    package static func uri(_ path: String, query: String) -> String {
        let escaped = path.map { character in
            switch character {
            case "?": "%3f"
            case "#": "%23"
            case "%": "%25"
            default: String(character)
            }
        }
        return "file:" + escaped.joined() + query
    }

    /// The release of SQLite that is linked.
    package static var version: String { unsafe String(cString: sqlite3_libversion()) }

    /// What SQLite says about the call that just failed.
    package func error(_ code: Int32) -> SQLiteError {
        unsafe SQLiteError(
            code: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(handle)), path: path,
            systemError: sqlite3_system_errno(handle), busySeconds: busySeconds)
    }

    // MARK: Statements

    /// Compiles one statement.
    package func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        try SQLiteStatement(self, sql)
    }

    /// Runs one statement and returns all rows of its result.
    @discardableResult
    package func query(_ sql: String, _ arguments: [SQLiteValue] = []) throws(SQLiteError) -> [[SQLiteValue]] {
        let statement = try prepare(sql)
        for (index, argument) in arguments.enumerated() { try statement.bind(argument, at: index + 1) }
        var rows: [[SQLiteValue]] = []
        while try statement.step() { rows.append(statement.row) }
        return rows
    }

    /// The first value of the first row, if there is one.
    package func value(_ sql: String, _ arguments: [SQLiteValue] = []) throws(SQLiteError) -> SQLiteValue? {
        try query(sql, arguments).first?.first
    }

    /// Runs a statement that changes rows; how many it inserted, updated or deleted itself.
    package func changes(by sql: String) throws(SQLiteError) -> Int {
        try query(sql)
        return unsafe Int(sqlite3_changes64(handle))
    }

    /// Rows of a table: exact, by counting.
    package func count(_ quotedTable: String) throws(SQLiteError) -> Int {
        Int(try value("SELECT count(*) FROM \(quotedTable)")?.integer ?? 0)
    }

    /// Whether a table of the main file has a row.
    package func holdsRows(_ table: String) throws(SQLiteError) -> Bool {
        try value("SELECT 1 FROM main.\(Identifier.quote(table)) LIMIT 1") != nil
    }

    /// Brings a file that nobody writes any more in reach, under a name.
    package func attach(_ path: String, as name: String) throws(SQLiteError) {
        // So it needs no locks and no look for a journal.
        try query("ATTACH ? AS \(name)", [.text(Self.uri(path, query: "?mode=ro&immutable=1"))])
    }

    /// Rolls back, if a transaction is open. SQLite has closed it by itself after some errors, a full disk for one.
    package func rollBack() {
        guard unsafe sqlite3_get_autocommit(handle) == 0 else { return }
        _ = try? query("ROLLBACK")
    }

    // MARK: Settings

    /// Whether SQLite had to open the main file for reading only.
    package var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

    /// Largest value or row, in bytes.
    package var lengthLimit: Int { unsafe Int(sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, -1)) }

    /// Lowers the largest value or row. It cannot be raised above what SQLite was compiled with.
    package func limitLength(_ bytes: Int) {
        _ = unsafe sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Int32(clamping: bytes))
    }

    /// Columns that a table may have.
    package var columnLimit: Int { unsafe Int(sqlite3_limit(handle, SQLITE_LIMIT_COLUMN, -1)) }

    /// Whether triggers fire for statements compiled from now on.
    package func enableTriggers(_ isOn: Bool) {
        _ = unsafe kns_sqlite_db_config_flag(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, isOn ? 1 : 0)
    }

    /// Makes an unknown name in double quotes an error. By default SQLite takes it for a string, so an index on a
    /// column that is gone would come back as an index on a constant.
    package func forbidDoubleQuotedStrings() {
        _ = unsafe kns_sqlite_db_config_flag(handle, SQLITE_DBCONFIG_DQS_DDL, 0)
        _ = unsafe kns_sqlite_db_config_flag(handle, SQLITE_DBCONFIG_DQS_DML, 0)
    }
}
