import Rows
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// What is known of a unique column without another look at its rows.
@Suite struct RisingNumbersTests {
    private func isProven(_ batches: [[Cell?]]...) -> Bool {
        var numbers = RisingNumbers()
        for batch in batches {
            let batch = makeBatch(batch, formats: [.int64])
            unsafe numbers.look(at: batch.columns[0], rows: batch.rowCount)
        }
        return numbers.isProven
    }

    private func rows(_ numbers: Int64?...) -> [[Cell?]] { numbers.map { [$0.map { .integer($0) }] } }

    @Test func numbersThatRiseAreUnique() {
        #expect(isProven())
        #expect(isProven(rows(.min, -1, 0, 7, .max)))
        #expect(isProven(rows(1, 2), rows(), rows(3)))
    }

    @Test func whatDoesNotRiseProvesNothing() {
        #expect(!isProven(rows(1, 1)))
        #expect(!isProven(rows(2, 1)))
        #expect(!isProven(rows(1, 2), rows(2, 3)))
        #expect(!isProven(rows(.max, .min)))
        #expect(!isProven(rows(5, 4), rows(6, 7)))
    }

    @Test func aMissingNumberProvesNothing() {
        #expect(!isProven(rows(nil)))
        #expect(!isProven(rows(1, nil, 2)))
        #expect(!isProven(rows(1), rows(nil)))
    }

    @Test func textProvesNothing() {
        #expect(!isProven([[.text("1")], [.text("2")]]))
    }
}
