import Rows
import Text

/// The looks of a comparison: sums of buckets, rows of those that differ, and those rows again.
extension Comparing {
    mutating func compare(_ record: inout VerifyRecord) throws {
        // Where sums count them apart, nobody has to ask first.
        var known = countsApart ? nil : try moving(&record)
        let ranges = try differingRanges(&known, &record)
        let aside = try known ?? moving(&record)
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
}
