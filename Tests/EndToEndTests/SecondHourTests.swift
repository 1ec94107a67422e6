import Foundation
import TestSupport
import Testing

/// The same for what was met later (22 to 42).
@Suite struct SecondHourTests {
    @Test func u22_whatChangedIsCounted() throws {
        let contact = try FirstContact([MockBench.transactions()])
        #expect(try contact.bench.ask("extract", "--quiet").code == 0)
        for sight in try contact.look(["extract", "--destination", "NUMBER.db"]) {
            #expect(sight.code == 0 && (sight.words.contains(" added") || sight.words.contains("ADDED")), "\(sight)")
        }
    }

    @Test func u23_helpBeginsWithACommandsOwnOptions() throws {
        let contact = try FirstContact()
        for (command, own) in [
            ("extract", "--tag"), ("columns", "--all"), ("doctor", "--as-cron"), ("tables", "--schema"),
        ] {
            for columns in [50, 80, 120] {
                let (code, text) = try contact.bench.program.run(["help", command], columns: columns)
                let lines = PseudoTerminal.screen(text).lines
                #expect(code == 0 && lines.allSatisfy { $0.count <= max(columns, 80) }, "\(lines)")
                func place(_ words: String) -> Int { lines.firstIndex { $0.hasPrefix(words) } ?? .max }
                #expect(place("USAGE: ") < place("  \(own)") && place("  \(own)") < place("SOURCE:"), "\(lines)")
                #expect(place("EXAMPLES:") < place("SOURCE:") && place("SOURCE:") < place("OUTPUT:"), "\(lines)")
            }
        }
        let codes = try contact.bench.run("help", "exit-codes").output
        let root = try contact.bench.run("--help").output
        #expect(codes.contains("  10 ") && !root.contains("EXIT CODES:"))
        #expect(try contact.bench.run("help", "spans").output.contains("90s, 15m, 2h, 3d"))
        #expect(try contact.bench.run("extract", "--max-runtime", "5x").errors.contains("such as 45m or 2h"))
    }

    @Test func u24_completionIsThere() throws {
        let contact = try FirstContact()
        let script = try contact.bench.run("--generate-completion-script", "bash").output
        #expect(script.contains("backfill") && script.contains("--max-runtime"))
        #expect(FileManager.default.fileExists(atPath: ReadmeConsoleTests.root.appending(path: "LICENSE").path))
    }

    @Test func u25_howLoginsStandIsSaidInAPersonsWords() throws {
        let contact = try FirstContact()
        try contact.bench.tell("fault login refused always")
        for _ in 0..<2 { _ = try contact.bench.ask("tables") }
        for sight in try contact.look(
            ["auth", "status", "--state-dir", contact.bench.directory.path("state")], mock: false)
        {
            #expect(sight.code == 0 && sight.words.contains("stopped"), "\(sight)")
            #expect(sight.words.contains("then run `kleene-ns auth reset`"), "\(sight)")
        }
    }

    @Test func u26_aMockOfAnotherAccountSaysSoOnce() throws {
        let contact = try FirstContact()
        let path = contact.bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("1234567_SB1", with: "7654321").write(toFile: path, atomically: true, encoding: .utf8)
        for sight in try contact.look(["extract", "--destination", "NUMBER.db"]) {
            // Eight screens log in at once: to some the user is locked by then.
            #expect(sight.code == 4 && sight.count("Likely causes") + sight.count("is locked") == 1, "\(sight)")
        }
    }

    @Test func u27_signalsOfATerminalLeaveAWord() throws {
        let contact = try FirstContact([MockBench.transactions()])
        try contact.bench.tell("fault fetch slow milliseconds=3000 always")
        let running = try contact.bench.start("extract")
        try contact.bench.until { running.errorsSoFar.contains("reading begins") }
        kill(running.process.processIdentifier, SIGUSR1)
        try contact.bench.until { running.errorsSoFar.contains("rows=0") }
        kill(running.process.processIdentifier, SIGHUP)
        let result = try running.wait()
        #expect(result.code == 129 && !result.errors.isEmpty, "\(result.all)")
    }

