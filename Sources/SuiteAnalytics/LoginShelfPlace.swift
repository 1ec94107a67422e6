import Extraction
import FoundationEssentials

/// Logins that a server remembers: a text for each user of an account, and the key of their fingerprints.
struct LoginShelfPlace: LoginPlace {
    let shelf: any LoginShelf
    let patience: TimeInterval

    func enter() throws -> (any LoginVisit)? {
        do {
            return try visit()
        } catch let failure as Failure {
            throw unusable(shelf: shelf.words, failure)
        }
    }

    private func visit() throws -> LoginShelfVisit? {
        try shelf.session(patience: patience).map {
            LoginShelfVisit($0, words: shelf.words, seconds: Int(patience))
        }
    }

    // MARK: For people

    func all(account: AccountID?, mock: MockServer?) throws -> [(name: String, breaker: LoginBreaker)] {
        guard let visit = try visit(), try visit.session.prepare(isMaking: false) else { return [] }
        return try visit.users(account: account, mock: mock).map { name in
            (name, try ShelvedText(visit, name).read())
        }
    }

    func reset(account: AccountID?, mock: MockServer?, at now: Date) throws -> [String] {
        guard let visit = try visit(), try visit.session.prepare(isMaking: false) else { return [] }
        guard (try? visit.knownKey()) != nil else {
            // Without its key none of the texts means anything any more, whosever it is.
            let names = try visit.users(account: nil, mock: nil)
            for name in names + [LoginShelfVisit.keyName] { try visit.session.remove(name) }
            return names
        }
        return try visit.users(account: account, mock: mock).map { name in
            let text = try visit.locked(name)
            defer { text.close() }
            var breaker = (try? text.read()) ?? LoginBreaker()
            breaker.settle(at: now)
            breaker.reset(at: now)
            try text.write(breaker)
            return name
        }
    }
}

/// What a server remembers of one user.
final class ShelvedText: LockedText {
    private let visit: LoginShelfVisit
    private let name: String
    var words: String { visit.words }

    init(_ visit: LoginShelfVisit, _ name: String) {
        self.visit = visit
        self.name = name
    }

    /// A user who is not there yet has nothing to remember.
    func readBytes() throws -> Data {
        if let text = try visit.trying({ try visit.session.text(name) }) { return Data(text.utf8) }
        return try JSONEncoder().encode(LoginBreaker())
    }

    func writeBytes(_ data: Data) throws {
        try visit.trying { try visit.session.write(String(decoding: data, as: UTF8.self), name) }
    }

    /// Where that fails the session is gone, and the lock with it.
    func close() { try? visit.session.unlock(name) }
}
