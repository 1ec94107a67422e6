import ArgumentParser
import Extraction
import Logging

extension KleeneNSCommand {
    struct Keys: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "keys",
            abstract: "Find the columns that identify a table's rows, with who says so and what the data say.",
            discussion: """
                Candidates are what the source declares, its unique indexes, what is publicly known of NetSuite's tables, and \
                what a search of the data finds: single columns first, then the smallest sets. The best comes first.

                EXAMPLES:
                  kleene-ns keys customer
                  kleene-ns keys transactionLine --max-time 5m
                """)

        @OptionGroup var table: TableOptions

        @Option(parsing: .unconditional, help: "Send the source at most this many statements.")
        var maxStatements = 40

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Search at most this long, and cancel a statement after that. (default: 5m)", valueName: "span"))
        var maxTime: DurationArgument?

        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        private var seconds: Int { maxTime?.seconds ?? 300 }

        func validate() throws {
            guard (1...1000).contains(maxStatements) else {
                throw ValidationError("'--max-statements' must be a number from 1 to 1000.")
            }
            guard Bounds.statementTimeout.contains(seconds) else {
                throw ValidationError(
                    "'--max-time' must be a span from \(Span.exactWords(Bounds.statementTimeout.lowerBound)) to "
                        + "\(Span.exactWords(Bounds.statementTimeout.upperBound)).")
            }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            var options = source
            if options.statementTimeout == nil { options.statementTimeout = seconds }
            let source = try context.source(options)
            let coordinator = try context.coordinator(source, destination: source.destination)
            let question = KeyQuestion(
                table: table.name, statements: maxStatements, seconds: seconds,
                masked: source.masks(of: table.name).keys.sorted())
            return try context.showing {
                var found: KeyFindings?
                try coordinator.ask(question) { answer in
                    switch answer {
                    case .asking(let about): context.log.entry(.debug, "asking for \(about)")
                    case .found(let findings): found = findings
                    }
                }
                guard let found else { throw Failure(.internal, "A search for keys ended without an answer.") }
                for note in found.notes { context.log.entry(.notice, "\(note)") }
                return Listing(found)
            }
        }
    }
}

extension Listing {
    init(_ findings: KeyFindings) {
        self.init(
            columns: [
                "catalog", "schema", "table", "unique_columns", "best", "origin", "identifies", "rows", "nulls",
                "duplicates", "examples", "source", "verdict",
            ],
            rows: findings.candidates.map { candidate in
                let identifies = candidate.identifies
                let examples = candidate.proof?.examples ?? []
                return [
                    Cell(findings.catalog), Cell(findings.schema), Cell(findings.table), Cell(candidate.columns),
                    Cell(candidate == findings.best), Cell(candidate.origins.map(\.rawValue)),
                    Cell(
                        identifies.map { .boolean($0) } ?? .null,
                        words: identifies.map { $0 ? "yes" : "no" } ?? "unproven"),
                    Cell(candidate.proof?.rows), Cell(candidate.proof?.nulls), Cell(candidate.proof?.duplicates),
                    Cell(
                        .array(
                            examples.map {
                                .object([
                                    "values": .array($0.values.map { $0.map { .string($0) } ?? .null }),
                                    "rows": .integer($0.rows),
                                ])
                            }), words: examples.map(\.description).joined(separator: ", ")),
                    Cell(candidate.source), Cell(candidate.verdict),
                ]
            }, cutsLongCells: true, implied: ["catalog", "schema", "table"], endsInSentences: true)
    }
}
