import Extraction
import Foundation
import SQLite
import Testing

@testable import SQLiteDestination

/// Long tables are added up in two halves, each by a connection of its own.
@Suite struct DigestHalvesTests {
    private let directory = try? Folder()
    private let query = DigestQuery(
        table: TableName(name: "t"), bucketing: .widths("id", width: 300),
        values: [
            .smallest("id"), .largest("id"), .seconds("at"), .sum("n"), .sum("x"),
            .weighed(WeighedColumns(names: ["id", "n", "x", "at"], weights: [5, 7, 11, 13])),
        ])

    /// A thousand rows whose numbers are apart by as much as is told; the second half has a fraction, and buckets of both halves.
    private func file(apart: Int) throws -> SQLiteFile {
        let path = try #require(directory).file()
        try change(
            path, "CREATE TABLE t (id INTEGER, n INTEGER, x, at TEXT)",
            """
            WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < 1000)
            INSERT INTO t (rowid, id, n, x, at) SELECT i * \(apart), (i * 7) % 1000 - 500, CASE WHEN i % 3 > 0 THEN -i END,
              CASE WHEN i = 900 THEN 0.5 WHEN i % 2 = 0 THEN 9223372036854775807 END,
              CASE WHEN i % 5 > 0 THEN '2026-01-01 00:00:' || printf('%02d', i % 60) END FROM g
            """)
        return SQLiteFile(path: path)
    }

    private func sorted(_ digests: [BucketDigest]) -> [BucketDigest] {
        digests.sorted { ($0.bucket ?? .max) < ($1.bucket ?? .max) }
    }

    @Test func twoHalvesComeToWhatTheWholeDoes() throws {
        let near = try sorted(file(apart: 1).digests(query, of: "t", in: nil, without: []))
        #expect(near.map(\.rows).reduce(0, +) == 1000 && near.count == 3)
        #expect(near.contains { $0.values[4] == nil } && near.contains { $0.values[4] ?? 0 > Int128(Int64.max) })
        try FileManager.default.removeItem(atPath: #require(directory).file())
        let far = try file(apart: 1000)
        let bench = try VerifyBench(far, table: "t", unique: [], columns: [], aside: [])
        let halves = try #require(try bench.halves(bench.sql.scope(nil)))
        #expect(halves.lower == "(true) AND d.rowid <= 500500" && halves.upper == "(true) AND d.rowid > 500500")
        #expect(try sorted(far.digests(query, of: "t", in: nil, without: [])) == near)
    }

    /// A call of SQLite takes a hundred columns at most; the column of the buckets is one of those that are added up, the last, or none.
    @Test(arguments: [false, true], [50, 99, 100, 240])
    func eachColumnOfAWideTableHasItsOwnSum(addsKey: Bool, width: Int) throws {
        let names = (1...width).map { "c\($0)" }
        let path = try #require(directory).file()
        try change(
            path, "CREATE TABLE t (id INTEGER, \(names.joined(separator: ", ")))",
            "WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < 20) INSERT INTO t SELECT i, "
                + (1...width).map { "i * \($0)" }.joined(separator: ", ") + " FROM g")
        let query = DigestQuery(
            table: TableName(name: "t"), bucketing: .widths("id", width: 10),
            values: (names + (addsKey ? ["id"] : [])).map { .sum($0) })
        let digests = try sorted(SQLiteFile(path: path).digests(query, of: "t", in: nil, without: []))
        #expect(digests.map(\.bucket) == [0, 10, 20] && digests.map(\.rows) == [9, 10, 1])
        for (digest, sum) in zip(digests, [45, 145, 20] as [Int128]) {
            #expect(digest.values == (1...width).map { sum * Int128($0) } + (addsKey ? [sum] : []))
        }
    }

    /// Of a column of which nothing else is asked, and of one of which more is.
    @Test func nullsCountAsTheNumberThatIsDrawn() throws {
        let query = DigestQuery(
            table: TableName(name: "t"), bucketing: .whole,
            values: [.sum("n", ofNull: 1000), .sum("id", ofNull: 7), .smallest("x"), .sum("x", ofNull: 1)])
        let path = try #require(directory).file()
        try change(
            path, "CREATE TABLE t (id INTEGER, n INTEGER, x)",
            "INSERT INTO t VALUES (1, NULL, 5), (2, -3, NULL), (NULL, NULL, NULL), (4, 0, 9)")
        let digest = try #require(try SQLiteFile(path: path).digests(query, of: "t", in: nil, without: []).first)
        #expect(digest.rows == 4 && digest.values == [1997, 14, 5, 16])
    }

    /// By which it is seen that the two halves were of one state of the file.
    @Test func aCommitOfAnotherIsSeenByTheVersion() throws {
        let destination = try file(apart: 1)
        let bench = try VerifyBench(destination, table: "t", unique: [], columns: [], aside: [])
        let before = try #require(try bench.version)
        _ = try bench.halves("true")
        #expect(try bench.version == before)
        try change(destination.path, "UPDATE t SET rowid = rowid + 5000 WHERE rowid = 1")
        #expect(try bench.version != before)
    }

    @Test func shortTablesAndTablesWithoutRowNumbersAreReadAtOnce() throws {
        let path = try #require(directory).file()
        try change(
            path, "CREATE TABLE short (id INTEGER)", "INSERT INTO short VALUES (1), (2)",
            "CREATE TABLE empty (id INTEGER)",
            "CREATE TABLE keyed (id INTEGER PRIMARY KEY) WITHOUT ROWID", "INSERT INTO keyed VALUES (1), (9000000)")
        for table in ["short", "empty", "keyed"] {
            let bench = try VerifyBench(SQLiteFile(path: path), table: table, unique: [], columns: [], aside: [])
            #expect(try bench.halves("true") == nil, "\(table)")
        }
    }
}
