import Foundation
import TestSupport
import Testing

/// `kleene-ns-mock` as a program: its ready line, its seed, its end, and what it says to whoever starts it wrongly.
@Suite struct MockProgramTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func start(_ arguments: [String], output: Any) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Program.binary + "-mock")
        process.arguments = arguments
        process.currentDirectoryURL = directory.url
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": directory.url.path, "TMPDIR": directory.path("tmp"), "LC_ALL": "C.UTF-8",
        ]
        try FileManager.default.createDirectory(atPath: directory.path("tmp"), withIntermediateDirectories: true)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return process
    }

    private func run(_ arguments: [String]) throws -> (code: Int32, text: String) {
        let pipe = Pipe()
        let process = try start(arguments, output: pipe)
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return (code, String(decoding: data, as: UTF8.self))
    }

    /// The first line of a server that goes on.
    private func line(of pipe: Pipe) throws -> Data {
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            guard let more = try pipe.fileHandleForReading.read(upToCount: 1), !more.isEmpty else { break }
            line.append(more)
        }
        return line
    }

    /// Python logs in with nothing but what the line says.
    @Test func readyLineIsAllThatAClientNeedsAndTheEndLeavesNothing() throws {
        let pipe = Pipe()
        let process = try start(
            ["serve", "--port", "0", "--scale", "5", "--account", "7654321-sb2", "--role", "1042"], output: pipe)
        let line = try line(of: pipe)
        let ready = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        #expect(ready["host"] as? String == "127.0.0.1" && (ready["port"] as? Int ?? 0) > 0)
        #expect(ready["account"] as? String == "7654321_SB2" && ready["role"] as? Int == 1042)
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/python3")
        python.arguments = [
            "-c",
            """
            import base64, hashlib, hmac, json, sys, time, pyodbc
            r = json.loads(sys.argv[1])
            base = "&".join([r["account"], r["consumer_key"], r["token_id"], "nonce%d" % time.time_ns(), str(int(time.time()))])
            mac = hmac.new((r["consumer_secret"] + "&" + r["token_secret"]).encode(), base.encode(), hashlib.sha256).digest()
            token = base + "&" + base64.b64encode(mac).decode() + "&HMAC-SHA256"
            for user, password in (("TBA", token), (r["email"], r["password"])):
                c = pyodbc.connect(r["connection_string"] + ";UID=" + user + ";PWD={" + password + "}", autocommit=True)
                print(c.execute("select count(*) from currency").fetchone()[0])
            """, String(decoding: line, as: UTF8.self),
        ]
        let answer = Pipe()
        python.standardOutput = answer
        try python.run()
        let data = try answer.fileHandleForReading.readToEnd() ?? Data()
        python.waitUntilExit()
        #expect(String(decoding: data, as: UTF8.self) == "6\n6\n")

        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("tmp")).isEmpty == false)
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("tmp")) == [])
    }

    /// Whoever runs the mock learns what its clients do not, once a reason, and no secret.
    @Test func refusedLoginsAreExplainedToWhoRunsTheMock() throws {
        let pipe = Pipe()
        let process = try start(["serve", "--port", "0", "--scale", "5"], output: pipe)
        let line = try line(of: pipe)
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/python3")
        python.arguments = [
            "-c",
            """
            import json, sys, pyodbc
            r = json.loads(sys.argv[1])
            # psqlodbc tries each of them twice.
            for account, role in (("7654321", r["role"]), (r["account"], 4)):
                options = r["connection_string"].replace("ns.account=" + r["account"], "ns.account=" + account)
                options = options.replace("ns.role=%d" % r["role"], "ns.role=%d" % role)
                try:
                    pyodbc.connect(options + ";UID=TBA;PWD=very-secret", autocommit=True)
                except pyodbc.Error as error:
                    print(error)
            """, String(decoding: line, as: UTF8.self),
        ]
        let answer = Pipe()
        python.standardOutput = answer
        try python.run()
        let answers = String(decoding: try answer.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        python.waitUntilExit()
        process.terminate()
        let said = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(
            said == """
                kleene-ns-mock: a login was refused: wrong account. It named account 7654321, role 57; this mock has account \
                1234567_SB1, role 57.
                kleene-ns-mock: a login was refused: wrong role. It named account 1234567_SB1, role 4; this mock has account \
                1234567_SB1, role 57.

                """)
        #expect(!answers.isEmpty && !answers.contains("wrong"), "\(answers)")
    }

    @Test func sameSeedMakesTheSameBytesInEveryProcess() throws {
        for (name, seed) in [("one", "5"), ("same", "5"), ("other", "6")] {
            let result = try run(["dump", "--scale", "300", "--seed", seed, "--output", name + ".db"])
            #expect(result.code == 0, "\(result.text)")
        }
        let files = try ["one", "same", "other"].map { try Data(contentsOf: URL(filePath: directory.path($0 + ".db"))) }
        #expect(files[0] == files[1] && files[0] != files[2])
        // What is there is not written over.
        #expect(try run(["dump", "--output", "one.db"]).code == 2)
        #expect(try Data(contentsOf: URL(filePath: directory.path("one.db"))) == files[0])
    }

    @Test(arguments: [
        (["serve", "--port", "70000"], 2, "--port must be from 0 to 65535"),
        (["serve", "--port=-1"], 2, "--port must be from 0 to 65535"),
        (["serve", "--control-port", "99999"], 2, "--control-port must be from 0 to 65535"),
        (["serve", "--sessions=0"], 2, "--sessions must be from 1"),
        (["serve", "--scale=-1"], 2, "--scale must be from 0"),
        (["serve", "--scale", "9999999999999999999999"], 2, "invalid for '--scale"),
        (["serve", "--seed=-1"], 2, "invalid for '--seed"),
        (["serve", "--role", "x"], 2, "invalid for '--role"),
        (["serve", "--account", "a b"], 2, "--account takes an account id"),
        (["serve", "--clock", "1e300"], 2, "--clock 1e300 is neither"),
        (["serve", "--clock", "nan"], 2, "--clock nan is neither"),
        (["serve", "--sysdate-offset", "9223372036854775807"], 2, "--sysdate-offset must be within"),
        (["serve", "--key-zone", "Mars"], 2, "--key-zone Mars is neither"),
        (["serve", "--evolve-every", "nans"], 2, "--evolve-every nans is neither"),
        (["serve", "--evolve", "late=2"], 2, "late=2 is not a number from 0 to 1"),
        (["serve", "--catalog", "nowhere.json"], 1, "There is no catalog file nowhere.json."),
        (["serve", "--catalog", "."], 1, "could not be read"),
        (["serve", "--log", "nowhere/log.db"], 1, "nowhere/log.db"),
        (["dump", "--output", "nowhere/dump.db"], 1, "nowhere/dump.db"),
        (["control", "1", "clock"], 2, "No mock was reached at port 1"),
        (["control", "70000", "clock"], 2, "A port is from 1 to 65535"),
        (["nonsense"], 2, "Unexpected argument 'nonsense'"),
    ])
    func wrongCommandLineIsASentence(_ arguments: [String], _ code: Int32, _ words: String) throws {
        let result = try run(arguments)
        #expect(result.code == code, "\(result.text)")
        #expect(result.text.contains(words), "\(result.text)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path("tmp")) == [])
    }

    @Test func portThatAnotherHasIsNamed() throws {
        let mock = try MockServerTests.Mock(scale: 0)
        let result = try run(["serve", "--scale", "0", "--port", String(mock.port)])
        #expect(result.code == 2)
        #expect(result.text.contains("Port \(mock.port) of 127.0.0.1 is taken by another program."), "\(result.text)")
    }
}
