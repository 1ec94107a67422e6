import Foundation
import TestSupport
import Testing

/// The program against the mock SuiteAnalytics Connect server: logins that are counted, and errors that are understood.
@Suite struct MockServerTests {
    /// A running `kleene-ns-mock serve`.
    final class Mock: Sendable {
        let port: Int
        let control: Int
        /// What vouches for its token endpoint, in PEM.
        let certificate: String
        private let process: Process

        struct NotReady: Error {}

        init(scale: Int = 60, _ arguments: [String] = []) throws {
            process = Process()
            process.executableURL = URL(filePath: Program.binary + "-mock")
            process.arguments = ["serve", "--port", "0", "--scale", String(scale)] + arguments
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            var line = Data()
            while !line.contains(UInt8(ascii: "\n")) {
                guard let more = try pipe.fileHandleForReading.read(upToCount: 1), !more.isEmpty else {
                    throw NotReady()
                }
                line.append(more)
            }
            let ready = try JSONSerialization.jsonObject(with: line) as? [String: Any]
            guard let port = ready?["port"] as? Int, let control = ready?["control_port"] as? Int else {
                process.terminate()
                throw NotReady()
            }
            self.port = port
            self.control = control
            certificate = ready?["token_certificate"] as? String ?? ""
        }

        deinit {
            process.terminate()
            process.waitUntilExit()
        }

        /// Says a line to the control channel, and returns its answer.
        @discardableResult func tell(_ words: String...) throws -> String {
            let process = Process()
            process.executableURL = URL(filePath: Program.binary + "-mock")
            process.arguments = ["control", String(control)] + words
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return String(decoding: data, as: UTF8.self)
        }

        /// A counter of the control channel.
        func count(_ name: String) throws -> Int? {
            let answer = try tell("counters")
            let object = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
            return (object?["value"] as? [String: Any])?[name] as? Int
        }
    }

