/// Who gets in, and when the account is locked: Oracle's rules as a value, with the time given from outside.
///
/// Five refused attempts lock the account for thirty minutes; then there is one attempt, and if it is refused, another
/// thirty minutes. An attempt on a locked account is turned away unread and counts for nothing. A login that is let
/// in forgets all refusals before it.
package struct LoginGate: Sendable {
    package enum Verdict: Sendable, Equatable {
        case accepted
        case refused(LoginFault)
        case locked
    }

    package static let allowedFailures = 5
    package static let lockSeconds = 1800.0

    private var failures = 0
    private var lockedUntil: Double?
    private var usedNonces: [String: Double] = [:]

    package init() {}

    /// Judges one attempt at the time `now`, in seconds since 1970; its token's date by `tokenTime`, if that is another.
    ///
    /// - Parameter access: What is wrong with its access token, where it has one.
    package mutating func judge(
        _ attempt: LoginAttempt, against credentials: MockCredentials, at now: Double, tokenTime: Double? = nil,
        access: LoginFault? = nil
    ) -> Verdict {
        if isLocked(at: now) { return .locked }
        let tokenTime = tokenTime ?? now
        if let fault = attempt.fault(credentials, at: tokenTime, access: access) ?? useNonce(of: attempt, at: tokenTime)
        {
            refuse(at: now)
            return .refused(fault)
        }
        (failures, lockedUntil) = (0, nil)
        return .accepted
    }

    package func isLocked(at now: Double) -> Bool {
        lockedUntil.map { now < $0 } ?? false
    }

    /// Counts a refusal.
    package mutating func refuse(at now: Double) {
        failures += 1
        // A lock that has run out leaves one attempt.
        if lockedUntil != nil || failures >= Self.allowedFailures { lock(at: now) }
    }

    package mutating func lock(at now: Double) {
        lockedUntil = now + Self.lockSeconds
    }

    package mutating func unlock() {
        (failures, lockedUntil) = (0, nil)
    }

    /// Makes the lock `seconds` older, for tests whose client has a clock of its own.
    package mutating func age(by seconds: Double) {
        lockedUntil = lockedUntil.map { $0 - seconds }
    }

    private mutating func useNonce(of attempt: LoginAttempt, at now: Double) -> LoginFault? {
        guard attempt.usesToken, let token = TokenPassword(attempt.password) else { return nil }
        // A password may be dated as far ahead as behind, so it must be remembered for twice its life.
        usedNonces = usedNonces.filter { abs(now - $0.value) <= 2 * TokenPassword.validSeconds }
        return usedNonces.updateValue(token.timestamp, forKey: token.nonce) == nil ? nil : .replayedNonce
    }
}
