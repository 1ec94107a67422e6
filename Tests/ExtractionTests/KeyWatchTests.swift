import Rows
import Testing

@testable import Extraction

/// Keys of rows against what was asked for.
@Suite struct KeyWatchTests {
    private static let table = TableName(name: "t")

    /// A batch of one column.
    private func batch(_ values: [String?], _ format: CellFormat) -> RowBatch {
        let batch = RowBatch(
            layout: BatchLayout(slots: [.init(format: format, stride: 64)], capacity: max(1, values.count)))
        for (row, value) in values.enumerated() {
            guard let value else {
                unsafe batch.columns[0].lengths[row] = RowBatch.null
                continue
            }
            let bytes: [UInt8] =
                switch format {
                case .int64: unsafe withUnsafeBytes(of: Int64(value) ?? 0) { unsafe Array($0) }
                case .utf16: value.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
                default: Array(value.utf8)
                }
            unsafe UnsafeMutableRawBufferPointer(start: batch.columns[0].values + row * 64, count: bytes.count)
                .copyBytes(from: bytes)
            unsafe batch.columns[0].lengths[row] = bytes.count
        }
        batch.rowCount = values.count
        return batch
    }

    private func plan(_ window: Window?, _ kind: KeyKind, _ chunk: Chunk) -> ReadPlan {
        var plan = ReadPlan(
            run: RunIdentity(startedAt: Timestamp(text: "2026-11-28T00:00:00.000Z"), salt: 1), table: Self.table,
            columns: ["k"], uniqueColumns: [], isBackfill: false, chunks: [chunk], reasons: [])
        plan.window = window
        plan.keyKind = kind
        return plan
    }

