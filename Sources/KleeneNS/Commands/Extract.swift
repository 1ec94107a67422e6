import ArgumentParser
import Extraction
import FoundationEssentials

extension KleeneNSCommand {
    struct Extract: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "extract",
            abstract: "Run extracts: the configured ones, or one given by flags.",
            discussion: ChoiceOptions.discussion)

        @OptionGroup var choice: ChoiceOptions
        @OptionGroup(title: "One extract by flags") var extract: ExtractOptions
        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Running unattended") var running: RunOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws { try choice.validate(with: extract, source) }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.run(try ExtractOrder(choice, extract, source, context), source: source, running: running)
        }
    }
}

extension CommandContext {
    /// Runs extracts, and shows what became of them.
    func run(_ order: ExtractOrder, source: SourceOptions, running: RunOptions) throws -> ExitStatus {
        var coordinator = try coordinator(order.source, options: source, directory: order.directory)
        running.apply(to: &coordinator.runSettings)
        if let maxRuntime = running.maxRuntime { interruption.expire(after: maxRuntime.seconds) }
        let history = Composition.history(at: order.destination)
        let results = coordinator.extract(order.extracts, into: order.destination, history: history) {
            RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: 0...UInt32.max))
        }
        for result in results where result.runID == nil {
            if let failure = result.failure { report(failure) }
        }
        let status = ExitStatus(results, signal: interruption.signal, isOutOfTime: interruption.isOutOfTime)
        if status == .runtimeReached { report(running.outOfTime(results)) }
        try show(Listing(results))
        return status
    }
}
