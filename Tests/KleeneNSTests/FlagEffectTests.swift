import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import KleeneNS

/// A flag has an effect, or is refused with a sentence: one that is taken and does nothing hides a mistake.
@Suite struct FlagEffectTests {
    private static func refusal(_ arguments: [String]) -> String? {
        do {
            _ = try KleeneNSCommand.parseAsRoot(arguments)
            return nil
        } catch {
            return KleeneNSCommand.fullMessage(for: error)
        }
    }

    @Test(
        arguments: [
            (["config", "show", "--format", "csv"], "--format csv"),
            (["config", "example", "--format", "csv"], "--format csv"),
            (["config", "schema", "--format", "csv"], "--format csv"),
            (["state", "export", "--format", "csv"], "--format csv"),
            (["config", "show", "--fields", "a"], "--fields"), (["config", "example", "--fields", "a"], "--fields"),
            (["config", "schema", "--fields", "a"], "--fields"), (["state", "export", "--fields", "a"], "--fields"),
            (["config", "check", "--fields", "path"], "--fields"),
            (["report", "--html", "x", "--fields", "file"], "--fields"),
            (["schedule", "--fields", "file"], "--fields"), (["init", "--fields", "file"], "--fields"),
            (["config", "example", "--config", "x"], "--config"), (["config", "schema", "--config", "x"], "--config"),
            (["verify", "--limit", "5"], "--history"), (["verify", "--history", "--wait-lock", "5m"], "--wait-lock"),
            (["verify", "--driver", "x"], "--config"), (["verify", "--dsn", "x"], "--config"),
            (["backfill", "e", "--from", "1", "--to", "2", "--dsn", "x"], "--config"),
            (["tables", "cust*", "--diff"], "--diff"), (["extract", "--hook-timeout", "5m"], "--on-failure"),
            (["backfill", "e", "--from", "1", "--to", "2", "--hook-timeout", "5m"], "--on-failure"),
            (["schedule", "--remove", "--max-age", "6h"], "--remove"),
            (["schedule", "--remove", "--wait-lock", "6h"], "--remove"),
            (["schedule", "--remove", "--max-runtime", "6h"], "--remove"),
            (["schedule", "--remove", "--on-failure", "x"], "--remove"),
        ] as [([String], String)])
    func whatWouldDoNothingIsRefused(_ arguments: [String], _ words: String) {
        let refusal = Self.refusal(arguments)
        #expect(refusal?.contains(words) == true, "\(arguments): \(refusal ?? "taken")")
    }

    @Test(arguments: [
        ["config", "check", "--format", "json", "--fields", "path"], ["config", "show", "--format", "jsonl"],
        ["state", "export", "--format", "json"], ["verify", "--history", "--limit", "5"],
        ["extract", "--on-success", "x", "--hook-timeout", "5m"], ["schedule", "--format", "csv", "--fields", "file"],
        ["tables", "--schema", "s", "--diff"], ["schedule", "--remove", "--name", "x", "--mock", "127.0.0.1:1"],
    ])
    func whatHasAnEffectIsTaken(_ arguments: [String]) {
        #expect(Self.refusal(arguments) == nil)
    }

    /// How an incremental key is followed says nothing of an extract that follows none.
    @Test(arguments: [
        ["--incremental-key", "k"], ["--lag", "5m"], ["--overlap", "5m"], ["--null-keys", "fail"],
    ])
    func aFullExtractTakesNoFlagsOfAKey(_ flags: [String]) throws {
        let full = try ExtractOptions.parse(["--table", "t"] + flags)
        #expect(throws: (any Error).self, "\(flags)") { try full.extract(defaults: ExtractDefaults()) }
        let incremental = try ExtractOptions.parse(
            ["--table", "t", "--load-method", "upsert", "--extract-type", "incremental"] + flags
                + (flags[0] == "--incremental-key" ? [] : ["--incremental-key", "k"]))
        #expect(try incremental.extract(defaults: ExtractDefaults()) != nil)
    }

