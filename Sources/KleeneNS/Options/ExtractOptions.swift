import ArgumentParser
import Extraction
import Text

/// An extract given wholly by flags.
struct ExtractOptions: ParsableArguments {
    @Option(help: "The source table to extract; then no NAME is given.", completion: .table)
    var table: String?

    @Option(help: "The table's schema.", completion: .schema)
    var schema: String?

    @Option(help: "The table's catalog.")
    var catalog: String?

    /// Absent: all columns.
    @Option(
        help: ArgumentHelp(
            "The columns to read, in the order of the destination: names, globs, kinds; ! leaves out. (default: all)",
            valueName: "a,b"), completion: .columnList)
    var columns: String?

    @Option(help: "What happens to the existing rows. (default: drop_create_load)")
    var loadMethod: LoadMethod?

    @Option(help: "Read all rows, or only what changed. (default: full)")
    var extractType: ExtractType?

    @Option(
        help: ArgumentHelp("The columns that identify a row. (default: the source's key)", valueName: "a,b"),
        completion: .columnList)
    var uniqueColumns: String?

    @Option(help: "The column whose growing values an incremental extract follows.", completion: .column)
    var incrementalKey: String?

    @Option(
        help: ArgumentHelp(
            "Only rows whose incremental key is at or after this date. (default: all)", valueName: "date"))
    var startDate: String?

