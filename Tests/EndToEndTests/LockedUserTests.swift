import Foundation
import TestSupport
import Testing

/// A user whom NetSuite has locked, and the program that must not lock him for longer. The mock counts the logins.
@Suite struct LockedUserTests {
    private let directory: TemporaryDirectory
    private let program: Program
    private let mock: MockServerTests.Mock

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
        mock = try MockServerTests.Mock(scale: 0)
    }

    private var flags: [String] {
        ["--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")]
    }

    /// The exit codes and sentences of so many runs, five at a time, and the logins they cost.
    private func runs(_ count: Int) throws -> (codes: Set<Int32>, errors: [String], logins: Int) {
        let before = try mock.count("logins_tried") ?? 0
        var results: [Program.Result] = []
        while results.count < count {
            let running = try (0..<min(5, count - results.count)).map { _ in
                try program.start(["tables", "--refresh"] + flags)
            }
            results += try running.map { try $0.wait() }
        }
        let after = try mock.count("logins_tried") ?? 0
        return (Set(results.map(\.code)), results.map(\.errors), after - before)
    }

    private func age(by seconds: Double) throws { try RememberedLogins(below: directory.url).age(by: seconds) }

    @Test func lockCostsOneLoginEachThirtyMinutesUntilItIsGone() throws {
        #expect(try runs(1).codes == [0])
        try mock.tell("lock")
        let first = try runs(1)
        #expect(first.codes == [4] && first.logins == 1)

        for round in 0..<2 {
            // Within the thirty minutes: none, and each says until when.
            let shut = try runs(5)
            #expect(shut.codes == [4] && shut.logins == 0, "\(round): \(shut)")
            #expect(shut.errors.allSatisfy { $0.contains("locked for another 30 minutes, until 20") }, "\(shut.errors)")
            try age(by: 1700)
            #expect(try runs(1).logins == 0)

            // After them: one of five that come at once.
            try age(by: 101)
            let open = try runs(5)
            #expect(open.codes == [4] && open.logins == 1, "\(round): \(open)")
        }

        // NetSuite's lock runs out as well.
        try mock.tell("age-lock 1801")
        #expect(try runs(1).logins == 0)
        try age(by: 1801)
        let last = try runs(5)
        #expect(last.codes == [0] && last.logins == 5, "\(last)")
        #expect(try program.run(["auth", "status", "--state-dir", directory.path("state")]).output.contains("  ok  "))
    }

    @Test func credentialsThatNeverWorkedAreNotTriedAfterTheLock() throws {
        try mock.tell("lock")
        #expect(try runs(1).logins == 1)
        try age(by: 1801)
        let later = try runs(2)
        #expect(later.codes == [4] && later.logins == 0)
        #expect(later.errors.allSatisfy { $0.contains("never worked") }, "\(later.errors)")
        // A person has looked at them.
        try mock.tell("unlock")
        #expect(try program.run(["auth", "reset", "--state-dir", directory.path("state")]).code == 0)
        #expect(try runs(1).codes == [0])
    }

    // MARK: Methods

    private func configure(_ auth: String) throws -> [String] {
        let file = directory.path("kleene-ns.json")
        try #"{"source": {"account_id": "1234567_SB1", "role_id": 57, "auth": \#(auth)}}"#.write(
            toFile: file, atomically: true, encoding: .utf8)
        return ["--config", file]
    }

    @Test func passwordMethodLogsInWithTheMocksEmailAddress() throws {
        let configuration = try configure(
            #"{"method": "password", "user": "me@example.org", "password": {"env": "NOT_SET"}}"#)
        let result = try program.run(["tables", "--refresh"] + configuration + flags)
        #expect(result.code == 0, "\(result.all)")
        let logins = try mock.tell("logins")
        #expect(logins.contains("mock@example.org") && logins.contains("accepted") && !logins.contains("TBA"))
    }
}
