import NIOCore
import NIOPosix
import Synchronization

/// A mock of SuiteAnalytics Connect, listening on a loopback port.
///
/// It speaks PostgreSQL's protocol, so that a stock ODBC driver can reach it; everything behind the protocol (login,
/// catalog, dialect, errors) is NetSuite's, as far as that is publicly known.
package final class MockServer: Sendable {
    package let port: Int
    /// Where the control channel listens; nil without one.
    package let controlPort: Int?
    private let state: ServerState
    private let group: MultiThreadedEventLoopGroup
    private let serving: Task<Void, Never>
    private let controlling = Mutex<Task<Void, Never>?>(nil)
    /// Makes steps of the evolution by time.
    private let evolving = Mutex<Task<Void, Never>?>(nil)

    /// Starts serving `store`.
    ///
    /// Throws when the port can't be had.
    package static func start(
        _ configuration: MockConfiguration = MockConfiguration(), store: Store, clock: MockClock = MockClock()
    ) async throws -> MockServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let threads = NIOThreadPool(numberOfThreads: 6)
        threads.start()
        let state = ServerState(configuration, store: store, clock: clock, threads: threads)
        do {
            let tls = try TokenEndpoint.makeContext()
            let listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelOption(.backlog, value: 256)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: configuration.host, port: configuration.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let opened = channel.eventLoop.makePromise(of: FirstByte.Opened.self)
                        try channel.pipeline.syncOperations.addHandler(FirstByte(opened, tls: tls))
                        return opened.futureResult
                    }
                }
            let control: NIOAsyncChannel<ControlChannel.Connection, Never>?
            if let port = configuration.controlPort {
                control = try await ControlChannel.listen(on: port, group: group)
            } else {
                control = nil
            }
            let server = MockServer(state, group, listener, controlPort: control?.channel.localAddress?.port)
            if let control {
                server.controlling.withLock { $0 = Task { await ControlChannel.serve(control, server) } }
            }
            return server
        } catch {
            try? await threads.shutdownGracefully()
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(
        _ state: ServerState, _ group: MultiThreadedEventLoopGroup,
        _ listener: NIOAsyncChannel<EventLoopFuture<FirstByte.Opened>, Never>, controlPort: Int?
    ) {
        self.state = state
        self.group = group
        self.controlPort = controlPort
        port = listener.channel.localAddress?.port ?? 0
        serving = Task {
            try? await listener.executeThenClose { clients in
                try await withThrowingDiscardingTaskGroup { tasks in
                    for try await client in clients {
                        tasks.addTask {
                            switch try? await client.get() {
                            case .session(let session):
                                try? await session.executeThenClose { inbound, outbound in
                                    await Session(state, channel: session.channel, outbound: outbound).run(inbound)
                                }
                            case .token(let connection):
                                try? await TokenEndpoint(server: state, channel: connection.channel).serve(connection)
                            case nil: break
                            }
                        }
                    }
                }
            }
        }
    }

    /// Ends all sessions, stops listening and deletes the data.
    package func shutdown() async {
        let controlling = controlling.withLock { $0 }
        controlling?.cancel()
        let evolving = evolving.withLock { $0 }
        evolving?.cancel()
        await evolving?.value
        serving.cancel()
        await controlling?.value
        await serving.value
        try? await state.threads.shutdownGracefully()
        try? await group.shutdownGracefully()
        state.store.remove()
    }

    // MARK: For tests

    package var faults: FaultPlan { state.faults }
    package var activity: Activity { state.activity }
    package var clock: MockClock { state.clock }
    /// What a client of the control channel says first.
    package var controlToken: String { state.configuration.controlToken }
    /// Where access tokens are asked for: on the same port as all else.
    package var tokenURL: String { "https://localhost:\(port)\(TokenEndpoint.path)" }
    /// What vouches for it, in PEM.
    package var tokenCertificate: String { MockKeys.serverCertificate + "\n" }
    package var credentials: MockCredentials { state.configuration.credentials }

    /// Changes the data with SQLite's own SQL; how many rows were changed.
    package func change(_ sql: String) throws -> Int {
        try state.store.change(sql)
    }

    package var store: Store { state.store }

    /// Makes a step of the evolution time and again, in place of any pace before; nil for no more.
    package func evolve(at pace: EvolutionPace?) {
        evolving.withLock { evolving in
            evolving?.cancel()
            evolving = nil
            state.store.evolve(everyRows: nil)
            switch pace {
            case .rows(let rows): state.store.evolve(everyRows: rows)
            case .seconds(let seconds):
                let state = state
                evolving = Task {
                    while (try? await Task.sleep(for: .seconds(seconds))) != nil, !Task.isCancelled {
                        do {
                            try state.store.evolve(steps: 1)
                        } catch {
                            state.activity.record(note: "Evolution: \(error)")
                        }
                    }
                }
            case nil: break
            }
        }
    }

    /// Changes the token endpoint's rules, or what it has granted.
    package func withTokens<Value: Sendable>(_ body: (inout TokenOffice) throws -> sending Value) rethrows -> Value {
        try state.office.withLock(body)
    }

    package func lock() {
        let now = state.clock.sessionTime
        state.gate.withLock { $0.lock(at: now) }
    }

    package func unlock() {
        state.gate.withLock { $0.unlock() }
    }

    /// Makes the account's lock `seconds` older, for clients that have a clock of their own.
    package func ageLock(by seconds: Double) {
        state.gate.withLock { $0.age(by: seconds) }
    }
}
