import Rows
import Text

/// The words of `columns`: names, globs and kinds, and with a `!` before them what is left out.
///
/// A word that is the name of a column means that column, whatever else it could mean. What is named is read even where a glob
/// or a kind leaves it out; for the rest the order of words is the destination's order of columns, and nothing else.
package struct ColumnChoice: Sendable {
    package let words: [String]

    package init(_ words: [String]) { self.words = words }

    /// Whether a word could be something else than a column's name.
    package static func readsLikePattern(_ word: String) -> Bool {
        word.hasPrefix("!") || Glob.isOne(word) || ColumnKind(word: word) != nil
    }

    /// Why a word that names a kind means nothing for a table whose source does not say which columns are of it; nil for every
    /// other word.
    package static func unsaidKind(_ word: String, in listing: CatalogTableColumns) -> String? {
        guard let kind = ColumnKind(word: word), listing.kinds?.contains(kind) != true else { return nil }
        return
            "This source does not say which columns are \(kind.rawValue); name columns, or write globs such as \"a*\"."
    }

    /// The words where all of them can only be names; nil where the source has to be asked.
    package var names: [String]? { words.contains(where: Self.readsLikePattern) ? nil : words }

    /// What is wrong with the words whatever the table is, by their place; nil for the list as a whole.
    package var faults: [(place: Int?, message: String)] {
        var found: [(place: Int?, message: String)] = []
        for (place, word) in words.enumerated() where word.hasPrefix("!") {
            let text = String(word.dropFirst())
            if text.isEmpty {
                found.append((place, "\"!\" leaves nothing out; write what, such as \"!custitem_*\"."))
            } else if let other = words.first(where: { NameCase.unicode.areSame($0, text) }) {
                found.append((place, "\"\(word)\" leaves out what \"\(other)\" takes."))
            }
        }
        if !words.isEmpty, words.allSatisfy({ $0.hasPrefix("!") }) {
            found.append((nil, "leaves columns out and names none; begin with \"*\" for all others."))
        }
        return found
    }

    /// Exclusions that leave nothing out whatever the table is, because only names are taken.
    package var idleWords: [String] {
        words.allSatisfy { $0.hasPrefix("!") || !Self.readsLikePattern($0) } ? words.filter { $0.hasPrefix("!") } : []
    }

    /// Whether a column may be among those that are taken, as far as that is known without asking the source.
    package func mayTake(_ column: String) -> Bool {
        func fits(_ text: String) -> Bool {
            NameCase.unicode.areSame(text, column) || ColumnKind(word: text) != nil
                || Glob.isOne(text) && Glob(text.lowercased()).matches(column.lowercased())
        }
        guard words.contains(where: { !$0.hasPrefix("!") && fits($0) }) else { return false }
        if words.contains(where: { NameCase.unicode.areSame($0, column) }) { return true }
        return !words.contains { word in
            guard word.hasPrefix("!") else { return false }
            let text = String(word.dropFirst())
            return ColumnKind(word: text) == nil && fits(text)
        }
    }

    /// What each word means.
    ///
    /// - Parameter names: Words that were the names of columns when the table was filled: they stay names, though the column
    ///   be gone.
    package func meanings(in listing: CatalogTableColumns, names: [String] = []) -> [ChosenWord] {
        let nameCase = listing.nameCase ?? .unicode
        let all = listing.columns.map(\.name)
        let kept = Set(names.map { FoldedName($0) })
        return words.map { word in
            if let column = nameCase.find(word, among: all) { return ChosenWord(word, .name, columns: [column]) }
            let isExcluded = word.hasPrefix("!") && !kept.contains(FoldedName(word))
            let text = isExcluded ? String(word.dropFirst()) : word
            func chosen(_ meaning: ChosenWord.Meaning, _ columns: [String]) -> ChosenWord {
                ChosenWord(word, meaning, isExcluded: isExcluded, columns: columns)
            }
            if isExcluded, let column = nameCase.find(text, among: all) { return chosen(.name, [column]) }
            if kept.contains(FoldedName(text)) { return chosen(.name, []) }
            if let kind = ColumnKind(word: text), listing.kinds?.contains(kind) == true {
                return chosen(.kind, listing.columns.filter { $0.isOf(kind) }.map(\.name))
            }
            guard Glob.isOne(text) else { return chosen(.name, []) }
            let glob = Glob(nameCase.folded(text).wrappedValue)
            return chosen(.glob, all.filter { glob.matches(nameCase.folded($0).wrappedValue) })
        }
    }
}

extension [ChosenWord] {
    /// The columns that are read, in the destination's order.
    package var columns: [String] {
        let left = Set(filter(\.isExcluded).flatMap(\.columns).map { Exact($0) })
        var taken: Set<Exact<String>> = []
        return filter { !$0.isExcluded }.flatMap { word in
            // A name takes its column whatever is left out.
            word.columns.filter { word.meaning == .name || !left.contains(Exact($0)) }
        }.filter { taken.insert(Exact($0)).inserted }
    }

    /// The columns that a name takes, and not only a pattern.
    var named: Set<FoldedName> {
        Set(filter { !$0.isExcluded && $0.meaning == .name }.flatMap(\.columns).map { FoldedName($0) })
    }

    /// Words that are names of columns and could be something else.
    var doubtfulNames: [String]? {
        let names = filter { $0.meaning == .name && ColumnChoice.readsLikePattern($0.text) }.map(\.text)
        return names.isEmpty ? nil : names
    }

    /// What a person should know of the choice, in sentences.
    package func sentences(listed: Int, kinds: [ColumnKind]?) -> [String] {
        var sentences = [
            "Columns: \(columns.count) of the source's \(listed) are read. \(map(\.sentence).joined(separator: "; "))."
        ]
        for word in self where word.isExcluded && word.columns.isEmpty {
            let isUnknownKind = ColumnKind(word: word.text).map { kinds?.contains($0) != true } ?? false
            sentences.append(
                "\"\(word.word)\" leaves nothing out: "
                    + (isUnknownKind
                        ? "the table has no column of that name, and this source does not say which columns are "
                            + "\(word.text.lowercased())." : "the table has no such column."))
        }
        return sentences
    }
}
