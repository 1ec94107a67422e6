import ArgumentParser

extension KleeneNSCommand {
    struct Tables: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "tables", abstract: "List the source's tables, system tables left out.")

        /// Absent: the tables of all schemas.
        @Option(help: "List this schema's tables alone.")
        var schema: String?

        @OptionGroup(title: "Cached listing") var caching: CacheOptions
        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.show(.tables(schema: schema), source, caching)
        }
    }
}