    private let directory: TemporaryDirectory
    private let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
    }

    private func flags(_ mock: Mock) -> [String] {
        ["--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")]
    }

    @Test func refusedLoginsAreTwoUntilSomebodyResetsTheBreaker() throws {
        let mock = try Mock()
        try mock.tell("fault login refused always")
        let running = try (0..<6).map { _ in try program.start(["tables"] + flags(mock)) }
        #expect(try running.map { try $0.wait().code } == Array(repeating: 4, count: 6))
        #expect(try mock.count("logins_tried") == 2)
        let status = try program.run(["auth", "status", "--state-dir", directory.path("state"), "--format", "csv"])
        #expect(status.output.contains(",open,2,"), "\(status.output)")

        // A person mends the cause and says so.
        try mock.tell("clear")
        #expect(try program.run(["tables"] + flags(mock)).code == 4)
        #expect(try program.run(["auth", "reset", "--state-dir", directory.path("state")]).code == 0)
        #expect(try program.run(["tables"] + flags(mock)).code == 0)
        #expect(try program.run(["auth", "status", "--state-dir", directory.path("state")]).output.contains("  ok  "))
    }

    /// Whether the service has counted such a login nobody knows.
    @Test func loginThatIsNotAnsweredIsGivenUpAndCounted() throws {
        let mock = try Mock(scale: 0)
        try mock.tell("fault login stall always")
        for _ in 0..<2 {
            let result = try program.run(["tables", "--refresh", "--login-timeout", "2"] + flags(mock))
            #expect(result.code == 1)
            #expect(result.errors.contains("gave no answer in time"), "\(result.errors)")
        }
        #expect(try program.run(["tables", "--refresh", "--login-timeout", "2"] + flags(mock)).code == 4)
        #expect(try mock.count("logins_tried") == 2)
        try mock.tell("clear")
        #expect(try program.run(["auth", "reset"] + flags(mock)).code == 0)
        // Slow is not too slow.
        try mock.tell("fault login slow milliseconds=300")
        #expect(try program.run(["tables", "--refresh"] + flags(mock)).code == 0)
    }

    @Test func lockedUserIsLeftAlone() throws {
        let mock = try Mock()
        #expect(try program.run(["tables", "--refresh"] + flags(mock)).code == 0)
        try mock.tell("lock")
        let first = try program.run(["tables", "--refresh"] + flags(mock))
        #expect(first.code == 4)
        #expect(first.errors.contains("Wait thirty minutes"), "\(first.errors)")
        let logins = try mock.count("logins_tried")
        let second = try program.run(["tables", "--refresh"] + flags(mock))
        #expect(second.code == 4)
        #expect(second.errors.contains("locked for another"), "\(second.errors)")
        #expect(try mock.count("logins_tried") == logins)
        #expect(try program.run(["auth", "status", "--state-dir", directory.path("state")]).output.contains("locked"))
    }

    /// A fault of the mock that stays, the words of the sentence, the exit code; and whether one such fault is put up with.
    static let faults: [(fault: String, words: [String], code: Int32, isPutUpWith: Bool)] = [
        (
            "fault login refused",
            ["NetSuite refused the login", "Login Audit Trail", "lacks \"SuiteAnalytics Connect\""], 4, false
        ),
        ("fault login session-limit", ["no further session was granted"], 1, true),
        // Whether the service counted it nobody knows, so it is not tried again by itself.
        ("fault login reset", ["Connecting to account 1234567_SB1 failed"], 1, false),
        ("fault statement ticket matching=companyname", ["Error ticket#"], 1, true),
        ("fault statement error matching=companyname sql_state=HYT00", ["no answer in time"], 1, true),
        ("fault fetch ticket matching=companyname", ["Error ticket#"], 1, true),
        ("fault fetch expired matching=companyname", ["onnection"], 1, true),
        ("fault fetch reset matching=companyname", ["connection is gone"], 1, true),
    ]

    @Test(arguments: faults.indices)
    func faultIsASentenceAndTheNextRunSucceeds(index: Int) throws {
        let (fault, words, code, isPutUpWith) = Self.faults[index]
        let mock = try Mock()
        let destination = directory.path("d.db")
        // Without the waits that a service wants and a test does not.
        try Data(
            """
            {"source": {"account_id": "1234567_SB1", "role_id": 57, "retry": {"first_delay": "0s"}, "auth": {"method": "tba",
              "consumer_key": {"env": "K"}, "consumer_secret": {"env": "K"}, "token_id": {"env": "K"},
              "token_secret": {"env": "K"}}}}
            """.utf8
        ).write(to: URL(filePath: directory.path("config.json")))
        let arguments =
            [
                "extract", "--quiet", "--config", directory.path("config.json"), "--table", "customer", "--destination",
                destination, "--destination-table", "c",
            ] + flags(mock)
        if isPutUpWith {
            let answer = try mock.tell(fault + " times=1")
            #expect(!answer.contains("error"), "\(answer)")
            let result = try program.run(arguments)
            #expect(result.code == 0, "\(fault): \(result.all)")
            try mock.tell("clear")
        }
        try mock.tell(fault + " always")
        let result = try program.run(arguments)
        #expect(result.code == code, "\(fault): \(result.all)")
        for word in words { #expect(result.errors.contains(word), "\(fault): \(result.errors)") }
        try mock.tell("clear")
        let next = try program.run(arguments)
        #expect(next.code == 0, "\(fault): \(next.all)")
        #expect(try Int(sqlite(destination, "SELECT count(*) FROM c")) ?? 0 > 0)
    }

    /// While text is tried out, in the catalog, at the source's clock, and where chunks are planned.
    @Test(arguments: [
        "fetch close", "fetch expired matching=oa_columns", "statement reset matching=sysdate",
        "fetch reset matching=count(*)",
    ])
    func sessionThatIsLostBeforeTheFirstRowIsOpenedAgain(fault: String) throws {
        let mock = try Mock()
        let answer = try mock.tell("fault \(fault) times=1")
        #expect(!answer.contains("error"), "\(answer)")
        let configuration = """
            {"source": {"account_id": "1234567_SB1", "role_id": 57, "connections": 2, "retry": {"first_delay": "0s"},
              "auth": {"method": "password", "user": "a@b.c", "password": {"env": "UNUSED"}}},
             "destination": {"type": "sqlite", "path": "d.db"},
             "extracts": [{"name": "c", "table": "customer", "load_method": "upsert", "extract_type": "incremental",
               "incremental_key": "lastmodifieddate", "unique_columns": ["id"]}]}
            """
        try configuration.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let result = try program.run(["extract", "--config", directory.path("kleene-ns.json")] + flags(mock))
        #expect(result.code == 0, "\(result.all)")
        #expect(result.errors.contains("Trying again"), "\(result.errors)")
        #expect(try mock.count("logins_tried") == 2)
    }

    @Test func unknownTableNamesTheOnesNearIt() throws {
        let mock = try Mock()
        let result = try program.run(["columns", "transactionlin"] + flags(mock))
        #expect(result.code == 1)
        #expect(result.errors.contains("transactionLine"), "\(result.errors)")
    }

    @Test func calculatedColumnsAreReadOnlyWhenTheyAreNamed() throws {
        let mock = try Mock()
        let listing = try program.run(["columns", "customer", "--format", "jsonl"] + flags(mock))
        let calculated = try #require(
            listing.output.split(separator: "\n").first { $0.contains("\"calculated\":true") }, "\(listing.output)")
        let object = try JSONSerialization.jsonObject(with: Data(calculated.utf8)) as? [String: Any]
        let name = try #require(object?["name"] as? String)
        let target = ["--table", "customer", "--destination", directory.path("d.db"), "--destination-table", "c"]
        #expect(try program.run(["extract", "--quiet"] + target + flags(mock)).code == 0)
        #expect(
            try sqlite(directory.path("d.db"), "SELECT count(*) FROM pragma_table_info('c') WHERE name = '\(name)'")
                == "0")
        #expect(try program.run(["extract", "--quiet", "--columns", "id,\(name)"] + target + flags(mock)).code == 0)
        #expect(
            try sqlite(directory.path("d.db"), "SELECT count(*) FROM pragma_table_info('c') WHERE name = '\(name)'")
                == "1")
    }
}