    @Option(help: "What happens to rows without a key. (default: once)")
    var nullKeys: NullKeys?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How far a window's end stays behind the source's clock. (default: 1m)", valueName: "span"))
    var lag: DurationArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How far a window reaches back behind the watermark; a number for keys of whole numbers. (default: 15m, or 1000)",
            valueName: "span"))
    var overlap: DurationArgument?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp("Only rows for which this SQL of the source is true.", valueName: "sql"))
    var filter: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Read in chunks of about this many rows. (default: 5000000, 200000 for NetSuite or several connections)",
            valueName: "rows"))
    var chunkRows: Int?

    @Option(
        help: ArgumentHelp(
            "The column by whose ranges the read is cut into chunks. (default: the first unique column of whole numbers)",
            valueName: "column"), completion: .column)
    var chunkKey: String?

    @Option(help: "The table to load into. (default: the source table's name)")
    var destinationTable: String?

    @Option(help: "How exact decimals are stored. (default: native in PostgreSQL, text in SQLite)")
    var decimal: DecimalStorage?

    @Option(help: "What happens to dates and times that are not ISO 8601. (default: note)")
    var oddTimes: OddTimeValues?

    @Flag(help: "Leave out _kleene_run_id and _kleene_extracted_at.")
    var noMetadataColumns = false

    @Flag(help: "Replace or add to a table that kleene-ns did not create.")
    var adoptTable = false

    @Option(
        help: ArgumentHelp(
            "What happens to columns that are new, gone, widened or changed: evolve, ignore or fail, such as new=fail,gone=ignore.",
            valueName: "kind=answer"))
    var drift: DriftPolicy?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The least share of the rows there that a full load may replace them by, from 0 to 1. (default: 0.5)",
            valueName: "share"))
    var leastShare: Double?

    @Flag(help: "Do not ask the source how many rows a read must bring.")
    var noCount = false

    /// Those of the flags that are given, without `--table`.
    private var others: [String] {
        let flags: [(String, Bool)] = [
            ("--schema", schema != nil), ("--catalog", catalog != nil), ("--columns", columns != nil),
            ("--load-method", loadMethod != nil), ("--extract-type", extractType != nil),
            ("--unique-columns", uniqueColumns != nil), ("--incremental-key", incrementalKey != nil),
            ("--start-date", startDate != nil), ("--null-keys", nullKeys != nil), ("--lag", lag != nil),
            ("--overlap", overlap != nil),
            ("--where", filter != nil), ("--chunk-rows", chunkRows != nil), ("--chunk-key", chunkKey != nil),
            ("--destination-table", destinationTable != nil), ("--decimal", decimal != nil),
            ("--odd-times", oddTimes != nil),
            ("--no-metadata-columns", noMetadataColumns), ("--adopt-table", adoptTable),
            ("--drift", drift != nil),
            ("--least-share", leastShare != nil), ("--no-count", noCount),
        ]
        return flags.filter(\.1).map(\.0)
    }

    func validate() throws {
        if table == nil, let flag = others.first {
            throw ValidationError("'\(flag)' needs '--table': it does not change a configured extract.")
        }
        if let table, table.isEmpty { throw ValidationError("'--table' is empty.") }
        for (flag, list) in [("--columns", columns), ("--unique-columns", uniqueColumns)] {
            if let list, list.split(separator: ",", omittingEmptySubsequences: false).contains(where: \.isEmpty) {
                throw ValidationError("'\(flag)' takes names with commas between them, such as id,name.")
            }
        }
        if let chunkRows, !Bounds.chunkRows.contains(chunkRows) {
            throw ValidationError(
                "'--chunk-rows' must be a number from \(Bounds.chunkRows.lowerBound) to \(Bounds.chunkRows.upperBound)."
            )
        }
        if let startDate, Moment(startDate) == nil {
            throw ValidationError("'--start-date' must be \(ObjectReader.momentForm).")
        }
        if let leastShare, !(0...1).contains(leastShare) {
            throw ValidationError("'--least-share' must be a number from 0 to 1, such as 0.5.")
        }
    }

    /// The extract, if the flags give one.
    ///
    /// - Throws: a `ValidationError` for flags that do not go together with each other or the defaults.
    func extract(defaults: ExtractDefaults) throws -> ExtractConfiguration? {
        guard let table else { return nil }
        let name = TableName(name: table, schema: schema, catalog: catalog, defaults: defaults)
        var extract = ExtractConfiguration(name: name.shortName, table: name, defaults: defaults)
        extract.columns = columns.map { $0.split(separator: ",").map { String($0).trimmingBlanks } }
        if let loadMethod { extract.loadMethod = loadMethod }
        if let extractType { extract.extractType = extractType }
        if let uniqueColumns {
            extract.uniqueColumns = uniqueColumns.split(separator: ",").map { String($0).trimmingBlanks }
        }
        if let incrementalKey { extract.incrementalKey = incrementalKey }
        if let startDate { extract.startDate = startDate }
        if let nullKeys { extract.following.nulls = nullKeys }
        if let lag { extract.following.lag = lag.seconds }
        if let overlap { extract.following.overlap = overlap.seconds }
        if let filter { extract.filter = filter }
        if let chunkRows { extract.chunkRows = chunkRows }
        if let chunkKey { extract.chunkKey = chunkKey }
        if let destinationTable { extract.destinationTable = destinationTable }
        if let decimal { extract.decimal = decimal }
        if let oddTimes { extract.oddTimes = oddTimes }
        if noMetadataColumns { extract.metadataColumns = false }
        if adoptTable { extract.adoptTable = true }
        if let drift { extract.drift = drift.completed(by: defaults.drift) }
        if let leastShare { extract.limits.leastShare = leastShare }
        if noCount { extract.limits.countsRows = false }
        try judge(extract)
        return extract
    }

    /// Those of the flags that are given and say how an incremental key is followed.
    private var following: [String] {
        let flags = [
            ("--incremental-key", incrementalKey != nil), ("--null-keys", nullKeys != nil), ("--lag", lag != nil),
            ("--overlap", overlap != nil),
        ]
        return flags.filter(\.1).map(\.0)
    }

    private func judge(_ extract: ExtractConfiguration) throws {
        func refuse(_ message: String) -> Failure {
            Failure(.configuration, message, advice: "`kleene-ns extract --help` lists the flags.")
        }
        if extract.extractType == .full, let flag = following.first {
            throw refuse(
                "'\(flag)' is for incremental extracts, and this one reads all rows each time: it needs '--extract-type incremental'."
            )
        }
        if let fault = ColumnChoice(extract.columns ?? []).faults.first {
            throw refuse("'--columns' \(fault.message)")
        }
        if extract.extractType == .incremental, extract.incrementalKey == nil {
            throw refuse("'--incremental-key' is missing: \(ExtractConfiguration.missingKey).")
        }
        guard let contradiction = extract.contradictions.first else { return }
        let flag = "--" + contradiction.key.replacing("_", with: "-")
        throw refuse("'\(flag)': \(contradiction.reason)")
    }
}
