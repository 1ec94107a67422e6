import Foundation
import TestSupport
import Testing

/// Somebody has the two programs, an empty home directory and nothing to read: each command that is typed stands in what a command
/// before it has said.
@Suite struct FromHelpAloneTests {
    private final class Newcomer {
        let home: TemporaryDirectory
        private let path: String
        private(set) var typed: [String] = []
        /// What the last command has said.
        private(set) var said = NamedCommands("")
        private var mock: Process?

        init() throws {
            home = try TemporaryDirectory()
            let bin = try PlayedSystem.programs(in: home)
            for name in ["kleene-ns", "kleene-ns-mock"] {
                let program = URL(filePath: Program.binary).deletingLastPathComponent().appending(path: name)
                try FileManager.default.createSymbolicLink(atPath: "\(bin)/\(name)", withDestinationPath: program.path)
            }
            path = "\(bin):/usr/bin:/bin"
        }

        deinit {
            mock?.terminate()
            mock?.waitUntilExit()
        }

        /// Types a line as it stands, and reads all that it says.
        func type(_ line: String, code: Int32 = 0) throws {
            typed.append(line)
            var shell = ShellCommand(["/bin/sh", "-c", line], in: home.url, home: home.url.path)
            shell.environment["PATH"] = path
            for name in ["ODBCSYSINI", "ODBCINI"] {
                shell.environment[name] = ProcessInfo.processInfo.environment[name]
            }
            let result = try shell.run()
            #expect(result.code == code, "\(line): \(result.all)")
            said = NamedCommands(result.all)
        }

        /// Types what goes on by itself, and reads its one line. What was said before stays on the screen.
        func start(_ line: String) throws -> [String: Any] {
            typed.append(line)
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", "exec \(line)"]
            process.environment = ["PATH": path, "HOME": home.url.path]
            process.currentDirectoryURL = home.url
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            mock = process
            var ready = Data()
            while !ready.contains(UInt8(ascii: "\n")) {
                guard let more = try pipe.fileHandleForReading.read(upToCount: 1), !more.isEmpty else { break }
                ready.append(more)
            }
            return try #require(try JSONSerialization.jsonObject(with: ready) as? [String: Any])
        }
    }

    @Test func tenCommandsLeadToAScheduleWithoutTheReadme() throws {
        let newcomer = try Newcomer()
        try newcomer.type("kleene-ns")
        try newcomer.type(try newcomer.said.first("kleene-ns help first-steps"))
        let ready = try newcomer.start(try newcomer.said.first("kleene-ns-mock serve"))
        let port = try #require(ready["port"] as? Int)
        // Nobody is there to be asked: it says which command answers.
        let begin = try newcomer.said.first("kleene-ns init --mock").replacing("PORT", with: String(port))
        try newcomer.type(begin, code: 2)
        try newcomer.type(try newcomer.said.first("kleene-ns init") { $0.contains("--table") })
        let next = newcomer.said
        let configuration = newcomer.home.path("kleene-ns.json")
        #expect(FileManager.default.fileExists(atPath: configuration))
        let control = try #require(ready["control_port"] as? Int)
        func tell(_ words: String) throws {
            let result = try ShellCommand(
                [Program.binary + "-mock", "control", String(control)] + words.components(separatedBy: " "),
                in: newcomer.home.url, home: newcomer.home.url.path
            ).run()
            #expect(result.code == 0, "\(result.all)")
        }
        try FirstSteps.goOn(tell)
        try newcomer.type(try next.first("kleene-ns extract"))
        try newcomer.type(try next.first("kleene-ns schedule"))
        #expect(newcomer.typed.count <= 10, "\(newcomer.typed)")
        // Two runs, and a line that cron will run.
        try FirstSteps.expectTwoRuns(in: newcomer.home.path("netsuite.db"))
        let crontab = try String(contentsOfFile: newcomer.home.path("crontab"), encoding: .utf8)
        let line = try #require(crontab.split(separator: "\n").first { !$0.hasPrefix("#") }, "\(crontab)")
        #expect(
            line.contains("extract") && line.contains(configuration) && line.contains("127.0.0.1:\(port)"), "\(line)")
    }

    /// What is not said is not typed: the test above can fail.
    @Test func aTextThatNamesNothingLeadsNowhere() {
        let text = NamedCommands(
            "Run `kleene-ns\nplan`.\n  kleene-ns init --table 'a  b' # it\n  kleene-ns extract    all of them\n  kleene-ns-mock serve &"
        )
        #expect(
            text.lines == [
                "kleene-ns init --table 'a  b'", "kleene-ns extract", "kleene-ns-mock serve", "kleene-ns plan",
            ])
        #expect(throws: NamedCommands.NotNamed.self) { try text.first("kleene-ns schedule") }
        #expect(throws: NamedCommands.NotNamed.self) { try text.first("kleene-ns in") }
    }
}
