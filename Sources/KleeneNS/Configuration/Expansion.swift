import Extraction
import Rows
import Text

/// What the tables of a source make of the entries that stand for several of them.
///
/// A value: it asks nobody.
struct Expansion {
    /// An extract of one table, or an entry with what is wrong with it.
    struct Member {
        var extract: ExtractConfiguration
        /// Why it cannot run; nil where it can.
        var failure: Failure?
        /// The entry that it comes from.
        var pattern: TablePattern
    }

    /// How names are made and told apart.
    struct Naming {
        /// Whether the source spells a table now in capitals and now not, so that names made from it are in small letters.
        var foldsTables: Bool
        /// The case of the destination's tables.
        var nameCase: NameCase
    }

    private(set) var members: [Member] = []
    private let naming: Naming

    /// - Parameters:
    ///   - entries: Those for several tables.
    ///   - plain: The extracts of one table each: their tables are left out, and their names are taken.
    ///   - listed: The tables of the source.
    ///   - earlier: The last run of each extract there ever was: of a table that is not listed any more something is said.
    init(
        _ entries: [ExtractConfiguration], beside plain: [ExtractConfiguration], listed: [CatalogTable],
        earlier: [RunRecord], naming: Naming
    ) {
        self.naming = naming
        for entry in entries {
            guard let pattern = entry.pattern else { continue }
            members += expanded(entry, pattern, plain, listed, earlier)
        }
        refuseCollisions(with: plain)
    }

    /// Of a source that could not be asked.
    init(_ entries: [ExtractConfiguration], cannotBeKnown failure: Failure) {
        naming = Naming(foldsTables: true, nameCase: .unicode)
        members = entries.compactMap { entry in
            guard let pattern = entry.pattern else { return nil }
            return refused(entry, pattern, failure)
        }
    }

    /// What is known without asking the source: the tables that were listed when somebody last looked, and those that ever
    /// had a run.
    init(
        known entries: [ExtractConfiguration], beside plain: [ExtractConfiguration], listed: [CatalogTable],
        earlier: [RunRecord], naming: Naming
    ) {
        var tables = listed
        let names = Set(listed.map { $0.table.lowercased() })
        for record in earlier.sorted(by: { $0.extract < $1.extract }) {
            let name = TableName(name: record.sourceTable).shortName
            guard !names.contains(name.lowercased()) else { continue }
            let entry = entries.first { entry in
                let made = entry.of(entry.table, called: naming.foldsTables ? name.lowercased() : name)
                return made.name.isExactly(record.extract)
            }
            guard let place = entry?.table else { continue }
            tables.append(
                CatalogTable(catalog: place.catalog, schema: place.schema, table: name, type: "TABLE", remarks: nil))
        }
        self.init(entries, beside: plain, listed: tables, earlier: [], naming: naming)
        members.removeAll { $0.failure != nil }
    }

    private func expanded(
        _ entry: ExtractConfiguration, _ pattern: TablePattern, _ plain: [ExtractConfiguration],
        _ listed: [CatalogTable], _ earlier: [RunRecord]
    ) -> [Member] {
        // A table with an entry of its own is read as that says.
        let own = Set(plain.map { $0.table.shortName.lowercased() })
        let here = listed.filter {
            pattern.takes($0.table) && !own.contains($0.table.lowercased())
                && $0.name.isIn(schema: entry.table.schema, catalog: entry.table.catalog)
        }
        guard here.count <= TablePattern.most else {
            return [
                refused(
                    entry, pattern,
                    Failure(
                        .configuration,
                        "\(Sentence.count(here.count, "table", "fits", "fit")) \"\(pattern)\", and one entry may "
                            + "stand for \(TablePattern.most) at most.",
                        advice: "Write a narrower pattern, or several entries: `kleene-ns tables` lists them."))
            ]
        }
        var members = here.map { table in
            let name = naming.foldsTables ? table.table.lowercased() : table.table
            // NetSuite's schema has the company's name in it, which may change; a table's own name does not.
            let place =
                naming.foldsTables
                ? TableName(catalog: entry.table.catalog, schema: entry.table.schema, name: table.table) : table.name
            return Member(extract: entry.of(place, called: name), pattern: pattern)
        }
        for name in pattern.exact
        where !own.contains(name.lowercased())
            && !here.contains(where: { Glob(name.lowercased()).matches($0.table.lowercased()) })
        {
            let made = entry.of(TableName(name: name), called: naming.foldsTables ? name.lowercased() : name)
            let near = NearestName.of(name, among: listed.map(\.table)).map { "Did you mean \"\($0)\"?" }
            members.append(
                Member(
                    extract: made,
                    failure: .absent(
                        "The source lists no table \(name) for this user.",
                        advice: near ?? "`kleene-ns tables --refresh` lists what there is now."), pattern: pattern))
        }
        members += vanished(entry, pattern, members.map(\.extract.name), own, earlier)
        if members.isEmpty {
            return [
                refused(
                    entry, pattern,
                    .absent(
                        "The source lists no table that fits \"\(pattern)\" for this user.",
                        advice: "`kleene-ns tables --refresh` lists what there is; the role may lack a permission."))
            ]
        }
        return members
    }