    @Test func u28_anEmptyRangeCostsNoLogin() throws {
        let contact = try FirstContact([MockBench.transactions()])
        for sight in try contact.look(["backfill", "transactions", "--from", "2024-02-01", "--to", "2024-01-01"]) {
            #expect(sight.code == 2 && sight.words.contains("it ends before it begins"), "\(sight)")
        }
        let logins = try contact.bench.tell("logins")
        #expect(!logins.contains("\"outcome\""))
        #expect(!FileManager.default.fileExists(atPath: contact.bench.destination))
    }

    @Test func u29_allSecretsThatAreMissingAreNamed() throws {
        let contact = try FirstContact()
        for sight in try contact.look(["tables"], mock: false) {
            #expect(sight.code == 2 && sight.words.contains("4 secrets are missing"), "\(sight)")
            for name in ["CK", "CS", "TI", "TS"] { #expect(sight.words.contains(name), "\(sight)") }
        }
    }

    @Test func u30_aConditionIsLookedAtFirst() throws {
        let contact = try FirstContact([#"{"table": "account", "where": "nosuch = 1"}"#])
        for sight in try contact.look(["extract", "--destination", "NUMBER.db"]) {
            #expect(
                sight.code == 1 && sight.words.contains("Check the condition (\"where\") first: nosuch = 1."),
                "\(sight)")
        }
    }

    @Test func u31_thingsAreFoundByTheirParts() throws {
        let contact = try FirstContact()
        #expect(try contact.bench.ask("extract", "--quiet").code == 0)
        for sight in try contact.look(["tables", "trans*"]) {
            #expect(
                sight.code == 0 && sight.words.contains("transaction") && !sight.words.contains("customer"), "\(sight)")
        }
        for sight in try contact.look(["runs", "list", "--status", "succeeded", "--since", "1d"], mock: false) {
            #expect(sight.code == 0 && sight.words.contains("subsidiary"), "\(sight)")
        }
        for sight in try contact.look(["runs", "show", "last"], mock: false) {
            #expect(sight.code == 0 && sight.words.contains("subsidiary"), "\(sight)")
        }
    }

    @Test func u32_theAdviceNamesAnOptionThatExists() throws {
        let contact = try FirstContact()
        for sight in try contact.look(["runs", "list"], mock: false) {
            #expect(sight.code == 1 && sight.words.contains("--destination names another file"), "\(sight)")
        }
    }

    /// Whatever is configured: what ran by flags into another file as incremental is told as that.
    @Test func u33_anotherFileIsToldAsItIs() throws {
        let contact = try FirstContact([#"{"name": "transactions", "table": "transaction"}"#])
        let flags = try contact.bench.program.run(
            [
                "extract", "--quiet", "--destination", "flags.db", "--config", "kleene-ns.json", "--table",
                "transaction",
                "--columns", "id,lastmodifieddate", "--load-method", "upsert", "--unique-columns", "id",
                "--extract-type", "incremental", "--incremental-key", "lastmodifieddate",
            ] + contact.bench.mockFlags)
        #expect(flags.code == 0, "\(flags.all)")
        for sight in try contact.look(["state", "show", "--destination", "flags.db"], mock: false) {
            #expect(sight.code == 0 && sight.words.contains("transaction"), "\(sight)")
            #expect(!sight.words.contains("The extract is full"), "\(sight)")
        }
    }

    @Test func u34_aResetIsAskedFor() throws {
        let contact = try FirstContact([MockBench.transactions()])
        #expect(try contact.bench.ask("extract", "--quiet").code == 0)
        // Without a terminal nobody is asked; on one, no answer is no.
        let script = """
            import os, pty, sys
            child, terminal = pty.fork()
            if child == 0:
                os.execv(sys.argv[1], sys.argv[1:])
            text = b""
            try:
                while b"?" not in text:
                    text += os.read(terminal, 1000)
                os.write(terminal, b"n\\n")
                while True:
                    text += os.read(terminal, 1000)
            except OSError:
                pass
            print(text.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """
        let asked = try ShellCommand(
            ["/usr/bin/python3", "-c", script, Program.binary, "state", "reset", "transactions"],
            in: contact.bench.directory.url, home: contact.bench.directory.url.path
        ).run()
        #expect(asked.output.contains("?"), "\(asked.all)")
        #expect(try contact.bench.state()["watermark"] is [String: Any], "\(asked.all)")
        for sight in try contact.look(["state", "reset", "transactions", "--yes"], mock: false) where sight.code == 0 {
            #expect(sight.words.contains("reset"), "\(sight)")
        }
        #expect(try contact.bench.state()["watermark"] is NSNull)
    }

    @Test func u35_bytesHaveAUnit() throws {
        let contact = try FirstContact()
        #expect(try contact.bench.ask("extract", "account", "--quiet").code == 0)
        for sight in try contact.look(["runs", "show", "last"], mock: false) {
            #expect(
                sight.words.contains(/peak_memory [0-9.]+ MB/) && sight.words.contains(/bytes [0-9.]+ kB/), "\(sight)")
        }
    }

    @Test func u36_aLineEndsAsLinesDo() throws {
        let contact = try FirstContact()
        let csv = try contact.bench.ask("tables", "--format", "csv")
        #expect(csv.code == 0 && !csv.output.contains("\r"))
    }

    @Test func u37_aTerminalThatCanDoLittleGetsLittle() throws {
        let contact = try FirstContact([#"{"table": "nothing"}"#])
        for sight in try contact.look(["extract", "--destination", "NUMBER.db"], environment: ["TERM": "dumb"]) {
            if sight.screen.columns != nil { #expect(!sight.raw.contains("\u{1B}"), "\(sight)") }
        }
        let forced = try Program(directory: contact.bench.directory.url, environment: ["FORCE_COLOR": "1"])
            .run(["extract"] + contact.bench.mockFlags)
        #expect(forced.errors.contains("\u{1B}[31m"), "\(forced.errors)")
    }

    @Test func u38_aFreshListingIsNotRemarkedOn() throws {
        let contact = try FirstContact()
        for _ in 0..<2 {
            for sight in try contact.look(["tables", "customer"]) where sight.screen.columns != nil {
                #expect(!sight.words.contains("answered from"), "\(sight)")
            }
        }
    }

    @Test func u39_digitsAreANumberAndWordsAreRight() throws {
        let contact = try FirstContact()
        let path = contact.bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"role_id\": 57", with: "\"role_id\": \"57\"").write(
            toFile: path, atomically: true, encoding: .utf8)
        #expect(try contact.bench.run("config", "check").code == 0)
        try text.replacing("\"sqlite\"", with: "\"postgres\"").replacing("{\"env\": \"CK\"}", with: "\"x\"")
            .write(toFile: path, atomically: true, encoding: .utf8)
        for sight in try contact.look(["config", "check"], mock: false) {
            #expect(sight.words.contains("\"postgres\" must be one of"), "\(sight)")
            #expect(sight.lines.joined().replacing(/\s/, with: "").contains("NETSUITE_CONSUMER_KEY"), "\(sight)")
        }
    }

    @Test func u40_theMockSpeaksPlainly() throws {
        let contact = try FirstContact()
        func mock(_ arguments: String...) throws -> Program.Result {
            try ShellCommand(
                [Program.binary + "-mock"] + arguments, in: contact.bench.directory.url,
                home: contact.bench.directory.url.path
            ).run()
        }
        let taken = try mock("serve", "--port", "\(contact.bench.port)")
        #expect(
            taken.errors
                == "kleene-ns-mock: Port \(contact.bench.port) of 127.0.0.1 is taken by another program. Port 0 picks a free one.\n",
            "\(taken.all)")
        let version = try contact.bench.run("--version").output.split { $0.isWhitespace }[1]
        #expect(try mock("--version").output == "kleene-ns-mock \(version)\n")
    }

    @Test func u41_noPagePromisesTwoMinutes() throws {
        #expect(try !ProjectPages().text.contains("Two minutes"))
    }

    @Test func u42_aNewFileIsForItsOwnerAlone() throws {
        let contact = try FirstContact()
        #expect(try contact.bench.ask("extract", "account", "--quiet").code == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: contact.bench.destination)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
}
