import Extraction
import FoundationEssentials
import Glibc

/// What one place remembers of a user, opened and locked as long as this lives.
final class LoginMemory {
    private let file: LockedFile
    let fingerprint: String
    var breaker: LoginBreaker
    /// The directory beside a destination in which it lies, which a command that changes nothing leaves as it was; nil in the
    /// state directory. Let go behind the file.
    private let place: HeldPlace?
    private let before: Data
    private let original: LoginBreaker

    init(file: LockedFile, user: String?, fingerprint: String, place: HeldPlace?) throws {
        self.file = file
        self.fingerprint = fingerprint
        self.place = place
        do {
            before = try file.readBytes()
            original = try file.read()
        } catch {
            file.close()
            throw error
        }
        breaker = original
        breaker.user = user ?? original.user
    }

    deinit { file.close() }

    func write() throws { try file.write(breaker) }

    /// Has what is written stay, although the directory was made for one login.
    func keep() { place?.keep() }

    /// Writes how a login ended; of one that succeeded and taught nothing new a place beside a destination keeps the bytes that
    /// it had.
    func writeEnd(_ outcome: LoginBreaker.Outcome) throws {
        let isFine = outcome == .succeeded || outcome == .notTried
        if place != nil, isFine, breaker.isLike(original) { return try file.writeBytes(before) }
        if !isFine { keep() }
        try write()
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
                memory.keep()
                try? memory.write()
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
