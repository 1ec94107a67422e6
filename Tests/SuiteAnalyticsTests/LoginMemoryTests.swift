import Extraction
import Foundation
import TestSupport
import Testing
import Text

@testable import SuiteAnalytics

/// What the breaker remembers where homes are new, files are foreign, disks are full: never a third refused login.
@Suite struct LoginMemoryTests {
    private struct Refused: Error {}

    /// A directory with homes and one destination.
    private final class Folder {
        let path: String
        init() throws {
            path = FileManager.default.temporaryDirectory.appending(path: "kleene-memory-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        var workplace: String { path + "/d.db.kleene" }
        private var homes = 0

        func freshHome() -> String {
            homes += 1
            return "\(path)/home\(homes)"
        }

        func files(_ directory: String, _ ending: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(ending) }
                .map { directory + "/" + $0 }
        }
    }

    private func subject(secret: Secret = "s") throws -> LoginBreakerStore.Subject {
        LoginBreakerStore.Subject(
            account: try #require(AccountID(rawValue: "1234567_SB1")), identity: "token-id-4711", secrets: [secret])
    }

    /// How a login ended, or why none was tried.
    private enum End: Equatable { case accepted, refused, notTried(FailureClass) }

    private func logIn(
        _ store: LoginBreakerStore, secret: Secret = "s", refused: Bool = true, now: Date = Date()
    ) throws -> End {
        do {
            try store.guarding(subject(secret: secret), now: { now }, outcome: { _ in .refused }) {
                if refused { throw Refused() }
            }
            return .accepted
        } catch let failure as Failure {
            return .notTried(failure.kind)
        } catch {
            return .refused
        }
    }

    @Test func freshHomesMakeTwoRefusalsWhereTheWorkplaceStays() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.workplace, withIntermediateDirectories: true)
        let ends = try (0..<6).map { _ in
            try logIn(LoginBreakerStore(directory: folder.freshHome(), workplace: folder.workplace))
        }
        #expect(ends == [.refused, .refused] + Array(repeating: .notTried(.credentials), count: 4))
        // The last home knows it from the workplace, and tells a command without destination.
        let home = folder.freshHome()
        #expect(try logIn(LoginBreakerStore(directory: home, workplace: folder.workplace)) == .notTried(.credentials))
        #expect(try logIn(LoginBreakerStore(directory: home)) == .notTried(.credentials))
        // And a new destination learns it from that home.
        let other = folder.path + "/e.db.kleene"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        #expect(try logIn(LoginBreakerStore(directory: home, workplace: other)) == .notTried(.credentials))
        #expect(
            try logIn(LoginBreakerStore(directory: folder.freshHome(), workplace: other)) == .notTried(.credentials))
        // New credentials are let through.
        #expect(
            try logIn(LoginBreakerStore(directory: home, workplace: folder.workplace), secret: "t", refused: false)
                == .accepted)
    }

    @Test func placesWithKeysOfTheirOwnAgreeAboutTheCredentialsAtHand() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.workplace, withIntermediateDirectories: true)
        let (home, apart) = (folder.freshHome(), folder.freshHome())
        #expect(try logIn(LoginBreakerStore(directory: apart)) == .refused)
        #expect(try logIn(LoginBreakerStore(directory: home, workplace: folder.workplace)) == .refused)
        // One refusal in each, of the same credentials: their keys differ.
        let store = LoginBreakerStore(directory: apart, workplace: folder.workplace)
        #expect(try logIn(store) == .refused)
        #expect(try logIn(store) == .notTried(.credentials))
        #expect(
            try logIn(LoginBreakerStore(directory: folder.freshHome(), workplace: folder.workplace))
                == .notTried(.credentials))
    }

    @Test func laterSuccessOrResetInOnePlaceIsTheEndOfWhatTheOtherHolds() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.workplace, withIntermediateDirectories: true)
        let home = folder.freshHome()
        let start = Date()
        let both = LoginBreakerStore(directory: home, workplace: folder.workplace)
        for index in 0..<2 { #expect(try logIn(both, now: start + Double(index)) == .refused) }
        // Reset without the destination's name.
        #expect(try LoginBreakerStore(directory: home).reset(account: nil, now: start + 10).count == 1)
        #expect(try logIn(both, refused: false, now: start + 20) == .accepted)
        #expect(
            try logIn(LoginBreakerStore(directory: folder.freshHome(), workplace: folder.workplace), now: start + 30)
                == .refused)
    }

    @Test func resetOfBothPlacesLetsTheNextOneThrough() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.workplace, withIntermediateDirectories: true)
        let store = LoginBreakerStore(directory: folder.freshHome(), workplace: folder.workplace)
        for _ in 0..<3 { _ = try logIn(store) }
        #expect(try store.all(account: nil).map(\.breaker.countedRefusals) == [2])
        // A home that knows nothing sees it too.
        let fresh = LoginBreakerStore(directory: folder.freshHome(), workplace: folder.workplace)
        #expect(try fresh.all(account: nil).map(\.breaker.countedRefusals) == [2])
        #expect(try fresh.reset(account: nil).count == 1)
        #expect(try logIn(fresh) == .refused)
    }

    @Test func loginThatSucceedsLeavesADestinationThatIsNotThereAlone() throws {
        let folder = try Folder()
        let store = LoginBreakerStore(directory: folder.freshHome(), workplace: folder.workplace)
        #expect(try logIn(store, refused: false) == .accepted)
        #expect(!FileManager.default.fileExists(atPath: folder.workplace))
        #expect(try logIn(store) == .refused)
        #expect(FileManager.default.fileExists(atPath: folder.workplace))
    }

    @Test func loginThatSucceedsAgainChangesNoByteOfTheWorkplace() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.workplace, withIntermediateDirectories: true)
        let store = LoginBreakerStore(directory: folder.freshHome(), workplace: folder.workplace)
        #expect(try logIn(store, refused: false) == .accepted)
        let file = try #require(try folder.files(folder.workplace + "/logins", ".login").first)
        let before = FileManager.default.contents(atPath: file)
        #expect(try logIn(store, refused: false) == .accepted)
        #expect(FileManager.default.contents(atPath: file) == before)
        #expect(before?.isEmpty == false)
    }

    // MARK: Files that are not as they were

    private static let damages: [(name: String, text: String)] = [
        ("emptied", ""), ("cut", "{\"refusals\":{"), ("zeros", String(repeating: "\0", count: 200)),
        ("negative", "{\"refusals\":{\"a\":-2}}"), ("huge", "{\"refusals\":{\"a\":9223372036854775807}}"),
        ("overflowing", "{\"refusals\":{\"a\":99999999999999999999}}"),
        ("of another format", "{\"format\":99,\"refusals\":{}}"), ("a list", "[1,2]"),
        ("endless", "{\"refusals\":{},\"lockedUntil\":1e300}"),
        ("not finite", "{\"refusals\":{},\"lastAttempt\":1e999}"),
        ("of another program", "#!/bin/sh\n"),
    ]

    @Test(arguments: damages.indices) func damagedStateIsASentenceAndNoLogin(index: Int) throws {
        for inWorkplace in [false, true] {
            let folder = try Folder()
            try FileManager.default.createDirectory(atPath: folder.workplace, withIntermediateDirectories: true)
            let home = folder.freshHome()
            let store = LoginBreakerStore(directory: home, workplace: folder.workplace)
            for _ in 0..<2 { #expect(try logIn(store) == .refused) }
            let place = inWorkplace ? folder.workplace + "/logins" : home
            let file = try #require(try folder.files(place, ".login").first)
            try Data(Self.damages[index].text.utf8).write(to: URL(filePath: file))
            #expect(try logIn(store) == .notTried(.environment), "\(Self.damages[index].name)")
            #expect(try store.reset(account: nil).count == 1)
            #expect(try logIn(store) == .refused)
        }
    }

    @Test func timesBeyondTheWaitsAreNoLongerThanThem() throws {
        let folder = try Folder()
        let home = folder.freshHome()
        let store = LoginBreakerStore(directory: home)
        #expect(try logIn(store, refused: false) == .accepted)
        let file = try #require(try folder.files(home, ".login").first)
        let text = try #require(FileManager.default.contents(atPath: file))
        var object = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
        let now = Date()
        object["lockedUntil"] = (now + 1e9).timeIntervalSinceReferenceDate
        object["lockedSince"] = now.timeIntervalSinceReferenceDate
        object["lastAttempt"] = (now + 1e9).timeIntervalSinceReferenceDate
        try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: file))
        #expect(try logIn(store, refused: false, now: now) == .notTried(.credentials))
        #expect(try logIn(store, refused: false, now: now + LoginBreaker.longestWait + 1) == .accepted)
    }

    @Test func stateOfAnOlderKleeneNSIsUnderstood() throws {
        func breaker(_ text: String) throws -> LoginBreaker {
            try JSONDecoder().decode(LoginBreaker.self, from: Data(text.utf8))
        }
        let open = try breaker("{\"refusals\":{\"a\":2},\"lastAttempt\":700000000}")
        #expect(open.decide("a", at: Date()) == .open(refusals: 2))
        #expect(open.countedRefusals == 2)
        let proven = try breaker("{\"refusals\":{},\"proven\":\"a\",\"lastSuccess\":700000000}")
        #expect(proven.credentials["a"]?.worked == Date(timeIntervalSinceReferenceDate: 700_000_000))
        let locked = try breaker("{\"refusals\":{},\"lockedUntil\":700001800,\"lockedWith\":\"a\"}")
        #expect(
            locked.decide("a", at: Date(timeIntervalSinceReferenceDate: 700_000_000))
                == .locked(until: Date(timeIntervalSinceReferenceDate: 700_001_800)))
        #expect(locked.decide("a", at: Date()) == .unproven)
        let again = try JSONDecoder().decode(LoginBreaker.self, from: JSONEncoder().encode(locked))
        #expect(again == locked)
    }

    @Test func keyThatIsGoneIsASentenceUntilSomebodyStartsAnew() throws {
        for text in [nil, "", "short"] {
            let folder = try Folder()
            let home = folder.freshHome()
            let store = LoginBreakerStore(directory: home)
            for _ in 0..<2 { #expect(try logIn(store) == .refused) }
            let key = URL(filePath: home + "/fingerprint.key")
            if let text { try Data(text.utf8).write(to: key) } else { try FileManager.default.removeItem(at: key) }
            #expect(try logIn(store) == .notTried(.environment))
            #expect(try store.reset(account: nil).count == 1)
            #expect(try logIn(store) == .refused)
        }
    }

    @Test func stateThatIsALinkOrADirectoryIsASentence() throws {
        for isLink in [true, false] {
            let folder = try Folder()
            let home = folder.freshHome()
            let store = LoginBreakerStore(directory: home)
            #expect(try logIn(store) == .refused)
            let file = try #require(try folder.files(home, ".login").first)
            let elsewhere = folder.path + "/elsewhere"
            try FileManager.default.moveItem(atPath: file, toPath: elsewhere)
            if isLink {
                try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: elsewhere)
            } else {
                try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
            }
            #expect(try logIn(store) == .notTried(.environment))
        }
    }

    @Test func removedStateIsHadFromTheWorkplace() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.workplace, withIntermediateDirectories: true)
        let home = folder.freshHome()
        let store = LoginBreakerStore(directory: home, workplace: folder.workplace)
        for _ in 0..<2 { #expect(try logIn(store) == .refused) }
        for path in try folder.files(home, ".login") { try FileManager.default.removeItem(atPath: path) }
        #expect(try logIn(store) == .notTried(.credentials))
        for path in try folder.files(folder.workplace + "/logins", ".login") {
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(try logIn(store) == .notTried(.credentials))
        try FileManager.default.removeItem(atPath: home)
        #expect(try logIn(store) == .notTried(.credentials))
    }

    @Test func whatIsFoundAtTheDoorIsNoLogin() throws {
        struct Nobody: Error {}
        let folder = try Folder()
        let store = LoginBreakerStore(directory: folder.freshHome())
        var logins = 0
        for _ in 0..<5 {
            #expect(throws: Nobody.self) {
                try store.guarding(
                    subject(), outcome: { _ in .refused }, ring: { throw Nobody() }, login: { logins += 1 })
            }
        }
        #expect(logins == 0)
        #expect(try store.all(account: nil).map(\.breaker.countedSilences) == [0])
    }
}
