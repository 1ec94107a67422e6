import Rows
import Text

/// What differences mean for a person, and the command that goes on from there.
extension Drift {
    private static func columns(_ names: [String]) -> String {
        "the \(Sentence.noun(names.count, "column")) \(Sentence.list(names))"
    }

    /// Stops a run where the extract says so, before anything is changed.
    package func check(_ extract: TableExtract) throws {
        for kind in DriftPolicy.Kind.allCases where extract.answer(to: kind) == .fail {
            if let message = refusal(kind, extract) {
                throw Failure(.drift, message, advice: advice(kind, extract))
            }
        }
    }

    /// What is gone and not even listed.
    private var missing: [String] { gone.filter { !(left ?? []).containsExactly($0) } }

    private func refusal(_ kind: DriftPolicy.Kind, _ extract: TableExtract) -> String? {
        let table = "\"\(extract.destinationTable)\""
        func changes(_ all: [TypeChange]) -> String {
            all.map { "\"\($0.column)\" was \($0.from) and is \($0.to)" }.joined(separator: "; ")
        }
        switch kind {
        case .new where !new.isEmpty:
            return "\(extract.table) has \(Self.columns(new)), which the table \(table) has not been filled with."
        case .gone where !missing.isEmpty:
            return
                "The source does not list \(Self.columns(missing)) of \(extract.table) any more, and the table \(table) has "
                + "values there: perhaps a permission was taken away."
        case .gone where left != nil:
            return
                "The source lists \(Self.columns(left ?? [])) of \(extract.table) as another kind now, which is not read any "
                + "more, and the table \(table) has values there."
        case .widened where !widened.isEmpty:
            return "Types of \(extract.table) have become wider: \(changes(widened))."
        case .changed where !changed.isEmpty:
            return "Types of \(extract.table) have changed: \(changes(changed))."
        default: return nil
        }
    }

    private func advice(_ kind: DriftPolicy.Kind, _ extract: TableExtract) -> String {
        func say(_ answer: DriftPolicy.Answer) -> String { extract.drift(kind, answer) }
        let afresh = "or drop the table \"\(extract.destinationTable)\": the next run reads everything again."
        switch kind {
        case .new: return "\(say(.evolve)) adds it; \(say(.ignore)) leaves it out."
        case .gone:
            let fate =
                switch extract.loadMethod {
                case .dropCreateLoad: "makes the table without it"
                case .truncateLoad: "goes on, with NULL there in all rows"
                case .append: "goes on, with NULL there in new rows"
                case .upsert: "goes on: rows that change keep their old values there"
                }
            let cure =
                missing.isEmpty
                ? "To go on reading it, add its name to \(extract.setting("columns"))"
                    + (extract.columns == nil ? " beside \"*\"." : ".")
                : "Give the user or role its permission back."
            return "\(cure) If the column may go: \(say(.ignore)) \(fate); \(afresh)"
        case .widened, .changed: return "\(say(.ignore)) goes on, if the table's columns can hold it; \(afresh)"
        }
    }

    /// What the run's record says of differences by name.
    ///
    /// - Parameter readsAll: Whether the run reads all rows, so that an upsert brings their values.
    package func notes(_ extract: TableExtract, held: [HeldColumn], readsAll: Bool) -> [String] {
        var notes: [String] = []
        func filling(from: String?, before: Bool) -> String {
            if extract.loadMethod.replacesAllRows || readsAll && extract.loadMethod == .upsert { return "" }
            return " " + HeldColumn.Gap.advice(extract, from: from, isEarlierRows: before)
        }
        if !new.isEmpty {
            notes.append("New: \(Self.columns(new)) of \(extract.table)." + filling(from: nil, before: true))
        }
        if !missing.isEmpty {
            notes.append("Gone: \(Self.columns(missing)) of \(extract.table). \(goneFate(extract))")
        }
        if let left {
            notes.append(
                "Not read any more, because the source lists it as another kind now: \(Self.columns(left)) of "
                    + "\(extract.table). \(goneFate(extract))")
        }
        if !unread.isEmpty {
            notes.append(
                "No longer read, because \(extract.setting("columns")) does not name it: \(Sentence.list(unread)). \(goneFate(extract))"
            )
        }
        for name in returned {
            let gap = held.first { FoldedName($0.sourceName) == FoldedName(name) }?.absent
            notes.append(
                "Back: the column \"\(name)\" of \(extract.table), which was gone since the run \(gap?.run ?? "before")."
                    + filling(from: gap?.from, before: false))
        }
        return notes
    }

    /// What the run's record says of types.
    package func typeNotes(_ extract: TableExtract) -> [String] {
        func note(_ kind: DriftPolicy.Kind, _ all: [TypeChange], _ word: String) -> [String] {
            guard extract.answer(to: kind) == .evolve else { return [] }
            let stays = extract.loadMethod.replacesAllRows ? "" : " Rows that were loaded before are as they were."
            return all.map { "\(word): the column \"\($0.column)\" was \($0.from) and is \($0.to).\(stays)" }
        }
        return note(.widened, widened, "Wider") + note(.changed, changed, "Another type")
    }

    private func goneFate(_ extract: TableExtract) -> String {
        switch extract.loadMethod {
        case .dropCreateLoad: return "The table is made without it; its values are not in the destination any more."
        case .truncateLoad, .append, .upsert:
            if extract.answer(to: .gone) == .evolve, unread.isEmpty {
                return "It is dropped from the table, with its values."
            }
            return switch extract.loadMethod {
            case .truncateLoad: "It is NULL in all rows of the table."
            case .append: "It is NULL in the rows of this run."
            default: "Rows keep the values that they have there, even where this run replaces the rest."
            }
        }
    }

}

extension HeldColumn.Gap {
    /// - Parameters:
    ///   - from: Where the window of the first run without the column began.
    ///   - isEarlierRows: Whether rows from before this run lack it, not those since.
    static func advice(_ extract: TableExtract, from: String?, isEarlierRows: Bool) -> String {
        let rows =
            isEarlierRows
            ? "Rows that were loaded before this run lack its values, unless they are read again."
            : "Rows that were loaded in between lack its values, unless they are read again."
        switch extract.loadMethod {
        case .dropCreateLoad, .truncateLoad: return ""
        case .append:
            return
                "\(rows) To have them in all rows, drop the table \"\(extract.destinationTable)\": the next run reads "
                + "everything that the source still has."
        case .upsert:
            guard extract.watermarkKey != nil else { return "The next run reads all rows again." }
            let all = "`kleene-ns state reset \(extract.stateName)` has the next run read everything again"
            if let from {
                return
                    "\(rows) `kleene-ns state rewind \(extract.stateName) --to '\(from)'` has the next run read them again; \(all)."
            }
            if !extract.takesBackfill { return "\(rows) \(all)." }
            return "\(rows) \(all); `kleene-ns backfill \(extract.name) --from A --to B` reads a range."
        }
    }
}

extension TableHolding {
    /// Columns whose values some rows lack, in sentences.
    package func lacks(_ extract: TableExtract) -> [String] {
        if extract.loadMethod.replacesAllRows { return [] }
        return (columns ?? []).compactMap { column in
            if let gap = column.absent {
                return "The column \"\(column.name)\" has not been read since the run \(gap.run)."
            }
            guard let gap = column.lacking else { return nil }
            return "Some rows lack the column \"\(column.name)\" (see the run \(gap.run)). "
                + HeldColumn.Gap.advice(extract, from: gap.from, isEarlierRows: gap.from == nil)
        }
    }
}
