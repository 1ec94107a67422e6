import ArgumentParser
import Extraction
import FoundationEssentials
import Rows

extension KleeneNSCommand {
    struct Plan: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "plan",
            abstract: "Show what `extract` would do and why: window, chunks, SQL, destination table. Changes nothing.",
            discussion: ChoiceOptions.discussion + """


                EXAMPLES:
                  kleene-ns plan
                  kleene-ns plan transactions --format json
                """)

        @OptionGroup var choice: ChoiceOptions
        @OptionGroup(title: "One extract by flags") var extract: ExtractOptions
        @OptionGroup(title: "Source") var source: SourceOptions

        @Flag(help: "Plan as `extract --fresh` would.")
        var fresh = false

        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws { try choice.validate(with: extract, source) }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let order = try ExtractOrder(choice, extract, source, context)
            var coordinator = try context.coordinator(
                order.source, destination: order.destination, masks: order.maskKey)
            if fresh { coordinator.runSettings.startsAfresh = true }
            var plans: [PlannedExtract] = []
            func take(_ plan: PlannedExtract) {
                var plan = plan
                if let origin = order.origins[Exact(plan.extract.name)] {
                    plan.reasons.append("Its table is one of those that fit \"\(origin)\".")
                }
                plans.append(plan)
            }
            let code = try context.showing {
                let question = PlanQuestion(
                    extracts: order.extracts, destination: order.destination, settings: coordinator.runSettings)
                if !order.extracts.isEmpty { try coordinator.ask(question, take: take) }
                for refused in order.refused { take(PlannedExtract(refused.extract, failure: refused.failure)) }
                return Listing(plans)
            }
            guard code == .done else { return code }
            let failures = plans.compactMap(\.failure)
            return ExitStatus(failures, successes: plans.count - failures.count, of: plans.count)
        }
    }
}

extension Listing {
    init(_ plans: [PlannedExtract]) {
        self.init(
            columns: [
                "extract", "action", "source_table", "destination_table", "extract_type", "load_method",
                "unique_columns", "deletes",
                "watermark", "window", "chunks", "chunks_staged", "table_action", "table", "create_table", "statements",
                "reasons",
                "failure", "columns", "column_words", "renamed",
            ],
            rows: plans.map {
                let plan = $0.plan
                let statement = $0.table?.statement
                return [
                    Cell($0.extract.name), Cell($0.action), Cell(($0.plan?.table ?? $0.extract.table).description),
                    Cell($0.extract.destinationTable), Cell($0.extract.extractType.rawValue),
                    Cell($0.extract.loadMethod.rawValue), Cell(plan?.uniqueColumns ?? $0.extract.uniqueColumns),
                    Cell($0.extract.deletes?.by.rawValue),
                    Cell(plan?.watermark), Cell(plan?.window), Cell(plan?.chunks.count),
                    Cell($0.stagedChunks), Cell($0.table?.action.rawValue), Cell($0.table?.text),
                    Cell(
                        statement.map { JSONValue.string($0) } ?? .null, lines: statement?.components(separatedBy: "\n")
                    ),
                    Cell(lines: $0.statements), Cell(lines: $0.reasons), Cell($0.failure),
                    Cell(untold: plan?.columns), Cell(plan?.words), Cell(plan?.names),
                ]
            }, showsOneByOne: true)
    }
}

extension Listing.Cell {
    /// Names that a person is told of otherwise: a table may have hundreds.
    fileprivate init(untold names: [String]?) {
        self.init(names ?? [])
        if names == nil { json = .null }
        lines = []
    }

    /// `{"tranid": "document_number"}`; a person is told by the reasons.
    fileprivate init(_ names: ColumnNames?) {
        let pairs = names?.pairs ?? []
        let members = pairs.map { ($0.source, JSONValue.string($0.destination)) }
        self.init(
            pairs.isEmpty ? .null : .object(Dictionary(members, uniquingKeysWith: { first, _ in first })),
            words: pairs.map { "\($0.source): \($0.destination)" }.joined(separator: "; "), lines: [])
    }

    /// `{"word", "meaning", "excludes", "columns"}` for each; a person is told by the reasons.
    fileprivate init(_ words: [ChosenWord]?) {
        self.init(
            words.map { words in
                .array(
                    words.map {
                        .object([
                            "word": .string($0.word), "meaning": .string($0.meaning.rawValue),
                            "excludes": .boolean($0.isExcluded), "columns": .array($0.columns.map { .string($0) }),
                        ])
                    })
            } ?? .null, words: words?.map(\.sentence).joined(separator: "; ") ?? "", lines: [])
    }
}
