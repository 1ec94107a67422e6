package import FoundationEssentials

/// What is remembered of the logins of one user of one account, and what follows for the next one.
///
/// A value without clock, file or network: an event goes in, a decision comes out. NetSuite locks a user after five
/// failed logins for thirty minutes; we stop at two, so that a person has three left. It is kept as JSON; see
/// `LoginBreaker+Coding`.
package struct LoginBreaker: Sendable, Equatable {
    /// How a login ended.
    package enum Outcome: Sendable, Equatable, CaseIterable {
        case succeeded
        case refused
        /// The server said that the user is locked.
        case locked
        /// Whether it was judged nobody knows.
        case unanswered
        /// It was surely never judged, so no login was counted.
        case notTried
    }

    /// Whether a login may be tried.
    package enum Decision: Sendable, Equatable {
        case attempt
        /// These credentials were refused twice, or credentials of this user four times in all.
        case open(refusals: Int)
        /// These credentials have never worked, and two logins with them got no answer; so many of the two were refused.
        case silent(refusals: Int)
        /// Logins with these credentials, which have worked, got no answer: the next one may be tried then.
        case waiting(until: Date)
        /// The user is locked until then.
        case locked(until: Date)
        /// The lock has run out, but these credentials have never worked: trying them could only lock again.
        case unproven
        /// Further logins beside one that lives were refused: the next one of that kind may be tried then; or, where it is no
        /// time that is waited for, once another login has succeeded.
        case crowded(until: Date?)
    }

    /// A span of waiting, with its beginning: where the clock says that it has not begun, the clock was set back.
    struct Wait: Codable, Sendable, Equatable {
        var since: Date
        var until: Date

        init(_ seconds: TimeInterval, from now: Date) {
            since = now
            until = now + seconds
        }
    }

    /// A login that is under way, or whose process died in it.
    struct Attempt: Codable, Sendable, Equatable {
        var fingerprint: String
        /// Beside another connection of this process that lives.
        var isFurther: Bool
        /// The process that has ordered it; it may say that it was called off.
        var parent: Int32
    }

    /// What is known of one set of credentials.
    struct Credentials: Codable, Sendable, Equatable {
        /// Since they worked last.
        var refusals = 0
        /// Logins without an answer since they worked last.
        var silences = 0
        var wait: Wait?
        /// When they worked last.
        var worked: Date?
        /// Whether the lock was met with them since.
        var metLock = false
        /// Refusals of further logins beside one that lived.
        var furtherRefusals = 0
        var furtherWait: Wait?
        /// Those of them since these credentials worked last: the service counts them with the others. Nil for none, as older
        /// versions have it.
        var strayRefusals: Int?

        /// All that were refused since they worked last.
        var refusalsInARow: Int { refusals + (strayRefusals ?? 0) }

        var isForgettable: Bool { self == Credentials() }
    }

    /// By fingerprint.
    var credentials: [String: Credentials] = [:]
    /// Refusals of all credentials since one of them worked: what NetSuite counts.
    var refusalsOfAll = 0
    var lock: Wait?
    /// How often in a row the server has said so.
    var locks = 0
    var attempt: Attempt?
    /// The credentials of the last attempt.
    var lastWith: String?
    /// Whose logins these are, for people: `role 57 (tba)`; nil where only an older kleene-ns has written.
    package var user: String?
    /// When the last attempt began, for people.
    package var lastAttempt: Date?
    package var lastSuccess: Date?
    /// What was said to the last login that did not succeed, since one did or a person has said that all is well.
    package var lastRefusal: LoginRefusal?
    /// When a person has said that all is well.
    var lastReset: Date?
    /// What stands for the same user in other places, whose keys are their own: one user is shown once.
    var otherNames: [String] = []

    /// Refusals of one set of credentials after which it is tried no more.
    package static let limit = 2
    /// Refusals of all sets together: one below the five at which NetSuite locks.
    package static let limitOfAll = 4
    /// NetSuite's page on Connect logins: thirty minutes without access.
    package static let lockSeconds: TimeInterval = 30 * 60
    /// The longest wait for a service that gives no answer, or keeps saying that the user is locked.
    package static let longestWait: TimeInterval = 2 * 3600
    /// Without further logins after two of them were refused.
    package static let crowdedSeconds: TimeInterval = 24 * 3600

    package init() {}

    // MARK: Decisions

    /// Whether these credentials may be tried now. `settle` comes first.
    ///
    /// - Parameters:
    ///   - fingerprint: Of the credentials; other credentials are another matter.
    ///   - further: Whether it is a login beside another one that lives.
    package func decide(_ fingerprint: String, further: Bool = false, at now: Date) -> Decision {
        let own = credentials[fingerprint] ?? Credentials()
        if let lock, now < lock.until { return .locked(until: lock.until) }
        if own.refusalsInARow >= Self.limit { return .open(refusals: own.refusalsInARow) }
        // The one attempt after a lock is for credentials that once worked, or that a person has just changed.
        if own.metLock, own.worked == nil { return .unproven }
        let isInDoubt = own.refusals + own.silences >= Self.limit
        // A lock that has run out, which other credentials may have met, is no reason to try these a third time.
        if isInDoubt, own.worked == nil { return .silent(refusals: own.refusals) }
        if lock != nil { return .attempt }
        if isInDoubt, let wait = own.wait, now < wait.until { return .waiting(until: wait.until) }
        if further {
            // The second refusal in a row is for a login that nothing lives beside: it tells whether the credentials are wrong.
            if own.refusalsInARow > 0 { return .crowded(until: nil) }
            if let wait = own.furtherWait, now < wait.until { return .crowded(until: wait.until) }
        }
        return refusalsOfAll >= Self.limitOfAll ? .open(refusals: refusalsOfAll) : .attempt
    }

    // MARK: Events

    /// Before anything is decided: draws the consequence of a login whose process died, and of a clock that was set back.
    package mutating func settle(at now: Date) {
        if let attempt {
            // What follows from it began then, however late somebody comes to look.
            finish(
                attempt.fingerprint, .unanswered, further: attempt.isFurther, at: min(lastAttempt ?? now, now))
        }
        // A wait that has not begun begins now: nobody is kept out for longer because a clock was wrong.
        func corrected(_ wait: Wait?, longest: TimeInterval) -> Wait? {
            guard let wait else { return nil }
            let seconds = min(max(0, wait.until.timeIntervalSince(wait.since)), longest)
            return Wait(seconds, from: min(wait.since, now))
        }
        lock = corrected(lock, longest: Self.longestWait)
        for (fingerprint, own) in credentials {
            credentials[fingerprint]?.wait = corrected(own.wait, longest: Self.longestWait)
            credentials[fingerprint]?.furtherWait = corrected(own.furtherWait, longest: Self.crowdedSeconds)
            credentials[fingerprint]?.worked = own.worked.map { min($0, now) }
        }
        lastAttempt = lastAttempt.map { min($0, now) }
        lastSuccess = lastSuccess.map { min($0, now) }
        lastReset = lastReset.map { min($0, now) }
    }

    /// An attempt begins. From now on it is one without an answer: a process that dies in it cannot take that back.
    package mutating func begin(_ fingerprint: String, further: Bool = false, parent: Int32 = 0, at now: Date) {
        attempt = Attempt(fingerprint: fingerprint, isFurther: further, parent: parent)
        lastAttempt = now
        lastWith = fingerprint
    }

    /// The attempt that began last ended like this.
    package mutating func end(_ fingerprint: String, _ outcome: Outcome, further: Bool = false, at now: Date) {
        finish(fingerprint, outcome, further: further, at: now)
    }

    private mutating func finish(_ fingerprint: String, _ outcome: Outcome, further: Bool, at now: Date) {
        attempt = nil
        var own = credentials[fingerprint] ?? Credentials()
        switch outcome {
        case .succeeded:
            own = Credentials(
                worked: now, furtherRefusals: further ? 0 : own.furtherRefusals,
                furtherWait: further ? nil : own.furtherWait)
            refusalsOfAll = 0
            (lock, locks) = (nil, 0)
            lastSuccess = now
            lastRefusal = nil
        case .refused where further && lock == nil, .unanswered where further && lock == nil:
            // The connection beside it lives, so nothing need be wrong with the credentials: it gets crowded.
            if outcome == .unanswered { break }
            own.strayRefusals = (own.strayRefusals ?? 0) + 1
            own.furtherRefusals = min(own.furtherRefusals + 1, Self.limit)
            if own.furtherRefusals >= Self.limit { own.furtherWait = Wait(Self.crowdedSeconds, from: now) }
            refusalsOfAll += 1
        case .refused:
            refusalsOfAll += 1
            own.refusals = own.refusalsInARow + 1
            own.strayRefusals = nil
            // After a lock there is one attempt.
            if lock != nil { own.refusals = max(own.refusals, Self.limit) }
            own.waitIfInDoubt(at: now)
            if lock != nil { lock = Wait(Self.lockSeconds, from: now) }
        case .locked:
            locks += 1
            lock = Wait(Self.wait(number: locks - 2), from: now)
            own.metLock = true
            refusalsOfAll = 0
        case .unanswered:
            own.silences += 1
            if own.worked == nil { refusalsOfAll += 1 }
            own.waitIfInDoubt(at: now)
            if lock != nil { lock = Wait(Self.lockSeconds, from: now) }
        case .notTried: break
        }
        if own.isForgettable { credentials[fingerprint] = nil } else { credentials[fingerprint] = own }
    }

    /// Half an hour, an hour, two hours, and no longer.
    fileprivate static func wait(number: Int) -> TimeInterval {
        let doublings = max(0, min(number - 1, 2))
        return min(lockSeconds * TimeInterval(1 << doublings), longestWait)
    }

    /// Somebody has stopped the process in the middle of a login, and knows it: nothing is counted.
    package mutating func callOff(parent: Int32) {
        if attempt?.parent == parent { attempt = nil }
    }

    /// A person says that the cause is mended. What once worked is remembered.
    package mutating func reset(at now: Date) {
        attempt = nil
        credentials = credentials.compactMapValues { $0.worked.map { Credentials(worked: $0) } }
        refusalsOfAll = 0
        (lock, locks) = (nil, 0)
        lastReset = now
        lastRefusal = nil
    }
}

