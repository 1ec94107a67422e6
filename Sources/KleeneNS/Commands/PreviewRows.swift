import ArgumentParser
import Extraction
import Text

extension KleeneNSCommand {
    struct PreviewRows: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "preview", abstract: "Show a few rows of a table.",
            discussion: """
                EXAMPLES:
                  kleene-ns preview customer
                  kleene-ns preview transaction --columns id,tranid,trandate --where "type = 'SalesOrd'" --limit 5
                """)

        @OptionGroup var table: TableOptions

        @Option(parsing: .unconditional, help: "How many rows.")
        var limit = 10

        /// Absent: all columns.
        @Option(
            help: ArgumentHelp(
                "Only these columns, in this order; globs, kinds and ! as in \"columns\".", valueName: "a,b"),
            completion: .columnList)
        var columns: String?

        /// Absent: any rows.
        @Option(
            name: .customLong("where"),
            help: ArgumentHelp("Only rows for which this SQL of the source is true.", valueName: "sql"))
        var filter: String?

        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            if let fault = choice.flatMap({ ColumnChoice($0).faults.first }) {
                throw ValidationError("'--columns' \(fault.message)")
            }
            guard (1...10_000).contains(limit) else {
                throw ValidationError("'--limit' must be a number from 1 to 10000.")
            }
        }

        private var choice: [String]? { columns?.split(separator: ",").map { String($0).trimmingBlanks } }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let source = try context.source(self.source)
            let masks = source.masks(of: table.name)
            let coordinator = try context.coordinator(
                source, destination: source.destination,
                masks: masks.values.contains(.hmac) ? source.file?.maskKey : nil)
            return try context.showing {
                Listing(
                    try coordinator.ask(
                        PreviewQuestion(
                            table: table.name, limit: limit, columns: choice, filter: filter, masks: masks)))
            }
        }
    }
}
