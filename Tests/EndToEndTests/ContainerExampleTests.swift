import Foundation
import Glibc
import TestSupport
import Testing

/// What the image of Examples/container does, done without one: `make lint-container` looks at the files themselves.
@Suite struct ContainerExampleTests {
    private static func contents(_ name: String) throws -> String {
        try ProjectPages.contents(of: "Examples/container/\(name)")
    }

    /// The instructions of the Containerfile, those on several lines joined, by their first words.
    private static func instructions() throws -> [(name: String, rest: String)] {
        let lines = try contents("Containerfile").replacing(/\\\n\s*/, with: "").split(separator: "\n")
        return lines.filter { !$0.hasPrefix("#") }.map { line in
            let name = String(line.prefix { $0 != " " })
            return (name, String(line.dropFirst(name.count + 1)))
        }
    }

    private static func program(_ words: [String], _ bench: MockBench) throws -> Process {
        let process = Process()
        // Threads of a process of tests may block signals, and what they start inherits that: a shell would neither hear of a child's
        // end nor of SIGTERM.
        process.executableURL = URL(filePath: "/usr/bin/perl")
        process.arguments =
            ["-MPOSIX", "-e", "sigprocmask(SIG_SETMASK, POSIX::SigSet->new()); exec @ARGV", "/bin/sh"] + words
        process.currentDirectoryURL = bench.directory.url
        let programs = URL(filePath: Program.binary).deletingLastPathComponent().path
        process.environment = [
            "PATH": "\(programs):/usr/bin:/bin", "KLEENE_NS_CONFIG": bench.directory.path("kleene-ns.json"),
            "XDG_STATE_HOME": bench.directory.path("xdg"),
        ].merging(ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("ODBC") }) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }

    @Test func theImageRunsAsAUserOfItsOwn() throws {
        let user = try #require(try Self.instructions().last { $0.name == "USER" }).rest
        #expect(user.wholeMatch(of: /[1-9][0-9]+:[1-9][0-9]+/) != nil, "\(user)")
        #expect(try Self.contents("README.md").contains("sudo chown \(user.prefix { $0 != ":" }) secrets/*"))
    }

    /// The very words of the image: 7 while nothing was done, 0 once it was.
    @Test func theHealthCheckKnowsWhatIsTooOld() throws {
        let check = try #require(try Self.instructions().first { $0.name == "HEALTHCHECK" }).rest
        let list = try #require(check.range(of: "CMD ")).upperBound
        let words = try JSONDecoder().decode([String].self, from: Data(check[list...].utf8))
        #expect(try Self.contents("compose.yaml").contains("test: [\"CMD\", \(check[list...].dropFirst())\n"))
        let bench = try MockBench(scale: 60, extracts: #"{"name": "accounts", "table": "account"}"#)
        func health() throws -> Int32 {
            let process = try Self.program(["-c", "exec \"$@\" > health.txt", "health"] + words, bench)
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        #expect(try health() != 0)
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try health() == 0)
        try bench.configure([
            #"{"name": "accounts", "table": "account"}"#, #"{"name": "terms", "table": "term"}"#,
        ])
        #expect(try health() == 7)
    }

    /// A run that fails is followed by the next one, and a signal ends both.
    @Test func itGoesOnUntilItIsTold() throws {
        let bench = try MockBench(scale: 60, extracts: #"{"name": "accounts", "table": "account"}"#)
        try bench.tell("fault statement error times=1 matching=account sql_state=42000 text=Syntax error in the query")
        let script = ProjectPages.root.appending(path: "Examples/container/run-every.sh").path
        let process = try Self.program([script, "0.1"] + bench.mockFlags, bench)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = errors
        try process.run()
        let runs = "SELECT count(*) FROM _kleene_runs WHERE status = 'succeeded'"
        // Read beside the runs, without a database file where there is none yet.
        let isSo = Result {
            try bench.until {
                try FileManager.default.fileExists(atPath: bench.destination)
                    && (Int(sqlite(bench.destination, runs)) ?? 0) >= 2
            }
        }
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 143)
        let said = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(throws: Never.self, "\(said)") { try isSo.get() }
        #expect(said.components(separatedBy: "Syntax error in the query").count == 2, "\(said)")
    }

    @Test func theConfigurationIsRightAndNamesWhatIsMounted() throws {
        let directory = try TemporaryDirectory()
        let text = try Self.contents("kleene-ns.json")
        try text.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        #expect(try Program(directory: directory.url).run(["config", "check"]).code == 0)
        let compose = try Self.contents("compose.yaml")
        let secrets = text.matches(of: /\/run\/secrets\/([a-z_]+)/).map { String($0.output.1) }
        #expect(secrets.count == 4)
        for secret in secrets { #expect(compose.contains("\n      - \(secret)\n"), "\(secret)") }
        let volumes = try #require(try Self.instructions().first { $0.name == "VOLUME" }).rest
        let places = try JSONDecoder().decode([String].self, from: Data(volumes.utf8))
        for place in places { #expect(compose.contains(":\(place)\n"), "\(place)") }
        #expect(text.contains("\"path\": \"/data/netsuite.db\"") && places.contains("/data"))
        let variables = try Self.instructions().filter { $0.name == "ENV" }.map(\.rest).joined(separator: " ")
        #expect(variables.contains("XDG_STATE_HOME=/state") && places.contains("/state"))
        let file = try #require(variables.firstMatch(of: /KLEENE_NS_CONFIG=(\S+)/)).output.1
        #expect(compose.contains("./kleene-ns.json:\(file):ro\n"))
    }
}
