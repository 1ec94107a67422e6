import CODBC

/// What no extract needs of a statement, and a probe of an unknown driver asks.
extension Statement {
    /// How a driver took an attribute.
    package struct AttributeAnswer: Sendable {
        /// Nil where it was accepted.
        package var refusal: ODBCError?
        /// Whether it came with 01S02: another value is in force.
        package var isChanged: Bool
        /// What it reads back as; nil where reading failed.
        package var kept: Int?
    }

    /// Asks the driver to give statements up after so many seconds. The attribute is `SQL_ATTR_QUERY_TIMEOUT`.
    package func askForTimeout(seconds: Int) -> AttributeAnswer {
        let pointer = unsafe SQLPOINTER(bitPattern: seconds)
        let code = unsafe SQLSetStmtAttr(handle.raw, C.queryTimeout, pointer, C.isUnsignedInteger)
        var answer = AttributeAnswer(refusal: nil, isChanged: false, kept: nil)
        do throws(ODBCError) {
            if case .successWithInfo(let diagnostics) = try handle.check("SQLSetStmtAttr", code) {
                answer.isChanged = diagnostics.contains { $0.state == .optionValueChanged }
            }
        } catch {
            answer.refusal = error
        }
        var value: SQLULEN = 0
        let read = unsafe SQLGetStmtAttr(handle.raw, C.queryTimeout, &value, 0, nil)
        if read == C.success || read == C.successWithInfo { answer.kept = Int(clamping: value) }
        return answer
    }

    /// Has ODBC's escapes, such as `{ts '…'}`, translated. The attribute is `SQL_ATTR_NOSCAN`.
    package func scanEscapes() { setAttribute(C.noScan, C.noScanOff) }

    /// Runs SQL with one `?`. The C functions are `SQLPrepare`, `SQLBindParameter`, `SQLExecute`.
    package func execute(_ sql: String, parameter: String) throws(ODBCError) {
        var text = CText(sql)
        let prepared = unsafe SQLPrepare(handle.raw, &text.bytes, SQLINTEGER(clamping: text.count))
        try note(handle.check("SQLPrepare", prepared))
        let bytes = Array(parameter.utf8)
        let value = UnsafeMutableBufferPointer<SQLCHAR>.allocate(capacity: bytes.count + 1)
        let length = UnsafeMutablePointer<SQLLEN>.allocate(capacity: 1)
        _ = unsafe value.initialize(from: bytes + [0])
        unsafe length.initialize(to: bytes.count)
        defer {
            // The driver must forget the memory before it goes.
            _ = unsafe SQLFreeStmt(handle.raw, C.resetParameters)
            unsafe value.deallocate()
            unsafe length.deallocate()
        }
        let bound = unsafe SQLBindParameter(
            handle.raw, 1, C.parameterInput, C.char, C.varchar, SQLULEN(max(1, bytes.count)), 0, value.baseAddress,
            SQLLEN(bytes.count + 1), length)
        try note(handle.check("SQLBindParameter", bound))
        try note(handle.check("SQLExecute", unsafe SQLExecute(handle.raw)))
    }

    /// Goes to the next row and leaves its values alone; false at the end. The C function is `SQLFetch`.
    package func skipRow() throws(ODBCError) -> Bool {
        let outcome = try handle.check("SQLFetch", unsafe SQLFetch(handle.raw))
        if case .noData = outcome { return false }
        note(outcome)
        return true
    }
}
