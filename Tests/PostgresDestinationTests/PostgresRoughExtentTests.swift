import TestSupport
import Testing

@testable import PostgresDestination

/// Between which numbers the values of a column lie, by some pages.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresRoughExtentTests {
    @Test func aSmallTableIsLookedThrough() throws {
        let bench = try PostgresBench()
        try bench.query("CREATE TABLE t AS SELECT g::bigint AS id, 'x' || g AS n FROM generate_series(-7, 40) g")
        #expect(try bench.destination.roughExtent(of: "ID", in: "t") == -7...40)
        #expect(try bench.destination.roughExtent(of: "n", in: "t") == nil)
        #expect(try bench.destination.roughExtent(of: "other", in: "t") == nil)
        #expect(try bench.destination.roughExtent(of: "id", in: "other") == nil)
        try bench.query("DELETE FROM t")
        #expect(try bench.destination.roughExtent(of: "id", in: "t") == nil)
    }

    @Test func aRowThatLiesFarAwayDoesNotCount() throws {
        let bench = try PostgresBench()
        try bench.query("CREATE TABLE t AS SELECT g::bigint AS id FROM generate_series(1, 1000) g")
        try bench.query("INSERT INTO t VALUES (\(Int64.max)), (\(Int64.min))")
        let found = try #require(try bench.destination.roughExtent(of: "id", in: "t"))
        #expect(found.lowerBound < 20 && found.upperBound > 980 && found.count < 1001, "\(found)")
    }

    @Test func ofALargeTableSomePagesTell() throws {
        let bench = try PostgresBench()
        try bench.query(
            "CREATE TABLE t AS SELECT g::bigint AS id, repeat('x', 90) AS n FROM generate_series(1, 100000) g")
        let found = try #require(try bench.destination.roughExtent(of: "id", in: "t"))
        #expect(found.lowerBound >= 1 && found.upperBound <= 100_000 && found.count > 80_000, "\(found)")
    }

    /// Their pages are not theirs.
    @Test(arguments: [
        ["CREATE TABLE there AS SELECT 1::bigint AS id", "CREATE VIEW t AS SELECT id FROM there"],
        [
            "CREATE TABLE t (id bigint) PARTITION BY RANGE (id)",
            "CREATE TABLE part PARTITION OF t FOR VALUES FROM (0) TO (9)", "INSERT INTO t VALUES (1)",
        ],
    ]) func viewsAndPartsTellNothing(statements: [String]) throws {
        let bench = try PostgresBench()
        for statement in statements { try bench.query(statement) }
        #expect(try bench.query("SELECT id FROM t") == [["1"]])
        #expect(try bench.destination.roughExtent(of: "id", in: "t") == nil)
    }

    /// Numbers in a column of text sort as text: 10 before 9.
    @Test func numbersInTextTellNothing() throws {
        let bench = try PostgresBench()
        try bench.query("CREATE TABLE t AS SELECT g::text AS id FROM generate_series(9, 10) g")
        #expect(try bench.destination.roughExtent(of: "id", in: "t") == nil)
    }

    @Test func soManyPagesAreAskedFor() {
        #expect(
            VerifySQL.roughExtent(of: "a b", in: "s.t", pages: 256, most: 256)
                == #"SELECT percentile_disc(0.01) WITHIN GROUP (ORDER BY "a b")::text, "#
                + #"percentile_disc(0.99) WITHIN GROUP (ORDER BY "a b")::text FROM s.t"#)
        #expect(
            VerifySQL.roughExtent(of: "id", in: "s.t", pages: 1000, most: 256)
                == #"SELECT percentile_disc(0.01) WITHIN GROUP (ORDER BY "id")::text, percentile_disc(0.99) WITHIN GROUP "#
                + #"(ORDER BY "id")::text FROM s.t TABLESAMPLE SYSTEM (100.0 * 256 / 1000)"#)
    }
}
