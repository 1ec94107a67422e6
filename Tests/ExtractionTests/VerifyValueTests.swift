import Rows
import Testing

@testable import Extraction

/// What a comparison decides, without a source or a destination.
@Suite struct VerifyValueTests {
    // MARK: Buckets

    /// Each whole number lies in the range of its own bucket, and in no other.
    @Test(arguments: [1, 2, 7, 1000, Int64.max / 2] as [Int64])
    func eachNumberLiesInTheRangeOfItsBucket(width: Int64) {
        let bucketing = Bucketing.widths("id", width: width)
        let numbers: [Int64] = [
            0, 1, -1, 6, 7, 8, -6, -7, -8, 999, 1000, -1000, -1001, .max, .max - 1, .min, .min + 1,
        ]
        for number in numbers {
            let bucket = number - number % width
            #expect(holds(bucketing.range(of: bucket), number), "\(number) in \(bucket) of \(width)")
            for other in numbers.map({ $0 - $0 % width }) where other != bucket {
                #expect(!holds(bucketing.range(of: other), number), "\(number) in \(other) of \(width)")
            }
        }
    }

    private func holds(_ range: BucketRange, _ number: Int64) -> Bool {
        if case .integer(let lower) = range.lower, number < lower { return false }
        if case .integer(let upper) = range.upper, number >= upper { return false }
        return !range.isEmpty
    }

    @Test func theWidestSpanHasBuckets() {
        guard case .widths(_, let width) = Bucketing.widths("id", from: .min, to: .max, buckets: 256) else {
            Issue.record("no widths")
            return
        }
        #expect(width == 72_057_594_037_927_936)
        guard case .widths(_, let least) = Bucketing.widths("id", from: 5, to: 5, buckets: 256) else { return }
        #expect(least == 1)
    }

    @Test func monthsAreCutAtTheirFirstDay() throws {
        let first = try #require(KeyValue("2025-11-20 10:00:00", kind: .timestamp))
        let last = try #require(KeyValue("2026-02-01 00:00:00", kind: .timestamp))
        let months = try #require(Bucketing.calendar("at", .timestamp, from: first, to: last, byDay: false, most: 10))
        guard case .cuts(_, _, let cuts) = months else { return }
        #expect(cuts.map(\.description) == ["2025-12-01 00:00:00", "2026-01-01 00:00:00", "2026-02-01 00:00:00"])
        #expect(months.range(of: 0).lower == nil && months.range(of: 3).upper == nil)
        #expect(months.range(of: 1).lower == cuts[0] && months.range(of: 1).upper == cuts[1])
        #expect(Bucketing.calendar("at", .timestamp, from: first, to: last, byDay: true, most: 10) == nil)
    }

    @Test func rangesThatTouchAreAskedForAsOne() {
        let bucketing = Bucketing.widths("id", width: 10)
        let merged = BucketRange.merged([10, 20, 40].map { bucketing.range(of: $0) } + [bucketing.range(of: nil)])
        #expect(merged.map(\.lower) == [.integer(10), .integer(40), nil])
        #expect(merged.map(\.upper) == [.integer(30), .integer(50), nil])
        #expect(merged[2].condition == .isNull("id"))
    }

    // MARK: Digests

    @Test func bucketsDifferByCountOrBySum() {
        func digest(_ bucket: Int64?, _ rows: Int, _ values: Int128?...) -> BucketDigest {
            BucketDigest(bucket: bucket, rows: rows, values: values)
        }
        let comparison = DigestComparison(
            source: [
                digest(0, 2, 5, 2), digest(10, 2, 5, 2), digest(20, 1, 1, 1), digest(nil, 1, 0, 0),
                digest(50, 1, nil, 1),
            ],
            destination: [
                digest(0, 2, 5, 2), digest(10, 2, 6, 2), digest(30, 1, 1, 1), digest(nil, 2, 0, 0), digest(50, 1, 7, 1),
            ])
        #expect(comparison.differing == [10, 20, 30, nil])
        #expect(comparison.unsaid == [0])
        #expect(comparison.buckets == 6 && comparison.sourceRows == 7 && comparison.rows == 8)
    }

    @Test(
        arguments: [
            ("12", false, Int128(12)), ("-12.000", false, -12), ("12,00", false, 12), ("1.5", false, nil),
            ("170141183460469231731687303715884105727", false, .max), ("9007199254740993", true, nil),
            ("9007199254740992", true, 9_007_199_254_740_992), ("1E+06", false, 1_000_000), ("1e20", false, nil),
            ("", false, nil), ("NaN", false, nil), ("12 pcs", true, nil),
        ] as [(String, Bool, Int128?)])
    func aSumIsExactOrNothing(text: String, isApproximate: Bool, value: Int128?) {
        #expect(ExactSum.value(text, isApproximate: isApproximate) == value)
    }

    // MARK: Keys

    /// Weights that are drawn anew tell any two numbers of NULLs apart, and take few digits.
    @Test func weightsAreDrawnAnewAndFitInto64Bits() {
        let names = (1...100).map { "c\($0)" }
        let (first, second) = (WeighedColumns(drawnFor: names), WeighedColumns(drawnFor: names))
        #expect(first.names == names && first.weights != second.weights)
        #expect(Set(first.weights).count == 100)
        #expect(first.weights.allSatisfy { $0 >= 1 << 32 && $0 < 1 << 32 + WeighedColumns.choices })
        #expect(first.weights.reduce(0) { $0 + Int128($1) } < Int128(Int64.max))
        // As many values, in other columns.
        #expect(first.weights[0] - first.weights[1] != 0 && !DigestValue.weighed(first).isOfValues)
    }

