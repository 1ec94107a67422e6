import Extraction

/// The load methods that a configuration may name; not all work yet.
enum ConfiguredLoadMethod: String, CaseIterable, Sendable {
    case dropCreateLoad = "drop_create_load"
    case truncateLoad = "truncate_load"
    case append
    case upsert

    /// Nil where this version cannot do it.
    var loadMethod: LoadMethod? { LoadMethod(rawValue: rawValue) }
}

/// The extract types that a configuration may name; not all work yet.
enum ConfiguredExtractType: String, CaseIterable, Sendable {
    case full, incremental

    /// Nil where this version cannot do it.
    var extractType: ExtractType? { ExtractType(rawValue: rawValue) }
}

/// What extracts have in common unless they say otherwise.
struct ExtractDefaults: Sendable {
    var schema: String?
    var catalog: String?
    var loadMethod = ConfiguredLoadMethod.dropCreateLoad
    var extractType = ConfiguredExtractType.full
    var decimal = DecimalStorage.text
    var metadataColumns = true
    var adoptTable = false

    init() {}

    init(_ reader: ObjectReader) {
        schema = reader.string("schema")
        catalog = reader.string("catalog")
        loadMethod = reader.choice("load_method", ConfiguredLoadMethod.self) ?? .dropCreateLoad
        extractType = reader.choice("extract_type", ConfiguredExtractType.self) ?? .full
        decimal = reader.choice("decimal", DecimalStorage.self) ?? .text
        metadataColumns = reader.boolean("metadata_columns") ?? true
        adoptTable = reader.boolean("adopt_table") ?? false
        reader.finish()
    }
}

/// One configured extract.
struct ExtractConfiguration: Sendable {
    var name: String
    var isEnabled = true
    var tags: [String] = []
    var table: TableName
    var columns: [String]?
    var loadMethod: ConfiguredLoadMethod
    var extractType: ConfiguredExtractType
    var uniqueColumns: [String] = []
    var incrementalKey: String?
    var destinationTable: String
    var decimal: DecimalStorage
    var metadataColumns: Bool
    var adoptTable: Bool

    /// An extract of a table as the defaults have it.
    init(name: String, table: TableName, defaults: ExtractDefaults) {
        self.name = name
        self.table = table
        loadMethod = defaults.loadMethod
        extractType = defaults.extractType
        destinationTable = table.name
        decimal = defaults.decimal
        metadataColumns = defaults.metadataColumns
        adoptTable = defaults.adoptTable
    }

    /// Reads one element of `extracts`; nil where it does not even say which table it is about.
    init?(_ reader: ObjectReader, defaults: ExtractDefaults) {
        let given = reader.string("name")
        let isEnabled = reader.boolean("enabled")
        let tags = reader.strings("tags")
        let schema = reader.string("schema") ?? defaults.schema
        let catalog = reader.string("catalog") ?? defaults.catalog
        let table = reader.string("table")
        reader.missing("table", "the source's table to read")
        let name = given ?? table ?? ""
        self.init(
            name: name, table: TableName(catalog: catalog, schema: schema, name: table ?? ""), defaults: defaults)
        self.isEnabled = isEnabled ?? true
        self.tags = tags ?? []
        columns = reader.strings("columns")
        if columns?.isEmpty == true { reader.fault("columns", "is empty; leave the key out to read all columns.") }
        loadMethod = reader.choice("load_method", ConfiguredLoadMethod.self) ?? defaults.loadMethod
        extractType = reader.choice("extract_type", ConfiguredExtractType.self) ?? defaults.extractType
        uniqueColumns = reader.strings("unique_columns") ?? []
        incrementalKey = reader.string("incremental_key")
        destinationTable = reader.string("destination_table") ?? table ?? ""
        decimal = reader.choice("decimal", DecimalStorage.self) ?? defaults.decimal
        metadataColumns = reader.boolean("metadata_columns") ?? defaults.metadataColumns
        adoptTable = reader.boolean("adopt_table") ?? defaults.adoptTable
        reader.finish()
        judge(reader)
        if table == nil { return nil }
    }

    /// What is wrong with members that are well-formed each by itself.
    private func judge(_ reader: ObjectReader) {
        if name.contains(where: { "*?[".contains($0) }) {
            reader.fault("name", "holds one of the characters * ? [, with which names are matched.")
        }
        if let fault = Self.destinationTableFault(destinationTable) { reader.fault("destination_table", fault) }
        if extractType == .incremental {
            if incrementalKey == nil {
                reader.missing("incremental_key", "an incremental extract needs the column whose growth it follows")
            }
            if loadMethod == .dropCreateLoad || loadMethod == .truncateLoad {
                reader.fault(
                    "load_method",
                    "\"\(loadMethod.rawValue)\" does not go with an incremental extract: it would throw away the rows "
                        + "that are not read again; use \"append\" or \"upsert\".")
            }
        }
    }

    /// Why a name cannot be a destination table's; nil if it can.
    static func destinationTableFault(_ name: String) -> String? {
        let folded = name.lowercased()
        if folded.hasPrefix(MetadataColumn.prefix) {
            return "\"\(name)\" begins with \(MetadataColumn.prefix), as only the tables of kleene-ns itself do."
        }
        if folded.hasPrefix("sqlite_") { return "\"\(name)\" begins with sqlite_, which SQLite keeps for itself." }
        return nil
    }

    /// The extract as the core runs it; throws a `Failure` of kind `configuration` for what this version cannot do.
    func tableExtract() throws -> TableExtract {
        guard let extractType = extractType.extractType else {
            throw Failure(
                .configuration,
                "The extract \(name) is incremental, and this version of kleene-ns does full extracts only.",
                advice: "Set \"extract_type\" to \"full\" for now.")
        }
        guard let loadMethod = loadMethod.loadMethod else {
            let methods = LoadMethod.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw Failure(
                .configuration,
                "The extract \(name) loads by \"\(loadMethod.rawValue)\", which this version of kleene-ns cannot do.",
                advice: "Use one of \(methods) for now.")
        }
        return TableExtract(
            name: name, table: table, columns: columns, extractType: extractType, loadMethod: loadMethod,
            destinationTable: destinationTable, decimal: decimal, addsMetadataColumns: metadataColumns,
            adoptsTable: adoptTable)
    }
}
