import Extraction
package import FoundationEssentials
package import Text

/// The login breakers on disk, shared by all processes of this user on this machine.
///
/// One file a user of an account, changed under a lock that is held while a login is under way: so that a hundred
/// processes with bad credentials try twice and not a hundred times. A file that cannot be read or written stops the
/// login: the promise is worth more than the run.
///
/// What is remembered lies in the state directory, and in the workplace beside the destination too, where there is one: a
/// container's HOME is new at each run, its destination is not. A destination that is a server remembers it in its books.
package struct LoginBreakerStore: Sendable {
    /// The state directory.
    package let directory: String
    /// The directory beside the destination in which locks and staging lie; it need not be there.
    private let workplace: String?
    /// What a destination remembers that is a server; nil for a file, and where there is no destination.
    private let shelf: (any LoginShelf)?
    /// Seconds to wait for another process's login.
    private let patience: TimeInterval
    /// Takes secrets out of what is said to a login.
    private let conceal: @Sendable (String) -> String

    package init(
        directory: String, workplace: String? = nil, shelf: (any LoginShelf)? = nil, patience: TimeInterval = 120,
        conceal: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.directory = directory
        self.workplace = workplace
        self.shelf = shelf
        self.patience = patience
        self.conceal = conceal
    }

    /// Whose logins are counted together.
    package struct Subject: Sendable, Equatable, Unprintable {
        package var account: AccountID
        /// Token id or e-mail address.
        package var identity: Secret
        /// All that is sent or signed with: a change of any part makes other credentials.
        package var secrets: [Secret]
        /// Who that is, for people: nothing of identity and secrets is in it.
        package var words: String?
        /// Whether people have chosen a part of the secrets, which others may guess.
        package var isGuessable = false

        package init(
            account: AccountID, identity: Secret, secrets: [Secret], words: String? = nil, isGuessable: Bool = false
        ) {
            self.account = account
            self.identity = identity
            self.secrets = secrets
            self.words = words
            self.isGuessable = isGuessable
        }
    }

    private var home: LoginDirectory { LoginDirectory(directory: directory, patience: patience) }

    /// The place of the destination, where it is or can be made.
    private var beside: (any LoginPlace)? {
        if let shelf { return LoginShelfPlace(shelf: shelf, patience: patience) }
        return workplace.map { LoginDirectory(directory: $0 + "/logins", workplace: $0, patience: patience) }
    }

    // MARK: Logins

    /// Runs one login, unless the breaker forbids it.
    ///
    /// - Parameters:
    ///   - further: Whether another connection with these credentials lives in this process.
    ///   - outcome: How the login's error is to be counted. Anything that is not surely harmless is no answer.
    ///   - success: What it counts for where it does not throw.
    ///   - ring: Finds out whether anybody is there, before there is a login to count; what it throws is thrown.
    /// - Throws: `Failure` of kind `credentials` where the breaker is open; what `ring` and `login` throw.
    package func guarding<T>(
        _ subject: Subject, further: Bool = false, now: () -> Date = Date.init,
        success: LoginBreaker.Outcome = .succeeded, outcome: (any Error) -> LoginBreaker.Outcome,
        ring: () throws -> Void = {}, login: () throws -> T
    ) throws -> T {
        // A server is reached first, and once: while it does not answer nobody waits for a lock of ours.
        let visit = try beside?.enter()
        // Not while the lock is held: where nobody is there, all who wait for it would wait for each other.
        try MemoriesOfUser(try memories(of: subject, visit, isMaking: false), now())
            .check(subject, further: further, at: now(), refusal)
        try ring()
        let memories = MemoriesOfUser(try memories(of: subject, visit, isMaking: true), now())
        Failpoint.reach(Failpoint.Login.opened)
        try memories.check(subject, further: further, at: now(), refusal)
        try memories.begin(further: further, at: now())
        Failpoint.reach(Failpoint.Login.begun)
        let result: T
        do {
            result = try login()
        } catch {
            Failpoint.reach(Failpoint.Login.ended)
            let (ended, moment) = (outcome(error), now())
            memories.note(LoginRefusal(error, ended, at: moment, conceal: conceal))
            // Where it cannot be written down it stands as a login without an answer.
            try? memories.end(ended, further: further, at: moment)
            Failpoint.reach(Failpoint.Login.written)
            throw error
        }
        Failpoint.reach(Failpoint.Login.ended)
        try? memories.end(success, further: further, at: now())
        Failpoint.reach(Failpoint.Login.written)
        return result
    }

    /// Takes a login back that was under way when its process was stopped on purpose, by the process that had ordered it.
    package func callOff(_ subject: Subject, parent: Int32) {
        let short = LoginBreakerStore(directory: directory, workplace: workplace, shelf: shelf, patience: 1)
        guard let own = try? short.home.open(subject, isMaking: true, madeWith: { nil }),
            own.breaker.attempt?.parent == parent
        else { return }
        // No server is asked about a login that was none.
        let other = try? short.beside?.enter()?.open(subject, isMaking: false, madeWith: { nil })
        for memory in [own, other].compactMap(\.self) {
            memory.breaker.callOff(parent: parent)
            try? memory.write()
        }
    }

    /// The memories of a user, opened and locked, the state directory's first; closed when they go.
    ///
    /// - Parameters:
    ///   - visit: The place of the destination.
    ///   - isMaking: Whether room is made there where there is none.
    private func memories(
        of subject: Subject, _ visit: (any LoginVisit)?, isMaking: Bool
    ) throws -> [LoginMemory] {
        let home = home
        let own = try home.open(subject, isMaking: true, madeWith: { visit?.existingKey })
        let other = try visit?.open(subject, isMaking: isMaking, madeWith: { home.existingKey })
        return [own, other].compactMap(\.self)
    }

    // MARK: For people

    /// The state of each user of an account, or of all accounts, by file name; with `mock`, of that server's users alone.
    package func all(
        account: AccountID?, mock: MockServer? = nil
    ) throws -> [(name: String, breaker: LoginBreaker)] {
        var found = try home.all(account: account, mock: mock)
        for (name, breaker) in try beside?.all(account: account, mock: mock) ?? [] {
            guard let same = found.firstIndex(where: { $0.name == name || $0.breaker.otherNames.contains(name) }) else {
                found.append((name, breaker))
                continue
            }
            if Self.isFresher(breaker, than: found[same].breaker) { found[same].breaker = breaker }
        }
        return found.sorted { $0.name < $1.name }
    }

    private static func isFresher(_ breaker: LoginBreaker, than other: LoginBreaker) -> Bool {
        guard let mine = breaker.lastAttempt else { return false }
        return other.lastAttempt.map { mine > $0 } ?? true
    }

    /// Resets the breakers of an account, or all. Returns the names of those that were there.
    ///
    /// A file that cannot be understood starts anew: a person has looked into it, and says that all is well.
    package func reset(account: AccountID?, mock: MockServer? = nil, now: Date = Date()) throws -> [String] {
        // The destination's first: one that cannot be reached leaves all as it is.
        var names = try beside?.reset(account: account, mock: mock, at: now) ?? []
        names += try home.reset(account: account, mock: mock, at: now)
        return Set(names).sorted()
    }

    private func refusal(_ decision: LoginBreaker.Decision, _ account: AccountID, _ now: Date) -> Failure {
        let reset =
            "`kleene-ns auth reset` lets one through once the cause is fixed; new credentials are let through at once."
        func none(_ why: String, _ advice: String) -> Failure {
            Failure(.credentials, "No login to account \(account) was tried: \(why).", advice: advice)
        }
        func moment(_ until: Date) -> String {
            let minutes = max(1, Int((until.timeIntervalSince(now) / 60).rounded(.up)))
            return "another \(Sentence.count(minutes, "minute")), until \(until.formatted(.iso8601))"
        }
        switch decision {
        case .attempt: return Failure(.internal, "A login that is allowed was refused.")
        case .open(let refusals):
            return none(
                "the last \(refusals) were refused, and five would lock the user",
                "See `kleene-ns auth status`. " + reset)
        case .silent(0):
            return none(
                "nothing was refused, but the last 2 got no answer, and these credentials have never worked, so they may "
                    + "have been counted as wrong",
                "See whether the service is there with `kleene-ns doctor`, and what arrived in Reports > Login Audit Trail. "
                    + reset)
        case .silent(let refusals):
            return none(
                "\(refusals) of the last \(LoginBreaker.limit) was refused, another got no answer, and these credentials "
                    + "have never worked", "See `kleene-ns auth status`. " + reset)
        case .waiting(let until):
            return none(
                "nothing was refused, but the last ones got no answer, so kleene-ns leaves the service alone for "
                    + moment(until),
                "Nothing needs to be done: a run after that time tries again. `kleene-ns auth reset` lets one through at "
                    + "once.")
        case .locked(let until):
            return none(
                "the user is locked for " + moment(until),
                "Wait, or have an administrator unlock the user; then `kleene-ns auth reset`.")
        case .unproven:
            return none(
                "the lock has run out, but these credentials have never worked, and one more refusal would lock the user "
                    + "again", "Check the credentials. " + reset)
        case .crowded(let until):
            let why =
                until.map { "two were refused, so there is one connection until \($0.formatted(.iso8601))" }
                ?? "one was refused, so there is one connection until another run has logged in"
            return Failure(
                .connection, "No further login to account \(account) was tried beside the one that works: \(why).",
                advice: "Lower \"connections\" to what the account grants.")
        }
    }
}
