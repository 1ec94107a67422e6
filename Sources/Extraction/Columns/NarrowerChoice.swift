import Rows
import Text

/// Words of `columns` that take fewer columns of a table: to propose where it has more than can be read at once.
struct NarrowerChoice {
    let listing: CatalogTableColumns
    /// The words to begin with.
    let begin: [String]
    /// Columns that must be among those that are taken.
    let needed: [String]
    /// So many at most.
    let most: Int

    /// Nil where leaving out kinds and groups of names is not enough.
    var words: [String]? {
        let exclusions = exclusions
        // One will do, mostly: the one that leaves most to be read.
        let single = exclusions.map { completed(begin + [$0]) }.filter(fits)
            .max { taken($0).count < taken($1).count }
        if let single { return single }
        var words = begin
        for exclusion in exclusions {
            words.append(exclusion)
            let all = completed(words)
            if fits(all) { return all }
        }
        return nil
    }

    private func taken(_ words: [String]) -> [String] { ColumnChoice(words).meanings(in: listing).columns }

    private func fits(_ words: [String]) -> Bool {
        (needed.count + 1...max(most, needed.count + 1)).contains(taken(words).count)
    }

    private func completed(_ words: [String]) -> [String] {
        let taken = taken(words)
        return words + needed.filter { !taken.containsExactly($0) }
    }

    /// Kinds, and beginnings of names that several columns share, the largest group first.
    private var exclusions: [String] {
        var groups: [(word: String, count: Int)] = []
        for kind in ColumnKind.allCases where kind != .standard && listing.kinds?.contains(kind) == true {
            groups.append(("!\(kind.rawValue)", listing.columns.filter { $0.isOf(kind) }.count))
        }
        let beginnings = listing.columns.compactMap { column in
            column.name.firstIndex(of: "_").map { String(column.name[...$0]) }
        }
        for (beginning, names) in Dictionary(grouping: beginnings, by: { $0 }) {
            groups.append(("!\(beginning)*", names.count))
        }
        return groups.filter { $0.count > 1 && !begin.containsExactly($0.word) }
            .sorted { ($1.count, $0.word) < ($0.count, $1.word) }.map(\.word)
    }
}

extension ColumnSelection {
    /// Refuses more columns than one query of the source may name; nil: any number.
    func checkWidth(_ read: [String], to most: Int?) throws {
        guard let most, read.count > most else { return }
        throw Failure(
            .configuration,
            "The extract \"\(extract.name)\" would read \(Sentence.count(read.count, "column")) of \(extract.table), "
                + "and one query of this source may name \(most).", advice: adviceToNarrow(to: most))
    }

    private func adviceToNarrow(to most: Int) -> String {
        let hasCalculated =
            listing.columns.contains(where: \.calculated) && listing.kinds?.contains(.calculated) == true
        let keys = extract.uniqueColumns.isEmpty ? declaredKey : extract.uniqueColumns
        let needed = keys + [extract.incremental?.key, extract.follows?.childKey].compactMap(\.self)
        let choice = NarrowerChoice(
            listing: listing, begin: extract.columns ?? (hasCalculated ? ["*", "!calculated"] : ["*"]),
            needed: needed.compactMap { find($0, among: listing.columns.map(\.name)) }, most: most)
        guard let words = choice.words else {
            return
                "Name those that you need with \(extract.setting("columns")): \(extract.columnsCommand) lists them."
        }
        let count = ColumnChoice(words).meanings(in: listing).columns.count
        let flag = "--columns '\(words.joined(separator: ","))'"
        return
            "Choose with \(extract.isByFlags ? flag : extract.setting("columns", words)), which takes \(count) of them; "
            + "`kleene-ns columns \(extract.table) \(flag)` shows which."
    }
}
