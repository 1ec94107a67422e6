import CODBC
import Threads

/// One statement of a connection, and the result it has open.
///
/// Not `Sendable`, as its connection is not. Keeps the connection alive.
package final class Statement {
    let handle: Handle
    package let connection: Connection

    /// The C function is `SQLAllocHandle`.
    package init(_ connection: Connection) throws(ODBCError) {
        self.connection = connection
        self.handle = try Handle(C.statement, parent: connection.handle)
        // Asked for, not required: a driver that refuses has the same as its default.
        setAttribute(C.cursorType, C.forwardOnly)
        // Our SQL has no ODBC escapes, and a `{` in a name is none either.
        setAttribute(C.noScan, C.noScanOn)
        // A driver that obeys it spares us the cancelling.
        if let watch = connection.watch { setAttribute(C.queryTimeout, watch.seconds) }
    }

    deinit { close() }

    /// Runs SQL text as it is. The C function is `SQLExecDirect`, narrow: text goes out as UTF-8.
    package func execute(_ sql: String) throws(ODBCError) { note(try executeUnheard(sql)) }

    /// The same, with what the driver remarks told to the caller alone.
    func executeUnheard(_ sql: String) throws(ODBCError) -> Handle.Outcome {
        var text = CText(sql)
        return try call("SQLExecDirect", isExecution: true) {
            unsafe SQLExecDirect(handle.raw, &text.bytes, SQLINTEGER(clamping: text.count))
        }
    }

    /// Makes a call that may take long, and holds it to the connection's time limit.
    ///
    /// - Parameter isExecution: Whether it begins a statement, whose limit is for all of its calls together.
    func call(
        _ function: String, isExecution: Bool = false, _ body: () -> SQLRETURN
    ) throws(ODBCError) -> Handle.Outcome {
        guard let watch = connection.watch else { return try handle.check(function, body()) }
        let mayBegin: Bool
        do throws(SystemThread.Refusal) {
            mayBegin = try watch.enter(self, isExecution: isExecution)
        } catch {
            throw .unwatched(error, in: function)
        }
        guard mayBegin else { throw .outOfTime(seconds: watch.seconds, in: function) }
        let code = body()
        // Whatever it says: a result that was cancelled may look like one that has ended.
        guard !watch.leave(self) else { throw .outOfTime(seconds: watch.seconds, in: function) }
        return try handle.check(function, code)
    }

    /// Ends an open result; the statement may be used again. The C function is `SQLFreeStmt` with `SQL_CLOSE`, because
    /// `SQLCloseCursor` fails where none is open.
    package func close() {
        connection.watch?.end(self)
        _ = unsafe SQLFreeStmt(handle.raw, C.close)
        _ = unsafe SQLFreeStmt(handle.raw, C.unbind)
    }

    /// Columns of the open result; 0 where there is none. The C function is `SQLNumResultCols`.
    package func columnCount() throws(ODBCError) -> Int {
        var count: SQLSMALLINT = 0
        try note(handle.check("SQLNumResultCols", unsafe SQLNumResultCols(handle.raw, &count)))
        return max(0, Int(count))
    }

    /// What the driver says of a result's column, from 1. The C functions are `SQLDescribeCol`, `SQLColAttribute`.
    package func describeColumn(_ number: Int) throws(ODBCError) -> ColumnDescription {
        var name = [SQLCHAR](repeating: 0, count: 1024)
        var nameLength: SQLSMALLINT = 0
        var type: SQLSMALLINT = 0
        // Zeroed first: some drivers write only the lower half.
        var size: SQLULEN = 0
        var digits: SQLSMALLINT = 0
        var nullable: SQLSMALLINT = 0
        let code = unsafe SQLDescribeCol(
            handle.raw, SQLUSMALLINT(number), &name, SQLSMALLINT(name.count - 1), &nameLength, &type, &size, &digits,
            &nullable)
        try note(handle.check("SQLDescribeCol", code))
        return ColumnDescription(
            // Up to the terminator: name lengths are counted in bytes by one driver, in characters by the next.
            name: String(decoding: name.prefix { $0 != 0 }, as: UTF8.self),
            type: SQLType(rawValue: type), size: Int(truncatingIfNeeded: size), decimalDigits: Int(digits),
            isNullable: nullable != C.notNullable, isUnsigned: isUnsigned(number), typeName: typeName(number))
    }

    func setAttribute(_ attribute: SQLINTEGER, _ value: Int) {
        let pointer = unsafe SQLPOINTER(bitPattern: value)
        _ = unsafe SQLSetStmtAttr(handle.raw, attribute, pointer, C.isUnsignedInteger)
    }

    func note(_ outcome: Handle.Outcome) {
        if case .successWithInfo(let diagnostics) = outcome { diagnostics.forEach(connection.remark) }
    }

    private func isUnsigned(_ number: Int) -> Bool {
        var value: SQLLEN = 0
        let code = unsafe SQLColAttribute(
            handle.raw, SQLUSMALLINT(number), C.unsignedField, nil, 0, nil, &value)
        return (code == C.success || code == C.successWithInfo) && value == C.isTrue
    }

    private func typeName(_ number: Int) -> String {
        var buffer = [SQLCHAR](repeating: 0, count: 256)
        var length: SQLSMALLINT = 0
        let code = unsafe SQLColAttribute(
            handle.raw, SQLUSMALLINT(number), C.typeNameField, &buffer, SQLSMALLINT(buffer.count - 1), &length, nil)
        guard code == C.success || code == C.successWithInfo else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    }
}
