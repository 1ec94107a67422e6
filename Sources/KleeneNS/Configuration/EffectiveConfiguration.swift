import Extraction

extension Configuration {
    /// What `config show` prints: the file as it is written, and in each extract all that holds for it.
    ///
    /// Made from the document, not from what was read of it: whatever key is set is shown, spelt as it is, and the result is a
    /// configuration that means the same. `defaults` stay: extracts that flags describe take from them too.
    ///
    /// - Parameter document: The file that this was read from.
    func effective(_ document: JSONValue) -> JSONValue {
        guard case .object(var members) = document, case .array(let entries)? = members["extracts"] else {
            return document
        }
        var defaults: [String: JSONValue] = [:]
        if case .object(let written)? = members["defaults"] { defaults = written }
        var (extracts, patterns) = (extracts[...], patterns[...])
        members["extracts"] = .array(
            entries.map { entry in
                guard case .object(let written) = entry else { return entry }
                // A list of tables is an entry for several; each kind is in the file's order.
                let isPattern = if case .array? = written["table"] { true } else { false }
                guard let extract = isPattern ? patterns.popFirst() : extracts.popFirst() else { return entry }
                return .object(extract.effective(written, defaults: defaults))
            })
        return .object(members)
    }
}

extension ExtractConfiguration {
    /// An entry of `extracts` with what it takes from the defaults, and with what holds where nobody says anything.
    fileprivate func effective(
        _ written: [String: JSONValue], defaults: [String: JSONValue]
    ) -> [String: JSONValue] {
        // Those of the defaults are for tables that have the column, an extract's own for tables that must; and a name with dots
        // takes no schema from them.
        let own = ["mask", "schema", "catalog"]
        var members = written.merging(defaults.filter { !own.contains($0.key) }) { Self.completed($0, by: $1) }
        for (key, value) in unsaid where members[key] == nil { members[key] = value }
        return members
    }

    /// A value with what it leaves open as the defaults have it: the answers of `drift`, the limits of `guard`.
    private static func completed(_ value: JSONValue, by other: JSONValue) -> JSONValue {
        guard case .object(let mine) = value, case .object(let theirs) = other else { return value }
        return .object(mine.merging(theirs) { mine, _ in mine })
    }

    /// What holds where neither the entry nor the defaults say anything.
    ///
    /// What depends on the table, the source or the flags (`overlap`, `chunk_rows`, `columns`, `drift`) is not among it.
    private var unsaid: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "name": .string(name), "enabled": .boolean(isEnabled), "tags": .array([]),
            "load_method": .string(loadMethod.rawValue), "extract_type": .string(extractType.rawValue),
            "destination_table": .string(destinationTable), "decimal": .string(decimal.rawValue),
            "odd_times": .string(OddTimeValues.note.rawValue), "metadata_columns": .boolean(metadataColumns),
            "adopt_table": .boolean(adoptTable),
        ]
        if let schema = table.schema { members["schema"] = .string(schema) }
        if let catalog = table.catalog { members["catalog"] = .string(catalog) }
        if tableExtract.incremental != nil {
            members["null_keys"] = .string(NullKeys.once.rawValue)
            members["lag"] = .string(DurationText.text(Incremental.defaultLag))
        }
        return members
    }
}
