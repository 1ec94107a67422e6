import Foundation
import ODBCSource
import TestSupport
import Testing

/// The login breaker as whole programs have it: new homes, processes that die, services that are away. The mock counts.
@Suite struct LoginMemoryProcessTests {
    private let directory: TemporaryDirectory
    private let mock: MockServerTests.Mock

    init() throws {
        directory = try TemporaryDirectory()
        mock = try MockServerTests.Mock(scale: 20)
    }

    /// Writes a configuration of so many extracts; a role that is not the mock's is refused by it.
    private func configure(
        _ name: String = "kleene-ns.json", role: Int = 57, account: String = "1234567_SB1", extracts: Int = 1,
        destination: String = "d.db", source: String = ""
    ) throws {
        let list = (1...extracts).map {
            #"{"name": "e\#($0)", "table": "department", "destination_table": "t\#($0)"}"#
        }
        try """
        {"source": {"account_id": "\(account)", "role_id": \(role), "auth": {"method": "tba",
           "consumer_key": {"env": "CK"}, "consumer_secret": {"env": "CS"}, "token_id": {"env": "TI"},
           "token_secret": {"env": "TS"}}\(source)},
         "destination": {"type": "sqlite", "path": "\(destination)"}, "extracts": [\(list.joined(separator: ","))]}
        """.write(toFile: directory.path(name), atomically: true, encoding: .utf8)
    }

    private func program(home: String = "home", failpoint: String? = nil) -> Program {
        var environment = ["HOME": directory.path(home), "XDG_STATE_HOME": ""]
        environment["KLEENE_NS_FAILPOINT"] = failpoint
        return Program(directory: directory.url, environment: environment)
    }

    private func start(_ program: Program, _ arguments: String...) throws -> Program.Running {
        try program.start(arguments + ["--mock", "127.0.0.1:\(mock.port)"])
    }

    private func run(_ program: Program, _ arguments: String...) throws -> Program.Result {
        try program.run(arguments + ["--mock", "127.0.0.1:\(mock.port)"])
    }

    private var logins: Int { get throws { try mock.count("logins_tried") ?? -1 } }

    @Test func newHomeAtEachRunMakesTwoRefusedLogins() throws {
        try configure(role: 58)
        for number in 0..<6 {
            #expect(try run(program(home: "home\(number)"), "extract", "--quiet").code == 4)
        }
        #expect(try logins == 2)
        // Commands without a destination of their own use the configured one.
        for command in ["schemas", "plan", "doctor"] {
            #expect(try run(program(home: "another-\(command)"), command).code != 0)
        }
        #expect(try logins == 2)
        let fresh = program(home: "last")
        #expect(try fresh.run(["auth", "status", "--format", "csv"]).output.contains(",open,2,"))
        #expect(try fresh.run(["auth", "reset"]).code == 0)
        #expect(try run(fresh, "extract", "--quiet").code == 4)
        #expect(try logins == 3)
    }

    /// What a login has made beside a destination that is not there goes with it, and with nobody else's.
    @Test func commandsThatStartTogetherWithNewHomesAllFindTheirPlace() throws {
        try configure()
        for round in 0..<6 {
            let running = try (0..<8).map { try start(program(home: "h\(round)-\($0)"), "schemas", "--quiet") }
            for process in running {
                let result = try process.wait()
                #expect(result.code == 0, "\(result.all)")
            }
            #expect(!FileManager.default.fileExists(atPath: directory.path("d.db.kleene")), "\(round)")
        }
        #expect(try logins == 48)
    }

    @Test func resetKnowsTheDestinationByItsFlagToo() throws {
        try configure("elsewhere.json", role: 58)
        for _ in 0..<3 { _ = try run(program(), "extract", "--quiet", "--config", "elsewhere.json") }
        #expect(try program(home: "new").run(["auth", "reset"]).code == 2)
        #expect(try program(home: "new").run(["auth", "reset", "--destination", "d.db"]).code == 0)
        #expect(try run(program(home: "new2"), "extract", "--quiet", "--config", "elsewhere.json").code == 4)
        #expect(try logins == 3)
    }

