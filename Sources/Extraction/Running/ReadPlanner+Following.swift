import Rows
import Text

/// What an extract reads that follows another: the rows of the headers that have changed, all of each.
extension ReadPlanner {
    /// - Parameters:
    ///   - leader: What was read of the headers, or what would be.
    ///   - standing: As the destination has it.
    package func plan(
        _ extract: TableExtract, following leader: LeaderRead, standing: Standing, from identity: SourceIdentity?,
        run: RunIdentity
    ) throws -> ReadPlan {
        guard let follows = extract.follows else {
            return try plan(extract, standing: standing, from: identity, run: run)
        }
        var (plan, selection, standing) = try begin(extract, standing: standing, from: identity, run: run)
        let childKey = try selection.column(
            follows.childKey, among: plan.columns, of: extract, as: "the column by which its rows name their header")
        try plan.checkMasking(extract, finding: [childKey])
        guard let window = leader.plan.window, let kind = leader.plan.keyKind else {
            throw Failure(
                .configuration, "The extract \"\(extract.name)\" follows \"\(follows.extract)\", which has no window.",
                advice: "Make \"\(follows.extract)\" incremental.")
        }
        guard kind != .text else {
            throw Failure(
                .configuration,
                "The extract \"\(extract.name)\" follows \"\(follows.extract)\", whose key \"\(window.key)\" is text: how far "
                    + "one has got and the other cannot be compared.",
                advice: "Give \"\(follows.extract)\" a key of dates and times, or of whole numbers.")
        }
        try standing.checkBasis(for: extract, knowing: SourceSight(plan, key: follows.key, kind: kind))
        plan.longColumns = Set(selection.listing.columns.filter(\.long).map(\.name)).intersection(plan.columns)
        try planDeletes(&plan, extract, selection: selection, standing: standing)
        let isUnnamed = (leader.deletes?.swept(after: standing.state?.deletes?.heeded) ?? []).contains {
            $0.keys == nil
        }
        guard let state = standing.state, leader.plan.watermark != nil, !isUnnamed else {
            let reason =
                standing.state == nil
                ? "There is no watermark yet"
                : leader.plan.watermark == nil
                    ? "\"\(follows.extract)\" is read from the beginning"
                    : "A sweep of \"\(follows.extract)\" found more rows gone than are kept by name"
            plan.reasons.append("\(reason), so all rows are read, and take the place of those that are there.")
            plan.numericKey = selection.numericKey(plan)
            try cut(&plan, extract, selection: selection)
            // Not before: no rows behind a watermark are nothing new, and no rows at all are a table that is empty now.
            plan.watermark = standing.state?.watermark
            return plan
        }
        plan.watermark = state.watermark
        let parentKey = try leader.key(follows)
        let (changed, words) = changed(follows, leader, parentKey: parentKey, childKey: childKey)
        var ways = [changed]
        if !leader.gone.isEmpty {
            ways.append(.any(Self.lists(of: leader.gone, in: childKey)))
            plan.reasons.append(
                "So are those of \(Sentence.count(leader.gone.count, "header")) that "
                    + "\(leader.gone.count == 1 ? "is" : "are") gone."
            )
        }
        plan.reasons.append(
            "Follows \"\(follows.extract)\": \(words) are read, and take the place of those that are there, so that what is "
                + "gone of a header goes. They come in with the headers, in one change.")
        if let ownKey = follows.ownKey {
            ways.append(
                try own(ownKey, extract, selection: selection, window: window, kind: kind, childKey: childKey))
            plan.reasons.append(
                "So are those of headers with a row whose own \(ownKey) is in the window of \"\(follows.extract)\".")
        }
        plan.reasons.append(
            "A row that is deleted, or changes without a date in the window, is not seen until its header's date moves; "
                + "`kleene-ns state reset \(extract.name)` has all rows read again.")
        if leader.plan.filter != nil {
            plan.reasons.append(
                "The first run has read the rows of all headers; the dates of those that \"where\" of \"\(follows.extract)\" "
                    + "leaves out are not looked at.")
        }
        let isAlike =
            leader.plan.numericKey.isExactly(parentKey)
            && selection.listing.columns.first { $0.name.isExactly(childKey) }?.keyKind == .integer
        plan.groups = GroupRead(
            column: childKey,
            condition: Self.groups(childKey, of: selection.listing.name, found: ways, isAlike: isAlike))
        if extract.countsRows != false,
            leader.keys?.isEmpty != true || follows.ownKey != nil || !leader.gone.isEmpty
        {
            plan.counted = try source.count(of: plan.table, where: plan.condition)
        }
        if plan.counted ?? 1 == 0 || ways == [.any([])], leader.rows == 0, leader.gone.isEmpty {
            plan.chunks = []
            plan.reasons.append("No header has changed, so nothing is read.")
        }
        return plan
    }

    /// The rows of all groups that are found in one of some ways.
    ///
    /// Each of several ways has a subselect of its own, which the source unites: `h IN (1, 2) OR h IN (SELECT …)` has PostgreSQL read
    /// the whole table, although each of the two would go through the index.
    ///
    /// - Parameter isAlike: Whether a header's key has the type of the rows' own column. Otherwise all subselects are of that column, so
    ///   that how it compares with a key of another type is left to the source, as it is in a join.
    private static func groups(
        _ childKey: String, of table: TableName, found ways: [Condition], isAlike: Bool
    ) -> Condition {
        let ways = ways.filter { $0 != .any([]) }
        guard ways.count > 1 else { return .any(ways) }
        return .any(
            ways.map { way in
                if case .amongRows(childKey, let others, _, _) = way, isAlike || others == table { return way }
                return .amongRows(childKey, of: table, column: childKey, where: way)
            })
    }

    /// Which rows are those of changed headers, and in words.
    private func changed(
        _ follows: Follows, _ leader: LeaderRead, parentKey: String, childKey: String
    ) -> (Condition, String) {
        if follows.asking != .query, let keys = leader.keys {
            return (
                .any(Self.lists(of: keys, in: childKey)),
                "the rows of \(Sentence.count(keys.count, "header")) that \(keys.count == 1 ? "has" : "have") "
                    + "changed, named by key,"
            )
        }
        return (
            .amongRows(childKey, of: leader.plan.table, column: parentKey, where: leader.plan.condition),
            "the rows of the headers in its window"
        )
    }

    /// Keys in lists of a length that the service takes.
    private static func lists(of keys: [KeyValue], in column: String) -> [Condition] {
        stride(from: 0, to: keys.count, by: Follows.listLength).map {
            .among(column, Array(keys[$0..<min($0 + Follows.listLength, keys.count)]))
        }
    }

    /// Which rows are those of headers with a row whose own date is in the window.
    private func own(
        _ ownKey: String, _ extract: TableExtract, selection: ColumnSelection, window: Window, kind: KeyKind,
        childKey: String
    ) throws -> Condition {
        let names = selection.listing.columns.map(\.name)
        guard let name = (selection.listing.nameCase ?? .unicode).find(ownKey, among: names),
            selection.listing.columns.first(where: { $0.name.isExactly(name) })?.keyKind == kind
        else {
            throw Failure(
                .configuration,
                "\(extract.table) has no column \"\(ownKey)\" of the kind of \"\(window.key)\", \(Sentence.article(kind.rawValue)), to tell "
                    + "that a row has changed.",
                advice: "Name another \"own_key\" in \"follows\", or null for none.")
        }
        var mine = window
        mine.key = name
        mine.readsNulls = false
        return .amongRows(
            childKey, of: selection.listing.name, column: childKey,
            where: .both(extract.filter.map { .written($0) }, mine.condition))
    }
}