    /// Extracts of tables that an earlier run has read, and that the source does not list any more.
    private func vanished(
        _ entry: ExtractConfiguration, _ pattern: TablePattern, _ made: [String], _ own: Set<String>,
        _ earlier: [RunRecord]
    ) -> [Member] {
        earlier.compactMap { record in
            let table = TableName(name: record.sourceTable).shortName
            let name = naming.foldsTables ? table.lowercased() : table
            let extract = entry.of(TableName(name: table), called: name)
            guard pattern.takes(table), !own.contains(table.lowercased()), extract.name.isExactly(record.extract),
                extract.destinationTable.isExactly(record.destinationTable), !made.containsExactly(extract.name)
            else { return nil }
            return Member(
                extract: extract,
                failure: .absent(
                    "The table \(table), which fits \"\(pattern)\", is not listed any more for this user.",
                    advice:
                        "Its rows stay in \(extract.destinationTable). If it is gone for good, add \"!\(table)\" to "
                        + "\"table\"; otherwise the role may have lost a permission."), pattern: pattern)
        }
    }

    /// Two tables may share neither name nor destination table: the second entry, or table, is the one that cannot run.
    private mutating func refuseCollisions(with plain: [ExtractConfiguration]) {
        var names: [String: String] = [:]
        var tables: [Exact<String>: String] = [:]
        for extract in plain {
            names[extract.name.lowercased()] = "the extract \"\(extract.name)\""
            tables[naming.nameCase.folded(extract.destinationTable)] = "the extract \"\(extract.name)\""
        }
        for (index, member) in members.enumerated() {
            let extract = member.extract
            let words = "the table \(extract.table) at \(member.pattern.path)"
            let taken = names.updateValue(words, forKey: extract.name.lowercased())
            let filled = tables.updateValue(words, forKey: naming.nameCase.folded(extract.destinationTable))
            guard member.failure == nil else { continue }
            if let fault = extract.destinationTableFault {
                members[index].failure = Failure(
                    .configuration, "The table \(extract.table) cannot be loaded: \(fault)",
                    advice: "Write another \"destination_table\" at \(member.pattern.path), such as \"ns_{table}\".")
            } else if let other = taken ?? filled {
                members[index].failure = Failure(
                    .configuration,
                    "The table \(extract.table) at \(member.pattern.path) and \(other) would both "
                        + (taken != nil
                            ? "be the extract \"\(extract.name)\"." : "be loaded into \(extract.destinationTable)."),
                    advice:
                        "Leave one out with \"!…\" in \"table\" at \(member.pattern.path), or give it an entry of its own."
                )
            }
        }
    }

    private func refused(
        _ entry: ExtractConfiguration, _ pattern: TablePattern, _ failure: Failure
    ) -> Member {
        var extract = entry
        (extract.name, extract.destinationTable) = ("\(pattern)", entry.destinationTable)
        extract.table = TableName(name: "\(pattern)")
        return Member(extract: extract, failure: failure, pattern: pattern)
    }
}
