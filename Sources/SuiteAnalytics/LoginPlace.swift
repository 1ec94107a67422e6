import FoundationEssentials

/// A place in which logins are remembered: the state directory, the directory beside a destination, the books of a server.
protocol LoginPlace: Sendable {
    /// Comes in for one login, before any lock is waited for; nil where the place cannot be had and may be done without.
    func enter() throws -> (any LoginVisit)?

    /// The state of each user of an account, or of all accounts, by name; with `mock`, of that server's users only.
    func all(account: AccountID?, mock: MockServer?) throws -> [(name: String, breaker: LoginBreaker)]

    /// Resets those. Returns the names of those that were there.
    func reset(account: AccountID?, mock: MockServer?, at now: Date) throws -> [String]
}

/// A place for as long as one login takes.
protocol LoginVisit {
    /// What is remembered of a user, opened and locked; nil where there is no room for it and none is to be made.
    ///
    /// - Parameters:
    ///   - isMaking: Whether room is made where there is none.
    ///   - other: The key to take for a place that has none yet: fingerprints are the same in both places then.
    func open(
        _ subject: LoginBreakerStore.Subject, isMaking: Bool, madeWith other: () -> Data?
    ) throws -> LoginMemory?

    /// The key of its fingerprints, for another place that has none; nil where there is none, or it is no secret.
    var existingKey: Data? { get }
}

/// What was made for one login, and goes with it where nobody says that it is to stay.
protocol LoginRoom: AnyObject {
    /// There is something to remember: the room stays, whoever leaves it.
    func keep() throws
}

/// A small text that one process at a time reads and changes.
protocol LockedText: AnyObject {
    /// Where it is, for a sentence.
    var words: String { get }
    func readBytes() throws -> Data
    func writeBytes(_ data: Data) throws
    /// Lets go of its lock.
    func close()
}

extension LockedText {
    func read() throws -> LoginBreaker {
        let data = try readBytes()
        do {
            return try JSONDecoder().decode(LoginBreaker.self, from: data)
        } catch {
            throw unusable(words, "it is not what kleene-ns wrote", advice: startAnew)
        }
    }

    func write(_ breaker: LoginBreaker) throws { try writeBytes(JSONEncoder().encode(breaker)) }
}

/// What to do with a memory of which nobody knows any more what it meant.
let startAnew = "Find out whether the user is locked; then `kleene-ns auth reset` starts a new one."
