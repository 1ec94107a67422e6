import ArgumentParser

extension KleeneNSCommand {
    struct Columns: ReportingCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a table's columns: type, length, key, and what could be an incremental key.")

        @OptionGroup var table: TableOptions
        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.show(.columns(table.name), source)
        }
    }
}