    /// Texts that mean a refusal, each in the name of another account. (psqlodbc keeps the text of a failed login, and has
    /// 08001 for its state.)
    @Test func hundredsOfInvocationsAtOnceWithNewHomesAndCrashesMakeTwoRefusals() throws {
        let texts =
            LoginSign.general.filter { [.refused, .locked].contains($0.topic.meaning) && !$0.phrases.isEmpty }
            .map { ($0.example, "08001") }
            + [("Xyzzy", "28000"), ("Connection refused, Invalid login attempt", "08001")]
        #expect(texts.count > 10)
        var invocations = 0
        for (number, (text, state)) in texts.enumerated() {
            try mock.tell("clear")
            try mock.tell("counters reset")
            try mock.tell("fault login error always sql_state=\(state) text=\(text)")
            let name = "c\(number).json"
            try configure(name, account: "\(100_000 + number)", destination: "d\(number).db")
            let before = try logins
            for round in 0..<3 {
                let running = try (0..<5).map { index in
                    let failpoint = [nil, "login.opened", nil, "login.written"][(round + index) % 4]
                    let home = round % 2 == 0 ? "h\(number)" : "h\(number)-\(round)-\(index)"
                    return try start(program(home: home, failpoint: failpoint), "extract", "--quiet", "--config", name)
                }
                for process in running { #expect(try process.wait().code != 0) }
                invocations += running.count
            }
            #expect(try logins - before <= 2, "\(text) [\(state)]")
        }
        #expect(invocations >= 200)
    }

    /// Wherever it dies: the attempt may have counted.
    @Test(arguments: ["login.begun", "login.ended"]) func processesThatDieInTheirLoginMakeTwo(failpoint: String) throws
    {
        try configure(role: 58)
        for number in 0..<6 {
            let died = try run(
                program(home: number % 2 == 0 ? "home" : "home\(number)", failpoint: failpoint), "extract", "--quiet")
            #expect(died.code != 0)
        }
        let last = try run(program(), "extract", "--quiet")
        #expect(last.code == 4)
        #expect(last.errors.contains("nothing was refused"), "\(last.errors)")
        #expect(try logins <= 2)
    }

    @Test func serviceThatGivesNoAnswerIsTriedAgainWithoutAnybody() throws {
        try configure()
        #expect(try run(program(), "extract", "--quiet").code == 0)
        try mock.tell("fault login stall always")
        for _ in 0..<2 { #expect(try run(program(), "extract", "--quiet", "--login-timeout", "1").code == 1) }
        let waiting = try run(program(home: "new"), "extract", "--quiet")
        #expect(waiting.code == 4)
        for words in ["nothing was refused", "for another 30 minutes", "Nothing needs to be done"] {
            #expect(waiting.errors.contains(words), "\(waiting.errors)")
        }
        #expect(try program().run(["auth", "status", "--format", "csv"]).output.contains(",waiting,0,"))
        let before = try logins
        try RememberedLogins(below: directory.url).age(by: 1801)
        try mock.tell("clear")
        #expect(try run(program(), "extract", "--quiet").code == 0)
        #expect(try logins == before + 1)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func signalAtAHangingLoginCountsNothing(_ signal: Int32) throws {
        try configure()
        try mock.tell("fault login stall always")
        for count in 1...3 {
            let running = try start(program(), "extract", "--quiet")
            try wait { try logins == count }
            kill(running.process.processIdentifier, signal)
            // The second one: at once.
            if count > 1 { kill(running.process.processIdentifier, signal) }
            #expect(try running.wait().code == 128 + signal)
        }
        #expect(try program().run(["auth", "status", "--format", "csv"]).output.contains(",closed,0,"))
        try mock.tell("clear")
        #expect(try run(program(), "extract", "--quiet").code == 0)
    }

    /// A file system that takes nothing more: the attempt cannot be written down, so there is none.
    @Test func fullDiskIsASentenceAndNoLogin() throws {
        try configure(role: 58)
        #expect(try run(program(), "schemas", "--refresh").code == 4)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", #"ulimit -f 0; exec "$@""#, "sh", Program.binary, "schemas", "--refresh", "--mock",
            "127.0.0.1:\(mock.port)",
        ]
        process.currentDirectoryURL = directory.url
        process.environment = ["HOME": directory.path("home"), "PATH": "/usr/bin:/bin"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(text)")
        #expect(text.contains("No login was tried") && text.contains("File too large"), "\(text)")
        #expect(try logins == 1)
        // What was there is whole.
        #expect(try run(program(), "schemas", "--refresh").code == 4)
        #expect(try run(program(), "schemas", "--refresh").code == 4)
        #expect(try logins == 2)
    }

    @Test func furtherLoginsThatAreRefusedShutNothing() throws {
        let bench = try MockBench(
            scale: MockBench.chunked, extracts: MockBench.transactions(),
            MockBench.transactions().replacing("transactions", with: "second").replacing("\"t\"", with: "\"t2\""))
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"role_id\": 57,", with: "\"role_id\": 57, \"connections\": 4,")
            .write(toFile: path, atomically: true, encoding: .utf8)
        for round in 0..<3 {
            try bench.tell("reset")
            try bench.tell("fault statement slow times=1 matching=sysdate milliseconds=2500")
            let running = try bench.start("extract", "--quiet", "--format", "json")
            try bench.until { try bench.tell("logins").contains("accepted") }
            try bench.tell("fault login error always sql_state=28000 text=Invalid login attempt")
            let result = try running.wait()
            #expect(result.code == 0, "\(round): \(result.all)")
            try bench.tell("clear")
        }
        let status = try bench.run("auth", "status", "--state-dir", bench.directory.path("state"), "--format", "csv")
        #expect(status.output.contains(",closed,0,"), "\(status.output)")
    }

    // MARK: The others of an invocation

    @Test func extractsBehindAnUnreachableServiceAreNotRunAndTheReasonIsSaidOnce() throws {
        try configure(extracts: 4, source: #", "retry": {"attempts": 2, "first_delay": "0s", "longest_delay": "0s"}"#)
        // Nobody listens there any more.
        let gone = try MockServerTests.Mock(scale: 0).port
        let result = try program().run(["extract", "--format", "json", "--mock", "127.0.0.1:\(gone)"])
        #expect(result.code == 1)
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
        #expect(rows.map { $0["status"] as? String } == ["failed", "not_run", "not_run", "not_run"])
        let lines = result.errors.split(separator: "\n").filter { $0.contains("Connecting to account") }
        // Once before the second attempt, and once for good.
        #expect(lines.count == 2, "\(result.errors)")
        #expect(try program().run(["auth", "status", "--format", "csv"]).output.contains(",closed,0,"))
    }

    @Test func extractsBehindARefusedLoginAreNotRunAndTheReasonIsSaidOnce() throws {
        try configure(role: 58, extracts: 4)
        let result = try run(program(), "extract", "--format", "json")
        #expect(result.code == 4)
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
        #expect(rows.map { $0["status"] as? String } == ["failed", "not_run", "not_run", "not_run"])
        #expect(result.errors.components(separatedBy: "NetSuite refused the login").count == 2, "\(result.errors)")
        #expect(try logins == 1)
    }

    @Test func serviceThatIsBackAfterOneExtractHasTheOthersRun() throws {
        try configure(extracts: 3, source: #", "retry": {"attempts": 1}"#)
        try mock.tell("fault login session-limit times=1")
        let result = try run(program(), "extract", "--format", "json")
        #expect(result.code == 3, "\(result.all)")
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
        #expect(rows.map { $0["status"] as? String } == ["failed", "succeeded", "succeeded"])
    }

    /// Other ODBC sources have no breaker, but a refused or doubtful login is tried once by an invocation.
    @Test(arguments: [
        ("28000", "no idea"), ("08001", "FATAL:  password authentication failed for user \"x\""),
        ("08001", "FATAL:  Passwort-Authentifizierung für Benutzer »x« fehlgeschlagen"), ("HY000", "Qapla'"),
        ("08001", "connection to a failed: Connection refused\nconnection to b failed: FATAL: Login failed for user x"),
    ])
    func refusedLoginOfAnotherSourceIsTriedOnce(state: String, text: String) throws {
        let escaped = text.replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        let driver = try RecordingDriver("", probe: "at connect fail \(state) 0 \"\(escaped)\"")
        let attributes = driver.settings.attributes.map { "\"\($0.keyword)\": \"\($0.value)\"" }.joined(separator: ", ")
        try """
        {"source": {"profile": "odbc", "driver": "\(driver.libraryPath)", "attributes": {\(attributes)},
           "retry": {"attempts": 4, "first_delay": "0s", "longest_delay": "0s"}},
         "destination": {"type": "sqlite", "path": "o.db"},
         "extracts": [{"table": "a"}, {"table": "b"}, {"table": "c"}, {"table": "d"}]}
        """.write(toFile: directory.path("odbc.json"), atomically: true, encoding: .utf8)
        let result = try program().run(["extract", "--quiet", "--config", "odbc.json", "--format", "json"])
        #expect(result.code != 0)
        #expect(driver.calls.count { $0.hasPrefix("SQLDriverConnect") } == 1, "\(result.all)")
        #expect(result.output.components(separatedBy: "not_run").count == 4, "\(result.output)")
    }
}
