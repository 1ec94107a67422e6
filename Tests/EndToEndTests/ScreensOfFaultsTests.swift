import Foundation
import TestSupport
import Testing

/// What a person sees for each mistake that can be made: whole screens, kept in `Screens/*.txt`.
///
/// `KLEENE_TEST_RECORD=1` writes them as they are now; the difference is then to be read.
@Suite struct ScreensOfFaultsTests {
    static let names = ["options", "configuration", "secrets", "state", "source", "patterns", "schedule"]

    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Screens/\(name).txt").path
    }

    static func transcript(_ name: String) throws -> Transcript {
        try Transcript(try String(contentsOfFile: path(name), encoding: .utf8))
    }

    @Test(arguments: names)
    func screensAreAsTheyAreKept(name: String) throws {
        let kept = try Self.transcript(name)
        let played = try kept.played()
        if ProcessInfo.processInfo.environment["KLEENE_TEST_RECORD"] != nil {
            try played.text.write(toFile: Self.path(name), atomically: true, encoding: .utf8)
            return
        }
        for (before, after) in zip(kept.cases, played.cases) {
            #expect(
                Transcript(cases: [before]).text == Transcript(cases: [after]).text,
                "\(name).txt: \(before.title)\n\(Transcript(cases: [after]).text)")
        }
    }

    /// A new sentence has a screen, or a reason why no user can cause it.
    @Test func everyFaultOfTheProgramHasItsScreen() throws {
        let screens = try Self.names.map { try Self.transcript($0) }
        let printed = screens.flatMap(\.printed).map { $0.joined(separator: " ") }.joined(separator: "\n")
            .replacing(/\ +/, with: " ")
        let sentences = try FaultSentence.all()
        #expect(sentences.count > 120)
        var unused = Set(FaultSentence.unreachable.map(\.words))
        for sentence in sentences {
            if let exempt = FaultSentence.unreachable.first(where: {
                sentence.pieces.joined(separator: "…").contains($0.words)
            }) {
                unused.remove(exempt.words)
                continue
            }
            #expect(sentence.isIn(printed), "\(sentence.place): \(sentence.pieces) has no screen in Screens/")
        }
        #expect(unused.isEmpty, "no sentence has these words any more: \(unused)")
    }

    /// No line that a person reads has an answer of the machine in it.
    @Test func noScreenShowsAStructure() throws {
        for name in Self.names {
            for screen in try Self.transcript(name).printed {
                for sign in ["Failure(", "Swift.", "Fatal error", "Optional(", "nil)", "hunter2"] {
                    #expect(!screen.joined().contains(sign), "\(name): \(screen)")
                }
            }
        }
    }

    /// Each command that a sentence advises is one that exists, with flags that exist; and most of them are followed, in these
    /// screens or in other tests.
    @Test func advisedCommandsAreTaken() throws {
        var advised: Set<String> = []
        for name in Self.names {
            for screen in try Self.transcript(name).printed {
                for match in screen.joined(separator: " ").replacing(/\ +/, with: " ").matches(
                    of: /`(kleene-ns [^`]+)`/)
                {
                    advised.insert(String(match.output.1))
                }
            }
        }
        #expect(advised.count >= 12, "\(advised)")
        let directory = try TemporaryDirectory()
        for command in advised {
            let words = command.split(separator: " ").dropFirst().map(String.init)
            // The command itself, as far as its name goes, and each of its flags.
            let name = words.prefix { !$0.hasPrefix("-") && $0.allSatisfy(\.isLowercase) }.prefix(2)
            let help = try Program(directory: directory.url).run(["help"] + Self.known(Array(name)))
            #expect(help.code == 0, "\(command): \(help.all)")
            for flag in words where flag.hasPrefix("--") { #expect(help.output.contains(flag), "\(command)") }
        }
    }

    /// The words that name a command, without a table or an extract behind them.
    private static func known(_ words: [String]) -> [String] {
        let groups = ["runs", "state", "auth", "config", "help"]
        guard let first = words.first else { return [] }
        return groups.contains(first) && first != "help" ? words : first == "help" ? Array(words.dropFirst()) : [first]
    }
}
