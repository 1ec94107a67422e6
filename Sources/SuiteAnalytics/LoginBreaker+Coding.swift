import FoundationEssentials

/// As JSON, under the names that it has always had.
extension LoginBreaker: Codable {
    /// Of what an older kleene-ns reads as well.
    private enum CodingKeys: String, CodingKey {
        case format, refusals, lockedUntil, lockedWith, proven, lastAttempt, lastSuccess
        case credentials, refusalsOfAll, lockedSince, locks, attempt, lastWith, lastReset
        case user, lastRefusal, otherNames
    }

    /// Thrown for what no kleene-ns has written: numbers that count nothing, or another format.
    struct Unreadable: Error {}

    private static let format = 2

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        let format = try object.decodeIfPresent(Int.self, forKey: .format) ?? 1
        guard (1...Self.format).contains(format) else { throw Unreadable() }
        lastAttempt = try object.decodeIfPresent(Date.self, forKey: .lastAttempt)
        lastSuccess = try object.decodeIfPresent(Date.self, forKey: .lastSuccess)
        lastReset = try object.decodeIfPresent(Date.self, forKey: .lastReset)
        let lockedWith = try object.decodeIfPresent(String.self, forKey: .lockedWith)
        lastWith = try object.decodeIfPresent(String.self, forKey: .lastWith)
        user = try object.decodeIfPresent(String.self, forKey: .user)
        // Words for people: whatever is wrong with them, the counts hold.
        let refusal = try? object.decodeIfPresent(LoginRefusal.self, forKey: .lastRefusal)
        lastRefusal = refusal?.isSound == true ? refusal : nil
        otherNames = (try? object.decodeIfPresent([String].self, forKey: .otherNames)) ?? []
        attempt = try object.decodeIfPresent(Attempt.self, forKey: .attempt)
        credentials = try object.decodeIfPresent([String: Credentials].self, forKey: .credentials) ?? [:]
        locks = try object.decodeIfPresent(Int.self, forKey: .locks) ?? 0
        // The older counts beside ours: where somebody has gone back to an older kleene-ns and come again, the worse holds.
        let counts = try object.decode([String: Int].self, forKey: .refusals)
        for (fingerprint, count) in counts {
            guard Self.counts.contains(count) else { throw Unreadable() }
            credentials[fingerprint, default: Credentials()].refusals = max(
                count, credentials[fingerprint]?.refusals ?? 0)
        }
        if let proven = try object.decodeIfPresent(String.self, forKey: .proven), credentials[proven]?.worked == nil {
            credentials[proven, default: Credentials()].worked = lastSuccess ?? Date(timeIntervalSince1970: 0)
        }
        refusalsOfAll = try object.decodeIfPresent(Int.self, forKey: .refusalsOfAll) ?? counts.values.reduce(0, +)
        if let until = try object.decodeIfPresent(Date.self, forKey: .lockedUntil) {
            lock = Wait(Self.lockSeconds, from: until - Self.lockSeconds)
            if let since = try object.decodeIfPresent(Date.self, forKey: .lockedSince) {
                lock?.since = min(since, until)
            }
            locks = max(1, locks)
            if let lockedWith { credentials[lockedWith, default: Credentials()].metLock = true }
        }
        if lastWith == nil { lastWith = counts.max { $0.value < $1.value }?.key ?? lockedWith }
        let numbers =
            [refusalsOfAll, locks]
            + credentials.values.flatMap { [$0.refusals, $0.silences, $0.furtherRefusals, $0.strayRefusals ?? 0] }
        guard numbers.allSatisfy(Self.counts.contains) else { throw Unreadable() }
        let dates =
            [lastAttempt, lastSuccess, lastReset, lock?.since, lock?.until]
            + credentials.values.flatMap {
                [$0.worked, $0.wait?.since, $0.wait?.until, $0.furtherWait?.since, $0.furtherWait?.until]
            }
        // A date that no calendar has would end the process where it is written for people.
        guard dates.allSatisfy({ $0.map { abs($0.timeIntervalSince1970) < 1e11 } ?? true }) else { throw Unreadable() }
    }

    private static let counts = 0...1_000_000

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: CodingKeys.self)
        try object.encode(Self.format, forKey: .format)
        try object.encode(credentials.mapValues(\.refusals).filter { $0.value > 0 }, forKey: .refusals)
        try object.encode(credentials, forKey: .credentials)
        try object.encode(refusalsOfAll, forKey: .refusalsOfAll)
        try object.encodeIfPresent(lock?.until, forKey: .lockedUntil)
        try object.encodeIfPresent(lock?.since, forKey: .lockedSince)
        try object.encode(locks, forKey: .locks)
        try object.encodeIfPresent(attempt, forKey: .attempt)
        try object.encodeIfPresent(user, forKey: .user)
        try object.encodeIfPresent(lastRefusal, forKey: .lastRefusal)
        if !otherNames.isEmpty { try object.encode(otherNames, forKey: .otherNames) }
        try object.encodeIfPresent(lastWith, forKey: .lastWith)
        try object.encodeIfPresent(lastAttempt, forKey: .lastAttempt)
        try object.encodeIfPresent(lastSuccess, forKey: .lastSuccess)
        try object.encodeIfPresent(lastReset, forKey: .lastReset)
    }
}
