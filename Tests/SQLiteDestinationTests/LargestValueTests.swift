import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// What is known of a key without another look at its rows: the same as SQLite says of them.
@Suite struct LargestValueTests {
    private func largest(_ order: LargestValue.Order, _ format: CellFormat, _ batches: [[Cell?]]) -> LargestValue {
        var largest = LargestValue(order)
        for batch in batches where !batch.isEmpty {
            let batch = makeBatch(batch.map { [$0] }, formats: [format])
            unsafe largest.look(at: batch.columns[0], rows: batch.rowCount)
        }
        return largest
    }

    @Test func nothingHasNoLargest() {
        let numbers = largest(.numbers, .int64, [[nil, nil], [nil]])
        #expect(numbers.value == nil && numbers.missing == 3)
        let texts = largest(.bytes, .utf8, [[], [nil]])
        #expect(texts.value == nil && texts.missing == 1)
    }

    @Test func numbersCompareAsNumbers() {
        #expect(largest(.numbers, .int64, [[.integer(9), nil, .integer(10)], [.integer(-11)]]).value == "10")
        #expect(largest(.numbers, .int64, [[.integer(.min)], [nil]]).value == "\(Int64.min)")
    }

    @Test func whatIsLongerIsLarger() {
        #expect(
            largest(.bytes, .utf8, [[.text("2026-11-24 08:00:00"), .text("2026-11-24")]]).value == "2026-11-24 08:00:00"
        )
        #expect(
            largest(.bytes, .utf8, [[.text("2026-11-24")], [.text("2026-11-24 08:00:00.5")]]).value
                == "2026-11-24 08:00:00.5")
        #expect(largest(.bytes, .utf8, [[.text("")]]).value == "")
    }

    /// Texts of few letters, so that many are prefixes of others; batches so small that the largest lies in each of them at times.
    @Test(arguments: 0..<40) func textsCompareAsInSQLite(seed: UInt64) throws {
        var numbers = Generator(seed: seed)
        let letters = ["a", "B", "1", "-", " ", "é", "日", "\u{10FFFF}", "\u{7F}"]
        let batches: [[Cell?]] = (0..<5).map { _ in
            (0..<Int.random(in: 0...6, using: &numbers)).map { _ in
                if Int.random(in: 0...4, using: &numbers) == 0 { return nil }
                let length = Int.random(in: 0...4, using: &numbers)
                return .text((0..<length).map { _ in letters.randomElement(using: &numbers) ?? "" }.joined())
            }
        }
        let found = largest(.bytes, .utf8, batches)
        let database = try SQLiteDatabase(path: ":memory:", access: .create)
        try database.query("CREATE TABLE t (k TEXT)")
        for case let cell in batches.joined() {
            var value = SQLiteValue.null
            if case .text(let text) = cell { value = .text(text) }
            try database.query("INSERT INTO t VALUES (?)", [value])
        }
        let row = try database.query("SELECT CAST(max(k) AS TEXT), count(*) - count(k) FROM t")[0]
        #expect(row == [found.value.map { .text($0) } ?? .null, .integer(Int64(found.missing))])
    }
}
