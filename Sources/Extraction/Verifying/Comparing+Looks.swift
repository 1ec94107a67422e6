import Rows
import Text

/// The looks of a comparison: sums of buckets, rows of those that differ, and those rows again.
extension Comparing {
    mutating func compare(_ record: inout VerifyRecord) throws {
        let aside = try moving(&record)
        let ranges = try differingRanges(aside, &record)
        try verification.stopIfAsked()
        let first: (rows: D.Rows, count: Int)
        let part: [BucketRange]
        if let ranges {
            let merged = BucketRange.merged(ranges)
            let step = VerifyBounds.readRanges
            let conditions = stride(from: 0, to: merged.count, by: step).map { start in
                Condition.any(merged[start..<min(start + step, merged.count)].map { $0.condition ?? .all([]) })
            }
            verification.tell("reading the rows of \(Sentence.count(ranges.count, "range"))")
            guard let read = try read(StagingUse("rows"), conditions) else { return }
            (first, part) = (read, merged)
        } else {
            verification.tell("reading all rows")
            first = try readAll(StagingUse("rows"))
            part = [.all]
            record.sourceRows = first.count
            record.rows = try count(without: aside)
        }
        record.rowsRead += first.count
        verification.tell("comparing \(Sentence.count(first.count, "row"))")
        let found = try differences(comparison(first.rows, aside: aside, .ranges(part)))
        guard !found.isEmpty else { return }
        if found.count > VerifyBounds.mostDifferences {
            record.found = DifferenceCounts(found)
            record.differences = Array(found.prefix(VerifyRecord.mostNamed))
            record.limits.append(
                "More than \(Sentence.count(VerifyBounds.mostDifferences, "row")) differ: they are not counted "
                    + "further, and were looked at once."
            )
            return
        }
        if unique.isEmpty {
            try lookAgainAtAll(&record, found)
        } else {
            var seen: Set<[KeyCell]> = []
            confirmed = try look(at: found.map(\.key).filter { seen.insert($0).inserted }, &record)
            record.passing = max(0, found.count - confirmed.count)
            record.found = DifferenceCounts(confirmed)
            record.differences = Array(confirmed.prefix(VerifyRecord.mostNamed))
        }
    }

    /// Rows that nothing identifies are counted by their values, all of them once more.
    private mutating func lookAgainAtAll(_ record: inout VerifyRecord, _ found: [RowDifference]) throws {
        let again = try readAll(StagingUse("rows"))
        record.rowsReread += again.count
        let second = try differences(comparison(again.rows, aside: [], .ranges([.all])))
        record.passing = max(0, found.count - second.count)
        record.found = DifferenceCounts(second)
        record.limits.append(
            "Nothing identifies the rows, so that a row with another value counts as missing and as extra.")
    }

    /// Reads rows again by their keys; what differs now.
    mutating func look(at keys: [[KeyCell]], _ record: inout VerifyRecord) throws -> [RowDifference] {
        verification.tell("looking again at \(Sentence.count(keys.count, "row"))")
        let lists = KeyLists.conditions(keys, of: unique, kinds: kinds)
        let use = StagingUse("again", isLoaded: verification.options.repairs)
        guard let again = try read(use, lists) else { return [] }
        // Behind the rows: one that changes in between is in one of the two at least.
        let moved = try readMoving(lists)
        record.rowsReread += again.count
        reread = again.rows
        return try differences(comparison(again.rows, aside: moved, .keys(keys)))
    }

    /// The destination compares for as long as it takes, which is not the driver's silence.
    private func differences(_ comparison: RowComparison<D.Rows>) throws -> [RowDifference] {
        let destination = destination
        let beside = Beside { try destination.differences(comparison) }
        try beside.start()
        return try beside.wait { verification.tell("comparing rows") }
    }

    /// Rows of the table that are compared.
    private func count(without aside: [LeftAside<D.Rows>]) throws -> Int {
        let (destination, name) = (destination, extract.destinationTable)
        var query = DigestQuery(table: plan.table, bucketing: .whole, values: [])
        query.since = since
        let mine = query.named(by: plan.destinationName)
        let beside = Beside { try destination.digests(mine, of: name, in: nil, without: aside) }
        try beside.start()
        return try beside.wait { verification.tell("counting the rows of the table") }.reduce(0) { $0 + $1.rows }
    }

    // MARK: Sums

    /// The rows above the watermark, to be left aside.
    private func moving(_ record: inout VerifyRecord) throws -> [LeftAside<D.Rows>] {
        guard !scope.moving.isEmpty else { return [] }
        verification.tell("asking for rows above the watermark")
        var count: Int? = 0
        for moving in scope.moving {
            let some = try patience.ask { try source.count(of: moving.table, where: moving.condition) }
            count = count.flatMap { sum in some.map { sum + $0 } }
        }
        if let count, count > VerifyBounds.mostMoving {
            throw Failure(
                .configuration,
                "\(Sentence.count(count, "row")) of \(scope.moving[0].table) have changed since the watermark "
                    + "of \"\(extract.name)\": too many to "
                    + "leave them aside.", advice: "Run `kleene-ns extract \(extract.name)` first.")
        }
        record.rowsMoving = 0
        guard count != 0 else { return [] }
        let aside = try readMoving()
        record.rowsMoving = aside.reduce(0) { $0 + $1.rows.summary.rows }
        return aside
    }

