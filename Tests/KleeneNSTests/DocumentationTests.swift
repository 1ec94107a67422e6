import ArgumentParser
import Extraction
import Foundation
import TestSupport
import Testing

@testable import KleeneNS

/// What README.md and docs/ say there is, is there; and what is there, they say.
@Suite struct DocumentationTests {
    private let pages: ProjectPages

    init() throws { pages = try ProjectPages() }

    private func rows(under heading: String) throws -> [[String]] { try pages.rows(under: heading) }

    private func codeSpans(_ text: String) -> [String] { ProjectPages.codeSpans(text) }

    @Test func exitCodesAreThoseThatThereAre() throws {
        let listed = try rows(under: "Exit codes").dropFirst().map { "\($0[0]) \($0[1])" }
        #expect(listed == ProgramExit.allCases.map { "\($0.rawValue) \($0.meaning)" })
    }

    /// All commands, those of a group as `group command`.
    private var commands: [String] {
        var names: [String] = []
        for command in KleeneNSCommand.configuration.subcommands where command.configuration.shouldDisplay {
            let name = command._commandName
            let children = command.configuration.subcommands
            if children.isEmpty { names.append(name) }
            for child in children { names.append("\(name) \(child._commandName)") }
        }
        return names
    }

    @Test func commandsAreThoseThatThereAre() throws {
        let listed = try rows(under: "Commands").flatMap { codeSpans($0[0]) }
        for command in commands {
            #expect(listed.contains { $0 == command || $0.hasPrefix(command + " ") }, "\(command)")
        }
        let groups = Set(commands.map { String($0.prefix { $0 != " " }) })
        for span in listed where !span.hasPrefix("--") {
            #expect(commands.contains { span == $0 || span.hasPrefix($0 + " ") } || groups.contains(span), "\(span)")
        }
    }

    /// The flags that the help of each command lists.
    private func flags(
        of command: any ParsableCommand.Type = KleeneNSCommand.self
    ) -> Set<String> {
        let lines = KleeneNSCommand.helpMessage(for: command, columns: 200).split(separator: "\n")
        let heads = lines.filter { $0.hasPrefix("  -") }.map { $0.dropFirst(2).split(separator: "  ")[0] }
        let own = heads.flatMap { $0.matches(of: /--[a-z][a-z-]+/).map { String($0.output) } }
        return command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
            .reduce(into: Set(own)) { $0.formUnion(flags(of: $1)) }
    }

    /// That none is named which there is not, DocumentedFlagTests see on the programs themselves.
    @Test func everyFlagThatThereIsIsNamed() {
        let (flags, named) = (flags(), Set(pages.text.matches(of: /--[a-z][a-z-]+/).map { String($0.output) }))
        #expect(flags.count > 100)
        #expect(flags.subtracting(named).sorted() == [], "docs/commands.md has a table of flags")
    }

    /// Also in examples, and in what the program itself advises.
    @Test func everyCommandThatIsNamedExists() throws {
        var texts = [pages.text]
        let sources = try #require(
            FileManager.default.enumerator(
                at: ProjectPages.root.appendingPathComponent("Sources"), includingPropertiesForKeys: nil))
        for case let file as URL in sources where file.pathExtension == "swift" {
            texts.append(try String(contentsOf: file, encoding: .utf8))
        }
        let known = Set(commands.map { String($0.prefix { $0 != " " }) }).union(["help"])
        let named = texts.flatMap { text in text.matches(of: /`kleene-ns ([a-z]+)/).map { String($0.output.1) } }
        #expect(named.count > 30)
        for name in named { #expect(known.contains(name), "kleene-ns \(name)") }
    }

    @Test func everyTargetOfMakeThatIsNamedExists() throws {
        let makefile = try ProjectPages.contents(of: "Makefile")
        let named = pages.text.matches(of: /make ([a-z]+-?[a-z]*)[`\n]/).map { String($0.output.1) }
        #expect(named.count > 5)
        for name in named { #expect(makefile.contains("\n\(name):"), "make \(name)") }
    }

    // MARK: Configuration

