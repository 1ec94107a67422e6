import Extraction
import Files

/// Which extracts are meant, and between which source and destination: from flags and configuration, checked as far as
/// that goes offline.
struct ExtractOrder {
    let source: SourceConfiguration
    let directory: String
    let destination: String
    var extracts: [TableExtract]

    init(
        _ choice: ChoiceOptions, _ extract: ExtractOptions, _ flags: SourceOptions, _ context: CommandContext
    ) throws {
        let isMockAlone = context.looksAtMockAlone(flags)
        let configuration =
            flags.isGivenByFlags || isMockAlone ? nil : try context.configuration(flags)
        source = configuration?.source ?? (isMockAlone ? .netSuite(.mock) : flags.source)
        directory = configuration?.directory ?? "."
        destination = try Self.path(choice.destination, configuration)
        let defaults = configuration?.defaults ?? ExtractDefaults()
        let chosen: [ExtractConfiguration]
        if let extract = try extract.extract(defaults: defaults) {
            chosen = [extract]
        } else {
            chosen = try Selection(patterns: choice.names, tags: choice.tags)
                .choose(from: configuration?.extracts ?? [])
        }
        extracts = chosen.map(\.tableExtract)
    }

    /// One configured extract.
    init(named name: String, destination: String?, source: SourceOptions, _ context: CommandContext) throws {
        let configuration = try context.configuration(source)
        self.source = configuration.source
        directory = configuration.directory
        self.destination = try Self.path(destination, configuration)
        extracts = try Selection(patterns: [name], tags: []).choose(from: configuration.extracts).map(\.tableExtract)
        guard extracts.count == 1 else {
            throw Failure(
                .configuration, "\"\(name)\" names \(extracts.count) extracts.", advice: "Name one of them.")
        }
    }

    private static func path(_ flag: String?, _ configuration: Configuration?) throws -> String {
        if let path = flag ?? configuration?.destination?.path { return Surroundings.absolute(path) }
        throw Failure(
            .configuration, "There is no destination to load into.",
            advice: "Add \"destination\": {\"type\": \"sqlite\", \"path\": \"…\"} to the configuration, "
                + "or give --destination FILE.db.")
    }
}
