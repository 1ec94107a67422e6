import Crypto
import Extraction
import Foundation
import Synchronization
import TestSupport
import Testing
import Text

@testable import SuiteAnalytics

/// What lies in the books of a server, where others read it: nothing of which anybody learns who logs in, or with what.
@Suite struct LoginShelfTests {
    private let shelf = MemoryShelf()
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func store(home: String = "home") -> LoginBreakerStore {
        LoginBreakerStore(directory: directory.path(home), shelf: shelf)
    }

    private func subject(_ secret: Secret, isGuessable: Bool) throws -> LoginBreakerStore.Subject {
        LoginBreakerStore.Subject(
            account: try #require(AccountID(rawValue: "1234567_SB1")), identity: "extracts@example.com",
            secrets: [secret], words: "role 57", isGuessable: isGuessable)
    }

    private func refuse(
        _ secret: Secret = "hush-hush", isGuessable: Bool = false, home: String = "home", words: String = "not you"
    ) throws {
        _ = try? store(home: home).guarding(subject(secret, isGuessable: isGuessable), outcome: { _ in .refused }) {
            throw Failure(.credentials, words)
        }
    }

    /// All names and texts but the key, and what its users' fingerprints are.
    private var written: (text: String, fingerprints: Set<String>) {
        get throws {
            let texts = shelf.texts.withLock { $0 }.filter { $0.key != LoginShelfVisit.keyName }
            var prints: Set<String> = []
            for text in texts.values {
                prints.formUnion(try JSONDecoder().decode(LoginBreaker.self, from: Data(text.utf8)).credentials.keys)
            }
            return (texts.map { $0.key + $0.value }.joined(), prints)
        }
    }

    @Test func ofAPasswordTwoBytesAreKeptAndOfRandomSecretsAFingerprint() throws {
        try refuse(isGuessable: true)
        let chosen = try written
        #expect(chosen.fingerprints.map(\.count) == [4] && !chosen.text.contains("hush"))
        #expect(shelf.texts.withLock { $0.keys.contains { $0.hasPrefix("1234567_SB1-") && $0.count == 16 } })
        try refuse("another-hush")
        #expect(try written.fingerprints.map(\.count).sorted() == [4, 32])
    }

    @Test func keyOfTheHomeIsNotPutWhereOthersReadIt() throws {
        try refuse()
        let path = directory.path("home/fingerprint.key")
        let own = try Data(contentsOf: URL(filePath: path)).map { $0.hexadecimal(digits: 2) }.joined()
        let key = shelf.texts.withLock { $0[LoginShelfVisit.keyName] }
        #expect(key?.count == 64 && key != own)
    }

    @Test func whatNamesTheUserIsKeptAtHomeOnly() throws {
        try refuse(words: "Failed to login Extracts@Example.com.")
        #expect(try !written.text.lowercased().contains("example.com"))
        #expect(try store().all(account: nil).first?.breaker.lastRefusal?.words.contains("Example.com") == true)
        // Who does not keep a home learns when, and that it was a refusal.
        let told = try store(home: "new").all(account: nil).first?.breaker.lastRefusal
        #expect(told?.kind == .refused && told?.words.contains("in the state directory only") == true)
    }

    @Test func newHomesMakeTwoWhateverIsLogged() throws {
        for isGuessable in [false, true] {
            var logins = 0
            for number in 0..<4 {
                let home = "\(isGuessable)-\(number)"
                _ = try? store(home: home).guarding(
                    subject(Secret("hush-\(isGuessable)"), isGuessable: isGuessable), outcome: { _ in .refused }
                ) {
                    logins += 1
                    throw Failure(.credentials, "no")
                }
            }
            #expect(logins == 2)
        }
    }

    /// What fits a guess by chance fits each in 65,536: who tries a million has learned little, and has computed for days.
    @Test func differentPasswordsHaveDifferentFingerprintsMostly() throws {
        let key = SymmetricKey(size: .bits256)
        func print(_ text: String) throws -> String {
            try LoginFingerprint.readable([Secret(text)], key: key, isGuessable: true)
        }
        #expect(try print("a") == print("a"))
        #expect(try Set(["a", "b", "c", "d"].map(print)).count >= 3)
    }

    @Test func lockThatIsNotHadInTimeIsASentenceAndNoLogin() throws {
        let held = LoginBreakerStore(
            directory: directory.path("held"), shelf: MemoryShelf(holder: "the session 7 of 10.0.0.1"), patience: 120)
        let failure = #expect(throws: Failure.self) {
            try held.guarding(try subject("s", isGuessable: false), outcome: { _ in .refused }) {
                Issue.record("a login")
            }
        }
        #expect(
            failure?.message
                == "No login was tried, because the login breaker's state in the books of nobody cannot be used: another login "
                + "has held it for 120 seconds: the session 7 of 10.0.0.1.")
    }

    @Test func oneUserIsShownOnceWhereverItIsKnown() throws {
        try refuse()
        try refuse()
        #expect(try store().all(account: nil).map(\.breaker.countedRefusals) == [2])
        #expect(try store(home: "new").all(account: nil).map(\.breaker.countedRefusals) == [2])
        #expect(try store().all(account: AccountID(rawValue: "7654321")).isEmpty)
    }
}
