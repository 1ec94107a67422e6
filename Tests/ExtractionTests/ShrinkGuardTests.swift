import Extraction
import Testing

/// How much less a load may bring than is there.
@Suite struct ShrinkGuardTests {
    private func limit(_ share: Double? = nil) -> ShrinkGuard {
        var extract = TableExtract(name: "e", table: TableName(name: "t"), destinationTable: "t")
        extract.leastShare = share
        return ShrinkGuard(extract)
    }

    private func stops(_ rows: Int, _ before: Int, _ share: Double? = nil) -> Bool {
        limit(share).refusal(of: rows, replacing: before, table: "t", extract: "e") != nil
    }

    @Test func halfIsEnoughAndLessIsNot() {
        #expect(!stops(1000, 2000))
        #expect(stops(999, 2000))
        #expect(stops(0, 1))
        #expect(!stops(0, 0))
        #expect(!stops(2, 3))
        #expect(stops(1, 3))
    }

    @Test func theShareIsTheUsers() {
        #expect(!stops(0, 2000, 0))
        #expect(!stops(1, 2000, 0.0005))
        #expect(stops(0, 2000, 0.0001))
        #expect(stops(1999, 2000, 1))
        #expect(!stops(2000, 2000, 1))
    }

    /// A table is not counted further than it matters.
    @Test(arguments: [0.5, 0.3, 0.9, 1, 0.01])
    func whatIsCountedDecides(share: Double) {
        for rows in [0, 1, 2, 7, 100, 12_345] {
            let most = limit(share).mostRows(replacedBy: rows) ?? .max
            for before in [most - 1, most, most + 1, most + 2] where before >= 0 {
                #expect(!stops(rows, before, share) || before > most, "\(rows) of \(before), share \(share)")
            }
        }
        #expect(limit(0).mostRows(replacedBy: 3) == nil)
    }

    @Test func afterAReadOfNothingALoadThatAddsIsStopped() {
        #expect(limit().refusal(of: 0, afterReading: 15_000, table: "t", extract: "e")?.kind == .guarded)
        #expect(limit().refusal(of: 0, afterReading: 0, table: "t", extract: "e") == nil)
        #expect(limit().refusal(of: 1, afterReading: 15_000, table: "t", extract: "e") == nil)
        #expect(limit().note(of: 1, afterReading: 15_000) != nil)
        #expect(limit().note(of: 14_000, afterReading: 15_000) == nil)
    }
}
