import Foundation
import Glibc
import TestSupport
import Testing

/// What a person sees on a screen, and what a mail of cron's holds.
@Suite(.waiting) struct ScreenTests {
    private static let four = ["account", "customer", "department", "subsidiary"].map { #"{"table": "\#($0)"}"# }

    private static func isAbove(_ columns: Int, _ line: String) -> Bool { line.count > columns }

    @Test(arguments: [50, 80, 120])
    func fourExtractsThatSucceedAreSixLinesAtMost(columns: Int) throws {
        let bench = try MockBench(scale: 100)
        try bench.configure(Self.four)
        let (code, text) = try bench.program.run(["extract"] + bench.mockFlags, columns: columns)
        #expect(code == 0, "\(text)")
        let screen = PseudoTerminal.screen(text)
        #expect(screen.lines.count <= 6 && screen.lines.count >= 4, "\(screen.lines)")
        for line in screen.lines + screen.drawn { #expect(line.count <= columns, "\(line)") }
        #expect(screen.lines[0].hasPrefix("[1/4] account"), "\(screen.lines)")
        #expect(screen.lines.last?.hasPrefix("4 extracts done, ") == true, "\(screen.lines)")
        // No machine's log, and nothing twice.
        #expect(!text.contains("run=") && !text.contains(" info "), "\(text)")
    }

    @Test(arguments: [50, 80, 120])
    func sixtyThatFailForOneCauseSayItOnce(columns: Int) throws {
        let bench = try MockBench(scale: 100)
        try bench.configure(
            (1...60).map { #"{"name": "extract_\#($0)", "table": "account", "destination_table": "t\#($0)"}"# })
        try bench.tell("fault login refused always")
        let (code, text) = try bench.program.run(["extract"] + bench.mockFlags, columns: columns)
        #expect(code == 4, "\(text)")
        let screen = PseudoTerminal.screen(text)
        #expect(screen.lines.count <= 12, "\(screen.lines.joined(separator: "\n"))")
        for line in screen.lines { #expect(line.count <= columns, "\(line)") }
        #expect(text.components(separatedBy: "revoked").count == 2, "\(text)")
        #expect(
            screen.lines.contains { $0.hasPrefix("failed: extract_1; not run: extract_2") && $0.hasSuffix(" more") },
            "\(screen.lines)")
        // A mail of cron's: the same, a paragraph a line; and no table of sixty rows.
        try bench.tell("clear")
        _ = try bench.run("auth", "reset", "--state-dir", bench.directory.path("state"))
        try bench.tell("fault login refused always")
        let mail = try bench.ask("extract", "--quiet")
        #expect(mail.output.isEmpty, "\(mail.output)")
        #expect(mail.errors.split(separator: "\n").count <= 12, "\(mail.errors)")
        #expect(mail.errors.components(separatedBy: "revoked").count == 2, "\(mail.errors)")
    }

    @Test func quietIsSilentOnSuccess() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure(Self.four)
        for _ in 0..<3 {
            let result = try bench.ask("extract", "--quiet")
            #expect(result.code == 0 && result.all.isEmpty, "\(result.all)")
        }
        let backfill = try MockBench(extracts: MockBench.transactions())
        #expect(try backfill.ask("extract", "--quiet").all.isEmpty)
        #expect(
            try backfill.ask("backfill", "transactions", "--from", "2022-01-01", "--to", "2022-02-01", "--quiet").all
                .isEmpty)
    }

    @Test func aFailureIsSaidOnce() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure(Self.four)
        try bench.tell("fault statement error times=1 matching=customer sql_state=42000 text=Syntax error in the query")
        let result = try bench.ask("extract")
        #expect(result.code == 3, "\(result.all)")
        #expect(result.all.components(separatedBy: "Syntax error in the query").count == 2, "\(result.all)")
        #expect(result.errors.contains("failed: customer\n  "), "\(result.errors)")
    }

    /// What fails again for the same reason is not read out a second time.
    @Test func aFailureThatIsTriedAgainIsToldOnce() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([#"{"table": "account"}"#])
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing(
            "\"role_id\": 57,", with: "\"role_id\": 57, \"retry\": {\"attempts\": 3, \"first_delay\": \"1s\"},"
        ).write(toFile: path, atomically: true, encoding: .utf8)
        let (code, shown) = try bench.program.run(
            ["extract", "--mock", "127.0.0.1:1", "--state-dir", bench.directory.path("state")], columns: 80)
        #expect(code == 1, "\(shown)")
        let words = PseudoTerminal.screen(shown).lines.joined(separator: " ")
        // Once when it is tried again, once when all is over.
        #expect(words.components(separatedBy: "Connection refused").count == 3, "\(words)")
        #expect(words.contains("note account: the same again. Trying again in "), "\(words)")
    }

    /// The machine's log goes to a file where a person has the screen, and is whole there.
    @Test func theLogGoesToItsFile() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure(Self.four)
        let path = bench.directory.path("run.log")
        let (code, text) = try bench.program.run(
            ["extract", "--log-file", path, "--log-format", "text"] + bench.mockFlags, columns: 80)
        #expect(code == 0, "\(text)")
        let log = try String(contentsOfFile: path, encoding: .utf8)
        #expect(log.components(separatedBy: "extract done").count == 5, "\(log)")
        #expect(!text.contains("extract done"), "\(text)")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        // Quiet, and for machines: numbers are numbers.
        let json = bench.directory.path("run.jsonl")
        #expect(try bench.ask("extract", "--quiet", "--log-file", json, "--log-format", "json").all.isEmpty)
        let lines = try String(contentsOfFile: json, encoding: .utf8).split(separator: "\n")
        let done = try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:] }
            .filter { $0["message"] as? String == "extract done" }
        #expect(done.count == 4 && done.allSatisfy { $0["rows"] is Int && $0["seconds"] is Double }, "\(lines)")
        let nowhere = try bench.ask("extract", "--log-file", bench.directory.path("no/run.log"))
        #expect(nowhere.code == 2 && nowhere.errors.contains("The log file"), "\(nowhere.all)")
    }

    /// While no row comes: a tick each second, cut to the screen, also to one that becomes smaller; Ctrl-C is answered at once.
    @Test func theLineLivesWhileNothingComes() throws {
        let bench = try MockBench(extracts: MockBench.transactions())
        try bench.tell("fault fetch slow milliseconds=4000 always")
        let terminal = try PseudoTerminal(columns: 80)
        let process = try bench.program.start(["extract"] + bench.mockFlags, on: terminal)
        try bench.until { terminal.soFar.contains("… 2 s") && terminal.soFar.contains("… 3 s") }
        terminal.resize(columns: 30)
        kill(process.processIdentifier, SIGWINCH)
        let before = terminal.soFar.count
        try bench.until { PseudoTerminal.screen(String(terminal.soFar.dropFirst(before))).drawn.count > 1 }
        for line in PseudoTerminal.screen(String(terminal.soFar.dropFirst(before))).drawn.dropFirst() {
            #expect(line.count < 30, "\(line)")
        }
        let asked = ContinuousClock.now
        kill(process.processIdentifier, SIGINT)
        try bench.until { terminal.soFar.contains("stopping; ") }
        #expect(ContinuousClock.now - asked < .seconds(2))
        process.waitUntilExit()
        #expect(process.terminationStatus == 130, "\(terminal.all())")
    }

    @Test func aDumbTerminalGetsNeitherColorsNorALineThatLives() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure(Self.four)
        var program = bench.program
        program.environment["TERM"] = "dumb"
        let (code, text) = try program.run(["extract"] + bench.mockFlags, columns: 80)
        #expect(code == 0 && !text.contains("\u{1B}") && text.contains("[4/4] subsidiary"), "\(text)")
    }

    @Test func colorsAreWhereTheyAreWanted() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([#"{"table": "nothing"}"#])
        #expect(try bench.program.run(["extract"] + bench.mockFlags, columns: 80).text.contains("\u{1B}[31m"))
        #expect(
            try !bench.program.run(["extract", "--color", "never"] + bench.mockFlags, columns: 80).text.contains(
                "\u{1B}[31m"))
        #expect(try bench.ask("extract", "--color", "always").errors.contains("\u{1B}[31m"))
        #expect(try !bench.ask("extract").errors.contains("\u{1B}"))
    }
}
