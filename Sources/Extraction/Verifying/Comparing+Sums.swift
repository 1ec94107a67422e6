import Rows
import Text

/// What both sides add up, and the ranges whose sums differ.
extension Comparing {
    /// Whether the first look counts the rows above the watermark. Sources that keep moments as text take long to compare each.
    var countsApart: Bool {
        scope.apart != nil && !verification.options.isFull && !source.comparesMomentsAsText
    }

    /// The rows above the watermark, to be left aside.
    ///
    /// - Parameter known: How many they are; nil where nobody has counted them.
    func moving(_ record: inout VerifyRecord, known: Int? = nil) throws -> [LeftAside<D.Rows>] {
        guard !scope.moving.isEmpty else { return [] }
        let count = try known ?? countMoving()
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

    /// Nil where the source does not say.
    private func countMoving() throws -> Int? {
        verification.tell("asking for rows above the watermark")
        var count: Int? = 0
        for moving in scope.moving {
            let some = try patience.ask { try source.count(of: moving.table, where: moving.condition) }
            count = count.flatMap { sum in some.map { sum + $0 } }
        }
        return count
    }

    /// The ranges whose rows are to be compared; nil for all rows, none where all sums agree.
    ///
    /// - Parameter aside: Rows that are left aside; nil where the first look is to count them, and known behind it.
    func differingRanges(
        _ aside: inout [LeftAside<D.Rows>]?, _ record: inout VerifyRecord
    ) throws -> [BucketRange]? {
        if verification.options.isFull { return nil }
        let values = values(&record)
        guard var query = try firstQuery(values, isCalm: aside?.isEmpty != false) else {
            record.limits.append("The source would not add up its rows, so all of them were read.")
            return nil
        }
        if aside == nil, query.bucketing.apart == nil {
            let some = try moving(&record)
            aside = some
            if !some.isEmpty { query.condition = scope.condition }
        } else if aside == nil {
            query.apart = scope.apart
        }
        guard let first = try firstLook(&query, &aside, &record) else {
            record.limits.append("The source would not add up its rows by ranges, so all of them were read.")
            return nil
        }
        record.buckets = first.buckets
        record.bucketsDifferent = first.differing.count
        record.sourceRows = first.sourceRows
        record.rows = first.rows
        tellLimits(first, values, &record)
        query.apart = nil
        if let aside, !aside.isEmpty { query.condition = scope.condition }
        var (bucketing, differing) = (query.bucketing, first.differing)
        if let finer = finer(query.bucketing, first), !differing.isEmpty {
            let ranges = BucketRange.merged(differing.map { bucketing.range(of: $0) })
            query.bucketing = finer
            query.isIndexed = false
            let isFew = ranges.count <= VerifyBounds.summedRanges
            if isFew { query.condition = .both(query.condition, .any(ranges.map { $0.condition ?? .all([]) })) }
            if let second = try digests(query, in: isFew ? ranges : nil, aside ?? []) {
                let second = DigestComparison(source: second.source, destination: second.destination)
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
        let numbers = columns.filter { name in
            guard column(name)?.keyKind == .integer, plan.masking?.mask(of: name) == nil else { return false }
            let type = held.first { FoldedName($0.sourceName) == FoldedName(name) }?.type
            return type == nil || type == .integer
        }
        let masked = columns.filter { plan.masking?.mask(of: $0) != nil }
        if !masked.isEmpty {
            record.limits.append(
                "Sums leave \(Sentence.list(plan.destinationNames(of: masked))) out, because the table has masks there; where rows are compared, their masks "
                    + "are.")
        }
        // NULLs of unique columns too: a load has proven that they have none, and other programs write into the table.
        let together = source.columnsCountedTogether
        if together > 1 {
            values += numbers.map { .sum($0, ofNull: WeighedColumns.numberOfNull()) }
            let others = columns.filter { !numbers.containsExactly($0) }
            values += stride(from: 0, to: others.count, by: together).map {
                .weighed(WeighedColumns(drawnFor: Array(others[$0..<min($0 + together, others.count)])))
            }
        } else {
            values += numbers.map { .sum($0) }
            values += columns.map { .present($0) }
        }
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
        let said = values.enumerated().filter { !comparison.unsaid.contains($0.offset) }.map(\.element)
        let seen = Set(said.filter(\.isOfValues).flatMap(\.columns).map { FoldedName($0) })
        let counted = Set(said.filter { !$0.isOfValues }.flatMap(\.columns).map { FoldedName($0) })
        let unseen = columns.filter { !seen.contains(FoldedName($0)) }
        func tell(_ names: [String], _ what: (String) -> String) {
            guard !names.isEmpty else { return }
            record.limits.append(
                "Where sums agree, \(what(Sentence.list(plan.destinationNames(of: names)))); --full compares them.")
        }
        tell(unseen.filter { counted.contains(FoldedName($0)) }) {
            "other values of \($0) are not seen, only how many are NULL"
        }
        tell(unseen.filter { !counted.contains(FoldedName($0)) }) { "values of \($0) are not seen" }
    }

    /// The question of the first look; nil where the source cannot be asked.
    private func firstQuery(_ values: [DigestValue], isCalm: Bool) throws -> DigestQuery? {
        var query = DigestQuery(
            table: plan.table, bucketing: .whole, values: values, condition: isCalm ? scope.calm : scope.condition)
        query.since = since
        if let numericKey, let extent = try roughExtent(of: numericKey) {
            cut(&query, by: numericKey, extent)
            query.mostBuckets = VerifyBounds.mostBuckets
        } else {
            try cutByEnds(&query)
        }
        return query
    }

    /// What the table holds of a key, by which the source's rows can be cut without a question that may take it as long as a tenth of
    /// its sums; nil where the source must know its own ends, or a sample is to be drawn between them.
    private func roughExtent(of key: String) throws -> ClosedRange<Int64>? {
        guard !source.addsUpByRange, since == nil, verification.options.sample == nil else { return nil }
        return try destination.roughExtent(of: plan.destinationName(of: key), in: extract.destinationTable)
    }

    /// Cuts the rows by what the source says of the ends of the key, or of the watermark's column.
    private func cutByEnds(_ query: inout DigestQuery) throws {
        let key =
            numericKey.map { ($0, KeyKind.integer) }
            ?? version.flatMap { version in versionKind.map { (version.column, $0) } }
        guard let (name, kind) = key else { return }
        verification.tell("asking for the extent of \(name)")
        let ends = try patience.ask {
            try source.ends(of: name, kind: kind, in: plan.table, where: scope.calm)
        }
        guard let smallest = ends.smallest, let largest = ends.largest else { return }
        if case .integer(let low) = smallest, case .integer(let high) = largest {
            query.extent = low...max(low, high)
            cut(&query, by: name, low...max(low, high))
        } else if let months = Bucketing.calendar(
            name, kind, from: smallest, to: largest, byDay: false, most: VerifyBounds.buckets * 2)
        {
            query.bucketing = months
        }
    }

    private func cut(_ query: inout DigestQuery, by key: String, _ extent: ClosedRange<Int64>) {
        // A table without row numbers has ranges of few rows where it is small: no harm.
        let rows = standing.table?.lastRow.map { Int(clamping: $0) } ?? .max
        let buckets = min(VerifyBounds.buckets, max(1, rows / VerifyBounds.finestRows))
        query.bucketing = .widths(key, from: extent.lowerBound, to: extent.upperBound, buckets: buckets)
        query.isIndexed = isIndexed(key)
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

    /// The sums of all buckets, and with them the rows that are left aside where nobody has counted them yet.
    private func firstLook(
        _ query: inout DigestQuery, _ aside: inout [LeftAside<D.Rows>]?, _ record: inout VerifyRecord
    ) throws -> DigestComparison? {
        guard var sums = try digests(query, in: nil, aside ?? []) else { return nil }
        let most = query.mostBuckets
        // Of the second look all are needed.
        query.mostBuckets = nil
        if let most, sums.source.count > most {
            // The table tells little of the source's keys: most of its rows are gone, or they lie far apart.
            try cutByEnds(&query)
            // Rows that are counted apart need a bucket that no key falls into.
            if query.apart != nil, query.bucketing.apart == nil, let numericKey {
                query.bucketing = .widths(numericKey, width: 2)
            }
            guard let again = try digests(query, in: nil, aside ?? []) else { return nil }
            sums = again
        }
        if query.apart != nil {
            let number = query.bucketing.apart
            let apart = sums.source.first { $0.bucket == number }
            sums.source.removeAll { $0.bucket == number }
            let some = try moving(&record, known: apart?.rows ?? 0)
            aside = some
            // The source has told the sums of its other rows; the table's are told again without those that it does not tell.
            if !some.isEmpty { sums.destination = try adding(query, nil, some) { try $0.wait(tellAdding) } }
        }
        return DigestComparison(source: sums.source, destination: sums.destination)
    }

    private func digests(
        _ query: DigestQuery, in ranges: [BucketRange]?, _ aside: [LeftAside<D.Rows>]
    ) throws -> (source: [BucketDigest], destination: [BucketDigest])? {
        try verification.stopIfAsked()
        verification.tell("adding up the rows of both sides")
        // Both at once: a destination holds nothing between calls, and nobody else calls it meanwhile.
        return try adding(query, ranges, aside) { beside in
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
            let ours = try beside.wait(tellAdding)
            return theirs.map { (source: $0, destination: ours) }
        }
    }

    /// Lets the destination add up its rows while the body does something else, and waits for it.
    private func adding<Result>(
        _ query: DigestQuery, _ ranges: [BucketRange]?, _ aside: [LeftAside<D.Rows>],
        _ body: (Beside<[BucketDigest]>) throws -> Result
    ) throws -> Result {
        let (destination, table) = (destination, extract.destinationTable)
        let name = plan.destinationName
        let (mine, parts) = (query.named(by: name), ranges?.map { $0.named(by: name) })
        let beside = Beside { try destination.digests(mine, of: table, in: parts, without: aside) }
        try beside.start()
        return try body(beside)
    }

    private func tellAdding() { verification.tell("adding up the rows of the table") }
}
