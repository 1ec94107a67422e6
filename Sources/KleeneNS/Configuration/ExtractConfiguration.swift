import Extraction

/// What extracts have in common unless they say otherwise.
struct ExtractDefaults: Sendable {
    var schema: String?
    var catalog: String?
    var loadMethod = LoadMethod.dropCreateLoad
    var extractType = ExtractType.full
    /// What the destination takes: where it is named by a flag, it is asked again.
    var rules: TableRules
    var decimal: DecimalStorage
    var oddTimes: OddTimeValues?
    var metadataColumns = true
    var adoptTable = false
    var drift: DriftPolicy?
    var following = Following()
    var chunkRows: Int?
    /// Columns that are masked in each table that has them.
    var masks: [String: ColumnMask] = [:]
    var limits = Limits()

    /// How an incremental key is followed, as far as that is said.
    struct Following: Sendable {
        var nulls: NullKeys?
        /// Seconds.
        var lag: Int?
        /// Seconds, or values of a key of whole numbers.
        var overlap: Int?

        init() {}

        init(_ reader: ObjectReader, defaults: Following = Following()) {
            nulls = reader.choice("null_keys", NullKeys.self) ?? defaults.nulls
            lag = reader.duration("lag") ?? defaults.lag
            overlap = reader.duration("overlap") ?? defaults.overlap
        }
    }

    /// What a load is held against: `"guard": {"least_share": 0.5, "count": true}`.
    struct Limits: Sendable {
        /// The least share of the rows there that a load may bring; nil for the default.
        var leastShare: Double?
        /// Whether the source counts the rows of a full read; nil for the default.
        var countsRows: Bool?

        init() {}

        init(_ reader: ObjectReader, defaults: Limits = Limits()) {
            self = defaults
            guard let limits = reader.object("guard") else { return }
            leastShare = limits.share("least_share") ?? defaults.leastShare
            countsRows = limits.boolean("count") ?? defaults.countsRows
            limits.finish()
        }
    }

    init(rules: TableRules = Composition.rules(of: nil)) {
        self.rules = rules
        decimal = rules.decimals[0]
    }

    init(_ reader: ObjectReader, rules: TableRules) {
        self.init(rules: rules)
        schema = reader.string("schema")
        catalog = reader.string("catalog")
        loadMethod = reader.choice("load_method", LoadMethod.self) ?? .dropCreateLoad
        extractType = reader.choice("extract_type", ExtractType.self) ?? .full
        if let decimal = reader.decimal(rules) { self.decimal = decimal }
        oddTimes = reader.choice("odd_times", OddTimeValues.self)
        metadataColumns = reader.boolean("metadata_columns") ?? true
        adoptTable = reader.boolean("adopt_table") ?? false
        drift = reader.drift("drift")
        following = Following(reader)
        chunkRows = reader.integer("chunk_rows", in: Bounds.chunkRows)
        masks = reader.masks("mask", takesNull: false).masks
        limits = Limits(reader)
        reader.finish()
    }
}

/// One configured extract.
struct ExtractConfiguration: Sendable {
    var name: String
    var isEnabled = true
    var tags: [String] = []
    /// The source's table; in an entry for several tables only its schema and catalog say something.
    var table: TableName
    /// Of an entry for several tables, which; nil for one of one table.
    var pattern: TablePattern?
    var columns: [String]?
    var loadMethod: LoadMethod
    var extractType: ExtractType
    var uniqueColumns: [String] = []
    var incrementalKey: String?
    /// From when on rows are read.
    var startDate: String?
    var following = ExtractDefaults.Following()
    /// The extract whose rows its own are part of, as it is written down.
    var follows: FollowsConfiguration?
    /// The same, with all that follows from it.
    var followed: Follows?
    /// How rows that the source has deleted leave the table.
    var deletes: Deletes?
    /// The columns whose values nobody is to see, and what stands in their place.
    var masks = ExtractMasks()
    /// What columns are called in the destination, by their names at the source.
    var renames: [String: String] = [:]
    /// A condition in the source's SQL.
    var filter: String?
    var chunkRows: Int?
    var chunkKey: String?
    var destinationTable: String
    var decimal: DecimalStorage
    var oddTimes: OddTimeValues?
    var metadataColumns: Bool
    var adoptTable: Bool
    private let rules: TableRules
    var drift: DriftPolicy?
    var limits = ExtractDefaults.Limits()

