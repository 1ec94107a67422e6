import Extraction

extension Listing {
    /// What comparisons have found, one at a time.
    init(_ records: [VerifyRecord]) {
        self.init(
            columns: [
                "extract", "outcome", "source_table", "destination_table", "scope", "watermark", "source_rows", "rows",
                "rows_moving", "missing", "extra", "stale", "different", "passing", "differences", "buckets",
                "buckets_different", "rows_read", "rows_reread", "repaired", "remaining", "limits", "notes", "seconds",
                "comparison_id", "advice", "failure",
            ],
            rows: records.map { record in
                [
                    Cell(record.extract), Cell(record.outcome.rawValue), Cell(record.sourceTable),
                    Cell(record.destinationTable), Cell(record.scope), Cell(record.watermark),
                    Cell(record.sourceRows), Cell(record.rows), Cell(record.rowsMoving),
                    Cell(count: record.found.missing, record), Cell(count: record.found.extra, record),
                    Cell(count: record.found.stale, record), Cell(count: record.found.different, record),
                    Cell(count: record.passing, record), Cell(differencesOf: record), Cell(record.buckets),
                    Cell(record.bucketsDifferent), Cell(record.rowsRead), Cell(record.rowsReread),
                    Cell(record.repaired), Cell(record.remaining), Cell(lines: record.limits),
                    Cell(lines: record.notes), Cell(seconds: record.seconds), Cell(run: record.id),
                    Cell(record.advice), Cell(record.failure),
                ]
            }, showsOneByOne: true, untold: ["failure"])
    }

    /// Earlier comparisons, a line each.
    init(history records: [VerifyRecord]) {
        self.init(
            columns: [
                "comparison_id", "extract", "outcome", "started_at", "rows", "missing", "extra", "stale", "different",
                "repaired", "remaining", "rows_read", "seconds", "failure",
            ],
            rows: records.map { record in
                [
                    Cell(run: record.id), Cell(record.extract), Cell(record.outcome.rawValue),
                    Cell(time: record.startedAt), Cell(record.rows), Cell(count: record.found.missing, record),
                    Cell(count: record.found.extra, record), Cell(count: record.found.stale, record),
                    Cell(count: record.found.different, record), Cell(record.repaired), Cell(record.remaining),
                    Cell(record.rowsRead), Cell(seconds: record.seconds), Cell(record.failure),
                ]
            }, endsInSentences: true, spare: ["remaining", "seconds", "rows_read", "repaired", "rows"])
    }
}

extension Listing.Cell {
    /// A count that is nothing where there was no answer.
    fileprivate init(count: Int, _ record: VerifyRecord) {
        self.init(record.outcome == .failed && record.found.all == 0 ? nil : count)
    }

    fileprivate init(_ counts: DifferenceCounts?) {
        guard let counts else {
            self.init(.null)
            return
        }
        let parts = [
            ("missing", counts.missing), ("extra", counts.extra), ("stale", counts.stale),
            ("different", counts.different),
        ]
        self.init(
            .object(Dictionary(uniqueKeysWithValues: parts.map { ($0.0, JSONValue.integer($0.1)) })),
            words: counts.all == 0
                ? "none" : parts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", "))
    }

    /// Rows that differ: each with its key. A person gets the first of them.
    fileprivate init(differencesOf record: VerifyRecord) {
        let shown = 20
        func key(_ difference: RowDifference) -> [(String, KeyCell)] {
            Array(zip(record.uniqueColumns, difference.key))
        }
        func json(_ cell: KeyCell) -> JSONValue {
            switch cell {
            case .null: .null
            case .integer(let number): .integer(Int(number))
            case .text(let text): .string(text)
            }
        }
        var lines = record.differences.prefix(shown).map { difference in
            let key = key(difference).map { "\($0.0) \($0.1.text ?? "NULL")" }.joined(separator: ", ")
            let columns = difference.columns.isEmpty ? "" : " in \(difference.columns.joined(separator: ", "))"
            let again = difference.isRepeated == true ? ", there several times" : ""
            return "\(key.isEmpty ? "a row" : key): \(difference.kind.rawValue)\(columns)\(again)"
        }
        let more = record.found.all - lines.count
        if more > 0 { lines.append("and \(more) more") }
        self.init(
            .array(
                record.differences.map { difference in
                    .object([
                        "kind": .string(difference.kind.rawValue),
                        "key": .object(
                            Dictionary(
                                key(difference).map { ($0.0, json($0.1)) }, uniquingKeysWith: { first, _ in first })),
                        "columns": .array(difference.columns.map { .string($0) }),
                        "repeated": .boolean(difference.isRepeated == true),
                    ])
                }), words: lines.joined(separator: "; "), lines: lines)
    }
}