    private func bound(_ text: String?, _ kind: KeyKind, _ isIncluded: Bool) throws -> KeyBound? {
        try text.map { KeyBound(try #require(KeyValue($0, kind: kind)), isIncluded: isIncluded) }
    }

    /// The first row outside of a window, from 1, and whether its end was seen.
    private func look(
        _ values: [String?], _ kind: KeyKind, from: String?, to: String?, isFromIncluded: Bool = true,
        isToIncluded: Bool = false, nulls: Bool = false, format: CellFormat? = nil, slack: Int = 0
    ) throws -> (row: Int?, hasReachedEnd: Bool) {
        let window = Window(
            key: "k", lower: try bound(from, kind, isFromIncluded), upper: try bound(to, kind, isToIncluded),
            readsNulls: nulls)
        let chunk = Chunk(number: 1)
        var watch = KeyWatch(
            plan(window, kind, chunk), chunk: chunk, columns: [Column(name: "k", type: .text)], slack: slack)
        do {
            try watch.look(at: batch(values, format ?? (kind == .integer ? .int64 : .utf8)), of: Self.table)
            return (nil, watch.hasReachedEnd)
        } catch let failure as Failure {
            #expect(failure.kind == .guarded)
            let row = failure.message.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            return (row, watch.hasReachedEnd)
        }
    }

    @Test func numbersOutsideAreFound() throws {
        #expect(try look(["5", "9", "7"], .integer, from: "5", to: "10").row == nil)
        #expect(try look(["5", "9", "4"], .integer, from: "5", to: "10").row == 3)
        #expect(try look(["5", "10"], .integer, from: "5", to: "10").row == 2)
        #expect(try look(["5"], .integer, from: "5", to: "10", isFromIncluded: false).row == 1)
        let seen = try look(["9", "10"], .integer, from: "5", to: "10", isToIncluded: true)
        #expect(seen.row == nil && seen.hasReachedEnd)
        #expect(
            try look(["\(Int64.min)", "\(Int64.max)"], .integer, from: "\(Int64.min)", to: "\(Int64.max)").row == 2)
        #expect(try look(["\(Int64.min)"], .integer, from: nil, to: "3").row == nil)
    }

    @Test(arguments: [CellFormat.utf8, .utf16])
    func momentsOutsideAreFoundToTheSecond(format: CellFormat) throws {
        func row(
            _ value: String, from: String? = "2026-11-23 08:15:00", to: String? = "2026-11-23 10:00:00",
            isToIncluded: Bool = false
        ) throws -> Int? {
            try look(
                ["2026-11-23 09:00:00", value], .timestamp, from: from, to: to, isToIncluded: isToIncluded,
                format: format
            ).row
        }
        for inside in [
            "2026-11-23 08:15:00", "2026-11-23T08:15:00.5", "2026-11-23 09:59:59.999999", "2026-11-23 09:59:59",
        ] { #expect(try row(inside) == nil, "\(inside)") }
        for outside in [
            "2026-11-23 08:14:59", "2026-11-23 10:00:00", "2026-11-23 10:00:01", "2025-11-23 09:00:00",
            "2026-11-24 09:00:00", "2026-11-23T10:30:00", "2026-11-23", "2027-01-01",
        ] { #expect(try row(outside) == 2, "\(outside)") }
        #expect(try row("2026-11-23 10:00:00.7", isToIncluded: true) == nil)
        #expect(try row("2026-11-23 10:00:01", isToIncluded: true) == 2)
        // A driver may cut what a condition is exact about.
        #expect(try row("2026-11-23 08:15:00", from: "2026-11-23 08:15:00.5") == nil)
        #expect(try row("2026-11-23 10:00:00", to: "2026-11-23 10:00:00.5") == nil)
        // What is spelt otherwise is compared with nothing.
        for strange in ["23.11.2026 08:00", "infinity", "2026-11-23 10:30:00+02:00", "", "0044-03-15 00:00:00 BC"] {
            #expect(try row(strange) == nil, "\(strange)")
        }
    }

    /// One moment has several spellings there, and the text decides.
    @Test func whereMomentsAreTextADayIsNoEvidence() throws {
        let (from, to) = ("2026-11-23 08:15:00", "2026-11-23 10:00:00")
        #expect(try look(["2026-11-23T07:00:00"], .timestamp, from: from, to: to, slack: 86_400).row == nil)
        #expect(try look(["2026-11-20T07:00:00"], .timestamp, from: from, to: to, slack: 86_400).row == 1)
        #expect(try look(["2026-11-26 07:00:00"], .timestamp, from: from, to: to, slack: 86_400).row == 1)
    }

    @Test func daysOutsideAreFound() throws {
        #expect(
            try look(["2026-11-22", "2026-11-22 00:00:00"], .date, from: "2026-11-22", to: "2026-11-23").row == nil)
        #expect(try look(["2026-11-23"], .date, from: "2026-11-22", to: "2026-11-23").row == 1)
        #expect(try look(["2026-11-21"], .date, from: "2026-11-22", to: "2026-11-23").row == 1)
        #expect(try look(["2026-11-23"], .date, from: "2026-11-22", to: "2026-11-23", isToIncluded: true).hasReachedEnd)
    }

    /// Only the source knows which text is larger; that a text is not above itself everybody knows.
    @Test(arguments: [CellFormat.utf8, .utf16])
    func ofTextOnlyTheEndsAreEvidence(format: CellFormat) throws {
        func row(_ value: String?, nulls: Bool = false) throws -> Int? {
            try look(
                ["m", value], .text, from: "kä", to: "p", isFromIncluded: false, isToIncluded: true, nulls: nulls,
                format: format
            ).row
        }
        #expect(try row("a") == nil)
        #expect(try row("z") == nil)
        #expect(try row("kä") == 2)
        #expect(try row(nil) == 2)
        #expect(try row(nil, nulls: true) == nil)
        #expect(try look(["p"], .text, from: "k", to: "p", isToIncluded: true, format: format).hasReachedEnd)
    }

    @Test(arguments: KeyKind.allCases)
    func aRowWithoutAKeyIsOutsideOfAWindowWithoutThem(kind: KeyKind) throws {
        let (from, to) =
            switch kind {
            case .timestamp, .date: ("2026-11-01", "2026-11-23")
            case .integer: ("1", "9")
            case .text: ("a", "b")
            }
        #expect(try look([nil], kind, from: from, to: to).row == 1)
        #expect(try look([nil], kind, from: from, to: to, nulls: true).row == nil)
        // No key was there when the source was asked, so only rows without one were.
        let some = kind == .integer ? "5" : kind == .text ? "x" : "2026-11-05"
        #expect(try look([nil, some], kind, from: from, to: nil, nulls: true).row == 2)
    }

    @Test func aChunksRowsAreItsOwn() throws {
        func range(_ lower: Int64?, _ upper: Int64?, nulls: Bool) -> KeyRange {
            KeyRange(
                key: "k", lower: lower.map { .integer($0) }, upper: upper.map { .integer($0) }, holdsNulls: nulls,
                smallest: .integer(1), largest: .integer(100))
        }
        func row(_ values: [String?], _ range: KeyRange) -> Int? {
            let chunk = Chunk(number: 1, range: range)
            var watch = KeyWatch(
                plan(nil, .integer, chunk), chunk: chunk, columns: [Column(name: "k", type: .integer)], slack: 0)
            do {
                try watch.look(at: batch(["20"], .int64), of: Self.table)
                try watch.look(at: batch(values, .int64), of: Self.table)
                return nil
            } catch {
                return "\(error)".split(separator: " ").dropFirst().first.flatMap { Int($0) }
            }
        }
        #expect(row(["10", "29"], range(10, 30, nulls: false)) == nil)
        #expect(row(["10", "30"], range(10, 30, nulls: false)) == 3)
        #expect(row(["9"], range(10, 30, nulls: false)) == 2)
        #expect(row([nil], range(10, 30, nulls: false)) == 2)
        #expect(row([nil, "-5"], range(nil, 30, nulls: true)) == nil)
        #expect(row(["500"], range(10, nil, nulls: false)) == nil)
        #expect(row([nil, "7"], range(nil, nil, nulls: true)) == nil)
    }

    /// A key that is not read cannot be looked at.
    @Test func anUnreadChunkKeyIsNoEvidence() throws {
        let chunk = Chunk(
            number: 1,
            range: KeyRange(
                key: "other", lower: .integer(1), upper: .integer(2), holdsNulls: false, smallest: .integer(1),
                largest: .integer(9)))
        var watch = KeyWatch(
            plan(nil, .integer, chunk), chunk: chunk, columns: [Column(name: "k", type: .integer)], slack: 0)
        try watch.look(at: batch(["77"], .int64), of: Self.table)
    }
}
