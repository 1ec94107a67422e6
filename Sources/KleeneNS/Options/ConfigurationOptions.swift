import ArgumentParser

/// Which configuration file a command is about that reads nothing else.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        help: "The configuration file. (default: $KLEENE_NS_CONFIG, else ./kleene-ns.json)",
        completion: .configurationFile)
    var config: String?
}