    @Test func keysStandInListsThatNetSuiteTakes() throws {
        let keys = (0..<2500).map { [KeyCell.integer($0)] } + [[.null]]
        let lists = KeyLists.conditions(keys, of: ["id"], kinds: [.integer])
        #expect(lists.count == 3)
        guard case .among(_, let first) = lists[0], case .any(let last) = lists[2] else {
            Issue.record("\(lists.count)")
            return
        }
        #expect(first.count == 1000 && last.last == .isNull("id"))
        let pairs = KeyLists.conditions([[.integer(1), .text("a'b")]], of: ["t", "n"], kinds: [.integer, .text])
        #expect(pairs == [.any([.all([.among("t", [.integer(1)]), .among("n", [.text("a'b")])])])])
    }

    @Test func keysAreRowsOfABatchAgain() {
        let keys: [[KeyCell]] = [[.integer(.min), .text("")], [.null, .text("ä\0b")], [.integer(7), .null]]
        let batch = KeyLists.batch(
            keys[...], columns: [Column(name: "a", type: .integer), Column(name: "b", type: .text)])
        let texts = (0..<3).map { row in (0..<2).map { batch.text(column: $0, row: row) } }
        #expect(texts == [["-9223372036854775808", ""], [nil, "ä\0b"], ["7", nil]])
    }

    // MARK: Scope

    private func extract(_ nulls: NullKeys = .once) -> TableExtract {
        var extract = TableExtract(
            name: "e", table: TableName(name: "t"), extractType: .incremental, loadMethod: .upsert,
            destinationTable: "d")
        extract.incremental = Incremental(key: "n", nulls: nulls)
        extract.filter = "x > 1"
        return extract
    }

    @Test func onlyRowsUpToTheWatermarkAndInsideWhereCount() {
        func scope(_ nulls: NullKeys, inclusive: Bool) -> VerifyScope {
            VerifyScope(
                extract(nulls), table: TableName(name: "t"), watermark: Watermark(.integer(9), isInclusive: inclusive),
                key: "n", unique: ["id"])
        }
        #expect(
            scope(.exclude, inclusive: true).condition
                == .all([.written("x > 1"), .compare("n", .atMost, .integer(9))]))
        #expect(
            scope(.once, inclusive: false).condition
                == .all([.written("x > 1"), .any([.compare("n", .below, .integer(9)), .isNull("n")])]))
        func moving(_ comparison: Condition.Comparison) -> [MovingRows] {
            [
                MovingRows(
                    table: TableName(name: "t"),
                    condition: .all([.written("x > 1"), .compare("n", comparison, .integer(9))]), names: ["id"],
                    columns: ["id"])
            ]
        }
        #expect(scope(.once, inclusive: true).moving == moving(.above))
        #expect(scope(.once, inclusive: false).moving == moving(.atLeast))
        #expect(scope(.once, inclusive: true).apart == .compare("n", .above, .integer(9)))
        #expect(scope(.once, inclusive: false).apart == .compare("n", .atLeast, .integer(9)))
        // Their calm rows are none above the watermark.
        #expect(scope(.exclude, inclusive: true).apart == nil && scope(.fail, inclusive: true).apart == nil)
        let full = VerifyScope(
            TableExtract(name: "e", table: TableName(name: "t"), destinationTable: "d"), table: TableName(name: "t"),
            watermark: nil, key: nil, unique: [])
        #expect(full.condition == nil && full.moving.isEmpty)
    }

    @Test func noValueFallsIntoTheBucketThatIsApart() throws {
        for width: Int64 in [2, 3, 100, .max] {
            let apart = try #require(Bucketing.widths("n", width: width).apart)
            #expect(apart % width != 0)
        }
        #expect(Bucketing.widths("n", width: 1).apart == nil)
        #expect(Bucketing.whole.apart != 0)
        #expect(try #require(Bucketing.cuts("n", .date, []).apart) < 0)
    }

    @Test func linesOfHeadersThatHaveMovedAreLeftAside() {
        var lines = TableExtract(name: "l", table: TableName(name: "line"), destinationTable: "d")
        var follows = Follows(
            extract: "h", table: TableName(name: "head"), parentKey: "id", childKey: "head", key: "changed")
        follows.ownKey = "own"
        lines.follows = follows
        let mark = Watermark(.integer(9), isInclusive: true)
        let scope = VerifyScope(
            lines, table: TableName(name: "line"), watermark: mark, key: "changed",
            unique: ["head", "id"], childKey: "head", ownKey: "own")
        #expect(scope.condition == nil)
        #expect(
            scope.moving == [
                MovingRows(
                    table: TableName(name: "head"), condition: .compare("changed", .above, .integer(9)), names: ["id"],
                    columns: ["head"]),
                MovingRows(
                    table: TableName(name: "line"), condition: .compare("own", .above, .integer(9)), names: ["head"],
                    columns: ["head"]),
            ])
    }

    @Test func aChunkReadsItsOwnConditionWithinThePlan() {
        var plan = ReadPlan(
            run: RunIdentity(startedAt: Timestamp(text: "2026-01-01T00:00:00.000Z"), salt: 1),
            table: TableName(name: "t"), columns: ["id"], uniqueColumns: ["id"], isBackfill: false, chunks: [],
            reasons: [])
        plan.groups = GroupRead(column: "id", condition: .compare("n", .atMost, .integer(9)))
        let chunk = Chunk(number: 1, condition: .among("id", [.integer(3)]))
        #expect(
            plan.query(for: chunk).condition
                == .all([.compare("n", .atMost, .integer(9)), .among("id", [.integer(3)])]))
    }
}
