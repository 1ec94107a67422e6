import Extraction
import Foundation
import Rows
import Staging
import TestSupport
import Testing
import Text

@testable import PostgresDestination

/// Loads that begin while rows are still read.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresEarlyLoadTests {
    private static let columns = [Column(name: "id", type: .integer), Column(name: "name", type: .text)]

    /// A read in one piece into a schema of its own, batch by batch.
    private final class Read {
        let bench: PostgresBench
        let destination: PostgresDestination
        let extract: TableExtract
        let lease: Lease
        let plan: ReadPlan
        let staging: StagingFile

        init(
            _ bench: PostgresBench, _ method: LoadMethod = .dropCreateLoad, earlySeconds: Int = 60,
            lockSeconds: Int = 60, metadata: Bool = false
        ) throws {
            self.bench = bench
            var settings = bench.destination.settings
            (settings.earlySeconds, settings.lockSeconds) = (earlySeconds, lockSeconds)
            destination = bench.destination(settings)
            var extract = PostgresBench.extract(method, unique: method == .upsert ? ["id"] : [])
            extract.addsMetadataColumns = metadata
            self.extract = extract
            let run = RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: .min ... .max))
            plan = ReadPlan(
                run: run, table: extract.table, columns: columns.map(\.name), uniqueColumns: extract.uniqueColumns,
                isBackfill: false, chunks: [Chunk(number: 1)], reasons: [])
            lease = try destination.lease(extract)
            staging = try lease.stage(plan, columns: columns, run: run, goingOn: false)
        }

        func write(_ rows: ClosedRange<Int64>, _ name: String? = "early") throws {
            try staging.write(makeBatch(rows.map { [.integer($0), name.map { .text($0) }] }), chunk: 1)
        }

        /// Has some rows, which are on their way to the server.
        func begin() throws {
            try write(1...1000)
            try write(1001...1500)
            try wait { try session() != nil }
        }

        /// The transaction and the process of a session of the server that copies rows into a new table.
        func session() throws -> (transaction: String, process: String)? {
            let row = try bench.query(
                "SELECT backend_xid, pid FROM pg_stat_activity WHERE query LIKE 'COPY \"\(bench.schema)\".\"_kleene_new_%' "
                    + "AND query LIKE '%STDIN%' AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
            ).first
            guard let row, let transaction = row[0], let process = row[1] else { return nil }
            return (transaction, process)
        }

        func complete(_ order: Int = 1) throws -> Change<SealedFile> {
            try staging.complete(chunk: 1, order: order)
            return PostgresBench.change(of: extract, plan, columns, try staging.seal())
        }

        func end() throws {
            lease.end(keepsStaging: false)
            try wait { try session() == nil }
            let left = try bench.query(
                "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                    + "WHERE nspname = '\(bench.schema)' AND relname LIKE '%kleene_new%'")
            #expect(left.isEmpty)
        }

        /// What is in the table, and by which transaction it came.
        func content() throws -> [String?] {
            try bench.query("SELECT count(*), sum(id), count(DISTINCT xmin::text), min(xmin::text) FROM t")[0]
        }
    }

    @Test(arguments: [LoadMethod.dropCreateLoad, .upsert, .append, .truncateLoad])
    func newTableIsFilledWhileRowsAreRead(method: LoadMethod) throws {
        let read = try Read(PostgresBench(), method, metadata: true)
        try read.begin()
        let transaction = try #require(try read.session()).transaction
        for batch in 2...20 { try read.write(Int64(batch) * 1000 - 499...Int64(batch) * 1000 + 500) }
        // Nobody sees them before they are proven.
        #expect(try read.bench.query("SELECT to_regclass('t')") == [[nil]])
        let result = try read.destination.commit(read.complete())[0]
        #expect(result.rowsInTable == 20_500 && result.rowsAdded == 20_500)
        #expect(try read.content() == ["20500", "\(20_500 * 20_501 / 2)", "1", transaction])
        #expect(try read.bench.query("SELECT count(DISTINCT _kleene_run_id) FROM t") == [["1"]])
        try read.end()
    }

    @Test func tableThatIsMadeAgainKeepsWhatItHadAndGetsRowsEarly() throws {
        let bench = try PostgresBench()
        try bench.load(Self.columns, [[.integer(7), .text("old")]])
        for sql in ["CREATE INDEX mine ON t (name)", "COMMENT ON TABLE t IS 'ours'"] { try bench.query(sql) }
        let read = try Read(bench)
        try read.begin()
        let transaction = try #require(try read.session()).transaction
        #expect(try bench.query("SELECT name FROM t") == [["old"]])
        _ = try read.destination.commit(read.complete())
        #expect(try read.content() == ["1500", "\(1500 * 1501 / 2)", "1", transaction])
        #expect(try bench.query("SELECT count(*) FROM pg_indexes WHERE schemaname = '\(bench.schema)'") == [["1"]])
        #expect(try bench.query("SELECT obj_description('t'::regclass)") == [["ours"]])
        try read.end()
    }

    /// Of a table that is there and keeps its definition nothing is loaded early: it would be locked while rows are read.
    @Test(arguments: [LoadMethod.upsert, .append, .truncateLoad])
    func tableThatStaysIsLeftAloneWhileRowsAreRead(method: LoadMethod) throws {
        let bench = try PostgresBench()
        try bench.load(Self.columns, [[.integer(1), .text("old")]], method, unique: method == .upsert ? ["id"] : [])
        let read = try Read(bench, method)
        try read.write(1...1000)
        try read.write(1001...1500)
        let change = try read.complete()
        #expect(change.tables[0].rows.follower == nil)
        _ = try read.destination.commit(change)
        #expect(try read.content()[0] == (method == .append ? "1501" : "1500"))
        try read.end()
    }

    /// A value that did not fit has the rows read again: the first reading counts for nothing.
    @Test func rowsThatAreReadAgainAreLoadedOnce() throws {
        let read = try Read(PostgresBench())
        try read.begin()
        let first = try #require(try read.session()).transaction
        try read.staging.forget(chunk: 1)
        try read.write(1...1000, "again")
        try read.write(1001...1200, "again")
        try wait { try read.session().map { $0.transaction != first } ?? false }
        let second = try #require(try read.session()).transaction
        _ = try read.destination.commit(read.complete(2))
        #expect(try read.content() == ["1200", "\(1200 * 1201 / 2)", "1", second])
        #expect(try read.bench.query("SELECT DISTINCT name FROM t") == [["again"]])
        try read.end()
    }

    /// Whoever ends the session, while rows come or when all are there: the load copies them itself.
    @Test(arguments: [false, true]) func sessionThatIsEndedCostsNothing(isFilled: Bool) throws {
        let read = try Read(PostgresBench())
        try read.begin()
        let session = try #require(try read.session())
        var change: Change<SealedFile>?
        if isFilled {
            change = try read.complete()
            try wait {
                try read.bench.query("SELECT state FROM pg_stat_activity WHERE pid = \(session.process)")
                    == [["idle in transaction"]]
            }
        }
        try read.bench.query("SELECT pg_terminate_backend(\(session.process))")
        try wait { try read.bench.query("SELECT 1 FROM pg_stat_activity WHERE pid = \(session.process)").isEmpty }
        if !isFilled {
            try read.write(1501...1600)
            change = try read.complete()
        }
        #expect(try read.destination.commit(#require(change))[0].rowsInTable == (isFilled ? 1500 : 1600))
        let content = try read.content()
        #expect(content[0] == (isFilled ? "1500" : "1600") && content[3] != session.transaction)
        try read.end()
    }

    /// What another program has done to the destination meanwhile decides, and not what was there when the read began.
    @Test func tableThatHasComeMeanwhileKeepsItsRows() throws {
        let bench = try PostgresBench()
        let read = try Read(bench, .upsert)
        try read.begin()
        try bench.query("CREATE TABLE \(bench.schema).t (id bigint UNIQUE, name text, note text)")
        _ = try read.destination.commit(read.complete())
        #expect(try read.content()[0] == "1500")
        #expect(
            try bench.query("SELECT count(*) FROM information_schema.columns WHERE table_schema = '\(bench.schema)'")
                == [["3"]])
        try read.end()
    }

    /// A name that the table has got meanwhile for a column is the name that it keeps.
    @Test func tableThatIsMadeOtherwiseThanItWasBegunIsMadeByTheLoad() throws {
        let bench = try PostgresBench()
        try bench.load(Self.columns, [[.integer(7), .text("old")]])
        let read = try Read(bench)
        try read.begin()
        let transaction = try #require(try read.session()).transaction
        try bench.query("ALTER TABLE t RENAME COLUMN name TO \"NAME\"")
        _ = try read.destination.commit(read.complete())
        #expect(try bench.query("SELECT count(\"NAME\") FROM t") == [["1500"]])
        #expect(try read.content() == ["1500", "\(1500 * 1501 / 2)", "1", transaction])
        try read.end()
    }

    /// A guard stops the load: the rows wait in their file, and the server has none of them.
    @Test func loadThatIsStoppedLeavesNothingOnTheServer() throws {
        let bench = try PostgresBench()
        try bench.load(Self.columns, (1...5000).map { [.integer($0), .text("old")] })
        let read = try Read(bench)
        try read.begin()
        var change = try read.complete()
        change.tables[0].guards = ShrinkGuard(read.extract)
        let stopped = #expect(throws: Failure.self) { try read.destination.commit(change) }
        #expect(stopped?.kind == .guarded, "\(String(describing: stopped))")
        try change.tables[0].rows.keepStopped()
        #expect(try bench.query("SELECT DISTINCT name FROM t") == [["old"]])
        #expect(FileManager.default.fileExists(atPath: change.tables[0].rows.path))
        try read.end()
    }

    /// A load that waited in vain for a reader is tried again, as often as it takes: with all its rows, and once.
    @Test func loadThatIsTriedAgainCopiesAllRowsItself() throws {
        let bench = try PostgresBench()
        try bench.load(Self.columns, [[.integer(7), .text("old")]])
        let read = try Read(bench, lockSeconds: 1)
        try read.begin()
        let change = try read.complete()
        let reader = try bench.session()
        try reader.query("BEGIN")
        try reader.query("SELECT * FROM t")
        let busy = #expect(throws: Failure.self) { try read.destination.commit(change) }
        #expect(busy?.kind == .busy, "\(String(describing: busy))")
        try reader.query("COMMIT")
        #expect(try read.destination.commit(change)[0].rowsInTable == 1500)
        #expect(try read.content()[0...1] == ["1500", "\(1500 * 1501 / 2)"])
        try read.end()
    }

    /// A value that the server does not take is said of its row, as without an early load.
    @Test func valueThatIsRefusedIsNamed() throws {
        let read = try Read(PostgresBench())
        try read.begin()
        try read.write(1501...1501, "a\u{0}b")
        let change = try read.complete()
        let refused = #expect(throws: Failure.self) { try read.destination.commit(change) }
        #expect(refused?.kind == .data && refused?.message.contains("1501") == true, "\(String(describing: refused))")
        #expect(try read.bench.query("SELECT to_regclass('t')") == [[nil]])
        try read.end()
    }

    /// A table that takes nobody's place lies where the role has its tables.
    @Test(arguments: [false, true]) func newTableLiesInTheTablespaceOfTheRole(isEarly: Bool) throws {
        let name = "kleene_\(UInt32.random(in: .min ... .max))"
        let server = try ThrowawayServer.connect()
        for sql in [
            // In the server's own directory (PostgreSQL 15 and newer).
            "SET allow_in_place_tablespaces = on", "CREATE TABLESPACE \(name) LOCATION ''",
            "CREATE ROLE \(name) SUPERUSER LOGIN PASSWORD 'secret'",
            "ALTER ROLE \(name) SET default_tablespace = '\(name)'",
        ] { try server.query(sql) }
        var other = ThrowawayServer.server
        (other.user, other.password) = (name, Secret("secret"))
        let read = try Read(PostgresBench(on: other))
        defer {
            for sql in ["DROP OWNED BY \(name) CASCADE", "DROP ROLE \(name)", "DROP TABLESPACE \(name)"] {
                _ = try? server.query(sql)
            }
        }
        if isEarly { try read.begin() } else { try read.write(1...1500) }
        _ = try read.destination.commit(read.complete())
        #expect(
            try read.bench.query(
                "SELECT spcname FROM pg_class c JOIN pg_tablespace s ON s.oid = reltablespace "
                    + "WHERE c.oid = 't'::regclass") == [[name]])
        try read.end()
    }

    /// A read that takes long has no transaction open on the server; its rows are loaded when it has ended.
    @Test func readThatTakesLongIsLoadedAtItsEnd() throws {
        let read = try Read(PostgresBench(), earlySeconds: 1)
        try read.begin()
        try wait { try read.session() == nil }
        try read.write(1501...1600)
        #expect(try read.destination.commit(read.complete())[0].rowsInTable == 1600)
        try read.end()
    }

    /// A read that fails takes back what it had begun.
    @Test func readThatFailsLeavesNothingOnTheServer() throws {
        let read = try Read(PostgresBench())
        try read.begin()
        try read.end()
        #expect(try read.bench.query("SELECT to_regclass('t')") == [[nil]])
    }

    /// A table of one batch costs no session more.
    @Test func smallTableIsLoadedAtItsEnd() throws {
        let read = try Read(PostgresBench())
        try read.write(1...10)
        let change = try read.complete()
        #expect(change.tables[0].rows.follower == nil)
        #expect(try read.destination.commit(change)[0].rowsInTable == 10)
        try read.end()
    }
}
