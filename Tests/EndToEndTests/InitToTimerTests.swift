import Foundation
import TestSupport
import Testing

/// From `init` to the second run by a timer, at a terminal; what a person sees on the way is kept in `Screens/Terminal`.
@Suite struct InitToTimerTests {
    /// What was on the screens of one walk.
    private struct Screens {
        let bench: MockBench
        private(set) var text: Transcript

        init(_ bench: MockBench) throws {
            self.bench = bench
            text = try Transcript("# From init to the second run by a timer")
        }

        mutating func add(_ command: String, _ shown: String, code: Int32) {
            let lines = PseudoTerminal.screen(shown).lines.map { line in
                // How long it took, and the minute that this machine has.
                var line = line
                while line.last == " " { line.removeLast() }
                return line.replacing(/[0-9]+\.[0-9]+ s$/, with: "N s").replacing(
                    /at minute [0-9]+/, with: "at minute N")
            }
            let output = Transcript.anonymous(lines.joined(separator: "\n"), bench.directory, bench)
            let line = Transcript.anonymous(command, bench.directory, bench).joined()
            text.cases[0].steps.append(.command(line, output: output, code: code))
        }

        /// Compares them with those that are kept, or keeps them with `KLEENE_TEST_RECORD=1`.
        func compare(with name: String) throws {
            let path = ScreensOfFaultsTests.path("Terminal/\(name)")
            if ProcessInfo.processInfo.environment["KLEENE_TEST_RECORD"] != nil {
                try FileManager.default.createDirectory(
                    atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
                return try text.text.write(toFile: path, atomically: true, encoding: .utf8)
            }
            let kept = try String(contentsOfFile: path, encoding: .utf8)
            let lines = (kept.components(separatedBy: "\n"), text.text.components(separatedBy: "\n"))
            let other = zip(lines.0, lines.1).first { $0 != $1 }
            #expect(
                kept == text.text,
                "\(name).txt: \(other.map { "\($0)" } ?? "a line too many, or one less")\n\(text.text)")
        }
    }

    private func bench() throws -> (bench: MockBench, program: Program) {
        let bench = try FirstSteps.bench()
        var program = bench.program
        program.environment["PATH"] = "\(try PlayedSystem.programs(in: bench.directory)):/usr/bin:/bin"
        return (bench, program)
    }

    private func unit(_ bench: MockBench, _ name: String) throws -> PlayedUnit {
        try PlayedUnit(
            try String(contentsOfFile: bench.directory.path(".config/systemd/user/\(name)"), encoding: .utf8))
    }

    @Test func fifteenAnswersLeadToTheSecondRunByATimer() throws {
        let begin = ContinuousClock.now
        let (bench, program) = try bench()
        var screens = try Screens(bench)
        let flags = bench.mockFlags
        let person = try Person(bench, ["init"] + flags, as: program)
        try FirstSteps.answer(person)
        // One for all that was asked and shown, one for the run.
        let logins = try bench.tell("logins")
        #expect(logins.components(separatedBy: "\"outcome\":\"accepted\"").count - 1 == 2, "\(logins)")
        #expect(logins.components(separatedBy: "\"outcome\"").count - 1 == 2, "\(logins)")
        screens.add("kleene-ns init " + flags.joined(separator: " "), person.terminal.all(), code: 0)
        // What it says comes next, for a timer in place of a crontab.
        let advice = try NamedCommands(person.terminal.all()).first("kleene-ns schedule") + " --systemd --user"
        var here = program
        // Which ones this machine has is no part of a screen; the service gets them as the manager's.
        for name in ["ODBCSYSINI", "ODBCINI"] { here.environment[name] = "" }
        let (code, said) = try here.run(Array(NamedCommands.words(advice).dropFirst()), columns: 300)
        #expect(code == 0, "\(said)")
        screens.add(advice, said, code: code)
        #expect(
            try String(contentsOfFile: bench.directory.path("calls"), encoding: .utf8)
                == "--user daemon-reload\n--user enable --now kleene-ns.timer\n")
        let timer = try unit(bench, "kleene-ns.timer")
        #expect(timer["Timer.OnCalendar"].count == 1 && timer["Install.WantedBy"] == ["timers.target"])
        // The source goes on; then it is time.
        try FirstSteps.goOn { try bench.tell($0) }
        let service = try unit(bench, "kleene-ns.service")
        let run = try service.start(home: bench.directory.url)
        #expect(run.code == 0 && run.all.isEmpty, "\(run.code) \(run.all)")
        // The one of the timer is the second.
        try FirstSteps.expectTwoRuns(in: bench.directory.path("netsuite.db"))
        let (statusCode, status) = try program.run(
            ["status", "--fields", "extract,status,rows,next"], columns: 100)
        #expect(statusCode == 0, "\(status)")
        screens.add("kleene-ns status --fields extract,status,rows,next", status, code: statusCode)
        #expect(person.answers + 1 <= 15)
        #expect(ContinuousClock.now - begin < .seconds(120))
        try screens.compare(with: "init-to-timer")
    }

    /// Secrets come to a service by systemd's hands, and by nothing of whoever has set it up.
    @Test func theServiceFindsItsCredentialsWhereSystemdPutsThem() throws {
        let (bench, program) = try bench()
        _ = try sqlite(
            bench.directory.path("shop.db"), "CREATE TABLE a (id INTEGER PRIMARY KEY); INSERT INTO a VALUES (7)")
        try """
        {"source": {"profile": "odbc", "driver": "SQLite3", "attributes": {"Database": "\(bench.directory.path("shop.db"))"},
                    "user": "me", "password": {"credential": "shop_password"}},
         "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [{"table": "a"}]}
        """.write(toFile: bench.directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let installed = try program.run(["schedule", "--every", "1h", "--systemd", "--user", "--install"])
        #expect(installed.code == 0, "\(installed.all)")
        let service = try unit(bench, "kleene-ns.service")
        #expect(service["Service.LoadCredential"] == ["shop_password"])
        #expect(throws: PlayedUnit.NotStarted.self) { try service.start(home: bench.directory.url) }
        let store = bench.directory.url.appending(path: "credstore")
        try FileManager.default.createDirectory(at: store, withIntermediateDirectories: true)
        try "s3same".write(to: store.appending(path: "shop_password"), atomically: true, encoding: .utf8)
        let run = try service.start(home: bench.directory.url, store: store)
        #expect(run.code == 0 && run.all.isEmpty, "\(run.code) \(run.all)")
        #expect(try sqlite(bench.destination, "SELECT id FROM a") == "7")
    }

    /// Two readings of the same rules agree: ours of a command line, and that of who writes it.
    @Test func aCommandLineIsReadAsSystemdReadsIt() throws {
        #expect(try PlayedUnit.words(#"/a "b c" d%%e "$$f\"\\" '' g"#) == ["/a", "b c", "d%e", "$f\"\\", "", "g"])
        for line in ["/a %h", "/a $HOME", "/a \"b", #"/a \q"#] {
            #expect(throws: PlayedUnit.Malformed.self) { try PlayedUnit.words(line) }
        }
    }
}
