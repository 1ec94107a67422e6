import ArgumentParser

/// Which of the configured extracts a command is about, and where they load.
///
/// Without groups of its own: in a debug build the parser examines each group again for each that it lies in, which costs a
/// quarter of a second at every start.
struct ChoiceOptions: ParsableArguments {
    static let discussion = """
        Without a NAME the command takes all enabled extracts. A NAME may be a glob such as 'trans*'. A disabled extract is taken \
        only when it is named exactly.
        """

    @Argument(help: ArgumentHelp("Names or globs of configured extracts.", valueName: "name"), completion: .extractName)
    var names: [String] = []

    @Option(
        name: .customLong("tag"), parsing: .singleValue, help: "Only extracts with this tag; repeatable.",
        completion: .tag)
    var tags: [String] = []

    /// Absent: what the configuration says.
    @Option(help: ArgumentHelp("The database file to load into.", valueName: "file.db"), completion: .file())
    var destination: String?

    /// Whether the flags of a command go together.
    func validate(with extract: ExtractOptions, _ source: SourceOptions) throws {
        if extract.table != nil, let name = names.first {
            throw ValidationError("'--table' and the name '\(name)' exclude each other.")
        }
        if extract.table != nil, !tags.isEmpty {
            throw ValidationError("'--table' and '--tag' exclude each other.")
        }
        guard source.isGivenByFlags else { return }
        let flag = source.driver != nil ? "--driver" : source.dsn != nil ? "--dsn" : "--connection-string"
        if let name = names.first {
            throw ValidationError(
                "'\(flag)' and the name '\(name)' exclude each other: names are the configuration's.")
        }
        if extract.table == nil { throw ValidationError("'\(flag)' needs '--table', the table to extract.") }
        if destination == nil { throw ValidationError("'\(flag)' needs '--destination', the file to load into.") }
    }
}
