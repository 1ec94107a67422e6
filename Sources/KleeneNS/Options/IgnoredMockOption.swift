import ArgumentParser
import SuiteAnalytics

/// `--mock` of a command that contacts nobody and goes by no listing: a script can give every command the same flags.
struct IgnoredMockOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Accepted and ignored: this command does not contact a source.", valueName: "host:port"),
        transform: MockServer.init(argument:))
    var mock: MockServer?
}
