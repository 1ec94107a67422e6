import Extraction
import Rows
import Staging
import TestSupport
import Testing

@testable import PostgresDestination

/// How the server finds rows by their keys: never each row of one side held against each of the other, NULL among them or not.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresPlanTests {
    /// A table and staged rows of 20,000 keys each, every third with NULL where that is wanted.
    private func prepared(nulls: Bool, _ bench: PostgresBench) throws -> PostgresConnection {
        let session = try bench.session()
        let b = nulls ? "CASE WHEN g % 3 = 0 THEN NULL ELSE 'k' || g END" : "'k' || g"
        for table in ["TABLE t", "TEMPORARY TABLE \(VerifySQL.rows)"] {
            try session.query("CREATE \(table) AS SELECT g::bigint AS a, \(b) AS b FROM generate_series(1, 20000) g")
        }
        try session.query("DELETE FROM t WHERE a IN (3, 5)")
        try session.query("INSERT INTO t VALUES (90000, NULL)")
        try session.query("ANALYZE t")
        try session.query("ANALYZE \(VerifySQL.rows)")
        return session
    }

    private func statements(_ bench: PostgresBench) -> VerifySQL {
        VerifySQL(
            table: "\(bench.schema).t", unique: ["a", "b"], columns: ["a", "b"],
            types: [Exact("a"): "bigint", Exact("b"): "text"], gone: nil)
    }

    @Test(arguments: [false, true]) func keysAreComparedByTheirHashes(nulls: Bool) throws {
        let bench = try PostgresBench()
        let session = try prepared(nulls: nulls, bench)
        var sql = statements(bench)
        let told = try session.query(sql.nullsSQL)
        #expect(told == [["f", nulls ? "t" : "f"]])
        if nulls { sql.nullable = ["b"] }
        for statement in [
            sql.missingSQL(scope: "true", hasKeys: false, limit: 100), sql.extraSQL(scope: "true", limit: 100),
            sql.differentSQL(scope: "true", version: nil, limit: 100),
        ] {
            let plan = try session.query("EXPLAIN " + statement).compactMap { $0[0] }.joined(separator: "\n")
            #expect(plan.contains("Hash") || plan.contains("Merge"), "\(plan)")
            #expect(!plan.contains("Nested Loop"), "\(plan)")
        }
        let missing = try session.query(sql.missingSQL(scope: "true", hasKeys: false, limit: 100))
        #expect(missing.compactMap { $0[0] }.sorted() == ["3", "5"])
        #expect(missing.contains { $0[0] == "3" && $0[1] == (nulls ? nil : "k3") })
        #expect(try session.query(sql.extraSQL(scope: "true", limit: 100)) == [["90000", nil]])
        #expect(try session.query(sql.differentSQL(scope: "true", version: nil, limit: 100)) == [])
    }

    /// Where the server takes each key for a bucket of its own, it would sort all rows, which takes twice the time and room on its disk.
    @Test func sumsAreAddedUpWithoutASort() throws {
        let bench = try PostgresBench()
        let session = try prepared(nulls: false, bench)
        try session.query("SET work_mem = '64kB'")
        try session.query("SET max_parallel_workers_per_gather = 0")
        let query = DigestQuery(
            table: TableName(schema: bench.schema, name: "t"), bucketing: .widths("a", width: 100), values: [.sum("a")])
        let digests = statements(bench).digests(query, scope: "true")
        func plan() throws -> String {
            try session.query("EXPLAIN " + digests).compactMap { $0[0] }.joined(separator: "\n")
        }
        #expect(try plan().contains("Sort"))
        let before = try Set(session.query(digests))
        try session.query("BEGIN")
        try session.query(VerifySQL.digestSettings)
        let told = try plan()
        #expect(!told.contains("Sort"), "\(told)")
        #expect(try Set(session.query(digests)) == before && before.count == 202)
        try session.query("ROLLBACK")
        #expect(try plan().contains("Sort"))
    }

    /// Rows that a source reads by their moments of change would otherwise be looked for all over the index and the table.
    @Test func anUpsertGoesThroughTheIndexInItsOrder() {
        let columns = [Column(name: "id", type: .integer), Column(name: "k", type: .integer)]
        let table = PostgresTable("s", "t", shape: StagedShape(PostgresBench.extract(), columns: columns))
        #expect(
            table.upsertSQL(unique: ["k", "id"], newestBy: nil).contains(
                "FROM kleene_staged ORDER BY \"k\", \"id\" ON CONFLICT (\"k\", \"id\") DO "))
    }

    /// Room on each page, where rows are replaced one by one: none goes to another page, and no index learns of it. What a person has set
    /// stays.
    @Test func rowsThatAreReplacedStayOnTheirPages() throws {
        let bench = try PostgresBench()
        let columns = [Column(name: "id", type: .integer), Column(name: "v", type: .text)]
        func rows(_ ids: some Sequence<Int64>, _ value: String) -> [[Cell?]] {
            ids.map { [.integer($0), .text(value)] }
        }
        func room() throws -> String? {
            try bench.query("SELECT reloptions::text FROM pg_class WHERE oid = '\(bench.schema).t'::regclass")[0][0]
        }
        try bench.load(columns, rows(1...3000, "old"), .upsert, unique: ["id"])
        #expect(try room() == "{fillfactor=90}")
        let places = "SELECT (ctid::text::point)[0], id FROM t WHERE id % 50 = 7 ORDER BY id"
        let before = try bench.query(places)
        try bench.load(columns, rows(stride(from: 7, to: 3000, by: 50), "new"), .upsert, unique: ["id"])
        #expect(try bench.query("SELECT count(*) FROM t WHERE v = 'new'") == [["60"]])
        #expect(try bench.query(places) == before)
        try bench.query("ALTER TABLE t SET (fillfactor = 70)")
        try bench.load(columns, rows([1], "newer"), .upsert, unique: ["id"])
        #expect(try room() == "{fillfactor=70}")
        try bench.query("DROP TABLE t")
        try bench.load(columns, rows([1], "other"), .truncateLoad)
        #expect(try room() == nil)
    }

    @Test(arguments: [("64kB", "64MB"), ("4MB", "64MB"), ("1GB", "1GB")])
    func aLoadHasRoomToSortIn(set: String, found: String) throws {
        let session = try PostgresBench().session()
        try session.query("SET work_mem = '\(set)'")
        try session.query("BEGIN")
        try session.query(PostgresTable.sortingRoomSQL)
        #expect(try session.value("SELECT current_setting('work_mem')") == found)
        try session.query("ROLLBACK")
        #expect(try session.value("SELECT current_setting('work_mem')") == set)
    }

    /// A version that is there already is found by the index that is made for it.
    @Test func versionsAreFoundByTheirIndex() throws {
        let bench = try PostgresBench()
        let columns = [Column(name: "id", type: .integer), Column(name: "k", type: .integer)]
        let ids: ClosedRange<Int64> = 1...5
        try bench.load(columns, ids.map { [.integer($0), .integer($0)] })
        let table = PostgresTable(bench.schema, "t", shape: StagedShape(PostgresBench.extract(), columns: columns))
        let identity = Way.Identity(columns: ["id"], version: VersionKey(column: "k"))
        let session = try bench.session()
        try session.query("INSERT INTO t SELECT g, CASE WHEN g % 2 = 0 THEN g END FROM generate_series(10, 50000) g")
        try session.query(LoadIndex.versions.createSQL("kleene_versions_t", on: table.sql, ["id", "k"]))
        try session.query("ANALYZE t")
        try session.query("BEGIN")
        try session.query(table.createTemporarySQL)
        try session.query(
            "INSERT INTO \(PostgresTable.staged) VALUES (11, NULL), (12, 12), (12, 13), (11, 11), (60000, NULL)")
        let plan = try session.query("EXPLAIN " + table.appendNewSQL(identity)).compactMap { $0[0] }.joined(
            separator: "\n")
        #expect(plan.contains("kleene_versions_t") || plan.contains("Hash"), "\(plan)")
        try session.query(table.appendNewSQL(identity))
        let rows = try session.query("SELECT id, k FROM t WHERE id IN (11, 12, 60000) ORDER BY 1, 2 NULLS FIRST")
        #expect(rows == [["11", nil], ["11", "11"], ["12", "12"], ["12", "13"], ["60000", nil]])
        try session.query("ROLLBACK")
    }
}
