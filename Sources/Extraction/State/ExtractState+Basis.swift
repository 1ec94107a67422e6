import Rows
import Text

extension ExtractState.Basis {
    package init(_ extract: TableExtract, key: String, kind: KeyKind) {
        self.init(
            table: extract.table.description, key: key, kind: kind, filter: extract.filter, columns: extract.columns)
        start = extract.incremental?.start
    }

    /// What is different in another, for a sentence; empty where nothing is. How the key is spelt does not matter: a
    /// configuration may spell it otherwise than the source.
    package func changes(to other: ExtractState.Basis) -> String {
        var changes: [String] = []
        if !table.isExactly(other.table) { changes.append("the table was \(table)") }
        if !NameCase.unicode.areSame(key, other.key) { changes.append("the incremental key was \(key)") }
        if kind != other.kind { changes.append("the key was \(Sentence.article(kind.rawValue))") }
        if filter != other.filter { changes.append("\"where\" was \(filter.map { "\"\($0)\"" } ?? "absent")") }
        if let old = columns, let new = other.columns, ColumnChoice(old).names == nil || ColumnChoice(new).names == nil
        {
            func same(_ words: [String]) -> Set<FoldedName> { Set(words.map { FoldedName($0) }) }
            if same(old) != same(new) { changes.append("\"columns\" was \(Sentence.list(old))") }
        } else if let old = columns, let new = other.columns {
            // Their order is the destination's affair, and so is their case.
            func less(_ all: [String], _ others: [String]) -> [String] {
                let known = Set(others.map { FoldedName($0) })
                return all.filter { !known.contains(FoldedName($0)) }.sorted()
            }
            let added = less(new, old), removed = less(old, new)
            if !added.isEmpty { changes.append("added columns: \(added.joined(separator: ", "))") }
            if !removed.isEmpty { changes.append("removed columns: \(removed.joined(separator: ", "))") }
        } else if (columns == nil) != (other.columns == nil) {
            changes.append(columns == nil ? "all columns were read" : "only some columns were read")
        }
        if !StartDate.areSame(start, other.start) { changes.append("\"start_date\" was \(start ?? "absent")") }
        return changes.joined(separator: "; ")
    }
}
