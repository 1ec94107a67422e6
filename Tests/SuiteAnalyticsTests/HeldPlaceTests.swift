import Extraction
import Foundation
import Synchronization
import TestSupport
import Testing
import Text

@testable import SuiteAnalytics

/// What a login makes beside a destination that is not there, while others come and go: nothing that anybody must know is lost,
/// and nobody fails because somebody else has left.
@Suite struct HeldPlaceTests {
    private struct Refused: Error {}

    private let folder: URL
    private var workplace: String { folder.path + "/d.db.kleene" }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "kleene-place-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func remove() { try? FileManager.default.removeItem(at: folder) }

    private func store(home: String) -> LoginBreakerStore {
        LoginBreakerStore(directory: folder.path + "/" + home, workplace: workplace)
    }

    private func subject(_ user: String) throws -> LoginBreakerStore.Subject {
        LoginBreakerStore.Subject(
            account: try #require(AccountID(rawValue: "1234567_SB1")), identity: Secret(user), secrets: ["s"])
    }

    private func logIn(_ user: String, _ store: LoginBreakerStore, _ login: () throws -> Void = {}) throws {
        try store.guarding(subject(user), outcome: { _ in .refused }, login: login)
    }

    private var isThere: Bool { FileManager.default.fileExists(atPath: workplace) }

    @Test func aRefusalKnownFromHomeStaysWhereAnotherUserSucceeds() throws {
        defer { remove() }
        let home = LoginBreakerStore(directory: folder.path + "/known")
        for _ in 0..<2 { #expect(throws: Refused.self) { try logIn("a", home) { throw Refused() } } }
        try logIn("b", store(home: "b")) {
            // Its home knows it, and tells the place that b's login has made.
            #expect(throws: Failure.self) { try logIn("a", store(home: "known")) { Issue.record("a login") } }
        }
        #expect(isThere)
        #expect(throws: Failure.self) { try logIn("a", store(home: "new")) { Issue.record("a login") } }
        // Later successes of others leave it there too.
        try logIn("b", store(home: "b"))
        #expect(throws: Failure.self) { try logIn("a", store(home: "newer")) { Issue.record("a login") } }
    }

    @Test func anAttemptCutShortStaysWhereAnotherUserSucceeds() throws {
        defer { remove() }
        for number in 0..<2 {
            try logIn("b", store(home: "b")) {
                // What a process leaves that dies in its login.
                let place = LoginDirectory(directory: workplace + "/logins", workplace: workplace, patience: 1)
                let memory = try #require(try place.open(subject("a"), isMaking: true, madeWith: { nil }))
                let memories = MemoriesOfUser([memory], Date())
                try memories.begin(further: false, at: Date())
            }
            #expect(isThere, "\(number)")
        }
        #expect(throws: Failure.self) { try logIn("a", store(home: "new")) { Issue.record("a third login") } }
    }

    @Test func whoLeavesLastRemovesWhatTheFirstHasMade() throws {
        defer { remove() }
        try logIn("a", store(home: "a")) {
            try logIn("b", store(home: "b")) {
                #expect(FileManager.default.fileExists(atPath: workplace + "/logins/temporary"))
            }
            #expect(isThere)
        }
        #expect(!isThere)
    }

    @Test func whatSomebodyElseHasPutThereStays() throws {
        defer { remove() }
        for path in ["", "/logins"] {
            let file = workplace + path + "/lock-e"
            try logIn("a", store(home: "a")) {
                try Data().write(to: URL(filePath: file))
            }
            #expect(FileManager.default.fileExists(atPath: file))
            #expect(FileManager.default.fileExists(atPath: workplace + "/logins/fingerprint.key"))
            try FileManager.default.removeItem(atPath: workplace)
        }
    }

    @Test func whatADeadProcessHasLeftHalfMadeGoesToo() throws {
        defer { remove() }
        try logIn("a", store(home: "a")) {
            for name in ["fingerprint.key.1-2", "1234567_SB1-ab.login.1-2"] {
                try Data().write(to: URL(filePath: workplace + "/logins/" + name))
            }
        }
        #expect(!isThere)
    }

    /// Each with a home of its own, all at once, and again: nobody finds a directory that another is just removing.
    @Test func loginsThatComeAndGoTogetherAllSucceed() throws {
        defer { remove() }
        let problems = Mutex<[String]>([])
        for round in 0..<20 {
            DispatchQueue.concurrentPerform(iterations: 8) { number in
                do {
                    try logIn("user\(number % 3)", store(home: "\(round)-\(number)"))
                    _ = try store(home: "\(round)-\(number)").all(account: nil)
                } catch {
                    problems.withLock { $0.append("\(error)") }
                }
            }
            #expect(!isThere, "\(round)")
        }
        #expect(problems.withLock { $0 } == [])
    }

    /// The account is never locked by us: of a user whose logins are refused two are tried, whoever else succeeds meanwhile.
    @Test func twoRefusalsAreRememberedWhileOthersComeAndGo() throws {
        defer { remove() }
        let refused = Mutex(0)
        let problems = Mutex<[String]>([])
        for round in 0..<6 {
            DispatchQueue.concurrentPerform(iterations: 8) { number in
                do {
                    let store = store(home: "\(round)-\(number)")
                    if number % 2 == 0 { return try logIn("b", store) }
                    try logIn("a", store) {
                        refused.withLock { $0 += 1 }
                        throw Refused()
                    }
                } catch is Refused {
                } catch let failure as Failure where failure.kind == .credentials {
                } catch {
                    problems.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(refused.withLock { $0 } == 2)
        #expect(problems.withLock { $0 } == [])
    }
}
