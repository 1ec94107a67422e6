import ArgumentParser

extension KleeneNSCommand {
    struct Tables: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "tables", abstract: "List the source's tables, system tables left out.",
            discussion: """
                EXAMPLES:
                  kleene-ns tables
                  kleene-ns tables 'customrecord_*'
                  kleene-ns tables --format jsonl --fields table
                """)

        @Argument(
            help: ArgumentHelp("Names or globs of tables, in any case, such as 'trans*'.", valueName: "name"),
            completion: .table)
        var names: [String] = []

        /// Absent: the tables of all schemas.
        @Option(help: "List only this schema's tables.", completion: .schema)
        var schema: String?

        @OptionGroup(title: "Cached listing") var caching: CacheOptions
        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            guard caching.diff, let name = names.first else { return }
            throw ValidationError(
                "'--diff' and the name '\(name)' exclude each other: what is compared is the whole listing, or that of '--schema'."
            )
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.show(.tables(schema: schema), source, caching, tables: names)
        }
    }
}