    // MARK: All commands

    /// What each command needs besides.
    private static let needs = [
        "columns": ["t"], "keys": ["t"], "preview": ["t"], "backfill": ["e", "--from", "1", "--to", "2"],
        "state rewind": ["e", "--to", "1"], "state reset": ["e"], "state accept": ["e"], "state recover": ["e"],
        "state import": ["f.json"], "runs show": ["id"], "report": ["--html", "r.html"],
    ]

    /// A number, or a span, below zero is a mistake with a sentence about it, and no forgotten value.
    @Test func numbersAndSpansBelowTheirLeastAreRefused() throws {
        let counted = [
            "limit", "runs", "days", "max-statements", "rows", "seconds", "span", "share", "when",
        ]
        var seen: Set<String> = []
        for path in MockOptionTests.commands() {
            let words = path.joined(separator: " ")
            let found = path.reduce(KleeneNSCommand.self as (any ParsableCommand.Type)?) { command, name in
                command?.configuration.subcommands.first { $0._commandName == name }
            }
            let type = try #require(found)
            let help = KleeneNSCommand.helpMessage(for: type, columns: 200)
            for match in help.matches(of: /\n  (?:-\w, )?(--[a-z-]+) <([a-z-]+)>/) {
                let (flag, value) = (String(match.output.1), String(match.output.2))
                // How far a watermark goes back depends on its kind, which the books have.
                guard counted.contains(value), (words, flag) != ("state rewind", "--by") else { continue }
                seen.insert(flag)
                let refusal = Self.refusal(path + (Self.needs[words] ?? []) + [flag, "-1"])
                let isSaid = refusal?.contains("'\(flag)") == true && refusal?.contains("Missing value") == false
                #expect(isSaid, "\(words) \(flag): \(refusal ?? "taken")")
            }
        }
        #expect(seen.count >= 18, "\(seen.sorted())")
    }

    /// What a command declares, and what its groups have, is looked at by somebody.
    @Test func everyOptionIsLookedAt() throws {
        let sources = ProjectPages.root.appendingPathComponent("Sources/KleeneNS")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var all = ""
        var declared: [(name: String, place: String, body: String)] = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            all += text + "\n"
            for match in text.matches(of: /@(?:OptionGroup|Option|Flag|Argument)\b/) {
                let rest = text[match.range.upperBound...]
                guard let name = rest.firstMatch(of: /\n? *var (\w+)/)?.output.1 else { continue }
                let body = Self.type(around: match.range.lowerBound, in: text)
                declared.append((String(name), file.lastPathComponent, body))
            }
        }
        #expect(declared.count > 150)
        let used = Self.words(all)
        // At `output` each command's context looks, and at what is ignored nobody, as its help says.
        for (name, place, body) in declared
        where !["idle", "output"].contains(name) && place != "IgnoredMockOption.swift" {
            let isOfGroup = body.contains(": ParsableArguments {")
            let isLookedAt = (isOfGroup ? used : Self.words(body)).contains(name)
            #expect(isLookedAt, "\(place): nobody looks at \(name)")
        }
    }

    /// The words of a source, without those that are declared there.
    private static func words(_ text: String) -> Set<String> {
        var words: Set<String> = []
        var last = ""
        for word in text.utf8.split(whereSeparator: { byte in
            let isLetter = (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
            return !isLetter && !(0x30...0x39).contains(byte)
        }) {
            let word = String(decoding: word, as: UTF8.self)
            if last != "var" { words.insert(word) }
            last = word
        }
        return words
    }

    /// The innermost type that is declared around a place of a source.
    private static func type(around place: String.Index, in text: String) -> String {
        guard let begin = text[..<place].range(of: "struct ", options: .backwards)?.lowerBound else { return "" }
        var depth = 0
        for index in text[begin...].indices {
            if text[index] == "{" { depth += 1 }
            guard text[index] == "}" else { continue }
            depth -= 1
            if depth == 0 { return String(text[begin...index]) }
        }
        return ""
    }
}
