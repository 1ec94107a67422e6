import ArgumentParser
import Extraction
import Text

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
                  kleene-ns columns customer --columns '*,!calculated,!custentity_*'
                  kleene-ns columns --all --format json > catalog.json
                """)

        @OptionGroup var tables: ColumnsOptions

        /// Absent: nothing is said of it.
        @Option(
            help: ArgumentHelp(
                "Also show which of the columns an extract with these \"columns\" would read, and by which word.",
                valueName: "a,b"), completion: .columnList)
        var columns: String?

        @OptionGroup(title: "Cached listing") var caching: CacheOptions
        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            guard let choice else { return }
            if caching.diff { throw ValidationError("'--columns' and '--diff' exclude each other.") }
            if choice.words.contains("") {
                throw ValidationError("'--columns' takes names with commas between them, such as id,name.")
            }
            if let fault = choice.faults.first { throw ValidationError("'--columns' \(fault.message)") }
        }

        private var choice: ColumnChoice? {
            columns.map {
                ColumnChoice(
                    $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingBlanks })
            }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.show(tables.question, source, caching, choice: choice)
        }
    }
}
