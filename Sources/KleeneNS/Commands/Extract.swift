import ArgumentParser
import Extraction
import Foundation

extension KleeneNSCommand {
    struct Extract: ReportingCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run extracts: the configured ones, or one given by flags.",
            discussion: """
                Without a NAME all enabled extracts run. A NAME may be a glob such as 'trans*'. A disabled extract runs \
                only when it is named exactly.
                """)

        @Argument(help: ArgumentHelp("Names or globs of configured extracts.", valueName: "name"))
        var names: [String] = []

        @Option(name: .customLong("tag"), parsing: .singleValue, help: "Only extracts with this tag; repeatable.")
        var tags: [String] = []

        /// Absent: what the configuration says.
        @Option(help: ArgumentHelp("The SQLite file to load into.", valueName: "file.db"))
        var destination: String?

        @OptionGroup(title: "One extract by flags") var extract: ExtractOptions
        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            if extract.table != nil, let name = names.first {
                throw ValidationError("'--table' and the name '\(name)' exclude each other.")
            }
            if extract.table != nil, !tags.isEmpty {
                throw ValidationError("'--table' and '--tag' exclude each other.")
            }
            guard source.isGivenByFlags else { return }
            let flag =
                source.driver != nil ? "--driver" : source.dsn != nil ? "--dsn" : "--connection-string"
            if let name = names.first {
                throw ValidationError(
                    "'\(flag)' and the name '\(name)' exclude each other: names are the configuration's.")
            }
            if extract.table == nil { throw ValidationError("'\(flag)' needs '--table', the table to extract.") }
            if destination == nil { throw ValidationError("'\(flag)' needs '--destination', the file to load into.") }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let order = try ExtractOrder(self, context)
            let coordinator = try context.coordinator(order.source, options: source, directory: order.directory)
            let history = Composition.history(at: order.destination)
            let results = coordinator.extract(order.extracts, into: order.destination, history: history) {
                RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: 0...UInt32.max))
            }
            for result in results where result.runID == nil {
                if let failure = result.failure { context.report(failure) }
            }
            try context.show(Listing(results))
            return ExitStatus(results, signal: context.interruption.signal)
        }
    }
}

/// What `extract` is to do, from flags and configuration, checked as far as that goes offline.
private struct ExtractOrder {
    let source: SourceConfiguration
    let directory: String
    let destination: String
    let extracts: [TableExtract]

    init(_ command: KleeneNSCommand.Extract, _ context: CommandContext) throws {
        let isMockAlone = context.looksAtMockAlone(command.source)
        let configuration =
            command.source.isGivenByFlags || isMockAlone ? nil : try context.configuration(command.source)
        source = configuration?.source ?? (isMockAlone ? .netSuite(.mock) : command.source.source)
        directory = configuration?.directory ?? "."
        guard let path = command.destination ?? configuration?.destination?.path else {
            throw Failure(
                .configuration, "There is no destination to load into.",
                advice: "Add \"destination\": {\"type\": \"sqlite\", \"path\": \"…\"} to the configuration, "
                    + "or give --destination FILE.db.")
        }
        destination = path
        let defaults = configuration?.defaults ?? ExtractDefaults()
        let chosen: [ExtractConfiguration]
        if let extract = try command.extract.extract(defaults: defaults) {
            chosen = [extract]
        } else {
            chosen = try Selection(patterns: command.names, tags: command.tags)
                .choose(from: configuration?.extracts ?? [])
        }
        extracts = chosen.map(\.tableExtract)
    }
}
