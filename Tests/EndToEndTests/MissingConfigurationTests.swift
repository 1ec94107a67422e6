import Foundation
import TestSupport
import Testing

/// Where there is no configuration, each command says what it could be given instead: flags that it has, and that work.
@Suite struct MissingConfigurationTests {
    /// Every command that reads one, with what it needs besides, and the flags that stand in for it.
    private struct Case {
        var words: [String]
        /// The flags that stand in for a configuration.
        var instead: Set<String>

        static func each(_ lines: [String], _ instead: Set<String> = []) -> [Case] {
            lines.map { Case(words: $0.split(separator: " ").map(String.init), instead: instead) }
        }
    }

    private static let source: Set<String> = ["--driver", "--dsn", "--connection-string"]

    /// Every command that reads one, with what it needs besides.
    private static var cases: [Case] {
        var cases = Case.each(["schemas", "tables", "columns t", "keys t", "preview t", "doctor"], source)
        cases += Case.each(["extract", "plan"], source.union(["--table", "--destination"]))
        cases += Case.each(
            [
                "status", "check freshness", "runs list", "runs show last", "state show", "state export",
                "state reset t --yes", "state rewind t --by 2d", "state import w.json", "report --html r.html",
            ], ["--destination"])
        cases += Case.each([
            "verify", "verify --history", "backfill t --from 1 --to 2", "config check", "config show", "schedule",
            "init --add --table t", "state accept t", "state recover t", "auth status --config none.json",
        ])
        return cases
    }

    @Test func eachCommandSaysWhatItCouldBeGiven() throws {
        let directory = try TemporaryDirectory()
        let program = Program(directory: directory.url)
        let groups = ["state", "runs", "check", "config", "auth"]
        for one in Self.cases {
            let words = one.words
            let result = try program.run(words)
            let isDoctor = words == ["doctor"]
            #expect(result.code == (isDoctor ? 7 : 2), "\(words): \(result.all)")
            let said = result.all.split(separator: ";")[0]
            #expect(said.contains("There is no configuration file"), "\(words): \(result.all)")
            let named = Set(said.matches(of: /--[a-z-]+/).map { String($0.output) }).subtracting(["--config"])
            #expect(named == one.instead, "\(words): \(result.all)")
            // That it has them, its help says.
            let help = try program.run(["help"] + words.prefix(groups.contains(words[0]) ? 2 : 1))
            for flag in named { #expect(help.output.contains(flag + " <"), "\(words): \(flag)") }
        }
    }
}
