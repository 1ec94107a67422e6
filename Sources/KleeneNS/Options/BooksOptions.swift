import ArgumentParser
import Extraction
import FoundationEssentials

/// Whose run records and watermarks are meant; for commands that reach no source.
struct BooksOptions: ParsableArguments {
    @Option(
        help: "The configuration file. (default: $KLEENE_NS_CONFIG, else ./kleene-ns.json)",
        completion: .configurationFile)
    var config: String?

    @Option(
        help: ArgumentHelp("The database file, instead of a configuration's.", valueName: "file.db"),
        completion: .file())
    var destination: String?

    @OptionGroup var listing: KeptListingOptions

    /// For commands that want nothing of a configuration but the destination.
    func validateOneFile() throws {
        if config != nil, destination != nil {
            throw ValidationError("'--config' and '--destination' exclude each other: one of them names the file.")
        }
    }

    /// The destination that is meant.
    func place(_ context: CommandContext) throws -> DestinationConfiguration {
        if let destination { return DestinationConfiguration(flag: destination) }
        let file = configurationFile(context)
        let configuration = try ConfigurationFile.read(file, or: .destination)
        guard let destination = configuration.destination else { throw Self.noDestination(file) }
        return try reachable(destination, of: configuration, context)
    }

    /// The watermarks of the destination, beside what is configured.
    ///
    /// - Parameter substitute: What the command could be given in place of a configuration.
    func scope(
        _ context: CommandContext, or substitute: ConfigurationFile.Substitute = .destination
    ) throws -> StateScope {
        // A destination that flags alone have filled has no configuration.
        let isOptional = destination != nil && config == nil
        let file = configurationFile(context)
        let configuration =
            isOptional && !ConfigurationFile.isThere(environment: context.environment)
            ? nil : try ConfigurationFile.read(file, or: destination == nil ? substitute : .nothing)
        let configured = try configuration.flatMap { configuration in
            try configuration.destination.map { try reachable($0, of: configuration, context) }
        }
        guard let place = destination.map(DestinationConfiguration.init) ?? configured else {
            throw Self.noDestination(file)
        }
        // Named by a flag, it is one that is there: a check of a file that was mistyped would find nothing wrong.
        if let destination, !FileManager.default.fileExists(atPath: destination) {
            throw Failure(
                .destination, "There is no destination file \(destination).",
                advice: "Check the path. `kleene-ns extract` makes the file that its configuration names.")
        }
        let history = Composition.history(at: place)
        let expanded = try configuration.map { configuration in
            try configuration.expandedOffline(
                into: place, history: history, mock: listing.mock,
                stateDirectory: StateDirectory.path(
                    flag: nil, environment: context.environment, configuration: configuration.directory))
        }
        return StateScope(
            configured: (configuration?.extracts ?? []) + (expanded ?? []),
            settings: configuration?.source.runSettings ?? RunSettings(), book: Composition.watermarks(at: place),
            history: history)
    }

    private func reachable(
        _ destination: DestinationConfiguration, of configuration: Configuration, _ context: CommandContext
    ) throws -> DestinationConfiguration {
        let directory = configuration.directory
        return try context.reachable(
            destination, directory: directory,
            stateDirectory: StateDirectory.path(
                flag: nil, environment: context.environment, configuration: directory))
    }

    private func configurationFile(_ context: CommandContext) -> String {
        ConfigurationFile.path(flag: config, environment: context.environment)
    }

    private static func noDestination(_ file: String) -> Failure {
        Failure(.configuration, "The configuration \(file) has no destination.", advice: "Give --destination FILE.db.")
    }
}
