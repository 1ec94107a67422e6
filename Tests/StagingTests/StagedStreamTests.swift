import Extraction
import Foundation
import Rows
import Synchronization
import TestSupport
import Testing
import Threads

@testable import Staging

/// Rows that a thread takes out of staging while others come.
@Suite struct StagedStreamTests {
    private static let columns = [Column(name: "id", type: .integer), Column(name: "name", type: .text)]

    /// Takes rows as they come, and waits for more for half a minute, or not at all.
    private final class Follower: StagingFollower {
        struct Seen {
            var ids: [String] = []
            /// What `eachBatch` said; nil while it has not.
            var isWhole: Bool?
            var isGivenUp = false
        }
        let seen = Mutex(Seen())
        let patience: Duration

        init(patience: Duration) { self.patience = patience }

        func follow(_ rows: StagedStream) {
            let end = ContinuousClock.now + patience
            do {
                try SystemThread.detach("follower") {
                    let isWhole = try? rows.eachBatch(patience: { _ in end }) { batch in
                        for row in 0..<batch.rowCount {
                            let id = batch.text(column: 0, row: row)
                            self.seen.withLock { $0.ids.append(id ?? "NULL") }
                        }
                    }
                    self.seen.withLock { $0.isWhole = isWhole }
                }
            } catch {
                Issue.record(error)
            }
        }

        func giveUp() { seen.withLock { $0.isGivenUp = true } }
    }

    /// The followers that staging has asked for.
    private final class Followers: Sendable {
        let made = Mutex<[Follower]>([])

        func make(_ patience: Duration) -> Follower {
            let follower = Follower(patience: patience)
            made.withLock { $0.append(follower) }
            return follower
        }
    }

    private final class Bench {
        let directory: TemporaryDirectory
        let lease: Lease
        let staging: StagingFile
        private let followers = Followers()

        init(chunks: Int = 1, patience: Duration = .seconds(30)) throws {
            directory = try TemporaryDirectory()
            let extract = TableExtract(
                name: "e", table: TableName(schema: "s", name: "source"), loadMethod: .dropCreateLoad,
                destinationTable: "t", decimal: .text, addsMetadataColumns: true)
            let run = RunIdentity(startedAt: Timestamp(Date()), salt: 1)
            let plan = ReadPlan(
                run: run, table: extract.table, columns: columns.map(\.name), uniqueColumns: [], isBackfill: false,
                chunks: (1...chunks).map { Chunk(number: $0) }, reasons: [])
            let followers = followers
            lease = try Lease(
                of: extract, in: Workplace(beside: directory.path("out")), source: nil,
                answers: .init(
                    hasLoaded: { _ in false },
                    terms: {
                        var terms = StagingTerms(shape: StagedShape(extract, columns: $1))
                        terms.makeFollower = { followers.make(patience) }
                        return terms
                    }, takesBatches: true))
            staging = try lease.stage(plan, columns: columns, run: run, goingOn: false)
        }

        deinit { lease.end(keepsStaging: false) }

        var all: [Follower] { followers.made.withLock { $0 } }

        func write(_ ids: ClosedRange<Int64>, chunk: Int = 1) throws {
            try staging.write(makeBatch(ids.map { [.integer($0), .text("name \($0)")] }), chunk: chunk)
        }

        /// Waits until a follower has seen these, in this order.
        func sees(_ follower: Follower, _ ids: ClosedRange<Int>, isWhole: Bool? = nil) throws {
            try wait { follower.seen.withLock { $0.ids.count == ids.count && $0.isWhole == isWhole } }
            #expect(follower.seen.withLock { $0.ids } == ids.map(String.init))
        }
    }

    @Test func rowsAreTakenInTheirOrderWhileOthersCome() throws {
        let bench = try Bench()
        try bench.write(1...3000)
        #expect(bench.all.isEmpty)
        try bench.write(3001...3010)
        let follower = try #require(bench.all.first)
        try bench.sees(follower, 1...3010)
        try bench.write(3011...3020)
        try bench.sees(follower, 1...3020)
        try bench.write(3021...9000)
        try bench.staging.complete(chunk: 1, order: 1)
        let sealed = try bench.staging.seal()
        // Those that it has not had yet as well, although staging has closed its file.
        try bench.sees(follower, 1...9000, isWhole: true)
        #expect(sealed.follower === follower && !follower.seen.withLock { $0.isGivenUp })
        // The rows stay where they are.
        var rows = 0
        try sealed.eachBatch { rows += $0.rowCount }
        #expect(rows == 9000)
    }

    @Test func chunkThatIsReadAgainHasAFollowerOfItsOwn() throws {
        let bench = try Bench()
        try bench.write(1...100)
        try bench.write(101...200)
        try bench.sees(bench.all[0], 1...200)
        try bench.staging.forget(chunk: 1)
        try bench.sees(bench.all[0], 1...200, isWhole: false)
        #expect(bench.all[0].seen.withLock { $0.isGivenUp })
        try bench.write(1...10)
        try bench.write(11...50)
        #expect(bench.all.count == 2)
        try bench.sees(bench.all[1], 1...50)
        try bench.staging.complete(chunk: 1, order: 2)
        #expect(try bench.staging.seal().follower === bench.all[1])
        try bench.sees(bench.all[1], 1...50, isWhole: true)
    }

    /// A chunk that becomes two is no read in one piece any more.
    @Test func chunkThatIsHalvedIsFollowedNoMore() throws {
        let bench = try Bench()
        try bench.write(1...100)
        try bench.write(101...200)
        try bench.sees(bench.all[0], 1...200)
        try bench.staging.forget(chunk: 1)
        try bench.staging.split(Chunk(number: 1), other: Chunk(number: 2))
        for batch in Int64(0)..<3 { try bench.write(batch * 10 + 1...batch * 10 + 10) }
        try bench.sees(bench.all[0], 1...200, isWhole: false)
        #expect(bench.all.count == 1)
    }

    /// Rows of several chunks come in no order, and a run goes on with them.
    @Test func severalChunksAreNotFollowed() throws {
        let bench = try Bench(chunks: 2)
        for chunk in 1...2 {
            try bench.write(1...10, chunk: chunk)
            try bench.write(11...20, chunk: chunk)
            try bench.staging.complete(chunk: chunk, order: chunk)
        }
        #expect(bench.all.isEmpty)
        #expect(try bench.staging.seal().follower == nil)
    }

    @Test func whoeverHasNoPatienceLeftIsToldSoAndHoldsUpNothing() throws {
        let bench = try Bench(patience: .zero)
        try bench.write(1...100)
        try bench.write(101...200)
        try wait { bench.all[0].seen.withLock { $0.isWhole == false } }
        try bench.write(201...300)
        try bench.staging.complete(chunk: 1, order: 1)
        #expect(try bench.staging.seal().summary.rows == 300)
    }

    @Test func stagingThatEndsEarlyTakesTheRowsBack() throws {
        let bench = try Bench()
        try bench.write(1...100)
        try bench.write(101...200)
        try bench.sees(bench.all[0], 1...200)
        bench.lease.end(keepsStaging: false)
        try bench.sees(bench.all[0], 1...200, isWhole: false)
        #expect(bench.all[0].seen.withLock { $0.isGivenUp })
    }
}
