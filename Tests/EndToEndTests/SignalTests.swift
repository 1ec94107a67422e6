import Foundation
import TestSupport
import Testing

/// Signals, and readers that do not read: what the program has promised holds whatever its streams do.
@Suite struct SignalTests {
    private let bench: MockBench

    init() throws {
        bench = try MockBench(
            scale: 200, extracts: MockBench.transactions(), #"{"name": "customers", "table": "customer"}"#)
    }

    /// A pipe that is full, and that nobody reads.
    ///
    /// - Returns: Both ends; the process takes the second.
    private static func fullPipe() throws -> (reading: FileHandle, writing: FileHandle) {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe pipe(&ends) == 0)
        let end = ends[1]
        let flags = fcntl(end, F_GETFL)
        try #require(fcntl(end, F_SETFL, flags | O_NONBLOCK) == 0)
        let junk = [UInt8](repeating: 46, count: 4096)
        while unsafe write(end, junk, junk.count) > 0 {}
        while unsafe write(end, junk, 1) > 0 {}
        try #require(fcntl(end, F_SETFL, flags) == 0)
        return (FileHandle(fileDescriptor: ends[0]), FileHandle(fileDescriptor: end))
    }

    private struct Ended {
        var code: Int32
        var seconds: Double
    }

    /// Starts a command with a stream that nobody reads.
    private func start(_ arguments: [String], output: Any? = nil, errors: Any? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Program.binary)
        process.arguments = arguments + bench.mockFlags
        process.currentDirectoryURL = bench.directory.url
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": bench.directory.url.path, "LANG": "C"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = errors ?? FileHandle.nullDevice
        try process.run()
        return process
    }

    private func end(_ process: Process) -> Ended {
        let begin = ContinuousClock.now
        process.waitUntilExit()
        return Ended(
            code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            seconds: (ContinuousClock.now - begin) / .seconds(1))
    }

    @Test func timeLimitAndSignalsHoldAlthoughNobodyReadsStandardError() throws {
        let pipe = try Self.fullPipe()
        defer { withExtendedLifetime(pipe.reading) {} }
        try bench.tell("fault statement slow milliseconds=4000 always matching=tranid")
        let limited = try start(["extract", "--max-runtime", "1s"], errors: pipe.writing)
        let outOfTime = end(limited)
        #expect(outOfTime.code == 8 && outOfTime.seconds < 15)
        // The first entry of the log is where it waits.
        for (signals, code) in [([SIGTERM], 143), ([SIGHUP], 129), ([SIGTERM, SIGINT], 143), ([SIGQUIT], 131)] {
            let process = try start(["extract"], errors: pipe.writing)
            try bench.until { try LeavingsTests.children(of: process.processIdentifier).count == 1 }
            usleep(300_000)
            for signal in signals {
                kill(process.processIdentifier, signal)
                usleep(20_000)
            }
            let ended = end(process)
            #expect(ended.code == Int32(code) || signals.count > 1 && ended.code == 130, "\(signals): \(ended)")
            #expect(ended.seconds < (signals == [SIGTERM] || signals == [SIGHUP] ? 12 : 5), "\(signals): \(ended)")
        }
        try bench.tell("clear")
        #expect(try bench.ask("extract", "--quiet").code == 0)
    }

    @Test func signalEndsACommandWhoseResultNobodyReads() throws {
        let pipe = try Self.fullPipe()
        defer { withExtendedLifetime(pipe.reading) {} }
        for arguments in [["columns", "--all", "--refresh"], ["extract", "--quiet", "--format", "json"]] {
            let process = try start(arguments, output: pipe.writing)
            // Until all is done but the printing: the worker is gone.
            try bench.until { try LeavingsTests.children(of: process.processIdentifier).count == 1 }
            try bench.until { try LeavingsTests.children(of: process.processIdentifier).isEmpty }
            usleep(200_000)
            #expect(process.isRunning)
            kill(process.processIdentifier, SIGTERM)
            let ended = end(process)
            #expect(ended.code == 143 && ended.seconds < 5, "\(arguments): \(ended)")
        }
        // What was loaded is loaded.
        #expect(try sqlite(bench.destination, "SELECT count(*) > 10 FROM t") == "1")
        let limited = try start(
            ["extract", "--quiet", "--format", "json", "--max-runtime", "2s"], output: pipe.writing)
        let ended = end(limited)
        #expect(ended.code == 8 && ended.seconds < 10, "\(ended)")
    }

    @Test func fullDiskBehindStandardOutputSaysThatTheRowsAreIn() throws {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let errors = bench.directory.path("errors")
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        let seen = bench.directory.path("seen.json")
        let process = try start(
            ["extract", "--quiet", "--format", "json", "--on-success", "cat > '\(seen)'"], output: full,
            errors: FileHandle(forWritingAtPath: errors))
        #expect(end(process).code == 1)
        // Who wants to be told of the run is.
        #expect(try String(contentsOfFile: seen, encoding: .utf8).contains("succeeded"))
        let text = try String(contentsOfFile: errors, encoding: .utf8)
        #expect(text.contains("No space left on device") && text.contains("2 of 2 extracts were done"), "\(text)")
        #expect(try sqlite(bench.destination, "SELECT count(*) > 10 FROM t") == "1")
        #expect(end(try start(["tables", "--refresh"], output: full)).code == 1)
        // A log that cannot be written changes nothing.
        #expect(end(try start(["extract"], errors: full)).code == 0)
    }

    /// What a run came to is in its code, whether or not its result can be shown; and what was changed is said to be.
    @Test func fullDiskBehindStandardOutputHidesNothing() throws {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        func run(_ arguments: [String]) throws -> (code: Int32, errors: String) {
            let errors = bench.directory.path("errors")
            _ = FileManager.default.createFile(atPath: errors, contents: nil)
            let process = try start(arguments, output: full, errors: FileHandle(forWritingAtPath: errors))
            return (end(process).code, try String(contentsOfFile: errors, encoding: .utf8))
        }
        #expect(try bench.ask("extract", "--quiet").code == 0)
        // The one fails, the other is done.
        try bench.tell("fault statement error times=1 matching=tranid sql_state=42000 text=Syntax error in the query")
        let partly = try run(["extract", "--quiet", "--format", "json"])
        #expect(partly.code == 3, "\(partly)")
        #expect(partly.errors.contains("1 of 2 extracts were done"), "\(partly)")
        try bench.tell("fault login refused always")
        let refused = try run(["extract", "--quiet", "--format", "json"])
        #expect(refused.code == 4, "\(refused)")
        #expect(!refused.errors.contains("their rows are in") && refused.errors.contains("No space left"), "\(refused)")
        // An edit that is made twice goes back twice as far.
        let edit = Process()
        edit.executableURL = URL(filePath: Program.binary)
        edit.arguments = ["state", "rewind", "transactions", "--by", "1d"]
        edit.currentDirectoryURL = bench.directory.url
        edit.environment = ["PATH": "/usr/bin:/bin", "HOME": bench.directory.url.path]
        edit.standardOutput = full
        let errors = Pipe()
        edit.standardError = errors
        let before = MockBench.words(watermark: try bench.state()["watermark"])
        try edit.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(end(edit).code == 1)
        #expect(text.contains("was made") && text.contains("state show transactions"), "\(text)")
        #expect(MockBench.words(watermark: try bench.state()["watermark"]) != before)
    }

    @Test func readerThatGoesAwayIsNoFailure() throws {
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        shell.arguments =
            [
                "-c", #""$@" --format jsonl | head -n 1 >/dev/null; exit "${PIPESTATUS[0]}""#, "bash", Program.binary,
                "columns", "--all", "--quiet",
            ] + bench.mockFlags
        shell.currentDirectoryURL = bench.directory.url
        let errors = Pipe()
        shell.standardError = errors
        try shell.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(end(shell).code == 0 && text.isEmpty, "\(text)")
    }

    @Test(arguments: [
        ["plan"], ["columns", "--all", "--refresh"], ["columns", "transaction", "--refresh"], ["tables", "--refresh"],
        ["schemas", "--refresh"], ["preview", "transaction"], ["doctor"], ["doctor", "--probe"], ["extract"],
    ])
    func interruptedQuestionEndsWith130(_ arguments: [String]) throws {
        try bench.tell("fault statement slow milliseconds=700 always")
        let running = try bench.program.start(arguments + bench.mockFlags)
        try bench.until {
            let counters = try bench.tell("counters")
            return !counters.contains(#""statements":0"#) || !counters.contains(#""logins_accepted":0"#)
        }
        kill(running.process.processIdentifier, SIGINT)
        let result = try running.wait()
        #expect(result.code == 130, "\(result.all)")
        #expect(
            result.errors.lowercased().contains("interrupted") || result.output.contains("nterrupted"), "\(result.all)")
        if arguments[0] != "doctor", arguments[0] != "extract" { #expect(result.output.isEmpty, "\(result.output)") }
    }

    @Test func hangUpLeavesARecordAndNohupIsObeyed() throws {
        try bench.tell("fault statement stall times=1 matching=tranid")
        let running = try bench.start("extract")
        try bench.until { running.errorsSoFar.contains("reading begins") }
        kill(running.process.processIdentifier, SIGHUP)
        #expect(try running.wait().code == 129)
        #expect(try bench.run("runs", "list", "--format", "json").output.contains("\"interrupted\""))
        // The first run may have been gone before its statement came.
        try bench.tell("clear")
        try bench.tell("fault statement slow milliseconds=800 always matching=tranid")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/nohup")
        process.arguments = [Program.binary, "extract", "--quiet"] + bench.mockFlags
        process.currentDirectoryURL = bench.directory.url
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        try bench.until { try LeavingsTests.children(of: process.processIdentifier).count == 1 }
        kill(process.processIdentifier, SIGHUP)
        #expect(end(process).code == 0)
    }

    /// `systemctl stop` and `pkill` ask the worker as well, or the worker alone.
    @Test(arguments: [true, false]) func signalToTheWorkerIsNoFaultOfTheDriver(alone: Bool) throws {
        try bench.tell("fault statement slow milliseconds=2000 always matching=tranid")
        let running = try bench.start("extract")
        try bench.until { running.errorsSoFar.contains("reading begins") }
        let worker = try #require(try LeavingsTests.children(of: running.process.processIdentifier).first)
        kill(worker, SIGUSR1)
        kill(worker, SIGTERM)
        if !alone { kill(running.process.processIdentifier, SIGTERM) }
        let result = try running.wait()
        #expect(result.code == 143, "\(result.all)")
        #expect(!result.errors.contains("driver took") && !result.errors.contains("crashed"), "\(result.errors)")
        #expect(result.output.contains("interrupted"), "\(result.output)")
        // SIGKILL cannot be taken; it is said as it is.
        let killed = try bench.start("extract")
        try bench.until { killed.errorsSoFar.contains("reading begins") }
        for worker in try LeavingsTests.children(of: killed.process.processIdentifier) { kill(worker, SIGKILL) }
        #expect(try killed.wait().errors.contains("kleene-ns did not send it"))
    }

    @Test func progressIsToldToWhoAsks() throws {
        try bench.tell("fault statement slow milliseconds=1500 always matching=tranid")
        let running = try bench.start("extract", "--quiet")
        try bench.until { try LeavingsTests.children(of: running.process.processIdentifier).count == 1 }
        try bench.until {
            kill(running.process.processIdentifier, SIGUSR1)
            usleep(50_000)
            return running.errorsSoFar.contains("extract=transactions") && running.errorsSoFar.contains("rows=")
        }
        let result = try running.wait()
        #expect(result.code == 0, "\(result.errors)")
    }

    /// Ctrl-Z and `fg`, a debugger, a machine that sleeps: nobody's fault.
    @Test(arguments: [(SIGSTOP, false), (SIGTSTP, false), (SIGSTOP, true)])
    func pausedRunIsNotAStalledDriver(signal: Int32, worker: Bool) throws {
        try bench.tell("fault statement slow milliseconds=1000 always matching=tranid")
        let running = try bench.start("extract", "--stall-timeout", "2")
        try bench.until { running.errorsSoFar.contains("reading begins") }
        let coordinator = running.process.processIdentifier
        let target = worker ? try #require(try LeavingsTests.children(of: coordinator).first) : coordinator
        kill(target, signal)
        sleep(6)
        kill(target, SIGCONT)
        let result = try running.wait()
        #expect(result.code == 0, "\(result.all)")
    }

    /// Who ignores the ends of its children leaves that to those that it starts: the system then forgets ours as they end.
    @Test(arguments: [
        ["extract"], ["tables", "--refresh"], ["extract", "--on-success", "cat"], ["extract", "--on-failure", "cat"],
    ])
    func callerThatIgnoresTheEndsOfItsChildrenHoldsNothingUp(_ arguments: [String]) throws {
        let exec =
            "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
        if arguments.contains("--on-failure") {
            try bench.tell("fault statement error always matching=tranid sql_state=42000")
        }
        let command = ShellCommand(
            ["/usr/bin/timeout", "-s", "KILL", "60", "/usr/bin/python3", "-c", exec, Program.binary] + arguments
                + bench.mockFlags,
            in: bench.directory.url, home: bench.directory.url.path)
        let result = try command.run()
        #expect(result.code == (arguments.contains("--on-failure") ? 3 : 0), "\(result.all)")
        #expect(!result.errors.contains("did not say how"), "\(result.errors)")
    }

    @Test func workerTypedByAPersonSaysWhatItIs() throws {
        for command in [#"exec "$0" worker </dev/null"#, #"echo '{}' | "$0" worker | cat"#] {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/bash")
            process.arguments = ["-c", "set -o pipefail; " + command, Program.binary]
            let errors = Pipe()
            process.standardError = errors
            process.standardOutput = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.run()
            let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            #expect(end(process).code == 2)
            #expect(text.contains("it is no command"), "\(text)")
        }
    }
}
