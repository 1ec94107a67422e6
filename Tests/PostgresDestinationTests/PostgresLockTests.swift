import Extraction
import Foundation
import Rows
import Staging
import TestSupport
import Testing

@testable import PostgresDestination

/// The lock of an extract on the server, and what takes it away: administrators, firewalls, pools.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresLockTests {
    private let columns = [Column(name: "id", type: .integer), Column(name: "name", type: .text)]
    private func rows(_ range: ClosedRange<Int64>, _ name: String) -> [[Cell?]] {
        range.map { [.integer($0), .text(name)] }
    }

    /// Ends the session that holds the lock of the extract, as an administrator does, and waits until it is gone.
    private func endLock(of bench: PostgresBench) throws {
        let key = BookTables.lockKey(bench.schema, "e")
        let found = try bench.session().value(
            "SELECT a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE \(BookTables.isHeld)", [String(key)]
        )
        let pid = try #require(found)
        try bench.query("SELECT pg_terminate_backend(\(pid))")
        while try bench.query("SELECT 1 FROM pg_stat_activity WHERE pid = \(pid)").first != nil { usleep(1000) }
    }

    /// Where nobody else had it, rows that took hours to read are loaded.
    @Test func lockThatIsLostAndFreeIsTakenAgain() throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...3, "a"))
        let extract = PostgresBench.extract()
        let lease = try bench.destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let change = try bench.change(extract, columns, rows(4...5, "b"), under: lease)
        try endLock(of: bench)
        #expect(try bench.destination.commit(change)[0].rowsInTable == 2)
    }

    @Test func lockThatAnotherRunHasTakenStopsTheLoad() throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...3, "a"))
        let extract = PostgresBench.extract()
        let lease = try bench.destination.lease(extract)
        let change = try bench.change(extract, columns, rows(4...5, "b"), under: lease)
        try endLock(of: bench)
        let elsewhere = try TemporaryDirectory()
        let other = try bench.destination(workplace: elsewhere.url.path).lease(extract)
        let error = #expect(throws: Failure.self) { try bench.destination.commit(change) }
        #expect(error?.kind == .busy && error?.message.contains("another run has it now: the session") == true)
        #expect(try bench.query("SELECT count(*) FROM t") == [["3"]])
        other.end(keepsStaging: false)
        // The advice works: what was read is loaded when the other has gone.
        #expect(try bench.destination.commit(change)[0].rowsInTable == 2)
        lease.end(keepsStaging: false)
    }

    /// Its rows are newer than those that were read under the lost lock, so no later run goes on with these.
    @Test func lockThatAnotherRunHadMeanwhileStopsTheLoadForGood() throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...3, "a"))
        let extract = PostgresBench.extract()
        let lease = try bench.destination.lease(extract)
        let change = try bench.change(extract, columns, rows(4...5, "b"), under: lease)
        try endLock(of: bench)
        let elsewhere = try TemporaryDirectory()
        let otherPlace = bench.destination(workplace: elsewhere.url.path)
        let other = try otherPlace.lease(extract)
        _ = try otherPlace.commit(bench.change(extract, columns, rows(6...9, "c"), under: other))
        other.end(keepsStaging: false)
        let error = #expect(throws: Failure.self) { try bench.destination.commit(change) }
        #expect(error?.kind == .busy && error?.message.contains("has come in between") == true)
        #expect(try bench.query("SELECT count(*), min(name) FROM t") == [["4", "c"]])
        lease.end(keepsStaging: true)
        let next = try bench.destination.lease(extract)
        defer { next.end(keepsStaging: false) }
        #expect(try next.staged() == nil)
    }

    /// Of edits too: the watermark would be that of another.
    @Test func lockOfALeaseThatHasEndedIsForgotten() throws {
        let bench = try PostgresBench()
        let key = BookTables.lockKey(bench.schema, "e")
        let lease = try bench.destination.lease(PostgresBench.extract())
        #expect(bench.destination.locks[key] != nil)
        lease.end(keepsStaging: false)
        #expect(bench.destination.locks[key] == nil)
    }

    /// With one session for all, with several in turn, and by the statement.
    @Test(
        .enabled(if: Pool.isThere, "there is no pgbouncer beside the tests"),
        arguments: [
            ("transaction", ""), ("transaction", "default_pool_size = 1"), ("transaction", "server_round_robin = 1"),
            ("statement", ""),
        ])
    func poolThatBreaksLocksIsRefused(mode: String, settings: String) throws {
        let pool = try Pool(mode: mode, settings)
        let bench = try PostgresBench()
        if settings.contains("robin") {
            // Several sessions lie in the pool, or there is no turn.
            let others = try (0..<3).map { _ in try PostgresConnection(pool.server, application: "tests") }
            for other in others { try other.query("BEGIN") }
            for other in others { try other.query("ROLLBACK") }
        }
        let destination = bench.destination(by: pool.server.port)
        let error = #expect(throws: Failure.self) { try destination.lease(PostgresBench.extract()) }
        #expect(
            error?.kind == .destination && error?.message.contains("is a pool that changes sessions") == true,
            "\(String(describing: error))")
        let check = try #require(destination.checks().last)
        #expect(check.status == .fail, "\(check)")
    }

    @Test(.enabled(if: Pool.isThere, "there is no pgbouncer beside the tests"))
    func poolThatKeepsSessionsIsAsGoodAsTheServer() throws {
        let pool = try Pool(mode: "session")
        let bench = try PostgresBench()
        let destination = bench.destination(by: pool.server.port)
        #expect(destination.checks().allSatisfy { $0.status == .pass })
        let extract = PostgresBench.extract()
        let lease = try destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let change = try bench.change(extract, columns, rows(4...5, "b"), under: lease)
        #expect(throws: Failure.self) { try bench.destination.lease(extract) }
        #expect(try destination.commit(change)[0].rowsInTable == 2)
    }
}
