import ArgumentParser
import Extraction
import Files
import Text

extension KleeneNSCommand {
    struct ReportCommand: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "report",
            abstract: "Write a page for people who would rather look: freshness, last runs, failures, comparisons.",
            discussion: """
                One file of HTML that needs nothing else and asks nobody. Asks only the destination: there is no login.

                EXAMPLES:
                  kleene-ns report --html report.html
                  kleene-ns report --html /srv/www/netsuite.html --max-age 26h --quiet
                """)

        @Option(
            help: ArgumentHelp("The file to write; a page that is there is replaced.", valueName: "file"),
            completion: .file(extensions: ["html"]))
        var html: String

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Show an enabled extract as stale that was last done longer ago, such as 26h.", valueName: "span"))
        var maxAge: DurationArgument?

        @Option(parsing: .unconditional, help: "How many runs of each extract are shown.")
        var runs = 30

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            try output.validateFields()
            guard (1...500).contains(runs) else { throw ValidationError("'--runs' must be a number from 1 to 500.") }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let place = try books.place(context)
            let report = try Report(
                try books.scope(context), comparisons: Composition.comparisons(at: place), place: place.words,
                maxAge: maxAge?.seconds, runs: runs)
            let path = Surroundings.absolute(html)
            let page = context.terminal.concealed(ReportPage(report: report).html.text)
            try SettingsFile.write(page, to: path, replacing: ReportPage.beginning)
            if output.format != .table {
                try context.show(
                    Listing(
                        columns: ["file", "extracts"],
                        rows: [[Listing.Cell(path), Listing.Cell(report.extracts.count)]]))
            } else if !output.quiet {
                let count = report.extracts.count
                try context.writeLines("\(path) shows how \(Sentence.count(count, "extract", "stands", "stand")).\n")
            }
            return .done
        }
    }
}
