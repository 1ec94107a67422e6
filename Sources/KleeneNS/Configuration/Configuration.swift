import Extraction
import Rows

/// What a configuration file says, valid in itself.
///
/// Whether the source agrees is not known before one asks it.
struct Configuration: Sendable {
    /// The directory that relative paths start from.
    var directory: String
    var source: SourceConfiguration
    var destination: DestinationConfiguration?
    /// Where the key is by which columns are masked.
    var maskKey: SecretReference?
    var defaults: ExtractDefaults
    /// Those of one table each.
    var extracts: [ExtractConfiguration]
    /// Entries that stand for several tables; which these are, the source says.
    var patterns: [ExtractConfiguration]

    /// All references to secrets, of the source and of the destination.
    var secrets: [SecretReference] { source.secrets + (destination?.references ?? []) }

    /// What a source is when no profile says otherwise, and the profiles there are.
    private enum Profile: String, CaseIterable {
        case odbc
    }

    /// Reads and judges a configuration, offline.
    ///
    /// - Parameter repeated: Keys that stand twice.
    /// - Throws: `InvalidConfiguration` with every fault there is.
    init(_ document: JSONValue, repeated: [Fault] = [], file: String, directory: String) throws {
        let faults = FaultList(repeated)
        guard case .object(let members) = document else {
            throw InvalidConfiguration(
                file: file, faults: [Fault(path: "$", message: "expected an object, found \(document.kind).")])
        }
        let root = ObjectReader(members, path: "$", faults: faults)
        let parts = Self.read(root, directory: directory)
        let (source, destination, defaults, extracts) = (
            parts.source, parts.destination, parts.defaults, parts.extracts
        )
        Self.refuseRepetitions(extracts, nameCase: Composition.rules(of: destination).nameCase)
        let followed = Followers(extracts, of: source).resolved()
        for (reader, extract) in extracts {
            guard let extract, reader.isSure(of: ["load_method", "extract_type", "follows", "deletes"]) else {
                continue
            }
            if let reason = DeletesJudgement(extract: extract, source: source).refusal {
                reader.fault("deletes", reason)
            }
        }
        if defaults.masks.values.contains(.hmac), parts.maskKey == nil, root.isSure(of: ["mask_key"]) {
            faults.add(root.path(of: "defaults") + ".mask", MaskJudgement.missingKey)
        }
        for (reader, extract) in extracts {
            guard let written = extract, reader.isSure(of: ["mask"]) else { continue }
            let extract = followed.first { $0.name.isExactly(written.name) } ?? written
            for fault in MaskJudgement(extract: extract, all: followed, key: parts.maskKey, root: root).faults {
                reader.fault("mask", fault)
            }
        }
        guard faults.faults.isEmpty, let source else {
            throw InvalidConfiguration(file: file, faults: faults.faults)
        }
        self.directory = directory
        self.source = source
        self.destination = destination
        maskKey = parts.maskKey
        self.defaults = defaults
        self.extracts = followed.filter { $0.pattern == nil }
        patterns = followed.filter { $0.pattern != nil }
    }

    /// Asks for all there is: of a file's members, or of nothing, to draw a schema.
    static func read(_ root: ObjectReader, directory: String) -> (
        source: SourceConfiguration?, destination: DestinationConfiguration?, maskKey: SecretReference?,
        defaults: ExtractDefaults, extracts: [(ObjectReader, ExtractConfiguration?)]
    ) {
        // What editors look for.
        _ = root.string("$schema")
        let source = readSource(root)
        let destination = readDestination(root, directory: directory)
        let maskKey = root.secret("mask_key")
        let rules = Composition.rules(of: destination)
        let defaults =
            root.object("defaults").map { ExtractDefaults($0, rules: rules) } ?? ExtractDefaults(rules: rules)
        let readers = root.objects("extracts") ?? []
        let extracts = readers.map { ($0, ExtractConfiguration($0, defaults: defaults)) }
        root.finish()
        return (source, destination, maskKey, defaults, extracts)
    }

    private static func readSource(_ root: ObjectReader) -> SourceConfiguration? {
        root.missing("source", "where rows come from")
        if let sketch = root.sketch { sketchSources(sketch.object("source"), root) }
        guard root.sketch == nil, let reader = root.object("source") else { return nil }
        return source(reader)
    }

    /// Each kind of source is an alternative of its own.
    private static func sketchSources(_ sketch: SchemaSketch, _ root: ObjectReader) {
        let profiles = [nil] + Profile.allCases.map { $0.rawValue as String? }
        for profile in profiles {
            let alternative = SchemaSketch()
            var members: [String: JSONValue] = [:]
            if let profile { members["profile"] = .string(profile) }
            let reader = ObjectReader(members, path: root.path(of: "source"), faults: root.faults, sketch: alternative)
            _ = Self.source(reader)
            if let profile { alternative.fix("profile", profile) }
            sketch.alternatives.append(alternative)
        }
    }

    private static func source(_ reader: ObjectReader) -> SourceConfiguration? {
        let source: SourceConfiguration
        if reader.has("profile") {
            // With a profile that is not one, nothing is known about the other keys, so nothing is said about them.
            guard let profile = reader.choice("profile", Profile.self) else { return nil }
            switch profile {
            case .odbc: source = .odbc(ODBCSourceConfiguration(reader))
            }
        } else {
            _ = reader.value("profile")
            source = .netSuite(NetSuiteSourceConfiguration(reader))
        }
        reader.finish()
        return source
    }

    private static func readDestination(_ root: ObjectReader, directory: String) -> DestinationConfiguration? {
        guard let reader = root.object("destination") else { return nil }
        return DestinationConfiguration(reader, directory: directory)
    }

    /// Two extracts may share neither name nor destination table. Names of extracts must not even look the same to a person;
    /// tables may, where the destination tells them apart.
    private static func refuseRepetitions(
        _ extracts: [(reader: ObjectReader, extract: ExtractConfiguration?)], nameCase: NameCase
    ) {
        var names: [String: String] = [:]
        var tables: [Exact<String>: String] = [:]
        for (reader, extract) in extracts {
            // Of an entry for several tables nobody knows the names yet.
            guard let extract, extract.pattern == nil else { continue }
            if let first = names.updateValue(reader.path, forKey: extract.name.lowercased()) {
                let hint = reader.has("name") ? "" : " Give it a \"name\" of its own."
                reader.fault("name", "\"\(extract.name)\" is the name of \(first) already.\(hint)")
            }
            if let first = tables.updateValue(
                reader.path, forKey: nameCase.folded(extract.destinationTable))
            {
                reader.fault(
                    "destination_table", "\"\(extract.destinationTable)\" is the destination table of \(first) already."
                )
            }
        }
    }
}
