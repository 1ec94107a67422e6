import Rows
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// What is known of a unique column without another look at its rows.
@Suite struct DistinctNumbersTests {
    private func areProven(_ batches: [[Cell?]]..., keeping most: Int = 6) -> Bool {
        var numbers = DistinctNumbers(keeping: most)
        for batch in batches {
            let batch = makeBatch(batch, formats: [.int64])
            unsafe numbers.look(at: batch.columns[0], rows: batch.rowCount)
        }
        return numbers.areProven
    }

    private func rows(_ numbers: Int64?...) -> [[Cell?]] { numbers.map { [$0.map { .integer($0) }] } }

    @Test func numbersThatRiseAreUniqueHoweverManyThereAre() {
        #expect(areProven())
        #expect(areProven(rows(.min, -1, 0, 7, .max)))
        #expect(areProven(rows(1, 2), rows(), rows(3)))
        #expect(areProven(rows(.min, -1, 0, 7, .max), keeping: 0))
        #expect(areProven(rows(1, 2, 3), rows(4, 5), rows(6), keeping: 4))
    }

    @Test func aFewInAnotherOrderAreUnique() {
        #expect(areProven(rows(2, 1)))
        #expect(areProven(rows(.max, .min)))
        #expect(areProven(rows(5, 4), rows(6, 7)))
        #expect(areProven(rows(1, 2, 3), rows(-1, 0, 4)))
    }

    @Test func doublesProveNothingWhereverTheyStand() {
        #expect(!areProven(rows(1, 1)))
        #expect(!areProven(rows(1, 2), rows(2, 3)))
        #expect(!areProven(rows(3, 1), rows(2, 3)))
        #expect(!areProven(rows(1, 2, 3), rows(4, 1)))
        #expect(!areProven(rows(.max, .min), rows(.max)))
        #expect(!areProven(rows(1, 1), keeping: 0))
    }

    @Test func moreThanAreKeptProveNothingInAnotherOrder() {
        #expect(areProven(rows(2, 1, 3), rows(6, 5, 4)))
        #expect(!areProven(rows(2, 1, 3), rows(6, 5, 4, 7)))
        #expect(!areProven(rows(1, 2, 3, 4), rows(5, 6, 7), rows(0)))
        #expect(!areProven(rows(2, 1), keeping: 1))
    }

    @Test func aMissingNumberProvesNothing() {
        #expect(!areProven(rows(nil)))
        #expect(!areProven(rows(1, nil, 2)))
        #expect(!areProven(rows(1), rows(nil)))
        #expect(!areProven(rows(2, 1), rows(nil)))
        #expect(!areProven(rows(nil), rows(1, 2)))
    }

    @Test func textProvesNothing() {
        #expect(!areProven([[.text("1")], [.text("2")]]))
    }
}
