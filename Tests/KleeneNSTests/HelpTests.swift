import ArgumentParser
import Extraction
import Testing

@testable import KleeneNS

@Suite struct HelpTests {
    @Test(arguments: [
        (["extarct"], "extract"), (["help", "extarct"], "extract"), (["tabels", "--mock", "x"], "tables"),
        (["runs", "lst"], "list"), (["state", "rest", "x"], "reset"), (["help", "exit-code"], "exit-codes"),
        (["auth", "stauts"], "status"),
    ])
    func aMistypedCommandIsOfferedTheNearOne(_ arguments: [String], _ nearest: String) {
        #expect(MistypedCommand(arguments)?.nearest == nearest)
    }

    @Test(arguments: [
        ["extract", "transactions"], ["--help"], [], ["help"], ["help", "extract"], ["runs", "--help"], ["runs"],
        ["help", "exit-codes"], ["runs", "show", "x"], ["--version"], ["preview", "extarct"], ["runs", "help", "list"],
    ])
    func whatIsACommandIsLeftAlone(_ arguments: [String]) {
        #expect(MistypedCommand(arguments) == nil)
    }

    @Test func whatResemblesNothingIsSaidSo() {
        #expect(
            MistypedCommand(["xyzzy"])?.message
                == "There is no command \"xyzzy\". `kleene-ns --help` lists the commands.")
        #expect(
            MistypedCommand(["runs", "lst"])?.message
                == "`kleene-ns runs` has no command \"lst\". Did you mean `kleene-ns runs list`? `kleene-ns runs --help` "
                + "lists the commands.")
    }

    @Test(arguments: HelpTopic.allCases, [50, 80, 120])
    func topicsFitTheScreen(topic: HelpTopic, width: Int) {
        let lines = topic.text(width: width).split(separator: "\n")
        #expect(lines.allSatisfy { $0.displayWidth <= width }, "\(lines)")
        // Whoever copies the configuration gets it to the letter.
        #expect(HelpTopic.configuration.text(width: nil).contains(ExampleConfiguration.text))
    }

    /// Whoever answers by flags has only the help to see which answers there are.
    @Test func answersThatAreAFewWordsAreListed() throws {
        let asked = KleeneNSCommand.helpMessage(for: KleeneNSCommand.Init.self, columns: 200)
        for word in LoadMethod.allCases.map(\.rawValue) + ExtractType.allCases.map(\.rawValue) {
            #expect(asked.contains(word), "\(word)")
        }
        let recover = KleeneNSCommand.helpMessage(for: KleeneNSCommand.State.Recover.self, columns: 400)
        let line = try #require(recover.split(separator: "\n").first { $0.hasPrefix("  --kind") })
        for kind in KeyKind.allCases { #expect(line.contains(kind.rawValue), "\(line)") }
    }

    @Test func eachExitCodeIsInItsTopic() {
        for status in ProgramExit.allCases {
            #expect(HelpTopic.exitCodes.text(width: nil).contains("  \(status.rawValue) "))
        }
    }

    /// Each line of an EXAMPLES section is a command line that the parser takes.
    @Test func examplesAreTaken() throws {
        var count = 0
        for path in MockOptionTests.commands() {
            let text = KleeneNSCommand.helpMessage(for: try #require(Self.type(path)), columns: 200)
            for line in text.split(separator: "\n").map({ $0.trimmingPrefix { $0 == " " } })
            where line.hasPrefix("kleene-ns ") && !line.contains("`") {
                // As a shell takes it apart, as far as examples go.
                let command = line.split(separator: " > ")[0]
                var words: [String] = []
                var quote: Character?
                var word = ""
                for character in command + " " {
                    switch character {
                    case quote: quote = nil
                    case "'", "\"": if quote == nil { quote = character } else { word.append(character) }
                    case " " where quote == nil:
                        words.append(word)
                        word = ""
                    default: word.append(character)
                    }
                }
                #expect(throws: Never.self, "\(line)") { try KleeneNSCommand.parseAsRoot(Array(words.dropFirst())) }
                count += 1
            }
        }
        #expect(count >= 12)
    }

    /// What a person looks for stands first: the usage, a command's own options, examples, and only then what all commands share.
    @Test func ownOptionsAndExamplesStandBeforeSharedOnes() throws {
        for path in MockOptionTests.commands() {
            let text = KleeneNSCommand.helpMessage(for: try #require(Self.type(path)), columns: 80)
            let page = try #require(HelpPage(text))
            let headings = page.sections.map(\.heading)
            func place(_ heading: String) -> Int { headings.firstIndex(of: heading) ?? -1 }
            #expect(headings.first == "USAGE" && headings.last == "ALWAYS", "\(path): \(headings)")
            #expect(
                place("EXAMPLES") > place("OPTIONS") && place("EXAMPLES") > place("ARGUMENTS"), "\(path): \(headings)")
            for shared in ["SOURCE", "OUTPUT", "CACHED LISTING"] where headings.contains(shared) {
                #expect(place("EXAMPLES") < place(shared), "\(path): \(headings)")
            }
            // Nothing is lost on the way.
            for line in text.split(separator: "\n") where line.hasPrefix("  ") {
                #expect("\(page)".contains(line), "\(path): \(line)")
            }
            #expect("\(page)".split(separator: "\n").allSatisfy { $0.count <= 110 }, "\(path)")
        }
    }

    private static func type(_ path: [String]) -> (any ParsableCommand.Type)? {
        path.reduce(KleeneNSCommand.self as (any ParsableCommand.Type)?) { command, name in
            command?.configuration.subcommands.first { $0._commandName == name }
        }
    }
}
