import Extraction
import Rows
import Text

/// How a table spells the names of its columns.
///
/// A source may come to write its names in another case: another version of a driver does, and so does `"uppercase"`. The server
/// would take such a name for that of another column. The table keeps its names, and readers theirs.
struct ColumnSpelling {
    private let names: Set<Exact<String>>
    private let folded: [FoldedName: [String]]

    init(_ names: [String]) {
        self.names = Set(names.map { Exact($0) })
        folded = Dictionary(grouping: names) { FoldedName($0) }
    }

    /// The column that is spelt so; else the only one whose name differs in nothing but case. Nil where there is none, or several.
    func find(_ name: String) -> String? {
        if names.contains(Exact(name)) { return name }
        let near = folded[FoldedName(name)] ?? []
        return near.count == 1 ? near[0] : nil
    }

    /// The same; the name itself where the table has no such column.
    func callAsFunction(_ name: String) -> String { find(name) ?? name }

    /// Whether the table has neither a column of this name nor one whose name differs in nothing but case.
    func lacks(_ name: String) -> Bool { folded[FoldedName(name)] == nil }

    /// The columns that a name may stand for, where nobody can tell which of them it is; else none.
    ///
    /// - Parameter held: The columns that loads have filled. One of them that the table still has, spelt otherwise than now, may be
    ///   the one that is meant, and the one that is spelt so a person's.
    func doubtful(_ name: String, held: [String] = []) -> [String] {
        guard let near = folded[FoldedName(name)], near.count > 1 else { return [] }
        guard near.containsExactly(name) else { return near }
        let filled = held.filter { FoldedName($0) == FoldedName(name) && near.containsExactly($0) }
        return filled.isEmpty || filled.containsExactly(name) ? [] : near
    }
}

extension ExistingRelation {
    /// Refuses names of which nobody can tell which of several columns they stand for.
    ///
    /// - Parameter held: The columns that loads have filled.
    func checkSpelling(of wanted: [String], held: [String] = [], place: String) throws {
        for name in wanted {
            let doubtful = spelling.doubtful(name, held: held)
            guard !doubtful.isEmpty else { continue }
            throw Failure(
                .drift,
                "The table \"\(self.name)\" in \(place) has the columns \(Sentence.list(doubtful)), whose names differ in nothing "
                    + "but upper and lower case, and the extract now calls one of them \"\(name)\".",
                advice: "Rename the one that is not the extract's: `ALTER TABLE \(sql) RENAME COLUMN … TO …`.")
        }
    }
}

extension TableHolding {
    /// With the names that the table has; what the source calls them is kept beside. Those that are not read any more have theirs.
    func spelt(_ spelling: ColumnSpelling) -> TableHolding {
        var holding = self
        holding.columns = columns?.map { column in
            let name = spelling(column.name)
            guard column.absent == nil, !name.isExactly(column.name) else { return column }
            var column = column
            column.source = column.sourceName
            column.name = name
            return column
        }
        return holding
    }
}

extension Standing {
    /// The names of the columns that loads have filled, as the books have them.
    func heldNames(by extract: TableExtract) -> [String] { heldColumns(by: extract)?.map(\.name) ?? [] }
}

extension ReadPlan {
    /// What is called by a name of the result, in a table: one that is there keeps the names of its columns. Where it is made again, a
    /// name that the configuration gives is written as it stands there.
    func tableNames(in existing: ExistingRelation?, _ way: Way) -> (String) -> String {
        guard let spelling = existing?.spelling else { return { $0 } }
        if way.keepsDefinition { return { spelling($0) } }
        return { sourceName(of: $0).isExactly($0) ? spelling($0) : $0 }
    }
}

extension Way {
    /// The same with other names for columns of the table.
    func called(_ name: (String) -> String) -> Way {
        func newest(_ version: VersionKey) -> VersionKey {
            VersionKey(column: name(version.column), isMoment: version.isMoment)
        }
        func marking(_ mark: Mark?) -> Mark? { mark.map { Mark(column: name($0.column), value: $0.value) } }
        switch self {
        case .replaceAll, .add(nil): return self
        case .add(let identity?):
            return .add(unlessThere: Identity(columns: identity.columns.map(name), version: newest(identity.version)))
        case .merge(let unique, let version): return .merge(on: unique.map(name), newestBy: version.map(newest))
        case .replaceGroups(let column, let mark): return .replaceGroups(by: name(column), marking: marking(mark))
        case .remove(let columns, let mark): return .remove(on: columns.map(name), marking: marking(mark))
        }
    }
}
