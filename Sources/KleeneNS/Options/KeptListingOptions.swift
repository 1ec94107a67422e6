import ArgumentParser
import SuiteAnalytics

/// Whose listing of tables a command goes by that contacts no source: entries for several tables are expanded by it.
struct KeptListingOptions: ParsableArguments {
    /// So that a script can give every command the same flags.
    @Option(
        help: ArgumentHelp(
            "The mock server whose kept listing of tables counts; it is not contacted.", valueName: "host:port"),
        transform: MockServer.init(argument:))
    var mock: MockServer?
}
