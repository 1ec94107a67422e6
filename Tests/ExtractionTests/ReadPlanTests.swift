import Testing

@testable import Extraction

@Suite struct ReadPlanTests {
    private func plan(_ change: (inout ReadPlan) -> Void = { _ in }) -> ReadPlan {
        var plan = ReadPlan(
            run: RunIdentity(startedAt: Timestamp(text: "2026-11-23T08:00:00.000Z"), salt: 1),
            table: TableName(schema: "s", name: "t"), columns: ["id", "k"], uniqueColumns: ["id"], filter: "id > 0",
            isBackfill: false, chunks: [Chunk(number: 1)], reasons: [])
        plan.window = Window(
            key: "k", lower: KeyBound(.integer(1), isIncluded: true), upper: KeyBound(.integer(9), isIncluded: true),
            readsNulls: false)
        plan.keyKind = .integer
        plan.watermark = Watermark(.integer(2), isInclusive: true)
        change(&plan)
        return plan
    }

    @Test func stagedRowsServeARunThatReadsTheSame() {
        #expect(plan().serves(plan()))
        // The end was frozen when the first run began; run, chunks and words may differ.
        let later = plan {
            $0.window?.upper = KeyBound(.integer(99), isIncluded: true)
            $0.run = RunIdentity(startedAt: Timestamp(text: "2026-11-24T08:00:00.000Z"), salt: 2)
            $0.chunks = [Chunk(number: 1), Chunk(number: 2)]
            $0.reasons = ["Because."]
        }
        #expect(plan().serves(later))
    }

    @Test func stagedRowsDoNotServeARunThatReadsAnother() {
        let others = [
            plan { $0.table = TableName(schema: "s", name: "u") }, plan { $0.columns = ["k", "id"] },
            plan { $0.uniqueColumns = [] }, plan { $0.filter = nil }, plan { $0.isBackfill = true },
            plan { $0.watermark = nil }, plan { $0.watermark?.isInclusive = false }, plan { $0.keyKind = .text },
            plan { $0.window = nil }, plan { $0.window?.key = "m" }, plan { $0.window?.lower = nil },
            plan { $0.window?.lower?.isIncluded = false }, plan { $0.window?.readsNulls = true },
        ]
        for other in others {
            #expect(!plan().serves(other) && !other.serves(plan()))
        }
    }

    @Test func aBackfillIsServedByTheSameRangeOnly() {
        let backfill = plan { $0.isBackfill = true }
        #expect(backfill.serves(plan { $0.isBackfill = true }))
        #expect(
            !backfill.serves(
                plan {
                    $0.isBackfill = true
                    $0.window?.upper = KeyBound(.integer(99), isIncluded: true)
                }))
    }

    /// A row that changes between the reads of two halves must not carry the watermark past one that has.
    @Test func aReadThatIsCutBecauseItFailedEndsWhereItWasCut() {
        let chunk = Chunk(number: 1, end: .integer(7))
        let bound = Condition.compare("k", .atMost, .integer(7))
        let condition = plan().query(for: chunk).condition
        #expect(condition == .all([plan().condition ?? .all([]), bound]))
        #expect(
            plan { $0.window?.readsNulls = true }.query(for: chunk).condition
                == .all([plan { $0.window?.readsNulls = true }.condition ?? .all([]), .any([bound, .isNull("k")])]))
    }

    @Test func aChunkReadsFilterWindowAndRangeTogether() {
        let range = KeyRange(
            key: "id", lower: .integer(1), upper: .integer(5), holdsNulls: false, smallest: .integer(1),
            largest: .integer(9))
        let query = plan().query(for: Chunk(number: 1, range: range))
        #expect(
            query.condition
                == .all([
                    .all([
                        .written("id > 0"),
                        .all([.compare("k", .atLeast, .integer(1)), .compare("k", .atMost, .integer(9))]),
                    ]), .all([.compare("id", .atLeast, .integer(1)), .compare("id", .below, .integer(5))]),
                ]))
        #expect(
            plan {
                $0.filter = nil; $0.window = nil
            }.query(for: Chunk(number: 1)).condition == nil)
    }
}
