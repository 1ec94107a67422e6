import ArgumentParser
import Extraction
import FoundationEssentials
import SuiteAnalytics

extension KleeneNSCommand {
    struct Init: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Ask for connection, table and destination, and write the configuration.",
            discussion: """
                Each question says where the answer is found. What is answered is kept in a draft beside the file, so that the \
                same command goes on where it was stopped. Every answer is also a flag; without a terminal nobody is asked, and \
                what is missing is named.

                EXAMPLES:
                  kleene-ns init
                  kleene-ns init --add
                  kleene-ns init --secrets env --table transaction --login no
                """)

        @Flag(help: "Add an extract to the file that is there; no other byte of it changes.")
        var add = false

        @Flag(help: "Forget the draft of an earlier time.")
        var fresh = false

        @Option(
            help: "The configuration file. (default: $KLEENE_NS_CONFIG, else ./kleene-ns.json)",
            completion: .configurationFile)
        var config: String?

        @Option(
            help: ArgumentHelp("Sign in to the mock server there, in place of NetSuite.", valueName: "host:port"),
            transform: MockServer.init(argument:))
        var mock: MockServer?

        @Option(
            help: ArgumentHelp(
                "Where the login breaker and cached listings are. (default: kleene-ns in $XDG_STATE_HOME, else in ~/.local/state)",
                valueName: "directory"))
        var stateDir: String?

        @OptionGroup(title: "Extract and destination") var extract: InitExtractOptions
        @OptionGroup(title: "Source") var source: InitSourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            try output.validateFields()
            for (flag, list) in [("--columns", extract.columns), ("--unique-columns", extract.uniqueColumns)] {
                if let list, list.split(separator: ",", omittingEmptySubsequences: false).contains(where: \.isEmpty) {
                    throw ValidationError("'\(flag)' takes names with commas between them, such as id,name.")
                }
            }
            guard add else { return }
            // Source and destination are the file's.
            let own = Set(extract.answers.map(\.0)).subtracting([.destination]).union([.login])
            let given = SetupAnswers(source, extract).topics.subtracting(own)
            guard let topic = given.min(by: { $0.name < $1.name }) else { return }
            throw ValidationError("'--add' and '\(topic.flag)' exclude each other: the file says it already.")
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let given = SetupAnswers(source, extract)
            let place = try place(context)
            var dialogue = SetupDialogue(context, place, given: given)
            do {
                return try dialogue.run(isFresh: fresh)
            } catch let failure as Failure where failure.kind == .interrupted {
                if context.terminal.isAttended {
                    context.terminal.say("")
                    context.terminal.say(
                        "Stopped. The same command goes on from here: \(place.draft.path) has the answers.")
                } else {
                    context.report(failure)
                }
                return context.interruption.signal.map { ExitStatus(signal: $0) } ?? .interrupted
            }
        }

        private func place(_ context: CommandContext) throws -> SetupPlace {
            let file = ConfigurationFile.path(flag: config, environment: context.environment)
            let existing = add ? try ConfigurationFile.read(file) : nil
            if !add { try SetupPlace.refuseExisting(file) }
            return SetupPlace(
                file: file, isNamed: config != nil,
                directory: URL(fileURLWithPath: file).deletingLastPathComponent().path,
                mock: mock, stateDir: stateDir, existing: existing)
        }
    }
}
