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
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List runs, the latest first.",
            discussion: """
                EXAMPLES:
                  kleene-ns runs list
                  kleene-ns runs list --extract transactions --status failed --since 7d
                """)

        /// Absent: runs of all extracts.
        @Option(help: "List only this extract's runs.", completion: .extractName)
        var extract: String?

        /// Absent: runs however they ended.
        @Option(help: "List only runs with this status.")
        var status: RunStatus?

        /// Absent: however old they are.
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "List only runs that began since then: a span such as 24h or 7d, or a day such as 2026-11-01.",
                valueName: "when"))
        var since: SinceArgument?

        @Option(parsing: .unconditional, help: "How many runs at most.")
        var limit = 20

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            try books.validateOneFile()
            guard limit >= 1 else { throw ValidationError("'--limit' must be 1 or more.") }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let history = Composition.history(at: try books.place(context))
            let records = try history.select(.init(extract: extract, status: status, since: since), limit)
            // A name that is mistyped must not look like an extract that never ran.
            if let extract, records.isEmpty, try history.list(extract, 1).isEmpty {
                try books.scope(context).checkRuns(of: extract)
            }
            try context.show(Listing(records))
            return .done
        }
    }

    struct Show: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show one run.",
            discussion: """
                EXAMPLES:
                  kleene-ns runs show last
                """)

        @Argument(
            help: "The run's id, its beginning or its end, as `runs list` shows it; or \"last\".", completion: .runID)
        var id: String

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws { try books.validateOneFile() }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let place = try books.place(context)
            try context.show(Listing(try Composition.history(at: place).one(id, in: place.words)))
            return .done
        }
    }
}
