import CODBC
import Text

/// The handle of a connection. Its session is ended before it is freed, so that a statement that is still there, and keeps it,
/// never finds itself freed by `SQLDisconnect`.
final class ConnectionHandle: Handle {
    /// Whether there is a session to end.
    private var isConnected = false

    /// Connecting and disconnecting is one at a time in the process: drivers have been caught sharing state there.
    private static let gate = ConnectionGate()

    init(of environment: Handle) throws(ODBCError) {
        try super.init(C.connection, parent: environment)
    }

    deinit {
        if isConnected { disconnect() }
    }

    /// Logs in. The C function is `SQLDriverConnect`, without prompting, file DSN or an output string, which would hold
    /// the password.
    func connect(_ string: ConnectionString) throws(ODBCError) -> Outcome {
        var text = CText(string.text.reveal())
        let length = SQLSMALLINT(clamping: text.count)
        guard Int(length) == text.count else {
            throw ODBCError.misbehaviour(
                "the connection string has \(Sentence.size(text.count)), more than SQLDriverConnect can take",
                in: "SQLDriverConnect")
        }
        let code = Self.gate.pass {
            unsafe SQLDriverConnect(raw, nil, &text.bytes, length, nil, 0, nil, C.noPrompt)
        }
        let outcome = try check("SQLDriverConnect", code)
        isConnected = true
        return outcome
    }

    /// Ends the session. The C function is `SQLDisconnect`.
    private func disconnect() {
        Self.gate.pass {
            if unsafe SQLDisconnect(raw) == C.error,
                diagnostics().contains(where: { $0.state == .transactionOpen })
            {
                _ = unsafe SQLEndTran(type, raw, C.rollback)
                _ = unsafe SQLDisconnect(raw)
            }
        }
    }
}
