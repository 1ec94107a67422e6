import Text

/// What advice calls the settings of an extract, and the commands that know it. The only place that knows that one extract is written in a
/// configuration and another one in flags: a person can follow only what fits.
extension TableExtract {
    /// Whether flags of one command give it: no key of a configuration is its own, and `backfill`, `verify`, `state accept` and
    /// `state recover` do not know it.
    package var isByFlags: Bool { origin?.isFlags ?? false }

    /// Settings that no flag has.
    private static let onlyConfigured: Set<String> = ["deletes", "follows", "mask", "mask_key", "rename"]

    // MARK: Settings

    /// A setting by its key in a configuration, as a person finds it: `"where"`, or `--where`.
    package func setting(_ key: String) -> String {
        guard isByFlags else { return "\"\(key)\"" }
        return Self.onlyConfigured.contains(key) ? "\"\(key)\" in a configuration" : Self.flag(key)
    }

    /// The same with a value that is one word: `"null_keys": "once"`, or `--null-keys once`.
    package func setting(_ key: String, _ value: String) -> String {
        isByFlags ? "\(Self.flag(key)) \(value)" : "\"\(key)\": \"\(value)\""
    }

    /// The same with a number: `"overlap": 0`, or `--overlap 0`.
    package func setting(_ key: String, _ value: Int) -> String {
        isByFlags ? "\(Self.flag(key)) \(value)" : "\"\(key)\": \(value)"
    }

    /// The same with names or words: `"columns": ["*", "!memo"]`, or `--columns '*,!memo'`.
    package func setting(_ key: String, _ words: [String]) -> String {
        guard isByFlags else { return "\"\(key)\": [\(words.map { "\"\($0)\"" }.joined(separator: ", "))]" }
        let list = words.joined(separator: ",")
        return
            "\(Self.flag(key)) \(list.split(separator: ",").allSatisfy { String($0).isPlainName } ? list : "'\(list)'")"
    }

    private static func flag(_ key: String) -> String { "--" + key.replacing("_", with: "-") }

    /// Lets kleene-ns have a table that it did not make.
    package var adoption: String { isByFlags ? "--adopt-table" : "\"adopt_table\": true" }

    /// Leaves out the columns that kleene-ns adds.
    package var plainTable: String { isByFlags ? "--no-metadata-columns" : "\"metadata_columns\": false" }

    /// Has nothing counted at the source.
    package var countsNothing: String { isByFlags ? "--no-count" : "\"guard\": {\"count\": false}" }

    /// What becomes of columns that differ.
    package func drift(_ kind: DriftPolicy.Kind, _ answer: DriftPolicy.Answer) -> String {
        isByFlags
            ? "--drift \(kind.rawValue)=\(answer.rawValue)"
            : "\"drift\": {\"\(kind.rawValue)\": \"\(answer.rawValue)\"}"
    }

    // MARK: Commands

    /// How `state` finds it: `orders`, or `orders --destination g.db`.
    package var stateName: String { name + (origin?.place ?? "") }

    /// Behind a command that asks the source, where that needs flags too.
    private var sourceNote: String { origin?.needsSource == true ? " (with the flags of the source)" : "" }

    /// The command that lists the columns of its table.
    package var columnsCommand: String { "`kleene-ns columns \(table)`\(sourceNote)" }

    /// The command that finds columns that identify a row.
    package var keysCommand: String { "`kleene-ns keys \(table)`\(sourceNote)" }

    /// The command that shows what a run would do.
    package var planCommand: String {
        isByFlags ? "`kleene-ns plan` with the flags of this command" : "`kleene-ns plan \(name)`"
    }

    /// The command that loads it, for a clause: `the next … makes the table again`.
    package var extractCommand: String { isByFlags ? "run of this command" : "`kleene-ns extract \(name)`" }

    /// Whether `backfill` takes it.
    package var takesBackfill: Bool {
        !isByFlags && incremental != nil && follows == nil && (loadMethod != .append || !uniqueColumns.isEmpty)
    }

    /// Has everything read into a new table, as a clause.
    package var remaking: String {
        "drop the table \"\(destinationTable)\": the next run makes it again and reads everything"
    }

    /// Has rows that a load has left as they are become as the source has them, as a sentence.
    var makingRight: String {
        isByFlags
            ? Sentence.beginning(remaking) + "."
            : "`kleene-ns verify \(name) --repair` makes these rows as the source has them."
    }

    /// Forgets the watermark, as a clause. What appends rows that nothing identifies would have them twice, and is refused: there the
    /// table goes first.
    ///
    /// - Parameter declared: The columns that identify a row as the source has declared them; nil where nobody knows.
    package func readingAgain(declared: [String]?) -> String {
        loadMethod == .append && uniqueColumns.isEmpty && (declared ?? []).isEmpty
            ? remaking
            : "`kleene-ns state reset \(stateName)` forgets the watermark, and the next run reads everything again"
    }
}
