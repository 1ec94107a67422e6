import ArgumentParser

extension KleeneNSCommand {
    struct Columns: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "columns",
            abstract: "List tables' columns: type, length, key, and what could be an incremental key.",
            discussion: """
                All tables are read with one login. Written with --format json, the listing is a catalog file: \
                kleene-ns-mock serve --catalog FILE serves these tables.

                EXAMPLES:
                  kleene-ns columns customer
                  kleene-ns columns --all --format json > catalog.json
                """)

        @OptionGroup var tables: ColumnsOptions
        @OptionGroup(title: "Cached listing") var caching: CacheOptions
        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.show(tables.question, source, caching)
        }
    }
}
