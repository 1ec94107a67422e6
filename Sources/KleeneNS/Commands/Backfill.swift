import ArgumentParser
import Extraction

extension KleeneNSCommand {
    struct Backfill: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "backfill",
            abstract: "Read a range of an incremental extract's key again. Never moves the watermark.",
            discussion: """
                The values are written as the key's: 2026-11-01, '2026-11-01 08:00:00' or 125000. An interrupted backfill \
                goes on where it stopped when the same command is given again.

                EXAMPLES:
                  kleene-ns backfill transactions --from 2026-01-01 --to 2026-02-01
                """)

        @Argument(help: "The configured extract.", completion: .extractName)
        var name: String

        // A number below zero is a value, and no flag.
        @Option(
            parsing: .unconditional, help: ArgumentHelp("Rows whose key is this or above.", valueName: "value"))
        var from: String

        @Option(parsing: .unconditional, help: ArgumentHelp("Rows whose key is below this.", valueName: "value"))
        var to: String

        /// Absent: what the configuration says.
        @Option(help: ArgumentHelp("The database file to load into.", valueName: "file.db"), completion: .file())
        var destination: String?

        @OptionGroup(title: "Running unattended") var running: RunOptions
        @OptionGroup(title: "When all is over") var hooks: HookOptions
        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            try OptionValue.check(from, of: "--from")
            try OptionValue.check(to, of: "--to")
            try source.validateConfigured("backfill")
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.telling(hooks) { try backfill(context) }
        }

        private func backfill(_ context: CommandContext) throws -> ExitStatus {
            try judgeRange()
            var order = try ExtractOrder(named: name, destination: destination, source: source, context)
            order.extracts = try order.extracts.map { extract in
                try Self.check(extract)
                var extract = extract
                extract.backfill = .init(from: from, to: to)
                // A backfill is long by nature; without chunks an interruption would cost all of it.
                if extract.chunking.rows == nil { extract.chunking.rows = TableExtract.Chunking.defaultRows }
                return extract
            }
            return try context.run(order, running, hooks)
        }

        /// Refuses a range that ends before it begins, as far as its ends say that themselves: a login costs more.
        private func judgeRange() throws {
            // Whole numbers may be those of a text, which only the source can sort.
            guard let begin = KeyValue(from, kind: .timestamp), let end = KeyValue(to, kind: .timestamp),
                begin.isBelow(end) == false
            else { return }
            throw Failure(
                .configuration, "A backfill from \(from) to \(to) is empty: it ends before it begins.",
                advice: "--from is included, --to is not.")
        }

        /// Refuses an extract to which a backfill would add rows that are there already.
        private static func check(_ extract: TableExtract) throws {
            if let follows = extract.follows {
                throw Failure(
                    .configuration,
                    "The extract \"\(extract.name)\" follows \"\(follows.extract)\": it has no range of its own to backfill.",
                    advice:
                        "`kleene-ns state rewind \(extract.name) --to VALUE` has the next run go back to there, headers and all."
                )
            }
            guard extract.incremental != nil else {
                throw Failure(
                    .configuration,
                    "The extract \"\(extract.name)\" is full: each run reads all rows, so there is nothing to backfill.",
                    advice: "`kleene-ns extract \(extract.name)` reads them all.")
            }
            guard extract.loadMethod == .append, extract.uniqueColumns.isEmpty else { return }
            throw Failure(
                .configuration,
                "The extract \"\(extract.name)\" appends and names no unique columns, so a backfill would add rows that are "
                    + "there already a second time.",
                advice:
                    "Name the columns that identify a row with \"unique_columns\" (`kleene-ns keys \(extract.table)` finds "
                    + "them), or use the load method \"upsert\".")
        }
    }
}
