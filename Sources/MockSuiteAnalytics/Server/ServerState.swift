import NIOPosix
import Synchronization

/// How a mock behaves; everything has a value that suits a smoke test.
package struct MockConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 picks a free one.
    package var port = 0
    /// Where the control channel listens: 0 picks a free port, nil has none.
    package var controlPort: Int?
    /// What a client of the control channel says first.
    package var controlToken = ControlChannel.makeToken()
    package var credentials = MockCredentials()
    package var sessionLimit = 50
    /// Seconds without a statement after which the service forgets a session.
    package var idleLimit = 5400.0
    /// Is told of each login that is not accepted, with the reason that no client learns: for whoever runs the mock.
    package var watchRefusals: (@Sendable (LoginRecord) -> Void)?

    package init() {}
}

/// What the sessions of one mock share.
final class ServerState: Sendable {
    let configuration: MockConfiguration
    let store: Store
    let clock: MockClock
    let faults = FaultPlan()
    let activity = Activity()
    let gate = Mutex(LoginGate())
    let office: Mutex<TokenOffice>
    /// SQLite runs here, so that a long scan keeps no connection from being served.
    let threads: NIOThreadPool
    private let sessions = Mutex(Sessions())

    private struct Sessions {
        var running: [Int32: (secret: Int32, control: SessionControl)] = [:]
        var lastID: Int32 = 0
    }

    init(_ configuration: MockConfiguration, store: Store, clock: MockClock, threads: NIOThreadPool) {
        self.configuration = configuration
        office = Mutex(TokenOffice(configuration.credentials))
        self.store = store
        self.clock = clock
        self.threads = threads
    }

    /// Takes a place for a session; nil when the limit is reached.
    func open(_ control: SessionControl) -> (processID: Int32, secret: Int32)? {
        let limit = configuration.sessionLimit
        let place: (Int32, Int32)? = sessions.withLock { sessions in
            guard sessions.running.count < limit else { return nil }
            sessions.lastID += 1
            let secret = Int32.random(in: 1...Int32.max)
            sessions.running[sessions.lastID] = (secret, control)
            return (sessions.lastID, secret)
        }
        if place != nil {
            activity.count { counters in
                counters.sessionsOpen += 1
                counters.sessionsMost = max(counters.sessionsMost, counters.sessionsOpen)
            }
        }
        return place
    }

    func close(_ processID: Int32) {
        let known = sessions.withLock { $0.running.removeValue(forKey: processID) != nil }
        if known { activity.count { $0.sessionsOpen -= 1 } }
    }

    func cancel(processID: Int32, secret: Int32) {
        activity.count { $0.cancelRequests += 1 }
        let control = sessions.withLock { sessions in
            sessions.running[processID].flatMap { $0.secret == secret ? $0.control : nil }
        }
        control?.stop(.cancelled)
    }
}
