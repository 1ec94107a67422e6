package import FoundationEssentials

/// What is remembered of the logins of one user of one account, and what follows for the next one.
///
/// A value without clock, file or network: an event goes in, a decision comes out. NetSuite locks a user after five
/// failed logins for thirty minutes; we stop at two, so that a person has three left.
package struct LoginBreaker: Codable, Sendable, Equatable {
    /// How a login ended.
    package enum Outcome: Sendable, Equatable {
        case succeeded
        case refused
        /// The server said that the user is locked.
        case locked
        /// The service was not reached, so no login was counted.
        case unreached
        // What is not told apart counts as refused: see `begin`.
    }

    /// Whether a login may be tried.
    package enum Decision: Sendable, Equatable {
        case attempt
        /// These credentials were refused twice, or credentials of this user four times in all.
        case open(refusals: Int)
        /// The user is locked until then.
        case locked(until: Date)
        /// The lock has run out, but these credentials have never worked: trying them could only lock again.
        case unproven
    }

    /// Refusals of each set of credentials since the last success, by fingerprint. An attempt that is under way counts.
    private var refusals: [String: Int] = [:]
    private var lockedUntil: Date?
    /// The credentials with which the lock was met.
    private var lockedWith: String?
    /// The credentials of the last success.
    private var proven: String?
    /// When the last attempt began, for people.
    package private(set) var lastAttempt: Date?
    package private(set) var lastSuccess: Date?

    /// Refusals of one set of credentials after which it is tried no more.
    package static let limit = 2
    /// Refusals of all sets together: one below the five at which NetSuite locks.
    package static let limitOfAll = 4
    /// NetSuite's page on Connect logins: thirty minutes without access.
    package static let lockSeconds: TimeInterval = 30 * 60

    package init() {}

    /// Whether these credentials may be tried now.
    ///
    /// - Parameter fingerprint: Of the credentials; other credentials are another matter.
    package func decide(_ fingerprint: String, at now: Date) -> Decision {
        if let lockedUntil {
            if now < lockedUntil { return .locked(until: lockedUntil) }
            // The one attempt after a lock is for credentials that once worked, or that a person has just changed.
            if fingerprint == lockedWith, fingerprint != proven { return .unproven }
            return .attempt
        }
        let own = refusals[fingerprint, default: 0]
        if own >= Self.limit { return .open(refusals: own) }
        let all = refusals.values.reduce(0, +)
        return all >= Self.limitOfAll ? .open(refusals: all) : .attempt
    }

    /// An attempt begins. It is counted as refused from now on: a process that dies in it cannot take that back.
    package mutating func begin(_ fingerprint: String, at now: Date) {
        refusals[fingerprint, default: 0] += 1
        lastAttempt = now
        if lockedUntil != nil {
            // The one attempt is used up. Unless it succeeds, the lock stands for another thirty minutes.
            lockedUntil = now + Self.lockSeconds
            lockedWith = fingerprint
        }
    }

    /// The attempt that began last ended like this.
    package mutating func end(_ fingerprint: String, _ outcome: Outcome, at now: Date) {
        switch outcome {
        case .succeeded:
            refusals = [:]
            lockedUntil = nil
            lockedWith = nil
            proven = fingerprint
            lastSuccess = now
        case .refused: break
        case .locked:
            lockedUntil = now + Self.lockSeconds
            lockedWith = fingerprint
            // The lock says it all; after it, one attempt is free.
            refusals = [:]
        case .unreached:
            let left = refusals[fingerprint, default: 0] - 1
            refusals[fingerprint] = left > 0 ? left : nil
            if lockedUntil != nil { lockedUntil = now }
        }
    }

    /// A person says that the cause is mended. What once worked is remembered.
    package mutating func reset() {
        refusals = [:]
        lockedUntil = nil
        lockedWith = nil
    }

    /// Refusals that count now, of all credentials.
    package var countedRefusals: Int { refusals.values.reduce(0, +) }
    /// The end of a lock, also one that has run out.
    package var lockEnd: Date? { lockedUntil }
}
