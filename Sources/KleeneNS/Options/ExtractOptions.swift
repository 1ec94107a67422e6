import ArgumentParser
import Extraction

/// An extract given wholly by flags.
struct ExtractOptions: ParsableArguments {
    @Option(help: "The source table to extract; then no NAME is given.")
    var table: String?

    @Option(help: "The table's schema.")
    var schema: String?

    @Option(help: "The table's catalog.")
    var catalog: String?

    /// Absent: all columns.
    @Option(
        help: ArgumentHelp("The columns to read, in the order of the destination. (default: all)", valueName: "a,b"))
    var columns: String?

    @Option(help: "drop_create_load, truncate_load or append.")
    var loadMethod: ConfiguredLoadMethod?

    @Option(help: "full.")
    var extractType: ConfiguredExtractType?

    @Option(help: "The table to load into. (default: the source table's name)")
    var destinationTable: String?

    @Option(help: "Store decimals as text, scaled_integer or real. (default: text)")
    var decimal: DecimalStorage?

    @Flag(help: "Leave out _kleene_run_id and _kleene_extracted_at.")
    var noMetadataColumns = false

    @Flag(help: "Replace or add to a table that kleene-ns did not create.")
    var adoptTable = false

    /// Those of the flags that are given, without `--table`.
    private var others: [String] {
        let flags: [(String, Bool)] = [
            ("--schema", schema != nil), ("--catalog", catalog != nil), ("--columns", columns != nil),
            ("--load-method", loadMethod != nil), ("--extract-type", extractType != nil),
            ("--destination-table", destinationTable != nil), ("--decimal", decimal != nil),
            ("--no-metadata-columns", noMetadataColumns), ("--adopt-table", adoptTable),
        ]
        return flags.filter(\.1).map(\.0)
    }

    func validate() throws {
        if table == nil, let flag = others.first {
            throw ValidationError("'\(flag)' needs '--table': it does not change a configured extract.")
        }
        if let table, table.isEmpty { throw ValidationError("'--table' is empty.") }
        if let columns, columns.split(separator: ",", omittingEmptySubsequences: false).contains(where: \.isEmpty) {
            throw ValidationError("'--columns' takes names with commas between them, such as id,name.")
        }
        if let destinationTable, let fault = ExtractConfiguration.destinationTableFault(destinationTable) {
            throw ValidationError("'--destination-table': \(fault)")
        }
    }

    /// The extract, if the flags give one.
    func extract(defaults: ExtractDefaults) -> ExtractConfiguration? {
        guard let table else { return nil }
        let isQualified = schema != nil || catalog != nil
        var name = isQualified ? TableName(catalog: catalog, schema: schema, name: table) : TableName(dotted: table)
        if name.schema == nil { name.schema = defaults.schema }
        if name.catalog == nil { name.catalog = defaults.catalog }
        var extract = ExtractConfiguration(name: name.name, table: name, defaults: defaults)
        extract.columns = columns.map { $0.split(separator: ",").map { String($0).trimmingBlanks } }
        if let loadMethod { extract.loadMethod = loadMethod }
        if let extractType { extract.extractType = extractType }
        if let destinationTable { extract.destinationTable = destinationTable }
        if let decimal { extract.decimal = decimal }
        if noMetadataColumns { extract.metadataColumns = false }
        if adoptTable { extract.adoptTable = true }
        return extract
    }
}
