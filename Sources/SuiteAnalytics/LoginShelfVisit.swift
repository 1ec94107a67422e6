import Crypto
import Extraction
import FoundationEssentials
import Text

/// What a server remembers of logins, for as long as one takes.
///
/// Whoever may read what is remembered may read the key of its fingerprints too: see `LoginFingerprint.readable`.
final class LoginShelfVisit: LoginVisit, LoginRoom {
    let session: any LoginShelfSession
    let words: String
    private let seconds: Int
    /// They take a while to compute, and a login asks twice.
    private var known: (subject: LoginBreakerStore.Subject, key: Data, user: String, fingerprint: String)?

    static let keyName = "fingerprint.key"

    init(_ session: any LoginShelfSession, words: String, seconds: Int) {
        self.session = session
        self.words = words
        self.seconds = seconds
    }

    deinit {
        session.leave { name, text in
            name == Self.keyName
                || (try? JSONDecoder().decode(LoginBreaker.self, from: Data(text.utf8)))?.hasNothingToRemember == true
        }
    }

    /// Nobody else is given a key that lies where others read it.
    var existingKey: Data? { nil }

    func keep() throws { try session.keep() }

    func open(
        _ subject: LoginBreakerStore.Subject, isMaking: Bool, madeWith other: () -> Data?
    ) throws -> LoginMemory? {
        try trying {
            guard try session.prepare(isMaking: isMaking) else { return nil }
            let (user, fingerprint) = try prints(of: subject)
            let name = "\(subject.account)-\(user)"
            return try LoginMemory(
                locked(name), name: name, of: subject, fingerprint: fingerprint, in: self, isRead: true)
        }
    }

    /// What a server says of its own, said as the reason why no login was tried.
    func trying<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let failure as Failure where failure.kind != .environment {
            throw unusable(shelf: words, failure)
        }
    }

    func locked(_ name: String) throws -> ShelvedText {
        if let holder = try session.lock(name) {
            throw unusable(
                words, "another login has held it for \(Sentence.count(seconds, "second")): \(holder)",
                advice: "Run the same command again when that login has ended, or end that session.")
        }
        return ShelvedText(self, name)
    }

    /// The names of the users of an account, or of all; with `mock`, of that server's users only.
    func users(account: AccountID?, mock: MockServer?) throws -> [String] {
        let names = try session.all().map(\.name).filter { name in
            name != Self.keyName && (account.map { name.hasPrefix($0.rawValue + "-") } ?? true)
        }
        guard let mock, !names.isEmpty, let data = try knownKey() else { return names }
        let key = SymmetricKey(data: data)
        let users = try mock.identities.flatMap { identity in
            try [true, false].map { "-" + (try Self.user(identity, key, isGuessable: $0)) }
        }
        return names.filter { name in users.contains { name.hasSuffix($0) } }
    }

    // MARK: Fingerprints

    private func prints(of subject: LoginBreakerStore.Subject) throws -> (user: String, fingerprint: String) {
        let data = try key()
        if let known, known.subject == subject, known.key == data { return (known.user, known.fingerprint) }
        let key = SymmetricKey(data: data)
        let user = try Self.user(subject.identity, key, isGuessable: subject.isGuessable)
        let fingerprint = try LoginFingerprint.readable(
            [subject.identity] + subject.secrets, key: key, isGuessable: subject.isGuessable)
        known = (subject, data, user, fingerprint)
        return (user, fingerprint)
    }

    private static func user(_ identity: Secret, _ key: SymmetricKey, isGuessable: Bool) throws -> String {
        String(try LoginFingerprint.readable([identity], key: key, isGuessable: isGuessable).prefix(16))
    }

    /// Nil where there is none.
    func knownKey() throws -> Data? {
        guard let text = try session.text(Self.keyName) else { return nil }
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map { UInt8($0) } }
        guard text.utf8.count == 64, digits.count == 64 else {
            throw unusable(words, "its key is not what kleene-ns wrote", advice: startAnew)
        }
        return Data(stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    /// The key of this place's fingerprints, made at first use.
    private func key() throws -> Data {
        if let key = try knownKey() { return key }
        guard try users(account: nil, mock: nil).isEmpty else {
            throw unusable(
                words, "its key is gone, and what is remembered of logins means nothing without it", advice: startAnew)
        }
        let random = unsafe SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
            unsafe bytes.map { $0.hexadecimal(digits: 2) }.joined()
        }
        // Another session may have been quicker.
        try session.add(random, Self.keyName)
        guard let key = try knownKey() else { throw unusable(words, "its key is gone", advice: startAnew) }
        return key
    }
}