    /// An extract of a table as the defaults have it.
    init(name: String, table: TableName, defaults: ExtractDefaults) {
        self.name = name
        self.table = table
        loadMethod = defaults.loadMethod
        extractType = defaults.extractType
        destinationTable = table.shortName
        rules = defaults.rules
        decimal = defaults.decimal
        oddTimes = defaults.oddTimes
        metadataColumns = defaults.metadataColumns
        adoptTable = defaults.adoptTable
        drift = defaults.drift
        following = defaults.following
        chunkRows = defaults.chunkRows
        masks = ExtractMasks(WrittenMasks(), defaults: defaults.masks)
        limits = defaults.limits
    }

    /// Reads one element of `extracts`; nil where it does not even say which table it is about.
    init?(_ reader: ObjectReader, defaults: ExtractDefaults) {
        let given = reader.string("name")
        let isEnabled = reader.boolean("enabled")
        let tags = reader.strings("tags")
        let schema = reader.string("schema")
        let catalog = reader.string("catalog")
        let (one, several) = reader.stringOrStrings("table")
        if several?.isEmpty == true {
            reader.fault("table", "is empty; name a table, or several with a pattern.")
        }
        reader.missing("table", "the source's table to read")
        let table = one ?? (several == nil ? nil : TablePattern.placeholder)
        let name = given ?? table ?? ""
        let source = TableName(name: table ?? "", schema: schema, catalog: catalog, defaults: defaults)
        self.init(name: name, table: source, defaults: defaults)
        pattern = several.map { TablePattern($0, path: reader.path) }
        self.isEnabled = isEnabled ?? true
        self.tags = tags ?? []
        columns = reader.strings("columns")
        if columns?.isEmpty == true { reader.fault("columns", "is empty; leave the key out to read all columns.") }
        for fault in ColumnChoice(columns ?? []).faults {
            reader.fault("columns" + (fault.place.map { "[\($0)]" } ?? ""), fault.message)
        }
        loadMethod = reader.choice("load_method", LoadMethod.self) ?? defaults.loadMethod
        extractType = reader.choice("extract_type", ExtractType.self) ?? defaults.extractType
        uniqueColumns = reader.strings("unique_columns") ?? []
        incrementalKey = reader.string("incremental_key")
        startDate = reader.moment("start_date")
        following = .init(reader, defaults: defaults.following)
        follows = FollowsConfiguration(reader)
        deletes = Deletes(reader)
        masks = ExtractMasks(reader.masks("mask", takesNull: true), defaults: defaults.masks)
        masks.isForSeveral = pattern != nil
        renames = reader.renames("rename", rules: rules)
        filter = reader.string("where")
        chunkRows = reader.integer("chunk_rows", in: Bounds.chunkRows) ?? defaults.chunkRows
        chunkKey = reader.string("chunk_key")
        destinationTable = reader.string("destination_table") ?? source.shortName
        decimal = reader.decimal(rules) ?? defaults.decimal
        oddTimes = reader.choice("odd_times", OddTimeValues.self) ?? defaults.oddTimes
        metadataColumns = reader.boolean("metadata_columns") ?? defaults.metadataColumns
        adoptTable = reader.boolean("adopt_table") ?? defaults.adoptTable
        drift = reader.drift("drift").map { $0.completed(by: defaults.drift) } ?? defaults.drift
        limits = .init(reader, defaults: defaults.limits)
        reader.finish()
        pattern?.judge(self, reader)
        judge(reader)
        if reader.isSure(of: ["rename", "columns"]) {
            for fault in RenameJudgement(renames, of: columns).faults { reader.fault("rename", fault) }
        }
        if table == nil { return nil }
    }

    /// What is wrong with members that are well-formed each by itself.
    private func judge(_ reader: ObjectReader) {
        if name.contains(where: { "*?[".contains($0) }) {
            reader.fault("name", "holds one of the characters * ? [, with which names are matched.")
        }
        // A rule that rests on a faulty member is not asked: its answer would be another fault for the same slip.
        guard reader.isSure(of: ["extract_type"]) else { return }
        if extractType == .incremental, incrementalKey == nil, follows == nil, reader.isSure(of: ["incremental_key"]) {
            reader.faults.add(reader.path, "the key \"incremental_key\" is missing: \(Self.missingKey).")
        }
        for contradiction in contradictions where reader.isSure(of: [contradiction.key, "load_method"]) {
            reader.fault(contradiction.key, contradiction.reason)
        }
    }

