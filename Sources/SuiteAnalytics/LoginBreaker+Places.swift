import FoundationEssentials

/// The same user's logins, remembered in two places. Where these have a key each, neither place's fingerprints mean anything
/// in the other, but those of the credentials at hand are known in both.
extension LoginBreaker {
    /// Makes two memories agree about the credentials at hand. What one of them knows to be over by a later success or reset
    /// is over; of the rest the worse holds.
    static func reconcile(
        _ first: inout LoginBreaker, _ firstPrint: String, _ second: inout LoginBreaker, _ secondPrint: String
    ) {
        let (one, other) = (first, second)
        if one.isOver(firstPrint, since: other) { second.forget(secondPrint) }
        if other.isOver(secondPrint, since: one) { first.forget(firstPrint) }
        let (mine, theirs) = (first, second)
        first.absorb(theirs, secondPrint, as: firstPrint)
        second.absorb(mine, firstPrint, as: secondPrint)
        guard firstPrint == secondPrint else { return }
        // The same key: what is known of other credentials goes over as it is, where nothing is known of them.
        first.credentials.merge(theirs.credentials) { own, _ in own }
        second.credentials.merge(mine.credentials) { own, _ in own }
    }

    /// Whether these credentials worked, or a person has said that all is well, after all that another memory holds.
    private func isOver(_ fingerprint: String, since other: LoginBreaker) -> Bool {
        guard let last = other.lastAttempt,
            let cleared = [credentials[fingerprint]?.worked, lastReset].compactMap(\.self).max()
        else { return false }
        return cleared > last
    }

    private mutating func forget(_ fingerprint: String) {
        let own = credentials[fingerprint]
        credentials[fingerprint] = own.map {
            Credentials(worked: $0.worked, furtherRefusals: $0.furtherRefusals, furtherWait: $0.furtherWait)
        }
        refusalsOfAll = 0
        (lock, locks) = (nil, 0)
        lastRefusal = nil
    }

    private mutating func absorb(_ other: LoginBreaker, _ otherPrint: String, as fingerprint: String) {
        var own = credentials[fingerprint] ?? Credentials()
        let theirs = other.credentials[otherPrint] ?? Credentials()
        own.refusals = max(own.refusals, theirs.refusals)
        own.silences = max(own.silences, theirs.silences)
        own.wait = Self.later(own.wait, theirs.wait)
        own.worked = Self.later(own.worked, theirs.worked)
        own.metLock = own.metLock || theirs.metLock
        own.furtherRefusals = max(own.furtherRefusals, theirs.furtherRefusals)
        own.furtherWait = Self.later(own.furtherWait, theirs.furtherWait)
        own.strayRefusals = [own.strayRefusals, theirs.strayRefusals].compactMap(\.self).max()
        if !own.isForgettable { credentials[fingerprint] = own }
        refusalsOfAll = max(refusalsOfAll, other.refusalsOfAll)
        lock = Self.later(lock, other.lock)
        locks = max(locks, other.locks)
        lastAttempt = Self.later(lastAttempt, other.lastAttempt)
        lastSuccess = Self.later(lastSuccess, other.lastSuccess)
        lastReset = Self.later(lastReset, other.lastReset)
        lastRefusal = LoginRefusal.later(lastRefusal, other.lastRefusal)
        if lastWith == nil, other.lastWith == otherPrint { lastWith = fingerprint }
    }

    private static func later(_ first: Date?, _ second: Date?) -> Date? { [first, second].compactMap(\.self).max() }
    private static func later(_ first: Wait?, _ second: Wait?) -> Wait? {
        [first, second].compactMap(\.self).max { $0.until < $1.until }
    }

    /// Remembers what stands for its user in another place; of many places those that came last.
    mutating func isCalled(_ name: String) {
        if !otherNames.contains(name) { otherNames = otherNames.suffix(7) + [name] }
    }

    /// Whether nothing but times of what went well sets two memories apart.
    func isLike(_ other: LoginBreaker) -> Bool { withoutTimes == other.withoutTimes }

    /// Whether all that it holds is what went well: nothing that keeps anybody out, and no login under way.
    var hasNothingToRemember: Bool {
        attempt == nil && refusalsOfAll == 0 && lock == nil && locks == 0
            && credentials.values.allSatisfy { $0 == Credentials(worked: $0.worked) }
    }

    private var withoutTimes: LoginBreaker {
        var copy = self
        (copy.lastAttempt, copy.lastSuccess, copy.lastReset) = (nil, nil, nil)
        (copy.user, copy.otherNames) = (nil, [])
        copy.credentials = copy.credentials.mapValues { own in
            var own = own
            own.worked = own.worked.map { _ in Date(timeIntervalSince1970: 0) }
            return own
        }
        return copy
    }
}
