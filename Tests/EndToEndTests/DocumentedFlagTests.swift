import Foundation
import TestSupport
import Testing

/// Flags that README.md and docs/ name, tried on the programs as they are built.
@Suite struct DocumentedFlagTests {
    @Test func everyFlagThatThePagesNameExists() throws {
        let pages = try ProjectPages()
        let directory = try TemporaryDirectory()
        let program = Program(directory: directory.url)
        var help = ""
        for command in [
            "schemas", "tables", "columns", "keys", "preview", "extract", "plan", "backfill", "doctor", "status",
            "verify", "schedule", "report", "init",
        ] {
            help += try program.run(["help", command]).output
        }
        for (group, commands) in [
            "state": ["show", "rewind", "reset", "accept", "recover", "export", "import"], "runs": ["list", "show"],
            "auth": ["status", "reset", "keygen"], "config": ["check", "show", "example", "schema"],
            "check": ["freshness"],
        ] {
            for command in commands { help += try program.run(["help", group, command]).output }
        }
        for command in ["serve", "control", "dump"] {
            let process = Process()
            process.executableURL = URL(filePath: Program.binary + "-mock")
            process.arguments = ["help", command]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            help += String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
        }
        var exist = Set(help.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
        #expect(exist.count > 40)
        // Of argument-parser, which lists it in no help.
        for shell in ["bash", "zsh", "fish"] {
            let script = try program.run(["--generate-completion-script", shell])
            #expect(script.code == 0 && script.output.contains("complet"), "\(script.errors)")
            if script.code == 0 { exist.insert("--generate-completion-script") }
        }
        // What belongs to other programs stands in lines that name them.
        let others = ["Tests/Torture/", "podman", "systemctl ", "--volume ", "--secret "]
        let lines = pages.text.split(separator: "\n").filter { line in !others.contains { line.contains($0) } }
        for flag in lines.flatMap({ $0.matches(of: /--[a-z][a-z-]+/).map { String($0.output) } }) {
            #expect(exist.contains(flag), "\(flag)")
        }
    }
}
