import Extraction
import Rows

/// Whether what an extract renames goes with the columns that it names, as far as that is known without asking the source.
struct RenameJudgement {
    let renames: [String: String]
    let columns: [String]?

    init(_ renames: [String: String], of columns: [String]?) {
        self.renames = renames
        self.columns = columns
    }

    /// What is wrong, a sentence each.
    var faults: [String] {
        let renamed = renames.keys.sorted()
        var faults: [String] = []
        var taken: [Exact<String>: String] = [:]
        for column in renamed {
            let name = renames[column] ?? ""
            let folded = NameCase.unicode.folded(name)
            if let other = taken[folded] {
                faults.append("\"\(other)\" and \"\(column)\" would both be \"\(name)\".")
            } else {
                taken[folded] = column
            }
        }
        guard let columns else { return faults }
        faults += renamed.filter { !ColumnChoice(columns).mayTake($0) }.map {
            "\"\($0)\" is not among the \"columns\" of the extract, so there is nothing to rename."
        }
        // Words that are no globs are columns, and keep the names that nobody changes.
        let kept = columns.filter { word in
            !ColumnChoice.readsLikePattern(word) && !renamed.contains { NameCase.unicode.areSame($0, word) }
        }
        faults += kept.compactMap { column in
            taken[NameCase.unicode.folded(column)].map {
                "\"\($0)\" would be \"\(column)\", which is another of the \"columns\"."
            }
        }
        return faults
    }
}

extension ObjectReader {
    /// Columns, each with what it is called in the destination.
    func renames(_ key: String, rules: TableRules) -> [String: String] {
        if let sketch {
            _ = value(key)
            sketch.note(key, .names)
            return [:]
        }
        guard let members = object(key) else { return [:] }
        return members.renames(rules)
    }
}
