import Foundation
import TestSupport
import Testing

/// Every console block of README.md and docs/ is played, and what the page shows is what comes.
///
/// A comment in front of a block says in which surroundings; what cannot be played is marked, with the reason, and counted.
@Suite struct ReadmeConsoleTests {
    static let root = ProjectPages.root

    static let blocks: [PageBlock] = ((try? ProjectPages())?.blocks ?? []).filter { $0.kind == "console" }

    @Test func everyBlockSaysHowItIsPlayed() {
        #expect(Self.blocks.count >= 8)
        for block in Self.blocks {
            #expect((block.surroundings == nil) != (block.reason == nil), "\(block)")
        }
        // Who marks another one changes this number, and says why in the page.
        #expect(Self.blocks.count { $0.reason != nil } == 4)
    }

    /// Each kind of block has a test that reads it: nothing on a page is a command without being called one.
    @Test func everyOtherBlockIsOfAKindThatIsTested() throws {
        let tested: Set = ["console", "json", "bash", "crontab"]
        for block in try ProjectPages().blocks where !tested.contains(block.kind) {
            // A drawing, or words of others.
            #expect(block.kind == "text", "\(block)")
            #expect(!block.lines.contains { $0.hasPrefix("$ ") || $0.hasPrefix("kleene-ns ") }, "\(block)")
        }
    }

