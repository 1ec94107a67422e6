import Foundation
import Glibc
import TestSupport
import Testing

/// What a person sees for each mistake that can be made: whole screens, kept in `Screens/*.txt`.
///
/// `KLEENE_TEST_RECORD=1` writes them as they are now; the difference is then to be read.
@Suite struct ScreensOfFaultsTests {
    static let names = [
        "options", "configuration", "rules", "drift", "secrets", "state", "source", "patterns", "destination", "keys",
        "odbc", "drivers",
        "netsuite", "oauth", "advice", "schedule", "others", "postgres", "init", "columns", "mock", "masks", "doctor",
        "logins",
        "servers", "limits",
    ]

    /// What a transcript needs that is not everywhere: the rights of an administrator, what `make test` starts or builds.
    private static func canBePlayed(_ name: String) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        return switch name {
        case "others": geteuid() == 0
        case "postgres", "logins", "servers": environment["KLEENE_PG_HOST"] != nil
        case "drivers": environment["KLEENE_TEST_DRIVER"] != nil
        default: true
        }
    }

    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Screens/\(name).txt").path
    }

    static func transcript(_ name: String) throws -> Transcript {
        try Transcript(try String(contentsOfFile: path(name), encoding: .utf8))
    }

    @Test(arguments: names.filter(canBePlayed))
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

    /// A new sentence, of whatever room, has a screen, is kept whole as SentencesOfFaultsTests make it, or has a reason why not.
    @Test func everyFaultOfTheProgramHasItsScreen() throws {
        let screens = try Self.names.map { try Self.transcript($0) }
        let made = try String(
            contentsOfFile: Self.path("x").replacing("x.txt", with: "sentences.list"), encoding: .utf8)
        let shown = screens.flatMap(\.printed).map { $0.joined(separator: " ") } + made.components(separatedBy: "\n")
        let printed = shown.map { Data($0.replacing(/\ +/, with: " ").utf8) }
        let sentences = try FaultSentence.all()
        #expect(sentences.count > 400)
        var unused = Set(FaultSentence.unreachable.map(\.words))
        for sentence in sentences {
            if let exempt = FaultSentence.unreachable.first(where: {
                sentence.pieces.joined(separator: "…").contains($0.words)
            }) {
                unused.remove(exempt.words)
                continue
            }
            let isShown = sentence.isIn(printed)
            #expect(isShown, "\(sentence.place): \(sentence.pieces) has no screen in Screens/")
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

    /// Each command that a sentence advises is followed in the same case: in the state in which the fault left things. What it
    /// comes to is on the screen.
    @Test func advisedCommandsAreFollowed() throws {
        var advised: [String: String] = [:]
        var followed: Set<String> = []
        for name in Self.names {
            for one in try Self.transcript(name).cases {
                var pending: Set<String> = []
                for case .command(let line, let output, _) in one.steps {
                    let run = line.matches(of: /kleene-ns( [^;&|>]*)/).map { Self.essence(String($0.output.1)) }
                    followed.formUnion(
                        pending.filter { advice in
                            run.contains {
                                $0.name == Self.essence(advice).name
                                    && Self.essence(advice).flags.isSubset(of: $0.flags)
                            }
                        })
                    let words = output.joined(separator: " ").replacing(/\ +/, with: " ")
                    for match in words.matches(of: /`kleene-ns( [^`]+)`/) {
                        let essence = Self.essence(String(match.output.1))
                        let key = ([essence.name] + essence.flags.sorted()).joined(separator: " ")
                        pending.insert(key)
                        advised[key] = "\(name).txt: \(match.output.0)"
                    }
                }
            }
        }
        #expect(advised.count >= 20, "\(advised)")
        for (key, place) in advised {
            #expect(followed.contains(key), "\(place) is followed in no case in which it is advised")
        }
    }

    /// A command that any sentence of the program advises, shown here or not, is one that a case runs with these flags.
    @Test func commandsOfAllSentencesAreRun() throws {
        let run = try Self.names.flatMap { try Self.transcript($0).commands }.flatMap { line in
            line.replacing("$MOCK", with: "--mock 127.0.0.1:1").matches(of: /kleene-ns( [^;&|>]*)/).map {
                Self.essence(String($0.output.1))
            }
        }
        let advised = try AdvisedCommand.all()
        #expect(advised.count > 100)
        for advice in advised {
            let wanted = Self.essence(advice.command)
            #expect(
                run.contains { $0.name == wanted.name && wanted.flags.isSubset(of: $0.flags) },
                "\(advice.place): no case runs `kleene-ns\(advice.command)`")
        }
    }

    /// A command without what it is about: its name and its flags.
    private static func essence(_ command: String) -> (name: String, flags: Set<String>) {
        let words = command.split(separator: " ").map(String.init)
        let groups = ["runs", "state", "auth", "config", "help"]
        let names = words.prefix { !$0.hasPrefix("-") }.prefix(groups.contains(words.first ?? "") ? 2 : 1)
        return (names.joined(separator: " "), Set(words.filter { $0.hasPrefix("--") }))
    }
}
