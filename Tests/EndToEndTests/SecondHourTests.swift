import Foundation
import TestSupport
import Testing

/// The same for what was met later (22 to 42).
@Suite(.waiting) struct SecondHourTests {
    @Test func u22_whatChangedIsCounted() throws {
        let contact = try FirstContact([MockBench.transactions()])
        #expect(try contact.bench.ask("extract", "--quiet").code == 0)
        for sight in try contact.look(["extract", "--destination", "new.db"]) {
            #expect(sight.code == 0 && (sight.words.contains(" added") || sight.words.contains("ADDED")), "\(sight)")
        }
    }

    @Test func u23_helpBeginsWithACommandsOwnOptions() throws {
        let contact = try FirstContact()
        for (command, own) in [
            ("extract", "--tag"), ("columns", "--all"), ("doctor", "--as-cron"), ("tables", "--schema"),
        ] {
            // One page of the four is kept.
            let row = command == "columns" ? #function : ""
            for sight in try contact.look(["help", command], mock: false, screens: Screen.terminals, row: row) {
                let lines = sight.lines
                func place(_ words: String) -> Int { lines.firstIndex { $0.hasPrefix(words) } ?? .max }
                #expect(
                    sight.code == 0 && place("USAGE: ") < place("  \(own)") && place("  \(own)") < place("SOURCE:"),
                    "\(lines)")
                #expect(place("EXAMPLES:") < place("SOURCE:") && place("SOURCE:") < place("OUTPUT:"), "\(lines)")
            }
        }
        for page in [["--help"], ["help", "exit-codes"], ["help", "spans"]] {
            for sight in try contact.look(page, mock: false, screens: Screen.terminals) {
                #expect(sight.code == 0, "\(sight)")
            }
        }
        for sight in try contact.look(["extract", "--max-runtime", "5x"], mock: false) {
            #expect(sight.code == 2 && sight.words.contains("such as 45m or 2h"), "\(sight)")
        }
        let codes = try contact.bench.run("help", "exit-codes").output
        let root = try contact.bench.run("--help").output
        #expect(codes.contains("  10 ") && !root.contains("EXIT CODES:"))
        #expect(try contact.bench.run("help", "spans").output.contains("90s, 15m, 2h, 3d"))
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
        // One after the other: to the eighth of all at once the user would be locked.
        let sights = try contact.look(
            ["extract", "--destination", "new.db"], inTurn: { try contact.bench.tell("unlock") })
        for sight in sights { #expect(sight.code == 4 && sight.count("Likely causes") == 1, "\(sight)") }
    }

    @Test func u27_signalsOfATerminalLeaveAWord() throws {
        let contact = try FirstContact([MockBench.transactions()])
        try contact.bench.tell("fault fetch slow milliseconds=3000 always")
        let sights = try contact.look(
            ["extract", "--destination", "new.db"],
            meanwhile: { scene in
                try scene.until(scene.screen.columns == nil ? "reading begins" : "waiting")
                kill(scene.process.processIdentifier, SIGUSR1)
                // On a terminal it is a line that stays, so it ends.
                try scene.until(scene.screen.columns == nil ? "rows=0" : " s\r\n")
                kill(scene.process.processIdentifier, SIGHUP)
            })
        for sight in sights { #expect(sight.code == 129 && sight.words.contains("interrupted"), "\(sight)") }
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
        for sight in try contact.look(["extract", "--destination", "new.db"]) {
            #expect(
                sight.code == 1
                    && sight.words.contains("Check the condition (\"where\" or --where) first: nosuch = 1."), "\(sight)"
            )
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
        for sight in try contact.look(["runs", "list"], mock: false, copies: true) {
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
        // On a terminal a person is asked, and anything but yes is no.
        let words = ["state", "reset", "transactions"]
        for sight in try contact.look(
            words, mock: false, screens: Screen.terminals, copies: true,
            meanwhile: { scene in
                try scene.until("?")
                scene.type("n\n")
            })
        {
            #expect(sight.code == 1 && sight.words.contains("?") && !sight.words.contains("EDITED_AT"), "\(sight)")
        }
        for sight in try contact.look(words + ["--yes"], mock: false, copies: true) {
            #expect(sight.code == 0 && sight.words.contains("reset"), "\(sight)")
        }
    }

    @Test func u35_bytesHaveAUnitAndTheStatementIsKept() throws {
        let contact = try FirstContact()
        #expect(try contact.bench.ask("extract", "account", "--quiet").code == 0)
        for sight in try contact.look(["runs", "show", "last"], mock: false) {
            #expect(
                sight.words.contains(/peak_memory [0-9.]+ MB/) && sight.words.contains(/bytes [0-9.]+ kB/), "\(sight)")
            #expect(sight.words.contains(/statement SELECT .+ FROM [a-z"]/), "\(sight)")
        }
    }

    @Test func u36_aLineEndsAsLinesDo() throws {
        let contact = try FirstContact()
        // Where no terminal is, look() finds no CR.
        for sight in try contact.look(
            ["tables", "customer", "--format", "csv"], screens: Screen.all.filter { $0.columns != 50 })
        {
            #expect(sight.code == 0 && sight.lines.contains { $0.hasSuffix(",TABLE,") }, "\(sight)")
        }
    }

    @Test func u37_aTerminalThatCanDoLittleGetsLittle() throws {
        let contact = try FirstContact([#"{"table": "nothing"}"#])
        for sight in try contact.look(["extract", "--destination", "new.db"], environment: ["TERM": "dumb"]) {
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
        let mock = Program.binary + "-mock"
        for sight in try contact.look(["serve", "--port", "\(contact.bench.port)"], mock: false, program: mock) {
            #expect(
                sight.code == 2
                    && sight.words
                        == "kleene-ns-mock: Port \(contact.bench.port) of 127.0.0.1 is taken by another program. Port 0 picks a free one.",
                "\(sight)")
        }
        for sight in try contact.look(["control", "1", "faults"], mock: false, program: mock) {
            #expect(sight.code == 2 && !sight.words.contains("Usage"), "\(sight)")
        }
        let version = try contact.bench.run("--version").output.split { $0.isWhitespace }[1]
        for sight in try contact.look(["--version"], mock: false, program: mock) {
            #expect(sight.words == "kleene-ns-mock \(version)", "\(sight)")
        }
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