    /// The keys that a configuration may have at a place: told by the fault of one that it may not.
    private func keys(of place: String, in json: String) throws -> Set<String> {
        let faults = ConfigurationTests.faults(json)
        let fault = try #require(faults.first { $0.contains("\(place).zzzzzzzzzz:") }, "\(faults)")
        let list = try #require(fault.components(separatedBy: "the keys are ").last?.dropLast())
        return Set(list.components(separatedBy: ", "))
    }

    private func known() throws -> [String: Set<String>] {
        let unknown = "\"zzzzzzzzzz\": 1"
        let netSuite = #"{"source": {\#(unknown), "auth": {"method": "tba", \#(unknown)}, "retry": {\#(unknown)}}}"#
        let password = #"{"source": {"auth": {"method": "password", \#(unknown)}}}"#
        let odbc = #"{"source": {"profile": "odbc", \#(unknown)}}"#
        let server = #"{"destination": {"type": "postgresql", \#(unknown)}}"#
        let rest =
            #"{"destination": {"type": "sqlite", \#(unknown)}, "defaults": {\#(unknown)}, "extracts": [{\#(unknown)}]}"#
        return [
            "source": try keys(of: "$.source", in: netSuite).union(try keys(of: "$.source", in: odbc)),
            "source.auth": try keys(of: "$.source.auth", in: netSuite).union(
                try keys(of: "$.source.auth", in: password)),
            "source.retry": try keys(of: "$.source.retry", in: netSuite),
            "destination": try keys(of: "$.destination", in: rest).union(try keys(of: "$.destination", in: server)),
            "defaults": try keys(of: "$.defaults", in: rest),
            "extracts[]": try keys(of: "$.extracts[0]", in: rest),
        ]
    }

    /// The keys of the table, by place. Those of `auth`, `retry` and `defaults` are words of their explanation.
    private func listed() throws -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for row in try rows(under: "Configuration") where row[0].hasPrefix("`") {
            var place = ""
            for span in codeSpans(row[0]) {
                if span.hasPrefix(".") {
                    result[place, default: []].insert(String(span.dropFirst()))
                    continue
                }
                let parts = span.components(separatedBy: ".")
                place = parts[0]
                if parts.count == 2 { result[place, default: []].insert(parts[1]) }
            }
            let words = codeSpans(row[1]).filter { $0.allSatisfy { $0.isLowercase || $0 == "_" } }
            switch row[0] {
            case "`source.auth`": result["source.auth"] = Set(words)
            case "`source.retry`": result["source.retry"] = Set(words)
            case "`defaults`": result["defaults"] = Set(words)
            case "`destination.type`: `postgresql`": result["destination", default: []].formUnion(words)
            default: break
            }
        }
        return result
    }

    @Test func everyKeyOfOAuthIsInItsTable() throws {
        let json = #"{"source": {"auth": {"method": "oauth2", "zzzzzzzzzz": 1}}}"#
        let listed = try rows(under: "OAuth 2.0").flatMap { codeSpans($0[0]) }
        #expect(try Set(listed + ["method"]).subtracting(["source.auth"]) == keys(of: "$.source.auth", in: json))
    }

    @Test func everyKeyIsInTheTableOfTheConfiguration() throws {
        let listed = try listed()
        for (place, keys) in try known() {
            let left = keys.subtracting(listed[place] ?? [])
            #expect(left.isEmpty, "\(place): \(left)")
        }
    }

    @Test func everyKeyOfTheTableOfTheConfigurationIsOne() throws {
        let known = try known()
        for (place, keys) in try listed() {
            let values: Set<String> = place == "source.auth" ? ["tba", "password", "oauth2"] : []
            let left = keys.subtracting(known[place] ?? []).subtracting(values)
            #expect(left.isEmpty, "\(place): \(left)")
        }
    }

    @Test func everyBlockOfJSONIsAConfiguration() throws {
        let blocks = DocumentedConfiguration.all(in: pages)
        #expect(blocks.count >= 6)
        for block in blocks { #expect(ConfigurationTests.faults(block.text) == [], "\(block.place)") }
    }
}