    /// The ranges whose rows are to be compared; nil for all rows, none where all sums agree.
    private func differingRanges(_ aside: [LeftAside<D.Rows>], _ record: inout VerifyRecord) throws -> [BucketRange]? {
        if verification.options.isFull { return nil }
        let values = values(&record)
        guard var query = try firstQuery(values, isCalm: aside.isEmpty) else {
            record.limits.append("The source would not add up its rows, so all of them were read.")
            return nil
        }
        guard let first = try digests(query, in: nil, aside) else {
            record.limits.append("The source would not add up its rows by ranges, so all of them were read.")
            return nil
        }
        record.buckets = first.buckets
        record.bucketsDifferent = first.differing.count
        record.sourceRows = first.sourceRows
        record.rows = first.rows
        tellLimits(first, values, &record)
        var (bucketing, differing) = (query.bucketing, first.differing)
        if let finer = finer(query.bucketing, first), !differing.isEmpty {
            let ranges = BucketRange.merged(differing.map { bucketing.range(of: $0) })
            query.bucketing = finer
            query.isIndexed = false
            let isFew = ranges.count <= VerifyBounds.summedRanges
            if isFew { query.condition = .both(query.condition, .any(ranges.map { $0.condition ?? .all([]) })) }
            if let second = try digests(query, in: isFew ? ranges : nil, aside) {
                (bucketing, differing) = (finer, second.differing)
            }
        }
        var ranges = differing.map { bucketing.range(of: $0) }
        if ranges.count > VerifyBounds.mostRanges { return nil }
        ranges += sampled(query: query, &record)
        return ranges
    }

    /// What is asked of each bucket.
    private func values(_ record: inout VerifyRecord) -> [DigestValue] {
        var values: [DigestValue] = []
        if let numericKey { values += [.smallest(numericKey), .largest(numericKey)] }
        if let version, let versionKind, versionKind.isTime, columns.containsExactly(version.column) {
            if source.addsUpSeconds {
                values += [.seconds(version.column)]
            } else if versionKind == .date {
                values += [.days(version.column, versionKind)]
            } else {
                values += [.days(version.column, versionKind), .times(version.column, versionKind)]
            }
        }
        let held = standing.holding?.columns ?? []
        values += columns.filter { name in
            guard column(name)?.keyKind == .integer, plan.masking?.mask(of: name) == nil else { return false }
            let type = held.first { FoldedName($0.sourceName) == FoldedName(name) }?.type
            return type == nil || type == .integer
        }.map { .sum($0) }
        let masked = columns.filter { plan.masking?.mask(of: $0) != nil }
        if !masked.isEmpty {
            record.limits.append(
                "Sums leave \(Sentence.list(plan.destinationNames(of: masked))) out, because the table has masks there; where rows are compared, their masks "
                    + "are.")
        }
        // Of unique columns too: a load has proven that they have no NULL, and other programs write into the table.
        let together = source.columnsCountedTogether
        values +=
            together > 1
            ? stride(from: 0, to: columns.count, by: together).map {
                .weighed(WeighedColumns(drawnFor: Array(columns[$0..<min($0 + together, columns.count)])))
            } : columns.map { .present($0) }
        guard values.count > VerifyBounds.mostValues else { return values }
        record.limits.append(
            "Of \(Sentence.count(values.count, "sum")) \(VerifyBounds.mostValues) were asked for: one statement "
                + "has room for no more."
        )
        return Array(values.prefix(VerifyBounds.mostValues))
    }

    private func tellLimits(_ comparison: DigestComparison, _ values: [DigestValue], _ record: inout VerifyRecord) {
        let unsaid = comparison.unsaid.sorted().flatMap { values[$0].columns }
        let inexact = unsaid.enumerated().filter { !unsaid[..<$0.offset].containsExactly($0.element) }.map(\.element)
        if !inexact.isEmpty {
            record.limits.append(
                "Left out of the sums, because a side cannot add it up exactly: "
                    + "\(Sentence.list(plan.destinationNames(of: inexact))).")
        }
        let seen = Set(
            values.enumerated().filter { $1.isOfValues && !comparison.unsaid.contains($0) }.flatMap {
                $1.columns.map { FoldedName($0) }
            })
        let unseen = columns.filter { !seen.contains(FoldedName($0)) }
        guard !unseen.isEmpty else { return }
        record.limits.append(
            "Where sums agree, other values of \(Sentence.list(plan.destinationNames(of: unseen))) are not seen, only how "
                + "many are NULL; --full compares them.")
    }