    static let missingKey = "an incremental extract needs the column whose growth it follows"

    /// What does not go together, by the key that says it: the same for a file and for flags.
    var contradictions: [(key: String, reason: String)] {
        var found: [(key: String, reason: String)] = []
        if let destinationTableFault { found.append(("destination_table", destinationTableFault)) }
        // In a file it is refused where it stands, which may be in the defaults.
        if let refusal = rules.refusal(of: decimal) { found.append(("decimal", refusal)) }
        if startDate != nil, follows != nil {
            found.append(
                ("start_date", "does not go with \"follows\": the window is another extract's; use \"where\"."))
        } else if startDate != nil, extractType == .full {
            found.append(
                (
                    "start_date",
                    "is for incremental extracts: it is a date of their \"incremental_key\"; a full one takes \"where\" (--where)."
                ))
        }
        guard extractType == .incremental else { return found }
        if loadMethod == .dropCreateLoad || loadMethod == .truncateLoad {
            found.append(
                (
                    "load_method",
                    "\"\(loadMethod.rawValue)\" does not go with an incremental extract: it would throw away the rows that "
                        + "are not read again; use \"append\" or \"upsert\"."
                ))
        }
        if loadMethod == .append, following.nulls == .always {
            found.append(
                (
                    "null_keys",
                    "\"always\" does not go with \"append\": each run would add the rows without a key again; use \"once\"."
                ))
        }
        return found
    }

    /// Why the destination table cannot have its name; nil if it can.
    var destinationTableFault: String? {
        let name = destinationTable
        guard let (prefix, owner) = rules.keeper(of: name) else { return nil }
        return prefix == MetadataColumn.prefix
            ? "\"\(name)\" begins with \(prefix), as only the tables of kleene-ns itself do."
            : "\"\(name)\" begins with \(prefix), which \(owner) keeps for itself."
    }

    /// The extract as the core runs it.
    var tableExtract: TableExtract {
        var extract = TableExtract(
            name: name, table: table, columns: columns, extractType: extractType, loadMethod: loadMethod,
            destinationTable: destinationTable, decimal: decimal, addsMetadataColumns: metadataColumns,
            adoptsTable: adoptTable)
        extract.uniqueColumns = uniqueColumns
        extract.filter = filter
        extract.deletes = deletes
        if !masks.isEmpty {
            extract.masks = masks.masks
            extract.masksWhereThere = masks.whereThere.isEmpty ? nil : masks.whereThere
        }
        extract.renames = renames.isEmpty ? nil : renames
        extract.oddTimes = oddTimes
        extract.drift = drift
        extract.leastShare = limits.leastShare
        extract.countsRows = limits.countsRows
        extract.chunking = .init(rows: chunkRows, key: chunkKey)
        if let followed {
            // What it reads is a part of its table, though it has no window of its own.
            extract.extractType = .incremental
            extract.follows = followed
            return extract
        }
        if extractType == .incremental, let incrementalKey {
            extract.incremental = Incremental(
                key: incrementalKey, nulls: following.nulls ?? .once, lag: following.lag ?? Incremental.defaultLag,
                overlap: following.overlap)
            extract.incremental?.start = startDate
        }
        return extract
    }
}

extension ObjectReader {
    /// How exact decimals are stored, where it is said and the destination can.
    fileprivate func decimal(_ rules: TableRules) -> DecimalStorage? {
        guard let decimal = choice("decimal", DecimalStorage.self) else { return nil }
        guard let refusal = rules.refusal(of: decimal) else { return decimal }
        fault("decimal", refusal)
        return nil
    }
}

extension TableName {
    /// A table as flags or a configuration name it. The default schema is for names without dots: one with dots may bring its
    /// own.
    init(name: String, schema: String?, catalog: String?, defaults: ExtractDefaults) {
        self.init(catalog: catalog, schema: schema, name: name)
        if isDotted { return }
        self.schema = schema ?? defaults.schema
        self.catalog = catalog ?? defaults.catalog
    }
}
