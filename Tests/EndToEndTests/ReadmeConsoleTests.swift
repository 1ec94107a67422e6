import Foundation
import TestSupport
import Testing

/// Every console block of the README is played, and what the page shows is what comes.
///
/// A comment in front of a block says in which surroundings; what cannot be played is marked, with the reason, and counted.
@Suite struct ReadmeConsoleTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A block, and what the comment in front of it says.
    struct Block: CustomTestStringConvertible, Sendable {
        var surroundings: String?
        var reason: String?
        var lines: [String]
        /// The block of JSON before it.
        var json: String?

        var testDescription: String { lines.first ?? "" }

        /// Its commands, those on several lines joined.
        var commands: [String] {
            lines.joined(separator: "\n").replacing(/\\\n\s*/, with: "").split(separator: "\n")
                .filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
        }
    }

    static let blocks: [Block] = {
        let text = (try? String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)) ?? ""
        var blocks: [Block] = []
        var (comment, json, open) = (String?.none, String?.none, (kind: String, lines: [String])?.none)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let block = open {
                guard line == "```" else {
                    open?.lines.append(line)
                    continue
                }
                if block.kind == "json" { json = block.lines.joined(separator: "\n") }
                if block.kind == "console" {
                    blocks.append(
                        Block(
                            surroundings: comment?.firstMatch(of: /<!-- played: ([a-z ]+) -->/).map { String($0.1) },
                            reason: comment?.firstMatch(of: /<!-- not played: (.+) -->/).map { String($0.1) },
                            lines: block.lines, json: json))
                }
                (open, comment) = (nil, nil)
            } else if line.hasPrefix("```") {
                open = (String(line.dropFirst(3)), [])
            } else if !line.isEmpty {
                comment = line
            }
        }
        return blocks
    }()

    @Test func everyBlockSaysHowItIsPlayed() {
        #expect(Self.blocks.count >= 8)
        for block in Self.blocks {
            #expect((block.surroundings == nil) != (block.reason == nil), "\(block.lines)")
        }
        // Who marks another one changes this number, and says why in the page.
        #expect(Self.blocks.count { $0.reason != nil } == 2)
    }

    @Test(arguments: blocks.filter { $0.surroundings != nil })
    func whatThePageShowsIsWhatComes(block: Block) throws {
        switch block.surroundings {
        case "demo": try playDemo(block)
        case "account": try playAccount(block)
        case "mock": try playMock(block)
        case "warehouse": try playWarehouse(block)
        default: Issue.record("unknown surroundings: \(block.surroundings ?? "")")
        }
    }

    // MARK: Surroundings

    private static var programs: String { URL(filePath: Program.binary).deletingLastPathComponent().path }

    private func shell(_ script: String, in directory: TemporaryDirectory, _ variables: [String: String] = [:]) throws
        -> Program.Result
    {
        var command = ShellCommand(["/bin/bash", "-c", script], in: directory.url, home: directory.url.path)
        command.environment["PATH"] = "\(directory.path("bin")):\(Self.programs):/usr/bin:/bin"
        for name in ["ODBCSYSINI", "ODBCINI"] {
            command.environment[name] = ProcessInfo.processInfo.environment[name]
        }
        command.environment.merge(variables) { $1 }
        return try command.run()
    }

    /// `make demo`, as a person sees it on a terminal.
    private func playDemo(_ block: Block) throws {
        if block.commands == ["make demo"] {
            let makefile = try String(contentsOf: Self.root.appending(path: "Makefile"), encoding: .utf8)
            #expect(makefile.contains("demo: release") && makefile.contains("\t@Scripts/demo.sh\n"))
            return
        }
        let directory = try TemporaryDirectory()
        for name in ["Scripts/demo.sh", "Scripts/demo-mock.sh", "config.example.json", "config.oauth2.example.json"] {
            let copy = directory.url.appending(path: name)
            try FileManager.default.createDirectory(
                at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: Self.root.appending(path: name), to: copy)
        }
        let terminal = try PseudoTerminal(columns: 130)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [directory.path("Scripts/demo.sh")]
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": directory.url.path, "TERM": "xterm", "NO_COLOR": "1",
            "KLEENE_BUILD": Self.programs,
        ].merging(ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("ODBC") }) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = terminal.handle
        process.standardError = terminal.handle
        try process.run()
        terminal.listen()
        process.waitUntilExit()
        let lines = PseudoTerminal.screen(terminal.all()).lines
        #expect(process.terminationStatus == 0, "\(lines)")
        let (shown, page) = (lines.map(Self.comparable), block.lines.map(Self.comparable))
        #expect(shown.filter { !$0.isEmpty } == page.filter { !$0.isEmpty }, "\(lines.joined(separator: "\n"))")
    }

    /// Without what differs from run to run.
    private static func comparable(_ line: String) -> String {
        var line = line.replacing(/127\.0\.0\.1:[0-9]+/, with: "ADDRESS").replacing(
            /[^ ]*demo\/netsuite\.db/, with: "FILE")
        line = line.replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}Z/, with: "TIME")
        line = line.replacing(#/^[0-9a-f]{8}\x20/#, with: "RUN ").replacing(/\([0-9]+ bytes\)/, with: "(N bytes)")
        line = line.replacing(/[0-9.]+ s\b/, with: "N s").replacing(#/\x20[0-9]+\.?[0-9]*\x20+TIME/#, with: " N TIME")
        return line.replacing(#/\x20{2,}/#, with: " ").trimmingCharacters(in: .whitespaces)
    }

    /// With an account: the mock server stands in for it, by a `kleene-ns` that adds `--mock`.
    private func playAccount(_ block: Block) throws {
        let bench = try MockBench(scale: 50)
        let bin = bench.directory.path("bin")
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        let script = "#!/bin/sh\nexec '\(Program.binary)' \"$@\" \(bench.mockFlags.joined(separator: " "))\n"
        try script.write(toFile: bin + "/kleene-ns", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bin + "/kleene-ns")
        for command in block.commands {
            let result = try shell(command, in: bench.directory)
            #expect(result.code == 0, "\(command): \(result.all)")
        }
        if block.commands.contains(where: { $0.contains("> catalog.json") }) {
            let data = try Data(contentsOf: URL(filePath: bench.directory.path("catalog.json")))
            #expect(try (JSONSerialization.jsonObject(with: data) as? [Any])?.isEmpty == false)
        }
    }

    /// A mock server of its own, on ports that are free.
    private func playMock(_ block: Block) throws {
        let directory = try TemporaryDirectory()
        let ports = try (0..<2).map { _ in try SilentServer.freePort() }
        let script = block.commands.map { command in
            let command = command.replacing("1708", with: "\(ports[0])").replacing("1709", with: "\(ports[1])")
            guard command.hasSuffix("&") else { return command }
            return
                "\(command)\nfor i in $(seq 200); do (: < /dev/tcp/127.0.0.1/\(ports[1])) 2> /dev/null && break; sleep 0.1; done"
        }
        let result = try shell(
            "set -e; trap 'kill $(jobs -p)' EXIT\n" + script.joined(separator: "\n"), in: directory)
        #expect(result.code == 0, "\(result.all)")
        #expect(FileManager.default.fileExists(atPath: directory.path("versions.db")))
    }

    /// A PostgreSQL with the tables that the page names.
    private func playWarehouse(_ block: Block) throws {
        let directory = try TemporaryDirectory()
        let server = try PostgreSQL()
        let schema = "readme_\(UInt32.random(in: 0...UInt32.max))"
        try server.run(
            """
            CREATE SCHEMA \(schema); CREATE TABLE \(schema).orders AS SELECT 1 AS id;
            CREATE TABLE \(schema).customers AS SELECT 1 AS id, 'a' AS name
            """)
        defer { _ = try? server.run("DROP SCHEMA \(schema) CASCADE") }
        func here(_ text: String) -> String {
            text.replacing(
                "--attribute Servername=db",
                with: "--attribute Servername=\(server.host) --attribute Port=\(server.port)"
            )
            .replacing("Database=shop", with: "Database=\(server.database)").replacing(
                "--user reader", with: "--user \(server.user)"
            )
            .replacing("--schema public", with: "--schema \(schema)")
            .replacing("\"Servername\": \"db\"", with: "\"Servername\": \"\(server.host)\", \"Port\": \(server.port)")
            .replacing("\"Database\": \"shop\"", with: "\"Database\": \"\(server.database)\"")
            .replacing("\"reader\"", with: "\"\(server.user)\"").replacing("\"public\"", with: "\"\(schema)\"")
            .replacing("\"table\": \"customers\"", with: "\"schema\": \"\(schema)\", \"table\": \"customers\"")
        }
        try FileManager.default.createDirectory(atPath: directory.path(".secrets"), withIntermediateDirectories: true)
        try (server.password + "\n").write(
            toFile: directory.path(".secrets/warehouse"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: directory.path(".secrets/warehouse"))
        if let json = block.json {
            try here(json).write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        }
        for command in block.commands {
            let result = try shell(here(command), in: directory, ["SHOP_PASSWORD": server.password])
            #expect(result.code == 0, "\(command): \(result.all)")
        }
        #expect(try sqlite(directory.path("shop.db"), "SELECT count(*) FROM orders") == "1")
    }
}
