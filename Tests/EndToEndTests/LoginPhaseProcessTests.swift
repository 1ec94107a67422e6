import Foundation
import TestSupport
import Testing

/// Each class of failed logins, whenever in a run the service begins with it: whole programs, some at once, with new homes,
/// crashes and a clock that jumps. The mock counts.
@Suite(.waiting) struct LoginPhaseProcessTests {
    /// When the service turns bad.
    enum Phase: String, CaseIterable {
        /// Before credentials have ever worked.
        case first
        /// Before a question: `doctor`, `tables`, `plan` and others.
        case question
        /// When a run is connected, and its further connections log in.
        case helper
        /// When a run has lost its session in the middle of a read.
        case midRead
        /// When it has lost it at a count of what lies beyond the window, in which nothing was.
        case beyond
    }

    enum Meaning { case refused, locked, unanswered, notTried }

    struct Ending: Sendable, CustomTestStringConvertible {
        var fault: String
        var meaning: Meaning
        var testDescription: String { fault }

        init(_ fault: String, _ meaning: Meaning) { (self.fault, self.meaning) = (fault, meaning) }
    }

    static let endings = [
        Ending("refused", .refused),
        Ending("error sql_state=08001 text=Connection refused. Invalid login attempt", .refused),
        Ending("locked", .locked),
        Ending("close", .unanswered),
        Ending("error sql_state=HY000 text=Something that nobody knows", .unanswered),
        Ending("session-limit", .notTried),
        Ending("error sql_state=08001 text=NetSuite is undergoing scheduled maintenance.", .notTried),
    ]

    private let directory: TemporaryDirectory
    private let mock: MockServerTests.Mock

    init() throws {
        directory = try TemporaryDirectory()
        mock = try MockServerTests.Mock(scale: MockBench.chunked)
        let auth = ["consumer_key", "consumer_secret", "token_id", "token_secret"].map { #""\#($0)": {"env": "X"}"# }
        func extract(_ name: String, _ column: String) -> String {
            #"{"name": "\#(name)", "table": "transaction", "columns": ["id", "\#(column)"], "unique_columns": ["id"], "chunk_rows": 1000, "destination_table": "\#(name)"}"#
        }
        let following =
            #"{"name": "following", "table": "transaction", "columns": ["id", "lastmodifieddate"], "load_method": "upsert", "unique_columns": ["id"], "extract_type": "incremental", "incremental_key": "lastmodifieddate", "destination_table": "f"}"#
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "connections": 3,
           "auth": {"method": "tba", \(auth.joined(separator: ", "))},
           "retry": {"attempts": 2, "first_delay": "0s", "longest_delay": "0s"}},
         "destination": {"type": "sqlite", "path": "d.db"},
         "extracts": [\(extract("one", "tranid")), \(extract("two", "trandate")), \(following)]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    private func start(_ command: [String], home: String = "h0", failpoint: String? = nil) throws -> Program.Running {
        var environment = ["HOME": directory.path(home), "XDG_STATE_HOME": ""]
        environment["KLEENE_NS_FAILPOINT"] = failpoint
        return try Program(directory: directory.url, environment: environment)
            .start(command + ["--mock", "127.0.0.1:\(mock.port)"])
    }

    private func age(by seconds: Double) throws { try RememberedLogins(below: directory.url).age(by: seconds) }

    /// Logins that the mock has not let in, and those that it has.
    private var logins: (failed: Int, accepted: Int) {
        get throws {
            let (tried, accepted) = (try mock.count("logins_tried") ?? -1, try mock.count("logins_accepted") ?? -1)
            return (tried - accepted, accepted)
        }
    }

    private func fault(_ words: String) throws {
        let answer = try mock.tell("fault " + words)
        try #require(answer.contains("\"ok\":true"), "\(answer)")
    }

    /// Has the service turn bad when the first invocation gets there; returns that invocation.
    private func arrange(_ ending: Ending, _ phase: Phase) throws -> [String] {
        // Faults are met in this order: one that does nothing lets the first login through.
        let isConnected = [.helper, .midRead, .beyond].contains(phase)
        if isConnected { try fault("login slow times=1 milliseconds=0") }
        try fault(
            "login \(ending.fault.replacing(" ", with: " always ", maxReplacements: 1))"
                + (ending.fault.contains(" ") ? "" : " always"))
        switch phase {
        case .first: return ["extract", "one", "two", "--quiet"]
        case .question: return ["plan", "one"]
        case .helper:
            // Or all is read before the others are there.
            for column in ["tranid", "trandate"] {
                try fault("fetch slow times=1 milliseconds=400 matching=\(column)")
            }
            return ["extract", "one", "two", "--quiet"]
        case .midRead:
            try fault("fetch slow times=1 milliseconds=300 matching=tranid")
            try fault("fetch reset times=1 matching=tranid")
            return ["extract", "one", "two", "--quiet"]
        case .beyond:
            // Of a window in which nothing is, rows are asked for that are ahead of the clock.
            let newest = "(SELECT max(lastmodifieddate) FROM \"transaction\")"
            try mock.tell("change DELETE FROM \"transaction\" WHERE lastmodifieddate = \(newest)")
            try fault("statement slow times=1 milliseconds=0 matching=count(")
            try fault("statement expired times=1 matching=count(")
            return ["extract", "following", "--quiet"]
        }
    }

    @Test(arguments: Phase.allCases, endings)
    func refusedLoginsAreTwoAtMostAndNothingElseKeepsAWellServiceShut(_ phase: Phase, _ ending: Ending) throws {
        if phase != .first {
            let good = try start(["extract", "following", "--quiet"]).wait()
            try #require(good.code == 0, "\(good.all)")
        }
        let before = try logins
        let arranged = try start(try arrange(ending, phase)).wait()
        // Fewer connections read as well.
        #expect((arranged.code == 0) == (phase == .helper), "\(arranged.all)")
        #expect(try logins.failed > before.failed, "\(arranged.all)")
        let connected = try logins.accepted - before.accepted
        #expect(connected == ([.helper, .midRead, .beyond].contains(phase) ? 1 : 0))

        // And stays bad: whatever is asked, from whatever home, and whenever.
        let questions = [
            ["doctor"], ["tables", "--refresh"], ["plan"], ["preview", "department"], ["extract", "--quiet"],
        ]
        for (seconds, commands) in [
            (0, questions[0...2]), (86_400 * 40, questions[3...4]), (-7200, questions[4...4]), (7200, questions[1...2]),
        ]
            as [(Double, ArraySlice<[String]>)]
        {
            try age(by: seconds)
            let running = try commands.enumerated().map { index, command in
                let failpoint = ["login.opened", nil, "login.written"][(Int(seconds / 7200) + 1 + index) % 3]
                return try start(command, home: "h\(index)", failpoint: failpoint)
            }
            for process in running { #expect(try process.wait().code != 0) }
        }
        let failed = try logins.failed - before.failed
        switch ending.meaning {
        case .refused: #expect(failed <= 2)
        case .locked: #expect(failed <= (phase == .first ? 1 : 4))
        case .unanswered where phase == .first: #expect(failed <= 2)
        case .unanswered, .notTried: break
        }

        // The service is well again: nobody has to do anything where nothing was refused.
        try mock.tell("clear")
        try mock.tell("unlock")
        if ending.meaning != .notTried { try age(by: 7200) }
        let last = try start(["extract", "--quiet"]).wait()
        let isOpen = ending.meaning == .refused || phase == .first && ending.meaning != .notTried
        #expect(last.code == (isOpen ? 4 : 0), "\(last.all)")
    }
}
