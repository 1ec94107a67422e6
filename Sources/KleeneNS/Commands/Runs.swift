import ArgumentParser
import Extraction

extension KleeneNSCommand {
    struct Runs: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "runs",
            abstract: "Show the records of past runs.", subcommands: [List.self, Show.self])
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

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            try books.validateOneFile()
            guard limit >= 1 else { throw ValidationError("'--limit' is a number from 1.") }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let history = Composition.history(at: try books.place(context))
            try context.show(Listing(try history.list(extract, limit)))
            return .done
        }
    }

    struct Show: ReportingCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one run.")

        @Argument(help: "The run's id, as `runs list` shows it.")
        var id: String

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws { try books.validateOneFile() }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let place = try books.place(context)
            guard let record = try Composition.history(at: place).find(id) else {
                throw Failure(
                    .configuration, "\(place.words) has no record of a run \"\(id)\".",
                    advice: "`kleene-ns runs list` lists the runs.")
            }
            try context.show(Listing(record))
            return .done
        }
    }
}
