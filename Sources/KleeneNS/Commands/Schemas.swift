import ArgumentParser

extension KleeneNSCommand {
    struct Schemas: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "schemas", abstract: "List the source's schemas.",
            discussion: """
                EXAMPLES:
                  kleene-ns schemas
                """)

        @OptionGroup(title: "Cached listing") var caching: CacheOptions
        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.show(.schemas, source, caching)
        }
    }
}
