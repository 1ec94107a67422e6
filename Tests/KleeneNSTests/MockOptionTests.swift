import ArgumentParser
import Testing

@testable import KleeneNS

/// `--mock` on every command, so that one script can give all of them the same flags.
@Suite struct MockOptionTests {
    /// The commands that do something, with what else they need to be parsed.
    static func commands(
        _ command: any ParsableCommand.Type = KleeneNSCommand.self, _ path: [String] = []
    ) -> [[String]] {
        let children = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
        return children.isEmpty ? [path] : children.flatMap { commands($0, path + [$0._commandName]) }
    }

    @Test func everyCommandTakesTheMock() throws {
        let all = Self.commands()
        #expect(all.count > 18 && all.contains(["auth", "reset"]) && all.contains(["state", "show"]))
        let needs = [
            "columns": ["t"], "keys": ["t"], "preview": ["t"], "backfill": ["e", "--from", "1", "--to", "2"],
            "state rewind": ["e", "--to", "1"], "state reset": ["e"], "state accept": ["e"], "state recover": ["e"],
            "state import": ["f.json"], "runs show": ["id"], "report": ["--html", "r.html"],
        ]
        for path in all {
            let arguments = path + (needs[path.joined(separator: " ")] ?? []) + ["--mock", "127.0.0.1:1708"]
            #expect(throws: Never.self, "\(arguments)") { try KleeneNSCommand.parseAsRoot(arguments) }
            #expect(throws: (any Error).self, "\(arguments)") {
                try KleeneNSCommand.parseAsRoot(arguments.dropLast() + ["nowhere"])
            }
        }
    }
}
