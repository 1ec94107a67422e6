/// How staged rows come into a table, and what becomes of those that are there. Columns have the destination's names.
package enum Way: Sendable, Hashable {
    /// The rows take the place of all that are there. With the definition kept, so do indexes, triggers and views; otherwise
    /// the table is made with the rows' own columns.
    case replaceAll(keepsDefinition: Bool)
    /// The rows are added; those that are there already with the same unique columns and version are not.
    case add(unlessThere: Identity?)
    /// Rows with the same values in these columns are replaced, unless the one that is there is newer; the others are added.
    case merge(on: [String], newestBy: VersionKey?)
    /// All rows whose value in this column is among the staged ones go, or are marked, and the staged ones come: what the source
    /// no longer has of a group is gone. `TableChange.groups` names groups of which no row is left.
    case replaceGroups(by: String, marking: Mark?)
    /// The staged rows are keys: what is there with the same values in these columns goes, or is marked; NULL is a value here.
    /// Whatever brings a row again clears its mark.
    case remove(on: [String], marking: Mark?)

    /// What tells one version of a row from all others.
    package struct Identity: Sendable, Hashable {
        package var columns: [String]
        package var version: VersionKey

        package init(columns: [String], version: VersionKey) {
            self.columns = columns
            self.version = version
        }
    }

    /// A column that says since when a row is gone at the source.
    package struct Mark: Sendable, Hashable {
        package var column: String
        /// What rows get that have no mark yet; nil takes theirs away from those that have one: the source has them again.
        package var value: String?

        package init(column: String, value: String?) {
            self.column = column
            self.value = value
        }
    }

    /// Whether none of the rows that were there is there afterwards.
    package var replacesAllRows: Bool { if case .replaceAll = self { true } else { false } }

    /// Whether rows come to the table. A way that adds none needs a table that is there, and makes none.
    package var addsRows: Bool { if case .remove = self { false } else { true } }

    /// Whether a table that is there keeps its definition.
    package var keepsDefinition: Bool { if case .replaceAll(let keeps) = self { keeps } else { true } }

    /// The column in which it marks rows; nil where it removes them, or none goes.
    package var mark: Mark? {
        switch self {
        case .replaceGroups(_, let mark), .remove(_, let mark): mark
        case .replaceAll, .add, .merge: nil
        }
    }

    /// The column of an extract's table that says since when a row is gone; nil where it has none.
    package func markColumn(of extract: TableExtract) -> String? {
        mark?.column ?? (extract.marksDeleted ? MetadataColumn.deletedAt : nil)
    }

    /// What becomes of the rows of a table that is kept, as the end of a sentence.
    package var fate: String {
        switch self {
        case .replaceAll: "its rows are replaced"
        case .add: "rows are added to it"
        case .merge: "rows are added to it and replaced in it"
        case .replaceGroups(_, let mark):
            "groups of rows are replaced in it" + (mark == nil ? "" : ", and what is gone of them is marked")
        case .remove(_, nil): "rows are removed from it"
        case .remove(_, let mark?): mark.value == nil ? "rows lose their mark in it" : "rows are marked in it"
        }
    }
}

extension TableChange {
    /// Refuses to remove rows from a table that is not there: whoever wants that takes it for loaded.
    ///
    /// - Parameter place: The destination, for the sentence.
    package func checkTableIsThere(_ isThere: Bool, in place: String) throws {
        guard !isThere, !way.addsRows else { return }
        throw Failure(
            .destination, "There is no table \"\(table)\" in \(place) to remove rows from.",
            advice: "Load the extract \"\(run.extract)\" in full first.")
    }
}

extension TableExtract {
    /// Whether the run goes wrong where two rows share the columns that identify one: then staged rows prove them, whoever says
    /// that they do. A load that replaces or adds all rows as they come asks for no key.
    package func reliesOnUniqueColumns(_ plan: ReadPlan) -> Bool {
        guard !plan.uniqueColumns.isEmpty else { return false }
        // A person has named them, or rows are found by them.
        if !uniqueColumns.isEmpty || plan.groups != nil || sweeps == true { return true }
        if follows != nil || deletes.map({ $0.by != .none }) == true { return true }
        switch way(plan) {
        case .replaceAll, .add(nil): return false
        case .add, .merge, .replaceGroups, .remove: return true
        }
    }
}

extension LoadMethod {
    /// The way of a load, for a read with a plan.
    package func way(_ plan: ReadPlan) -> Way {
        let unique = plan.destinationNames(of: plan.uniqueColumns)
        let key = plan.window.map {
            VersionKey(column: plan.destinationName(of: $0.key), isMoment: plan.keyKind?.isTime == true)
        }
        switch self {
        case .dropCreateLoad: return .replaceAll(keepsDefinition: false)
        case .truncateLoad: return .replaceAll(keepsDefinition: true)
        case .append:
            guard let key, !unique.isEmpty else { return .add(unlessThere: nil) }
            return .add(unlessThere: .init(columns: unique, version: key))
        // Only the source knows the order of text.
        case .upsert: return .merge(on: unique, newestBy: plan.keyKind == .text ? nil : key)
        }
    }

    /// What kleene-ns does with the rows of a table that it did not make, once a person lets it.
    package var adoption: String {
        switch self {
        case .append: "add rows to it"
        case .upsert: "add rows to it and replace rows of it"
        case .dropCreateLoad, .truncateLoad: "replace its rows"
        }
    }
}
