import CODBC

/// One physical connection, which is one login.
///
/// Not `Sendable`: one thread at a time, because diagnostics belong to the handle.
package final class Connection {
    let handle: ConnectionHandle
    /// Holds statements to a time limit; nil for none.
    package var watch: StatementWatch?
    /// Whether names and other small texts are fetched as UTF-16, as rows are: narrow, such a driver replaces letters.
    package var fetchesWide = false
    /// Told every diagnostic of a call that succeeded.
    let remark: (Diagnostic) -> Void

    /// Logs in. The C function is `SQLDriverConnect`.
    ///
    /// - Parameters:
    ///   - loginTimeout: Seconds. Asked of the driver, which may ignore it: MariaDB's 3.1.15 accepts it and hangs.
    ///   - remark: Told what the driver remarks although it succeeds.
    package init(
        _ string: ConnectionString, environment: Environment, loginTimeout: Int,
        remark: @escaping (Diagnostic) -> Void
    ) throws(ODBCError) {
        self.remark = remark
        self.handle = try ConnectionHandle(of: environment.handle)
        // The driver manager's trace writes passwords: its masking stops at the first `;`, and knows only `PWD=`.
        setAttribute(C.trace, C.traceOff)
        setAttribute(C.loginTimeout, loginTimeout)
        note(try handle.connect(string))
        // Refusals are the driver's right; these only ask for what is true anyway.
        setAttribute(C.autocommit, C.autocommitOn)
        setAttribute(C.accessMode, C.readOnly)
    }

    deinit { watch?.stop() }

    /// Ends what a failure has left of a transaction, so that the next failure is told as what it is and not as "current
    /// transaction is aborted". Nothing was written.
    ///
    /// By a statement too: psqlodbc 13.02, which reads in a transaction, does nothing for `SQLEndTran` after a large object has
    /// failed. What it says of the statement is of no interest.
    package func endTransaction() {
        _ = unsafe SQLEndTran(C.connection, handle.raw, C.rollback)
        rollBack()
    }

    /// Ends a transaction that a statement has begun. Nothing was written. That there is none any more, PostgreSQL warns; nobody needs to
    /// know.
    package func rollBack() {
        guard let statement = try? Statement(self) else { return }
        _ = try? statement.executeUnheard("ROLLBACK")
    }

    /// Whether the driver has seen that the connection is gone. True is certain; false is not.
    package var isDead: Bool {
        var dead: SQLUINTEGER = 0
        let code = unsafe SQLGetConnectAttr(handle.raw, C.connectionDead, &dead, 0, nil)
        return (code == C.success || code == C.successWithInfo) && dead == C.connectionIsDead
    }

    /// An item of `SQLGetInfo` that is text; nil where the driver has no answer.
    package func info(_ item: InfoItem) -> String? {
        var buffer = [SQLCHAR](repeating: 0, count: 1024)
        var length: SQLSMALLINT = 0
        let code = unsafe SQLGetInfo(
            handle.raw, item.code, &buffer, SQLSMALLINT(buffer.count - 1), &length)
        guard code == C.success || code == C.successWithInfo else { return nil }
        return handle.conceal(String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self))
    }

    /// An item of `SQLGetInfo` that is a number of 16 or 32 bits; nil where the driver has no answer.
    package func info(_ item: InfoNumber) -> Int? {
        // Zeroed: a number of 16 bits leaves the upper half alone.
        var value: SQLUINTEGER = 0
        let code = unsafe SQLGetInfo(
            handle.raw, item.code, &value, SQLSMALLINT(MemoryLayout<SQLUINTEGER>.size), nil)
        guard code == C.success || code == C.successWithInfo else { return nil }
        return Int(value)
    }

    /// Whether the driver says that names are case-sensitive however they are written (`SQL_IC_SENSITIVE`).
    package var tellsCaseApart: Bool {
        info(.identifierCase) == C.isCaseSensitive && info(.quotedIdentifierCase) == C.isCaseSensitive
    }

    private func setAttribute(_ attribute: SQLINTEGER, _ value: Int) {
        let pointer = unsafe SQLPOINTER(bitPattern: value)
        _ = unsafe SQLSetConnectAttr(handle.raw, attribute, pointer, C.isUnsignedInteger)
    }

    private func note(_ outcome: Handle.Outcome) {
        if case .successWithInfo(let diagnostics) = outcome { diagnostics.forEach(remark) }
    }
}
