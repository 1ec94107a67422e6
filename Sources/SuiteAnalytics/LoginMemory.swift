import Extraction
import FoundationEssentials
import Glibc
import Text

/// What one place remembers of a user, opened and locked as long as this lives.
final class LoginMemory {
    /// Where it is, in words.
    private let text: any LockedText
    /// What stands for the user there.
    let name: String
    let fingerprint: String
    var breaker: LoginBreaker
    /// What a command that changes nothing leaves as it was; nil in the state directory. Let go behind the text.
    private let room: (any LoginRoom)?
    /// Whom nothing that is written may name, where others read it.
    private let hidden: Secret?
    private let before: Data
    private let original: LoginBreaker

    /// - Parameters:
    ///   - name: What stands for the user in the place.
    ///   - room: The directory beside a destination, or what a server was made to hold.
    ///   - isRead: Whether others than the user of this machine may read it.
    init(
        _ text: any LockedText, name: String, of subject: LoginBreakerStore.Subject, fingerprint: String,
        in room: (any LoginRoom)?, isRead: Bool = false
    ) throws {
        self.text = text
        self.name = name
        self.fingerprint = fingerprint
        self.room = room
        hidden = isRead ? subject.identity : nil
        do {
            before = try text.readBytes()
            original = try text.read()
        } catch {
            text.close()
            throw error
        }
        breaker = original
        breaker.user = subject.words ?? original.user
    }

    deinit { text.close() }

    func write() throws {
        var written = breaker
        if let hidden { written.lastRefusal = written.lastRefusal?.without(hidden) }
        try text.write(written)
    }

    /// Has what is written stay, although room was made for one login only.
    func keep() throws { try room?.keep() }

    /// Writes how a login ended; of one that succeeded and taught nothing new a place beside a destination keeps the bytes that
    /// it had.
    func writeEnd(_ outcome: LoginBreaker.Outcome) throws {
        let isFine = outcome == .succeeded || outcome == .notTried
        if room != nil, isFine, breaker.isLike(original) { return try text.writeBytes(before) }
        // First what was learned: a room that could not be kept is looked into before it goes.
        try write()
        if !isFine { try keep() }
    }
}

/// A user's logins in all places at once.
struct MemoriesOfUser {
    private let memories: [LoginMemory]

    init(_ memories: [LoginMemory], _ now: Date) {
        self.memories = memories
        for memory in memories { memory.breaker.settle(at: now) }
        if memories.count == 2 {
            LoginBreaker.reconcile(
                &memories[0].breaker, memories[0].fingerprint, &memories[1].breaker, memories[1].fingerprint)
            if memories[0].name != memories[1].name { memories[0].breaker.isCalled(memories[1].name) }
        }
    }

    /// Throws what `refusal` makes of it where one of the places forbids the login.
    func check(
        _ subject: LoginBreakerStore.Subject, further: Bool, at now: Date,
        _ refusal: (LoginBreaker.Decision, AccountID, Date) -> Failure
    ) throws {
        for memory in memories {
            let decision = memory.breaker.decide(memory.fingerprint, further: further, at: now)
            if decision == .attempt { continue }
            // What one place knows and the other did not is known in both from now on.
            for memory in memories {
                try? memory.write()
                try? memory.keep()
            }
            throw refusal(decision, subject.account, now)
        }
    }

    func begin(further: Bool, at now: Date) throws {
        do {
            for memory in memories {
                memory.breaker.begin(memory.fingerprint, further: further, parent: getppid(), at: now)
                try memory.write()
            }
        } catch {
            // No login follows: where it was written down already it never was.
            for memory in memories {
                memory.breaker.callOff(parent: getppid())
                try? memory.write()
            }
            throw error
        }
    }

    /// Remembers what a login was told; what was told before stays where that is nothing.
    func note(_ refusal: LoginRefusal?) {
        guard let refusal else { return }
        for memory in memories { memory.breaker.lastRefusal = refusal }
    }

    /// Throws where a place cannot be written; the others are.
    func end(_ outcome: LoginBreaker.Outcome, further: Bool, at now: Date) throws {
        var problem: (any Error)?
        for memory in memories {
            memory.breaker.end(memory.fingerprint, outcome, further: further, at: now)
            do { try memory.writeEnd(outcome) } catch { problem = error }
        }
        if let problem { throw problem }
    }
}
