import Foundation
import NIOCore
import NIOPosix
import Synchronization

extension Session {
    static let lockedRefusal = SQLRefusal(
        sqlState: "28000",
        message: "\(SQLRefusal.enginePrefix)Your account is locked. Try again later.")  // invented

    static let sessionLimitRefusal = SQLRefusal(
        sqlState: "53300",
        message: "\(SQLRefusal.clientPrefix)Session refused by service, connection closed")

    /// Leads a connection from its first message to a session; false when it was something else, or refused.
    func logIn(_ messages: inout Inbound.AsyncIterator) async throws -> Bool {
        var parameters: [String: String]?
        while parameters == nil {
            guard let message = try await messages.next() else { return false }
            switch message {
            case .secureConnectionRequest:
                out.writeString("N")
                try await flush()
            case .cancelRequest(let processID, let secret):
                server.cancel(processID: processID, secret: secret)
                return false
            case .startup(let received): parameters = received
            default: return false
            }
        }
        guard let parameters else { return false }
        let options = StartupOptions(parameters["options"] ?? "")
        var password = ""
        // Who comes with a token is asked for nothing.
        if options["ns.oauth2token"] == nil {
            out.writeCleartextPasswordRequest()
            try await flush()
            guard case .password(let given)? = try await messages.next() else { return false }
            password = given
        }
        let attempt = LoginAttempt(
            user: parameters["user"] ?? "", password: password, database: parameters["database"] ?? "",
            account: options["ns.account"], role: options["ns.role"], accessToken: options["ns.oauth2token"])
        let place = try await admit(attempt)
        processID = place.processID
        try await start(options, place)
        return true
    }

    private func start(_ options: StartupOptions, _ place: (processID: Int32, secret: Int32)) async throws {
        view = CatalogView(
            server.store.presentation, staticSchema: options["ns.static_schema"] == "1",
            uppercase: options["ns.uppercase"] == "1")
        let store = server.store
        let opened = try await server.threads.runIfActive { try store.openSession() }
        control.attach(opened.connection)
        reader = opened
        lastActivity = server.clock.sessionTime
        out.writeAuthenticationOK()
        for (name, value) in [
            ("server_version", "15.0"), ("server_encoding", "UTF8"), ("client_encoding", "UTF8"),
            ("DateStyle", "ISO, MDY"), ("TimeZone", "UTC"), ("integer_datetimes", "on"),
            ("standard_conforming_strings", "on"),
        ] {
            out.writeParameterStatus(name, value)
        }
        out.writeBackendKey(processID: place.processID, secret: place.secret)
        out.writeReadyForQuery(.idle)
        try await flush()
    }

    /// Judges an attempt and writes the audit trail; throws the refusal that the client gets.
    private func admit(_ attempt: LoginAttempt) async throws -> (processID: Int32, secret: Int32) {
        let server = server
        server.activity.count { $0.loginsTried += 1 }
        let now = server.clock.sessionTime
        if let fault = server.faults.strike(.login) {
            if fault.kind == .locked { server.gate.withLock { $0.lock(at: now) } }
            if fault.kind == .refused {
                server.gate.withLock { $0.refuse(at: now) }
                try refuse(attempt, .injected, now)
            }
            record(attempt, fault.kind.rawValue, .injected, now)
            if fault.kind == .locked { server.activity.count { $0.loginsLocked += 1 } }
            do {
                try await suffer(fault)
            } catch let refusal as SQLRefusal {
                throw SessionEnd.refused(refusal)
            }
        }
        // The client dates its token by the time of day, wherever the mock's clock may stand.
        let time = Date().timeIntervalSince1970
        let access = attempt.accessToken.flatMap { token in
            server.office.withLock { $0.fault(token, role: attempt.role, at: time) }
        }
        let verdict = server.gate.withLock { gate in
            gate.judge(
                attempt, against: server.configuration.credentials, at: now, tokenTime: time, access: access)
        }
        switch verdict {
        case .locked:
            server.activity.count { $0.loginsLocked += 1 }
            record(attempt, "locked", nil, now)
            throw SessionEnd.refused(Self.lockedRefusal)
        case .refused(let fault):
            try refuse(attempt, fault, now)
        case .accepted:
            break
        }
        guard let place = server.open(control) else {
            record(attempt, "session-limit", nil, now)
            throw SessionEnd.refused(Self.sessionLimitRefusal)
        }
        server.activity.count { $0.loginsAccepted += 1 }
        record(attempt, "accepted", nil, now)
        return place
    }

    private func refuse(_ attempt: LoginAttempt, _ fault: LoginFault, _ now: Double) throws {
        server.activity.count { $0.loginsRefused += 1 }
        record(attempt, "refused", fault, now)
        var text = "Failed to login using TBA"
        if attempt.accessToken != nil {
            text = "Failed to login using OAuth 2.0"  // invented
            // RFC 6750, 3.1: what servers say of a token that was good once.
            if fault == .expiredAccessToken { text += ": The access token expired" }
            if fault == .revokedAccessToken { text += ": The access token was revoked" }
        }
        if attempt.accessToken == nil, !attempt.usesToken { text = "Invalid login credentials." }  // invented
        throw SessionEnd.refused(SQLRefusal(sqlState: "28000", message: SQLRefusal.enginePrefix + text))
    }

    private func record(_ attempt: LoginAttempt, _ outcome: String, _ fault: LoginFault?, _ now: Double) {
        let login = LoginRecord(
            time: now, user: attempt.user, account: attempt.account, role: attempt.role, outcome: outcome,
            reason: fault?.rawValue)
        server.activity.record(login)
        if outcome != "accepted" { server.configuration.watchRefusals?(login) }
    }
}

/// Server options of a startup message: `-c name=value` and `--name=value`, with backslashes before blanks.
struct StartupOptions: Equatable {
    private var values: [String: String] = [:]

    init(_ text: String) {
        var words: [String] = []
        var word = ""
        var escaped = false
        for character in text {
            if escaped {
                word.append(character)
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else if character == " " {
                words.append(word)
                word = ""
            } else {
                word.append(character)
            }
        }
        words.append(word)
        for var word in words {
            if word.hasPrefix("--") { word.removeFirst(2) } else if word.hasPrefix("-c") { word.removeFirst(2) }
            guard let equals = word.firstIndex(of: "=") else { continue }
            values[word[..<equals].lowercased()] = String(word[word.index(after: equals)...])
        }
    }

    subscript(_ name: String) -> String? { values[name] }
}