extension LoginBreaker.Credentials {
    /// After two logins that may have been refused.
    fileprivate mutating func waitIfInDoubt(at now: Date) {
        let number = refusals + silences - LoginBreaker.limit + 1
        if number > 0 { wait = LoginBreaker.Wait(LoginBreaker.wait(number: number), from: now) }
    }

    init(worked: Date?, furtherRefusals: Int = 0, furtherWait: LoginBreaker.Wait? = nil) {
        self.worked = worked
        self.furtherRefusals = furtherRefusals
        self.furtherWait = furtherWait
    }
}

// MARK: - For people

extension LoginBreaker {
    /// Refusals of the credentials that were used last.
    package var countedRefusals: Int { lastWith.flatMap { credentials[$0]?.refusals } ?? 0 }
    /// Logins with them that got no answer.
    package var countedSilences: Int {
        (lastWith.flatMap { credentials[$0]?.silences } ?? 0) + (attempt == nil ? 0 : 1)
    }
    /// Whether no login of this user was ever begun: a memory is there before the first one is.
    package var isUntried: Bool { lastAttempt == nil && lastSuccess == nil && credentials.isEmpty && lock == nil }
    /// The end of a lock, also one that has run out.
    package var lockEnd: Date? { lock?.until }
    /// What a login with the credentials that were used last may expect.
    package func outlook(at now: Date) -> Decision {
        var settled = self
        settled.settle(at: now)
        return settled.decide(lastWith ?? "", at: now)
    }
}
