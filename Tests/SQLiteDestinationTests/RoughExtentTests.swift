import Foundation
import SQLite
import Testing

@testable import SQLiteDestination

/// Between which numbers the values of a column lie, by a few rows.
@Suite struct RoughExtentTests {
    private let directory = try? Folder()

    private func extent(_ column: String = "id", _ statements: String...) throws -> ClosedRange<Int64>? {
        let path = try #require(directory).file()
        try SQLiteDatabase(path: path, access: .create).query("CREATE TABLE IF NOT EXISTS t (id, n)")
        for statement in statements { try change(path, statement) }
        return try SQLiteFile(path: path).roughExtent(of: column, in: "t")
    }

    /// Rows whose numbers lie so far apart.
    private func rows(_ count: Int, apart: Int) -> String {
        "WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < \(count)) "
            + "INSERT INTO t (rowid, id, n) SELECT i * \(apart), i - 100, i FROM g"
    }

    @Test(arguments: [1, 2, 99], [1, 1_000_000]) func eachOfFewRowsCounts(count: Int, apart: Int) throws {
        #expect(try extent("id", rows(count, apart: apart)) == Int64(-99)...Int64(count - 100))
    }

    @Test(arguments: [255, 256, 257, 10_000], [1, 1_000_000])
    func aHundredthAtEachEndDoesNotCount(count: Int, apart: Int) throws {
        let found = try #require(
            try extent(
                "id", rows(count, apart: apart),
                "UPDATE t SET id = \(Int64.max) WHERE rowid = (SELECT max(rowid) FROM t)",
                "UPDATE t SET id = \(Int64.min) WHERE rowid = (SELECT min(rowid) FROM t)"))
        #expect(found.lowerBound >= -99 && found.upperBound <= Int64(count - 100))
        #expect(found.count >= count * 95 / 100, "\(found)")
    }

    @Test func rowsInBetweenCountToo() throws {
        // Ascending and then descending, so that the largest lies in the middle.
        let found = try extent(
            "n", rows(10_000, apart: 1), "UPDATE t SET n = min(n, 10000 - n) WHERE true",
            "UPDATE t SET n = NULL WHERE id < 0")
        #expect(try #require(found).upperBound > 4900 && #require(found).lowerBound < 100)
    }

    @Test func whatIsNoWholeNumberCountsNot() throws {
        #expect(
            try extent(
                "n", rows(50, apart: 1), "UPDATE t SET n = n + 0.5 WHERE n > 40",
                "UPDATE t SET n = 'x' || n WHERE n < 10") == 10...40)
        #expect(try SQLiteFile(path: #require(directory).file()).roughExtent(of: "id", in: "t") == -99...(-50))
    }

    @Test func nothingIsKnownWithoutRowsNumbersOrValues() throws {
        #expect(try extent() == nil)
        let path = try #require(directory).file()
        try change(
            path, "CREATE TABLE keyed (id INTEGER PRIMARY KEY) WITHOUT ROWID",
            "INSERT INTO keyed VALUES (1), (9000000)", "INSERT INTO t (id, n) VALUES (NULL, 'x')")
        for (column, table) in [("id", "keyed"), ("id", "t"), ("n", "t")] {
            #expect(try SQLiteFile(path: path).roughExtent(of: column, in: table) == nil, "\(table)")
        }
    }

    /// Their distance does not fit into 64 bits.
    @Test func rowNumbersMayLieAtTheEndsOf64Bits() throws {
        let found = try extent(
            "id", "INSERT INTO t (rowid, id) VALUES (\(Int64.min), 1), (\(Int64.max), 9)")
        #expect(found == nil)
        #expect(try extent("id", "UPDATE t SET rowid = 0 WHERE id = 1") == 1...9)
    }
}
