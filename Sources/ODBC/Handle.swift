import CODBC

/// One ODBC handle, and the calls on it: return codes become errors, warnings become notes.
///
/// Freed when nobody holds it any more, and not before the handles below it, which keep it. The C function is `SQLFreeHandle`.
///
/// The only place that calls `SQLGetDiagRec`. Not `Sendable`: a handle's diagnostics are hidden state of its last call,
/// so one thread at a time uses a handle.
@safe class Handle {
    let raw: SQLHANDLE
    let type: SQLSMALLINT
    /// Nil for an environment.
    private let parent: Handle?
    /// Takes secrets out of what the driver says, before anybody sees it.
    let conceal: @Sendable (String) -> String

    /// Records that are read of one call. Some drivers would go on for ever.
    private static let maximumRecords: SQLSMALLINT = 32

    /// Allocates a handle below `parent`. The C function is `SQLAllocHandle`.
    ///
    /// - Parameter conceal: Nil for the parent's.
    init(
        _ type: SQLSMALLINT, parent: Handle?, conceal: (@Sendable (String) -> String)? = nil
    ) throws(ODBCError) {
        var raw: SQLHANDLE?
        let code = unsafe SQLAllocHandle(type, parent?.raw, &raw)
        guard code == C.success || code == C.successWithInfo, let raw = unsafe raw else {
            throw ODBCError(
                kind: code == C.invalidHandle ? .invalidHandle : .error, function: "SQLAllocHandle",
                diagnostics: parent?.diagnostics() ?? [])
        }
        unsafe self.raw = raw
        self.type = type
        self.parent = parent
        self.conceal = conceal ?? parent?.conceal ?? Self.unchanged
    }

    @Sendable private static func unchanged(_ text: String) -> String { text }

    deinit { _ = unsafe SQLFreeHandle(type, raw) }

    /// What a call may return besides an error.
    enum Outcome {
        case success
        case successWithInfo([Diagnostic])
        case noData
    }

    /// Turns a return code into an outcome, or throws what the driver said.
    func check(_ function: String, _ code: SQLRETURN) throws(ODBCError) -> Outcome {
        switch code {
        case C.success: return .success
        case C.successWithInfo: return .successWithInfo(diagnostics())
        case C.noData: return .noData
        case C.error: throw ODBCError(kind: .error, function: function, diagnostics: diagnostics())
        case C.invalidHandle: throw ODBCError(kind: .invalidHandle, function: function)
        default:
            throw ODBCError(kind: .unexpectedReturnCode(code), function: function, diagnostics: diagnostics())
        }
    }

    /// All records of the last call, in order. The C function is `SQLGetDiagRec`.
    func diagnostics() -> [Diagnostic] {
        var records: [Diagnostic] = []
        // Drivers misreport the length in both directions, so the buffer is cleared and the terminator looked for.
        var buffer = [SQLCHAR](repeating: 0, count: 4096)
        while records.count < Int(Self.maximumRecords) {
            var state = [SQLCHAR](repeating: 0, count: 6)
            var native: SQLINTEGER = 0
            var length: SQLSMALLINT = 0
            for index in buffer.indices { buffer[index] = 0 }
            let capacity = SQLSMALLINT(buffer.count - 1)
            let code = unsafe SQLGetDiagRec(
                type, raw, SQLSMALLINT(records.count + 1), &state, &native, &buffer, capacity, &length)
            guard code == C.success || code == C.successWithInfo else { break }
            records.append(
                Diagnostic(
                    state: SQLState(rawValue: String(decoding: state.prefix { $0 != 0 }, as: UTF8.self)),
                    nativeCode: native, message: String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self),
                    conceal: conceal))
        }
        return records
    }
}
