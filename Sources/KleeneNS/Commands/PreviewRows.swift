import ArgumentParser
import Extraction

extension KleeneNSCommand {
    struct PreviewRows: ReportingCommand {
        static let configuration = CommandConfiguration(commandName: "preview", abstract: "Show a few rows of a table.")

        @OptionGroup var table: TableOptions

        @Option(help: "How many rows.")
        var limit = 10

        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("'--limit' is a number from 1 to 10000.") }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let coordinator = try context.coordinator(source)
            return try context.showing {
                Listing(try coordinator.ask(PreviewQuestion(table: table.name, limit: limit)))
            }
        }
    }
}
