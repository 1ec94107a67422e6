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
                guard case .preview(let preview) = try coordinator.ask(.preview(table.name, limit: limit)) else {
                    throw Failure(
                        .internal, "The worker process answered another question.", advice: "Please report this.")
                }
                return Listing(preview)
            }
        }
    }
}
