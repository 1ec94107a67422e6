import Foundation
import TestSupport
import Testing

/// What cron does to a program: locks, limits, signals, and an environment with nothing in it.
@Suite struct UnattendedTests {
    /// A lock as another run would hold it.
    private static func lock(_ bench: MockBench) throws -> FileHandle {
        let side = bench.destination + ".kleene"
        let names = try FileManager.default.contentsOfDirectory(atPath: side)
        let name = try #require(names.first { $0.hasPrefix("lock-transactions") })
        let file = try #require(FileHandle(forUpdatingAtPath: side + "/" + name))
        try #require(flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
        let since = Date(timeIntervalSinceNow: -3 * 3600 - 5).formatted(.iso8601)
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data("process 4711, since \(since)".utf8))
        return file
    }

    @Test func heldLockNamesItsHolderAndIsWaitedForAsLongAsAllowed() throws {
        let bench = try MockBench(extracts: MockBench.transactions())
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let lock = try Self.lock(bench)
        // To wait is not to stall.
        for arguments in [[], ["--wait-lock", "2s", "--stall-timeout", "1"]] {
            let result = try bench.program.run(["extract", "--quiet"] + arguments + bench.mockFlags)
            #expect(result.code == 5)
            #expect(result.errors.contains("process 4711") && result.errors.contains("for 3 hours"), "\(result.errors)")
        }
        let stopped = try bench.ask("extract", "--quiet", "--wait-lock", "5m", "--max-runtime", "1s")
        #expect(stopped.code == 8, "\(stopped.errors)")
        let running = try bench.start("extract", "--wait-lock", "5m")
        try bench.until { running.errorsSoFar.contains("Waiting for it.") }
        try lock.close()
        let result = try running.wait()
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.errors.components(separatedBy: "Waiting for it.").count == 2)
        let again = try Self.lock(bench)
        let waiting = try bench.start("extract", "--wait-lock", "5m")
        try bench.until { waiting.errorsSoFar.contains("Waiting for it.") }
        kill(waiting.process.processIdentifier, SIGINT)
        #expect(try waiting.wait().code == 130)
        try again.close()
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func signalKeepsChunksAndTheSameCommandGoesOn(signal: Int32) throws {
        let bench = try MockBench(scale: MockBench.chunked, extracts: MockBench.transactions())
        try bench.tell("fault statement slow always matching=tranid milliseconds=300")
        let running = try bench.start("extract")
        try bench.until { (try bench.state()["chunks_staged"] as? Int ?? 0) >= 1 }
        kill(running.process.processIdentifier, signal)
        let begin = ContinuousClock.now
        let stopped = try running.wait()
        #expect(ContinuousClock.now - begin < .seconds(5))
        #expect(stopped.code == 128 + signal, "\(stopped.errors)")
        #expect(stopped.errors.contains("The same command goes on from there."), "\(stopped.errors)")
        try bench.tell("clear")
        let resumed = try bench.ask("extract")
        #expect(resumed.code == 0)
        #expect(resumed.errors.contains("Going on with what the run"), "\(resumed.errors)")
        #expect(try sqlite(bench.destination, "SELECT count(*) > 4000 AND count(*) = count(DISTINCT id) FROM t") == "1")
    }

    @Test func secondSignalStopsADriverThatAnswersNothingAtOnce() throws {
        let bench = try MockBench(extracts: MockBench.transactions())
        try bench.tell("fault statement stall always matching=tranid")
        let running = try bench.start("extract")
        try bench.until { running.errorsSoFar.contains("reading begins") }
        kill(running.process.processIdentifier, SIGTERM)
        kill(running.process.processIdentifier, SIGINT)
        let begin = ContinuousClock.now
        let code = try running.wait().code
        #expect(code == 143 || code == 130)
        #expect(ContinuousClock.now - begin < .seconds(4))
        try bench.tell("clear")
        #expect(try bench.ask("extract", "--quiet").code == 0)
    }

    /// Within seconds, wherever it comes: the rows are kept, and the same command goes on.
    @Test func signalInTheMiddleOfALoadOrOfARetryStopsWithinSeconds() throws {
        let bench = try MockBench(scale: MockBench.chunked, extracts: MockBench.transactions())
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try bench.run("state", "rewind", "transactions", "--to", "2000-01-01").code == 0)
        func stop(_ running: Program.Running) throws -> String {
            kill(running.process.processIdentifier, SIGTERM)
            let begin = ContinuousClock.now
            let stopped = try running.wait()
            #expect(stopped.code == 143, "\(stopped.errors)")
            // Five to come to an end by itself, two for the record.
            #expect(ContinuousClock.now - begin < .seconds(12), "\(stopped.errors)")
            return stopped.errors
        }
        // Another program writes, and does not come to an end.
        let writer = Process()
        writer.executableURL = URL(filePath: "/usr/bin/python3")
        writer.arguments = [
            "-c",
            """
            import sqlite3, sys
            c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
            c.execute("BEGIN IMMEDIATE")
            print("held", flush=True)
            sys.stdin.read()
            """, bench.destination,
        ]
        let (input, output) = (Pipe(), Pipe())
        writer.standardInput = input
        writer.standardOutput = output
        try writer.run()
        _ = try output.fileHandleForReading.read(upToCount: 5)
        let loading = try bench.start("extract", "--log-level", "debug")
        try bench.until { loading.errorsSoFar.contains(" loading extract=") }
        #expect(try stop(loading).contains("The run could not be recorded"))
        try input.fileHandleForWriting.close()
        writer.waitUntilExit()

        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"role_id\": 57,", with: "\"role_id\": 57, \"retry\": {\"first_delay\": \"50s\"},")
            .write(toFile: path, atomically: true, encoding: .utf8)
        try bench.tell("fault login session-limit always")
        let waiting = try bench.start("extract")
        try bench.until { waiting.errorsSoFar.contains("Trying again in") }
        _ = try stop(waiting)
        try bench.tell("clear")
        let resumed = try bench.ask("extract")
        #expect(resumed.code == 0)
        #expect(resumed.errors.contains("Going on with what the run"), "\(resumed.errors)")
        #expect(try sqlite(bench.destination, "SELECT count(*) > 4000 AND count(*) = count(DISTINCT id) FROM t") == "1")
    }

    /// The mock server stands in for either host; it does not know them.
    @Test func chunksOfAnotherSourceAreReadAgain() throws {
        let bench = try MockBench(scale: MockBench.chunked, extracts: MockBench.transactions())
        try bench.tell("fault statement slow always matching=tranid milliseconds=300")
        let running = try bench.start("extract", "--quiet")
        try bench.until { try bench.stagedChunks() >= 1 }
        kill(running.process.processIdentifier, SIGTERM)
        #expect(try running.wait().code == 143)
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"role_id\": 57,", with: "\"role_id\": 57, \"service_host\": \"elsewhere.example.org\",")
            .write(toFile: path, atomically: true, encoding: .utf8)
        try bench.tell("clear")
        let other = try bench.ask("extract")
        #expect(other.code == 0)
        #expect(!other.errors.contains("Going on with what the run"), "\(other.errors)")
    }

    @Test func maxRuntimeSavesProgressAndFreshThrowsItAway() throws {
        let bench = try MockBench(
            scale: MockBench.chunked, extracts: MockBench.transactions(), #"{"name": "customers", "table": "customer"}"#
        )
        try bench.tell("fault statement slow always matching=tranid milliseconds=600")
        let stopped = try bench.ask("extract", "--format", "json", "--max-runtime", "1s")
        #expect(stopped.code == 8, "\(stopped.all)")
        #expect(stopped.errors.contains("0 of 2 extracts were done"), "\(stopped.errors)")
        #expect(stopped.output.contains("\"not_run\""), "\(stopped.output)")
        // Chunks that are there are thrown away when that is asked for.
        try bench.tell("clear")
        try bench.tell("fault statement slow always matching=tranid milliseconds=300")
        let running = try bench.start("extract", "--quiet")
        try bench.until { try bench.stagedChunks() >= 1 }
        kill(running.process.processIdentifier, SIGTERM)
        #expect(try running.wait().code == 143)
        try bench.tell("clear")
        let fresh = try bench.ask("extract", "--fresh")
        #expect(fresh.code == 0)
        #expect(!fresh.errors.contains("Going on with"), "\(fresh.errors)")
        #expect(try bench.ask("extract", "--quiet", "--max-runtime", "1h").code == 0)
        #expect(try bench.ask("extract", "--max-runtime", "0").code == 2)
    }

    /// Nobody has to know of chunks: a read that takes longer than each run may is done after some of them.
    @Test func firstLoadLongerThanARunMayTakeIsDoneAfterSomeRuns() throws {
        let bench = try MockBench(scale: 20_000, extracts: #"{"name": "t", "table": "transaction"}"#)
        let told = try bench.tell("fault fetch slow always matching=custbody_kns_terms row_microseconds=1000")
        #expect(told.contains("\"ok\":true"), "\(told)")
        let first = try bench.ask("extract", "--quiet", "--max-runtime", "2s")
        #expect(first.code == 8 && first.errors.contains("The same command goes on from there."), "\(first.all)")
        var codes: [Int32] = [first.code]
        while codes.count < 12, codes.last == 8 {
            codes.append(try bench.ask("extract", "--quiet", "--max-runtime", "2s").code)
        }
        #expect(codes.last == 0, "\(codes)")
        #expect(
            try sqlite(bench.destination, "SELECT count(*), count(DISTINCT id) FROM \"transaction\"") == "4000|4000")
    }

    /// Two columns identify a row, and the first of them holds whole numbers.
    @Test func keyOfSeveralColumnsIsCutByItsFirst() throws {
        let bench = try MockBench(
            scale: 5000,
            extracts: #"{"name": "l", "table": "transactionline", "unique_columns": ["transaction", "id"]}"#)
        let plan = try bench.ask("plan", "--format", "json")
        #expect(plan.code == 0 && plan.output.contains("One chunk: there are about 5000 rows"), "\(plan.all)")
        let cut = try bench.ask(
            "plan", "--table", "transactionline", "--unique-columns", "transaction,id", "--chunk-rows", "1000",
            "--destination",
            bench.destination)
        #expect(cut.output.contains("chunks by ranges of transaction"), "\(cut.all)")
    }

    /// What has no key is one chunk: said before it is read, and nothing is promised when it is stopped.
    @Test func tableThatCannotBeCutSaysSoAtTheStart() throws {
        let bench = try MockBench(
            scale: 5000, extracts: #"{"name": "l", "table": "transactionline", "columns": ["memo", "netamount"]}"#)
        try bench.tell("fault fetch slow always matching=netamount row_microseconds=1000")
        let result = try bench.ask("extract", "--max-runtime", "1s")
        #expect(result.code == 8, "\(result.all)")
        #expect(result.errors.contains("is read as one chunk, because no unique column"), "\(result.errors)")
        #expect(result.errors.contains("Nothing is kept of what was not done."), "\(result.errors)")
        #expect(!result.all.contains("goes on from there"), "\(result.all)")
        #expect(try bench.ask("extract", "--quiet", "--format", "csv").output.contains("succeeded"))
    }

    /// Runs `extract` by the shell, which prepares what a parent might.
    private func run(_ bench: MockBench, _ command: String) throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", command, "sh", Program.binary, "extract", "--quiet", "--mock", "127.0.0.1:\(bench.port)",
        ]
        process.currentDirectoryURL = bench.directory.url
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test func bareEnvironmentIsEnough() throws {
        let bench = try MockBench(extracts: MockBench.transactions())
        let commands = [
            #"exec "$@" <&-"#, #"exec env -i "$@""#, #"unset HOME; exec "$@""#, #"exec env -i "$@" <&- 2>&-"#,
            #"HOME= exec "$@""#,
        ]
        for (index, command) in commands.enumerated() {
            let result = try run(bench, command + " --destination \(index).db")
            #expect(result.code == 0, "\(command): \(result.text)")
            #expect(try sqlite(bench.directory.path("\(index).db"), "SELECT count(*) > 50 FROM t") == "1")
        }
    }

    @Test func homeThatCannotBeWrittenIsASentenceBeforeAnyLogin() throws {
        let bench = try MockBench(extracts: MockBench.transactions())
        // Even root can make no directory there.
        let refused = try run(bench, #"HOME=/proc exec env -u XDG_STATE_HOME "$@""#)
        #expect(refused.code != 0)
        #expect(refused.text.contains("/proc/.local/state/kleene-ns"), "\(refused.text)")
        let passed = try run(bench, #"HOME=/proc exec "$@" --state-dir state"#)
        #expect(passed.code == 0, "\(passed.text)")
    }
}
