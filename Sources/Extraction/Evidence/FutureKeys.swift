import Rows
import Text

/// Rows whose key of time lies ahead of the source's clock: no window reaches them until it comes there.
///
/// Up to fourteen hours ahead, their keys may be in another time zone than the clock; beyond, they are dated ahead, and a person
/// should know of them.
struct FutureKeys<S: Source> {
    let source: S
    let plan: ReadPlan
    let extract: TableExtract

    /// No zone is further ahead of another's clock than this, in seconds: what lies beyond is no matter of zones.
    static var reach: Int { 26 * 3600 }
    /// So far ahead a clock may be of another.
    private static var stray: Int { 1800 }
    /// No zone is further ahead of Greenwich than fourteen hours.
    private static var widestZone: Int { 14 * 3600 }

    /// From where on a key lies in the future; nil for a key that is no time.
    static func beginning(_ kind: KeyKind, clock: Moment?) -> KeyValue? {
        guard let moment = clock?.adding(seconds: reach) else { return nil }
        return kind == .date ? .date(moment.adding(seconds: 86_400).startOfDay) : .timestamp(moment)
    }

    /// Where rows that are ahead of the clock by no more than a zone begin and end; nil where nobody asks for them: days say
    /// nothing of zones, and a run behind a watermark has seen rows by this clock.
    private var near: (begin: KeyValue, end: KeyValue)? {
        guard !plan.isBackfill, extract.countsRows != false, plan.keyKind == .timestamp, let clock = plan.clock?.moment
        else { return nil }
        return (
            .timestamp(clock.adding(seconds: Self.stray)), .timestamp(clock.adding(seconds: Self.widestZone))
        )
    }

    private var whole: Condition? { plan.filter.map { .written($0) } }

    // MARK: Nothing was read

    /// Asked where no row came: that all are in another zone than the clock would look like a table without news.
    ///
    /// - Parameter elapsed: Seconds by which the source's clock has gone on since it was read. Asked where rows are ahead of
    ///   it: of a run that took its time they may have been written meanwhile.
    /// - Returns: what a person should know.
    /// - Throws: a `Failure` where several rows wait within reach of a zone.
    func weighNothing(elapsed: () throws -> Int) throws -> [String] {
        guard let window = plan.window, let near else { return [] }
        func rows(above delay: Int) throws -> Int {
            guard case .timestamp(let begin) = near.begin else { return 0 }
            let ahead = Condition.all([
                .compare(window.key, .above, .timestamp(begin.adding(seconds: delay))),
                .compare(window.key, .atMost, near.end),
            ])
            return try source.count(of: plan.table, where: .both(whole, ahead)) ?? 0
        }
        var count = try rows(above: 0)
        if count > 0 {
            let delay = try elapsed()
            if delay > 0 { count = try rows(above: delay) }
        }
        guard count > 0 else { return [] }
        guard count >= 2 else { return [zoneNote(count, window.key)] }
        throw Failure(
            .guarded,
            "Nothing was read, but \(words(count, window.key)): \(window.key) is in another time zone than the clock. Nothing "
                + "was changed.",
            advice:
                "Set the zone of the user who logs in right; or, with the profile \"odbc\", give a query for a clock in the "
                + "zone of \(window.key) with \"clock_query\". Where those rows are dated ahead by mistake, leave them out with "
                + "\(extract.setting("where")), or have none of this asked with \(extract.countsNothing).")
    }

    private func words(_ count: Int, _ key: String) -> String {
        "\(Sentence.count(count, "row")) of \(extract.table) \(count == 1 ? "has" : "have") a \(key) that is up to "
            + "\(Span.words(Self.widestZone)) ahead of the source's clock, which shows "
            + "\(plan.clock?.source.description ?? "")"
    }

    private func zoneNote(_ count: Int, _ key: String) -> String {
        "\(words(count, key)): \(count == 1 ? "it is" : "they are") read when it comes there. Is \(key) in another time zone "
            + "than the clock?"
    }

    // MARK: Rows were read

    /// Asked where rows came: how many others are ahead of the clock, in sentences. One question to the source, by the first
    /// run and by each that moves the watermark; and another one or two where there are such rows.
    func notes(movesWatermark: Bool) throws -> [String] {
        guard let key = plan.window?.key, let kind = plan.keyKind, !plan.isBackfill, let end = KeyValue.end(of: kind)
        else { return [] }
        let near = plan.watermark == nil ? near : nil
        let far = movesWatermark ? plan.futureFrom : nil
        guard let begin = near?.begin ?? far else { return [] }
        var rows = try extent(key, kind, from: begin, below: far == nil ? near?.end ?? end : end)
        guard rows.count > 0 else { return [] }
        var notes: [String] = []
        if let near, let smallest = rows.smallest, smallest.isBelow(near.end) == true {
            // Where all of them are, one question was enough.
            let isAll = rows.largest?.isBelow(near.end) == true
            let count = isAll ? rows.count : try extent(key, kind, from: begin, below: near.end).count
            if count > 0 { notes.append(zoneNote(count, key)) }
            rows.count -= count
        }
        guard far != nil, rows.count > 0 else { return notes }
        let condition = Condition.all([.compare(key, .atLeast, near?.end ?? begin), .compare(key, .below, end)])
        let count = Sentence.count(rows.count, "row", "has", "have")
        notes.append(
            "\(count) a \(key) in the future\(try example(.both(whole, condition), key: key)): no run reads them before the "
                + "source's clock is there. Correct them at the source if that is not meant.")
        return notes
    }

    private func extent(
        _ key: String, _ kind: KeyKind, from begin: KeyValue, below end: KeyValue
    ) throws -> (count: Int, smallest: KeyValue?, largest: KeyValue?) {
        let ahead = Condition.all([.compare(key, .atLeast, begin), .compare(key, .below, end)])
        let extent = try source.extent(of: key, kind: kind, in: plan.table, where: .both(whole, ahead))
        return (extent.rows, extent.smallest, extent.largest)
    }

    /// One of the rows, with what identifies it.
    private func example(_ condition: Condition?, key: String) throws -> String {
        let unique = plan.uniqueColumns.filter { $0 != key }
        let query = TableQuery(table: plan.table, columns: unique + [key], condition: condition, limit: 1)
        var hint: S.Hint?
        let row = try ReadAgain.untilAllFits("\(plan.table)", hint: &hint) { hint -> [String]? in
            let reader = try source.open(query, hint: hint)
            let batch = RowBatch(layout: reader.layout)
            guard try reader.fill(batch) else { return nil }
            return query.columns.indices.map { batch.text(column: $0, row: 0) ?? "NULL" }
        }
        guard let values = row else { return "" }
        let place = zip(unique, values).map { "\($0) \($1.prefix(60))" }.joined(separator: ", ")
        return ", such as \"\((values.last ?? "").prefix(80))\"" + (place.isEmpty ? "" : " where \(place)")
    }
}
