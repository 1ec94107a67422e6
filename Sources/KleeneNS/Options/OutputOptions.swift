import ArgumentParser

/// How results and logs are written; the same for all commands.
struct OutputOptions: ParsableArguments {
    @Option(help: "How the result is written.")
    var format = ListingFormat.table

    /// Absent: all.
    @Option(
        help: ArgumentHelp("Only these fields of the result, in this order, such as extract,status.", valueName: "a,b"))
    var fields: String?

    @Flag(name: .shortAndLong, help: "Say nothing as long as all goes well.")
    var quiet = false

    @Option(help: "When to use colors. NO_COLOR and FORCE_COLOR are followed.")
    var color = ColorChoice.auto

    /// Absent: the log goes to standard error where that is no terminal, and nowhere else.
    @Option(
        help: ArgumentHelp("Add the log to this file, also where a terminal shows progress.", valueName: "file"),
        completion: .file())
    var logFile: String?

    @Option(help: "How the log is written.")
    var logFormat = LogFormat.text

    /// Absent: info.
    @Option(
        help: "The lowest level that the log shows. (default: info)")
    var logLevel: LogLevel?

    /// For a command whose result is one JSON document: `table` and `json` are the same of it, `jsonl` has it on one line.
    func validateDocument() throws {
        if format == .csv {
            throw ValidationError("'--format csv' is for lists: the result of this command is one JSON document.")
        }
        if fields != nil {
            throw ValidationError("'--fields' is for lists: the result of this command is one JSON document.")
        }
    }

    /// For a command whose result is a list only where it is asked for as data.
    func validateFields() throws {
        guard fields != nil, format == .table else { return }
        throw ValidationError(
            "'--fields' needs '--format json', 'jsonl' or 'csv' here: this result is a list only then.")
    }

    func validate() throws {
        if quiet, logLevel != nil, logFile == nil {
            throw ValidationError(
                "'--quiet' and '--log-level' exclude each other, unless '--log-file' takes the log: quiet means errors only."
            )
        }
    }
}
