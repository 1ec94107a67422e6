import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import KleeneNS

/// Which flags the pages give to which command: all that it has, and none that only others have.
@Suite struct CommandFlagTests {
    private let pages: ProjectPages
    /// The flags of each command, those of a group as `group command`.
    private let flags: [String: Set<String>]

    init() throws {
        pages = try ProjectPages()
        var found: [String: Set<String>] = [:]
        func add(_ command: any ParsableCommand.Type, _ path: [String]) {
            let children = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
            for child in children { add(child, path + [child._commandName]) }
            guard children.isEmpty else { return }
            let lines = KleeneNSCommand.helpMessage(for: command, columns: 200).split(separator: "\n")
            let heads = lines.filter { $0.hasPrefix("  -") }.map { $0.dropFirst(2).split(separator: "  ")[0] }
            found[path.joined(separator: " ")] = Set(heads.flatMap(Self.flags)).subtracting(["--help", "--version"])
        }
        add(KleeneNSCommand.self, [])
        flags = found
    }

    private static func flags(_ text: some StringProtocol) -> [String] {
        String(text).matches(of: /--[a-z][a-z-]+/).map { String($0.output) }
    }

    private var groups: Set<String> {
        Set(flags.keys.filter { $0.contains(" ") }.map { String($0.prefix { $0 != " " }) })
    }

    /// The command that a line of a shell gives, as far as it is one; nil for a group alone, and for words that are none.
    private func command(_ line: String) -> String? {
        let words = line.split(separator: " ").dropFirst().map(String.init)
        return [words.prefix(2).joined(separator: " "), words.first ?? ""].first { flags[$0] != nil }
    }

    /// What the pages show of commands: between backticks, and in blocks.
    private var lines: [String] {
        let spans = pages.pages.flatMap { ProjectPages.codeSpans($0.text.replacing("\n", with: " ")) }
        let blocks = pages.blocks.flatMap { $0.commands + $0.lines }
        return (spans + blocks).filter { $0.hasPrefix("kleene-ns ") }
    }

    @Test func commandsThatAreShownHaveTheFlagsThatTheyAreShownWith() {
        var seen = 0
        for line in lines {
            guard let command = command(line) else { continue }
            for flag in Self.flags(line) {
                seen += 1
                #expect(flags[command]?.contains(flag) == true, "\(flag) of \(line)")
            }
        }
        #expect(seen > 20)
    }

    /// In the pages, and in what the program itself advises.
    @Test func commandsOfGroupsThatAreShownExist() throws {
        let sources = try #require(
            FileManager.default.enumerator(
                at: ProjectPages.root.appendingPathComponent("Sources/KleeneNS"), includingPropertiesForKeys: nil))
        var texts = lines
        for case let file as URL in sources where file.pathExtension == "swift" {
            texts += ProjectPages.codeSpans(try String(contentsOf: file, encoding: .utf8))
        }
        var seen = 0
        for text in texts {
            guard let match = text.prefixMatch(of: /kleene-ns ([a-z]+) ([a-z]+)/) else { continue }
            let (group, command) = (String(match.output.1), String(match.output.2))
            guard groups.contains(group) else { continue }
            seen += 1
            #expect(flags["\(group) \(command)"] != nil, "\(text)")
        }
        #expect(seen > 10)
    }

    // MARK: The table of flags

    private struct Row {
        var flags: Set<String>
        /// None: it is of commands of some kind, or of all.
        var commands: [String]
    }

    private func table() throws -> [Row] {
        try pages.rows(under: "Flags").filter { $0[0].hasPrefix("`--") }.map {
            Row(flags: Set(Self.flags($0[0])), commands: ProjectPages.codeSpans($0[1]))
        }
    }

    @Test func eachRowsFlagsAreOfEachOfItsCommands() throws {
        for row in try table() {
            for command in row.commands {
                let left = row.flags.subtracting(flags[command] ?? [])
                #expect(left.isEmpty, "\(command): \(left.sorted())")
            }
            let all = flags.values.reduce(into: Set()) { $0.formUnion($1) }
            #expect(row.flags.isSubset(of: all), "\(row.flags.subtracting(all))")
        }
    }

    /// In its row of the table, or where the pages tell of the command.
    @Test func eachCommandsFlagsAreNamedBesideIt() throws {
        let table = try table()
        let passages = pages.pages.flatMap { Self.passages($0.text) }
        for (command, flags) in flags {
            let beside = passages.filter { passage in
                ["`\(command)", "kleene-ns \(command)"].contains { words in
                    passage.ranges(of: words).contains { passage[$0.upperBound...].first?.isLetter != true }
                }
            }
            let named = Set(beside.flatMap(Self.flags)).union(
                table.filter { $0.commands.isEmpty || $0.commands.contains(command) }.flatMap(\.flags))
            let left = flags.subtracting(named)
            #expect(
                left.isEmpty, "kleene-ns \(command): docs/commands.md has a table of flags without \(left.sorted())")
        }
    }

    /// Paragraphs, points of lists and rows of tables, each as one line.
    private static func passages(_ text: String) -> [String] {
        var passages: [String] = []
        var isOpen = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if isOpen, !line.isEmpty, !line.hasPrefix("|"), !line.hasPrefix("- ") {
                passages[passages.count - 1] += " " + line
            } else {
                passages.append(String(line))
            }
            isOpen = !line.isEmpty && !line.hasPrefix("|")
        }
        return passages
    }

    // MARK: Keys

    /// All keys of a configuration, however deep, as its schema has them.
    private func keys(_ schema: JSONValue) -> Set<String> {
        switch schema {
        case .object(let members):
            var found = members.values.reduce(into: Set<String>()) { $0.formUnion(keys($1)) }
            if case .object(let properties)? = members["properties"] { found.formUnion(properties.keys) }
            return found
        case .array(let elements): return elements.reduce(into: []) { $0.formUnion(keys($1)) }
        default: return []
        }
    }

    /// Those of the first two levels are held against the table, place by place; these also lie deeper.
    @Test func everyKeyHoweverDeepIsOnAPage() {
        let keys = keys(ConfigurationSchema.value)
        #expect(keys.count > 60)
        let left = keys.filter { key in
            !pages.text.contains("`\(key)`") && !pages.text.contains("\"\(key)\"") && !pages.text.contains(".\(key)`")
        }
        #expect(left.isEmpty, "\(left.sorted())")
    }
}
