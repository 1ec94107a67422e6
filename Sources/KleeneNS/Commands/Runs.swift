import ArgumentParser
import Extraction
import SuiteAnalytics

extension KleeneNSCommand {
    struct Runs: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "runs",
            abstract: "Show the records of past runs.", subcommands: [List.self, Show.self])
    }
}

/// Which destination's run records are meant.
struct HistoryOptions: ParsableArguments {
    @Option(help: "The configuration file. (default: $KLEENE_NS_CONFIG, else ./kleene-ns.json)")
    var config: String?

    @Option(help: ArgumentHelp("The SQLite file, instead of a configuration's.", valueName: "file.db"))
    var destination: String?

    /// Taken so that a script can give every command the same flags.
    @Option(
        help: ArgumentHelp(
            "As for the commands that reach a source; this one reaches none, so it changes nothing.",
            valueName: "host:port"),
        transform: MockServer.init(argument:))
    var mock: MockServer?

    func validate() throws {
        if config != nil, destination != nil {
            throw ValidationError("'--config' and '--destination' exclude each other: one of them names the file.")
        }
    }

    /// The destination's path.
    func path(_ context: CommandContext) throws -> String {
        if let destination { return destination }
        let file = ConfigurationFile.path(flag: config, environment: context.environment)
        if let destination = try ConfigurationFile.read(file).destination { return destination.path }
        throw Failure(
            .configuration, "The configuration \(file) has no destination.", advice: "Give --destination FILE.db.")
    }
}

extension KleeneNSCommand.Runs {
    struct List: ReportingCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List runs, the latest first.")

        /// Absent: runs of all extracts.
        @Option(help: "List this extract's runs alone.")
        var extract: String?

        @Option(help: "How many runs at most.")
        var limit = 20

        @OptionGroup var history: HistoryOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            guard limit >= 1 else { throw ValidationError("'--limit' is a number from 1.") }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let history = Composition.history(at: try history.path(context))
            try context.show(Listing(try history.list(extract, limit)))
            return .done
        }
    }

    struct Show: ReportingCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one run.")

        @Argument(help: "The run's id, as `runs list` shows it.")
        var id: String

        @OptionGroup var history: HistoryOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let path = try history.path(context)
            guard let record = try Composition.history(at: path).find(id) else {
                throw Failure(
                    .configuration, "\(path) has no record of a run \"\(id)\".",
                    advice: "`kleene-ns runs list` lists the runs.")
            }
            try context.show(Listing(record))
            return .done
        }
    }
}
