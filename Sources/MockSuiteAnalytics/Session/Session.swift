import Glibc
import NIOCore

/// One client's connection, from its first byte to its last.
///
/// Used by the one task that serves the connection; hence no lock and not `Sendable`.
final class Session {
    typealias Inbound = NIOAsyncChannelInboundStream<FrontendMessage>
    typealias Outbound = NIOAsyncChannelOutboundWriter<ByteBuffer>

    let server: ServerState
    let channel: any Channel
    let outbound: Outbound
    let control = SessionControl()

    var processID: Int32?
    var view = CatalogView(Catalog(tables: []))
    var reader: Store.Reader?
    var transaction = TransactionState.idle
    var cursors: [String: RunningResult] = [:]
    var prepared: [String: Prepared] = [:]
    var portals: [String: Portal] = [:]
    /// After an error in the extended protocol everything up to Sync is skipped.
    var skipsToSync = false
    /// Milliseconds, 0 for none.
    var statementTimeout = 0
    var lastActivity = 0.0
    /// What is not yet sent.
    var out = ByteBuffer()

    init(_ server: ServerState, channel: any Channel, outbound: Outbound) {
        self.server = server
        self.channel = channel
        self.outbound = outbound
    }

    /// Serves the connection until either side ends it.
    func run(_ inbound: Inbound) async {
        let control = control
        channel.closeFuture.whenComplete { _ in control.stop(.gone) }
        defer {
            control.detach()
            if let processID { server.close(processID) }
        }
        do {
            var messages = inbound.makeAsyncIterator()
            guard try await logIn(&messages) else { return }
            while let message = try await messages.next() {
                guard try await answer(message) else { return }
            }
        } catch SessionEnd.reset {
            await resetConnection()
        } catch SessionEnd.refused(let refusal) {
            out.clear()
            out.writeError(refusal, severity: "FATAL")
            try? await flush()
        } catch {
            // Closed by either side: there is nobody to tell.
        }
    }

    /// False when the client says goodbye.
    private func answer(_ message: FrontendMessage) async throws -> Bool {
        try expireWhenIdle()
        refreshView()
        switch message {
        case .terminate: return false
        case .query(let sql): try await answerQuery(sql)
        case .invalidText(let type):
            out.writeError(.invalidUTF8)
            if transaction == .open { transaction = .failed }
            if type == UInt8(ascii: "Q") {
                out.writeReadyForQuery(transaction)
            } else {
                skipsToSync = true
            }
            try await flush()
        case .malformed, .startup, .secureConnectionRequest, .cancelRequest, .password:
            throw SessionEnd.refused(SQLRefusal(sqlState: "08P01", message: "protocol violation"))
        default: try await answerExtended(message)
        }
        lastActivity = server.clock.sessionTime
        return true
    }

    /// What the role sees may have become different.
    private func refreshView() {
        guard view.version != server.store.presentationVersion else { return }
        view = CatalogView(server.store.presentation, staticSchema: view.staticSchema, uppercase: view.uppercase)
    }

    /// A session without a statement for ninety minutes is forgotten by the service.
    private func expireWhenIdle() throws {
        if server.clock.sessionTime - lastActivity > server.configuration.idleLimit {
            throw SessionEnd.refused(.connectionExpired)
        }
    }

    /// Sends what has gathered.
    func flush() async throws {
        guard out.readableBytes > 0 else { return }
        let ready = out
        out = ByteBuffer()
        try await outbound.write(ready)
    }

    private func resetConnection() async {
        out.clear()
        // With a linger time of zero the kernel sends RST instead of FIN.
        if let options = channel as? any SocketOptionProvider {
            try? await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await channel.close().get()
    }

    // MARK: Faults

    /// Lets a fault strike: waits, throws, or ends the session.
    func suffer(_ fault: Fault) async throws {
        switch fault.kind {
        case .slow:
            // A wait for each row comes behind the rows, when it is known how many they are.
            if fault.rowMicroseconds == nil { try await pause(fault.milliseconds ?? 100, generation: nil) }
        case .stall: try await pause(fault.milliseconds ?? .max, generation: server.faults.generation)
        case .reset: throw SessionEnd.reset
        case .close, .html: throw SessionEnd.closed
        case .expired: throw SessionEnd.refused(.connectionExpired)
        case .ticket: throw SQLRefusal.failedToRetrieve(ticket: Self.ticket())
        case .sessionLimit: throw SessionEnd.refused(Self.sessionLimitRefusal)
        case .locked: throw SessionEnd.refused(Self.lockedRefusal)
        case .refused: throw SQLRefusal.engine("42000", fault.text ?? "Permission denied.", code: 10104)  // invented
        case .error:
            throw SQLRefusal(sqlState: fault.sqlState ?? "HY000", message: fault.text ?? "Injected fault")
        }
    }

    /// Waits as long as a slow service would have taken for so many rows.
    func suffer(_ fault: Fault?, rows: Int) async throws {
        guard let fault, fault.kind == .slow, let each = fault.rowMicroseconds else { return }
        let (total, overflows) = each.multipliedReportingOverflow(by: rows)
        try await pause(overflows ? .max : total / 1000, generation: nil)
    }

    /// Waits, unless the statement is stopped, the client goes, or the plan is cleared.
    private func pause(_ milliseconds: Int, generation: Int?) async throws {
        var waited = 0
        while waited < milliseconds {
            try control.check()
            if control.isGone { throw SessionEnd.closed }
            if let generation, server.faults.generation != generation { return }
            let step = min(20, milliseconds - waited)
            try await Task.sleep(for: .milliseconds(step))
            waited += step
        }
    }

    /// Twenty characters for support to look up.
    static func ticket() -> String {
        String((0..<20).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "0" })
    }
}