    @Test(arguments: blocks.filter { $0.surroundings != nil })
    func whatThePageShowsIsWhatComes(block: PageBlock) throws {
        switch block.surroundings {
        case "demo": try playDemo(block)
        case "first run": try playFirstRun(block)
        case "account": try playAccount(block)
        case "mock": try playMock(block)
        case "warehouse": try playWarehouse(block)
        case "driver": try playDriver(block)
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
    private func playDemo(_ block: PageBlock) throws {
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
        let process = try start(["Scripts/demo.sh"], in: directory, on: terminal, path: "/usr/bin:/bin")
        process.waitUntilExit()
        let lines = PseudoTerminal.screen(terminal.all()).lines
        #expect(process.terminationStatus == 0, "\(lines)")
        let (shown, page) = (lines.map(Self.comparable), block.lines.map(Self.comparable))
        #expect(shown.filter { !$0.isEmpty } == page.filter { !$0.isEmpty }, "\(lines.joined(separator: "\n"))")
    }

    /// A script or a command of bash on a terminal.
    private func start(
        _ words: [String], in directory: TemporaryDirectory, on terminal: PseudoTerminal, path: String,
        isAttended: Bool = false
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = words
        process.currentDirectoryURL = directory.url
        process.environment = [
            "PATH": path, "HOME": directory.url.path, "TERM": "xterm", "NO_COLOR": "1", "KLEENE_BUILD": Self.programs,
        ].merging(ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("ODBC") }) { $1 }
        process.standardInput = isAttended ? terminal.handle : FileHandle.nullDevice
        process.standardOutput = terminal.handle
        process.standardError = terminal.handle
        try process.run()
        terminal.listen()
        return process
    }

    /// The first day of somebody with an account: the mock server stands in for it, and its rows change before each extract.
    private func playFirstRun(_ block: PageBlock) throws {
        let bench = try MockBench()
        let directory = bench.directory
        try FileManager.default.removeItem(atPath: directory.path("kleene-ns.json"))
        try program("kleene-ns", "exec '\(Program.binary)' \"$@\" --mock 127.0.0.1:\(bench.port)", in: directory)
        try program("crontab", PlayedSystem.crontab, in: directory)
        let path = "\(directory.path("bin")):/usr/bin:/bin"
        for step in block.steps {
            if step.command == "kleene-ns extract" { try bench.tell("evolve 10 tables=transaction") }
            let terminal = try PseudoTerminal(columns: 100)
            let process = try start(
                ["-c", step.command], in: directory, on: terminal, path: path, isAttended: true)
            try answer(bench, process, terminal)
            process.waitUntilExit()
            let lines = PseudoTerminal.screen(terminal.all()).lines
            #expect(process.terminationStatus == 0, "\(step.command): \(lines)")
            guard !step.output.isEmpty else { continue }
            func counted(_ line: String) -> String {
                Self.comparable(line).replacing(/[0-9,]+/, with: "N")
            }
            #expect(lines.map(counted).filter { !$0.isEmpty } == step.output.map(counted), "\(step.command): \(lines)")
        }
        #expect(try sqlite(directory.path("netsuite.db"), "SELECT count(*) FROM _kleene_runs") == "2")
        let crontab = try String(contentsOfFile: directory.path("crontab"), encoding: .utf8)
        #expect(crontab.contains(" extract --config ") && crontab.contains(" status --config "), "\(crontab)")
    }

    /// Takes what is proposed, but for what only a person knows.
    private func answer(_ bench: MockBench, _ process: Process, _ terminal: PseudoTerminal) throws {
        let answers = ["Table: ": "transaction", "Where the secrets are kept": "files"]
        var seen = 0
        while process.isRunning {
            try bench.until { terminal.soFar.dropFirst(seen).hasSuffix(": ") || !process.isRunning }
            guard process.isRunning else { return }
            let prompt = terminal.soFar.dropFirst(seen).split(whereSeparator: \.isNewline).last ?? ""
            seen = terminal.soFar.count
            let known = answers.first { prompt.hasPrefix($0.key) }?.value ?? ""
            terminal.type((prompt.contains("(unseen)") ? String(repeating: "0af9", count: 16) : known) + "\n")
        }
    }

    /// A program before all others.
    private func program(_ name: String, _ script: String, in directory: TemporaryDirectory) throws {
        let bin = directory.path("bin")
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        try "#!/bin/sh\n\(script)\n".write(toFile: "\(bin)/\(name)", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(bin)/\(name)")
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
    private func playAccount(_ block: PageBlock) throws {
        let bench = try MockBench(scale: 50)
        let flags = bench.mockFlags.joined(separator: " ")
        try program("kleene-ns", "exec '\(Program.binary)' \"$@\" \(flags)", in: bench.directory)
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
    private func playMock(_ block: PageBlock) throws {
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

    /// NetSuite's archive as people describe it, with another library in it, and `/opt` in a directory of the test.
    private func playDriver(_ block: PageBlock) throws {
        let directory = try TemporaryDirectory()
        let place = "/opt/netsuite/odbcclient"
        let home = directory.path("client")
        func here(_ text: String) -> String { text.replacing(place, with: home) }
        try program("sudo", "exec \"$@\"", in: directory)
        try FileManager.default.createDirectory(atPath: directory.path("etc"), withIntermediateDirectories: false)
        try "".write(toFile: directory.path("etc/odbcinst.ini"), atomically: true, encoding: .utf8)
        let packing = """
            import zipfile
            with zipfile.ZipFile("NetSuiteODBCDrivers_Linux64bit.zip", "w") as archive:
                for name in ["lib64/ivoa27.so", "cert/ca3.cer", "cert/ca4.cer"]:
                    archive.writestr(name, "")
                archive.writestr("odbcinst.ini", "\\n".join([
                    "[ODBC Drivers]", "NetSuite ODBC Drivers 8.1 = Installed", "[NetSuite ODBC Drivers 8.1]",
                    "APILevel = 1", "ConnectFunctions = YYN", "Driver = ivoa27.so", "DriverODBCVer = 03.52",
                    "FileUsage = 0", "SQLLevel = 1", ""]))
            """
        try packing.write(toFile: directory.path("pack.py"), atomically: true, encoding: .utf8)
        #expect(try shell("/usr/bin/python3 pack.py", in: directory).code == 0)
        var variables = ["ODBCSYSINI": directory.path("etc")]
        for step in block.steps {
            let result = try shell(here(step.command), in: directory, variables)
            #expect(result.code == 0, "\(step.command): \(result.all)")
            guard !step.output.isEmpty else { continue }
            #expect(result.output.split(separator: "\n").map(String.init) == step.output.map(here), "\(step.command)")
        }
        // What was installed so is what the program's defaults are for; a certificate that is missing costs no login.
        try #"""
        {"source": {"account_id": "1234567_SB1", "role_id": 57,
          "auth": {"method": "password", "user": "u", "password": {"env": "P"}}, "attributes": {"Truststore": "\#(home)/cert/ca3.cer,\#(home)/cert/ca5.cer"}}}
        """#.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        variables["P"] = "a password"
        let doctor = try shell("kleene-ns doctor", in: directory, variables)
        let missing = "\(home)/cert/ca5.cer, which is not there."
        #expect(doctor.code == 7 && doctor.output.contains(missing), "\(doctor.all)")
        #expect(doctor.output.contains("Set OASDK_ODBC_HOME=\(home)/lib64 before"), "\(doctor.all)")
        #expect(doctor.output.contains(/SKIP +login +It would be refused\./), "\(doctor.all)")
    }

    /// A PostgreSQL with the tables that the page names.
    private func playWarehouse(_ block: PageBlock) throws {
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
