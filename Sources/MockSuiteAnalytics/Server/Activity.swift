import Synchronization

/// What a mock has done so far, for tests to assert on.
package struct Counters: Sendable, Codable, Equatable {
    /// Connections that got as far as asking to log in.
    package var loginsTried = 0
    package var loginsAccepted = 0
    /// Refused by credentials or by an injected refusal; what counts towards the lock.
    package var loginsRefused = 0
    /// Turned away because the account was locked.
    package var loginsLocked = 0
    package var sessionsOpen = 0
    package var sessionsMost = 0
    /// Queries of data or catalog, whatever became of them.
    package var statements = 0
    package var statementsRefused = 0
    package var batches = 0
    package var rows = 0
    package var cancelRequests = 0
    /// Questions to the token endpoint, whatever became of them.
    package var tokenRequests = 0
    package var tokensGranted = 0
    package var tokensRefused = 0

    package init() {}

    enum CodingKeys: String, CodingKey {
        case statements, batches, rows
        case loginsTried = "logins_tried"
        case loginsAccepted = "logins_accepted"
        case loginsRefused = "logins_refused"
        case loginsLocked = "logins_locked"
        case sessionsOpen = "sessions_open"
        case sessionsMost = "sessions_most"
        case statementsRefused = "statements_refused"
        case cancelRequests = "cancel_requests"
        case tokenRequests = "token_requests"
        case tokensGranted = "tokens_granted"
        case tokensRefused = "tokens_refused"
    }
}

/// One line of the login audit trail.
package struct LoginRecord: Sendable, Codable, Equatable {
    /// Seconds since 1970, by the mock's clock.
    package var time: Double
    package var user: String
    package var account: String?
    package var role: String?
    /// `accepted`, `refused`, `locked` or `session-limit`.
    package var outcome: String
    /// Why it was refused, which the client is not told.
    package var reason: String?
}

/// Counters, login audit trail and the last statements; all sessions write it.
package final class Activity: Sendable {
    private struct State {
        var counters = Counters()
        var logins: [LoginRecord] = []
        var statements: [String] = []
        var notes: [String] = []
    }

    private static let remembered = 1000
    private let state = Mutex(State())

    package init() {}

    package var counters: Counters { state.withLock { $0.counters } }
    /// The last logins, oldest first.
    package var logins: [LoginRecord] { state.withLock { $0.logins } }
    /// The last queries, oldest first.
    package var statements: [String] { state.withLock { $0.statements } }

    /// What went wrong inside the mock, for whoever mends it: never sent to a client.
    package var notes: [String] { state.withLock { $0.notes } }

    /// Sets all counts but the open sessions to zero, and forgets logins and statements.
    package func reset() {
        state.withLock { state in
            let open = state.counters.sessionsOpen
            state = State()
            state.counters.sessionsOpen = open
            state.counters.sessionsMost = open
        }
    }

    func count(_ change: (inout Counters) -> Void) {
        state.withLock { change(&$0.counters) }
    }

    func record(_ login: LoginRecord) {
        state.withLock { state in
            if state.logins.count == Self.remembered { state.logins.removeFirst() }
            state.logins.append(login)
        }
    }

    func record(note: String) {
        state.withLock { state in
            if state.notes.count == Self.remembered { state.notes.removeFirst() }
            state.notes.append(note)
        }
    }

    func record(statement: String) {
        state.withLock { state in
            state.counters.statements += 1
            if state.statements.count == Self.remembered { state.statements.removeFirst() }
            state.statements.append(statement)
        }
    }
}
