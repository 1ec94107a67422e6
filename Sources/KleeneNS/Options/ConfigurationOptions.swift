import ArgumentParser
import SuiteAnalytics

/// Which configuration file a command is about that reads nothing else.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: "The configuration file. (default: $KLEENE_NS_CONFIG, else ./kleene-ns.json)")
    var config: String?

    /// Taken so that a script can give every command the same flags.
    @Option(
        help: ArgumentHelp(
            "Accepted and ignored: this command does not contact a source.", valueName: "host:port"),
        transform: MockServer.init(argument:))
    var mock: MockServer?
}
