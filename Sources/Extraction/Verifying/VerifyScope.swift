import Rows

/// Which rows of a source a copy is held to: those that the extract had to bring by its watermark. Pure.
package struct VerifyScope: Sendable, Equatable {
    /// The rows that are compared; nil for all.
    package var condition: Condition?
    /// Nearly the same rows, for sums, as long as none has changed since the watermark: sources that keep moments as text take
    /// long to compare each. What it takes too many makes sums differ, and its rows are compared.
    package var calm: Condition?
    /// The rows that have changed since, which the next run brings.
    package var moving: [MovingRows] = []
    /// Which of the calm rows are among those that have changed, so that one look sums these and counts those; nil where none can be.
    package var apart: Condition?
    /// Which rows of the destination have to be those; nil for all.
    package var since: BucketRange?
    /// A sentence for a person.
    package var words: String

    /// - Parameters:
    ///   - key: The incremental key, as the source spells it; of an extract that follows another, that of its headers.
    ///   - childKey: The column by which rows name their header, as the source spells it.
    ///   - ownKey: The rows' own date, as the source spells it.
    ///   - unique: What identifies a row.
    package init(
        _ extract: TableExtract, table: TableName, watermark: Watermark?, key: String?, unique: [String],
        childKey: String? = nil, ownKey: String? = nil
    ) {
        let filter = extract.filter.map { Condition.written($0) }
        guard let watermark, let key else {
            condition = filter
            calm = filter
            words = extract.filter == nil ? "all rows" : "all rows of its \"where\""
            return
        }
        let value = watermark.value
        var reached = Condition.compare(key, watermark.isInclusive ? .atMost : .below, value)
        let start = extract.incremental?.beginning(value.kind)?.value
        if let start { reached = .all([.compare(key, .atLeast, start), reached]) }
        let beyond = Condition.compare(key, watermark.isInclusive ? .above : .atLeast, value)
        if let follows = extract.follows, let childKey {
            // All rows, because those without a header were read by the first run too.
            condition = filter
            calm = filter
            // By their header, because a row that went leaves nothing else by which it would be known.
            moving = [
                MovingRows(
                    table: follows.table, condition: beyond, names: [follows.parentKey], columns: [childKey])
            ]
            if let ownKey {
                let changed = Condition.compare(ownKey, watermark.isInclusive ? .above : .atLeast, value)
                moving.append(
                    MovingRows(
                        table: table, condition: .both(filter, changed) ?? changed, names: [childKey],
                        columns: [childKey]))
            }
            words = "all rows but those of headers whose \(key) has changed since the watermark (\(watermark))"
        } else {
            let nulls = extract.incremental?.nulls ?? .once
            let withKey =
                nulls == .exclude || nulls == .fail
                ? reached : Condition.any([reached, .lacking(key, value.kind)])
            condition = .both(filter, withKey)
            let isBounded = nulls == .exclude || nulls == .fail || start != nil
            calm = isBounded ? condition : filter
            if !unique.isEmpty {
                moving = [
                    MovingRows(
                        table: table, condition: .both(filter, beyond) ?? beyond, names: unique, columns: unique)
                ]
                if !isBounded { apart = beyond }
            }
            let end = "\(watermark.isInclusive ? "up to and including" : "below") \(value)"
            words = "rows whose \(key) is \(start.map { "from \($0) and " } ?? "")\(end)"
            since = start.map { .since($0, of: key) }
        }
    }
}

/// Rows that are left aside, and how they are known.
package struct MovingRows: Sendable, Equatable {
    /// The source's table that names them.
    package var table: TableName
    package var condition: Condition
    /// The columns there.
    package var names: [String]
    /// The columns that have these values in the rows that are left aside.
    package var columns: [String]

    /// Whether they are named row by row.
    package var isOfRows: Bool { names.isExactly(columns) }
}
