import ArgumentParser

/// How results and logs are written; the same for all commands.
struct OutputOptions: ParsableArguments {
    @Option(help: "Write the result as table, json, jsonl or csv.")
    var format = ListingFormat.table

    @Flag(name: .shortAndLong, help: "Log errors alone, and show no progress.")
    var quiet = false

    @Option(help: "Write the log as text or json.")
    var logFormat = LogFormat.text

    /// Absent: info.
    @Option(help: "Log from this level on: trace, debug, info, notice, warning or error. (default: info)")
    var logLevel: LogLevel?

    func validate() throws {
        if quiet, logLevel != nil {
            throw ValidationError("'--quiet' and '--log-level' exclude each other: quiet means errors alone.")
        }
    }
}