    /// The question of the first look; nil where the source cannot be asked.
    private func firstQuery(_ values: [DigestValue], isCalm: Bool) throws -> DigestQuery? {
        var query = DigestQuery(
            table: plan.table, bucketing: .whole, values: values, condition: isCalm ? scope.calm : scope.condition)
        query.since = since
        let key =
            numericKey.map { ($0, KeyKind.integer) }
            ?? version.flatMap { version in versionKind.map { (version.column, $0) } }
        guard let (name, kind) = key else { return query }
        verification.tell("asking for the extent of \(name)")
        let ends = try patience.ask {
            try source.ends(of: name, kind: kind, in: plan.table, where: scope.calm)
        }
        guard let smallest = ends.smallest, let largest = ends.largest else { return query }
        if case .integer(let low) = smallest, case .integer(let high) = largest {
            // A table without row numbers has ranges of few rows where it is small: no harm.
            let rows = standing.table?.lastRow.map { Int(clamping: $0) } ?? .max
            let buckets = min(VerifyBounds.buckets, max(1, rows / VerifyBounds.finestRows))
            query.bucketing = .widths(name, from: low, to: high, buckets: buckets)
            query.extent = low...max(low, high)
            query.isIndexed = isIndexed(name)
        } else if let months = Bucketing.calendar(
            name, kind, from: smallest, to: largest, byDay: false, most: VerifyBounds.buckets * 2)
        {
            query.bucketing = months
        }
        return query
    }

    private func isIndexed(_ name: String) -> Bool {
        guard let column = column(name) else { return false }
        return column.key == 1 || !column.uniqueIndexes.isEmpty
    }

    /// Buckets of a few rows, for those that differ; nil where there are none finer.
    private func finer(_ bucketing: Bucketing, _ first: DigestComparison) -> Bucketing? {
        switch bucketing {
        case .whole: return nil
        case .widths(let column, let width):
            let rows = max(1, max(first.rows, first.sourceRows) / max(1, first.buckets))
            let share = Double(VerifyBounds.finestRows) / Double(rows)
            guard share < 1 else { return nil }
            let finer = Int64(max(1, (Double(width) * share).rounded(.down)))
            return finer < width ? .widths(column, width: finer) : nil
        case .cuts(let column, let kind, let cuts):
            let ranges = first.differing.compactMap { $0 }.map { bucketing.range(of: $0) }
            guard let low = ranges.first?.lower ?? cuts.first, let high = ranges.last?.upper ?? cuts.last else {
                return nil
            }
            return .calendar(column, kind, from: low, to: high, byDay: true, most: VerifyBounds.buckets * 2)
        }
    }

    /// Buckets whose rows are compared although their sums agree.
    private func sampled(
        query: DigestQuery, _ record: inout VerifyRecord
    ) -> [BucketRange] {
        guard let share = verification.options.sample else { return [] }
        guard let numericKey, let extent = query.extent else {
            record.limits.append("No sample was taken: there is no key of whole numbers to draw rows by.")
            return []
        }
        let span = UInt64(bitPattern: extent.upperBound) &- UInt64(bitPattern: extent.lowerBound)
        let places = span < UInt64(VerifyBounds.buckets) ? span + 1 : UInt64(VerifyBounds.buckets)
        let width = span / places + 1
        let count = max(1, Int((Double(places) * share).rounded(.up)))
        return (0..<places).shuffled().prefix(count).sorted().map { place in
            var range = BucketRange(numericKey, .integer)
            let lower = UInt64(bitPattern: extent.lowerBound) &+ place &* width
            range.lower = .integer(Int64(bitPattern: lower))
            // The last one ends where the keys do, which may be where 64 bits do.
            range.upper = place == places - 1 ? nil : .integer(Int64(bitPattern: lower &+ width))
            return range
        }
    }

    private func digests(
        _ query: DigestQuery, in ranges: [BucketRange]?, _ aside: [LeftAside<D.Rows>]
    ) throws -> DigestComparison? {
        try verification.stopIfAsked()
        verification.tell("adding up the rows of both sides")
        // Both at once: a destination holds nothing between calls, and nobody else calls it meanwhile.
        let (destination, table) = (destination, extract.destinationTable)
        let name = plan.destinationName
        let (mine, parts) = (query.named(by: name), ranges?.map { $0.named(by: name) })
        let beside = Beside { try destination.digests(mine, of: table, in: parts, without: aside) }
        try beside.start()
        let theirs: [BucketDigest]?
        do {
            theirs = try patience.ask { try source.digests(query) }
        } catch let failure as Failure where failure.kind == .statement || failure.kind == .data {
            verification.context.note(extract, "\(failure.message) All rows are read instead.")
            theirs = nil
        } catch {
            _ = try? beside.wait {}
            throw error
        }
        let ours = try beside.wait { verification.tell("adding up the rows of the table") }
        return theirs.map { DigestComparison(source: $0, destination: ours) }
    }
}
