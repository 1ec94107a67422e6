import Foundation
import TestSupport
import Testing

/// What a watermark and a table vouch for, beyond the matrix.
@Suite struct BasisTests {
    private static let rows = (1...5).map { "\($0)|item \($0)|memo \($0)|\($0)" }
    private static let upsert = [
        "--load-method", "upsert", "--extract-type", "incremental", "--incremental-key", "k", "--overlap", "0s",
    ]
    private static let append = [
        "--load-method", "append", "--extract-type", "incremental", "--incremental-key", "k", "--overlap", "0s",
    ]
    private let bench: FileBench

    init() throws {
        bench = try FileBench()
        try bench.fill(bench.source, table: "items", Self.rows)
        try bench.configure(Self.upsert)
        #expect(try bench.run("extract").code == 0)
    }

    private func state() throws -> String { try #require(try bench.json("state", "show", "t")["next"] as? String) }

    @Test func planAndStateShowSayThatARunBeginsAgain() throws {
        _ = try sqlite(bench.destination, "DELETE FROM t")
        #expect(try state().contains("everything is read again"))
        let plan = try bench.run("plan")
        #expect(plan.code == 0 && plan.all.contains("everything is read again"), "\(plan.all)")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows() == Self.rows)
        #expect(try !state().contains("everything is read again"))
    }

    @Test func anotherDestinationTableIsFilledFromTheBeginning() throws {
        let text = try String(contentsOfFile: bench.directory.path("kleene-ns.json"), encoding: .utf8)
        try text.replacing("\"destination_table\": \"t\"", with: "\"destination_table\": \"u\"")
            .write(toFile: bench.directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        #expect(try bench.run("extract").code == 0)
        #expect(try sqlite(bench.destination, "SELECT count(*) FROM u") == "5")
        #expect(try bench.notes().contains("belongs to the table \\\"t\\\""))
        // And back: the watermark is the other table's now.
        try bench.configure(Self.upsert)
        _ = try sqlite(bench.source, "INSERT INTO items VALUES (6, 'item 6', 'memo 6', 6)")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows().count == 6)
    }

    /// Between two incremental runs all rows were replaced by a full one: its watermark is no longer theirs.
    @Test func aFullLoadInBetweenIsNoticed() throws {
        try bench.configure(["--load-method", "truncate_load"], #""where": "k < 4""#)
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows().count == 3)
        try bench.configure(Self.upsert)
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows() == Self.rows)
    }

    @Test func appendWithoutUniqueColumnsDoublesNothingWhenItBeginsAgain() throws {
        let bench = try FileBench()
        _ = try sqlite(bench.source, "CREATE TABLE items (id INTEGER, name TEXT, memo TEXT, k INTEGER)")
        _ = try sqlite(bench.source, "INSERT INTO items VALUES (1, 'a', 'b', 1), (2, 'a', 'b', 2)")
        try bench.configure(Self.append)
        #expect(try bench.run("extract").code == 0)
        try bench.configure(["--load-method", "truncate_load"])
        #expect(try bench.run("extract").code == 0)
        try bench.configure(Self.append)
        let refused = try bench.run("extract")
        #expect(refused.code == 1 && refused.all.contains("state recover t"), "\(refused.all)")
        #expect(try bench.run("state", "recover", "t").code == 0)
        _ = try sqlite(bench.source, "INSERT INTO items VALUES (3, 'a', 'b', 3)")
        let result = try bench.run("extract")
        #expect(result.code == 0, "\(result.all)")
        #expect(try bench.rows() == ["1|a|b|1", "2|a|b|2", "3|a|b|3"])
    }

    @Test func otherUniqueColumnsAreRefusedUntilTheyAreAccepted() throws {
        try bench.configure(Self.upsert, #""unique_columns": ["id", "name"]"#)
        let refused = try bench.run("extract")
        #expect(refused.code == 2 && refused.all.contains("rows were told apart by id"), "\(refused.all)")
        let accepted = try bench.run("state", "accept", "t")
        #expect(accepted.code == 0, "\(accepted.all)")
        #expect(try bench.run("extract").code == 0)
    }

    @Test func allColumnsAndAListOfThemAllAreTheSame() throws {
        for columns in [#""columns": ["k", "memo", "id", "NAME"]"#, ""] {
            try bench.configure(Self.upsert, columns)
            let result = try bench.run("extract")
            #expect(result.code == 0, "\(result.all)")
        }
        try bench.configure(Self.upsert, #""columns": ["id", "k"]"#)
        #expect(try bench.run("extract").code == 2)
    }

    @Test func aRenamedExtractGoesOnWithTheTableAndSaysSo() throws {
        try bench.configure(Self.upsert, name: "renamed")
        let result = try bench.run("extract")
        #expect(result.code == 0, "\(result.all)")
        #expect(try bench.rows() == Self.rows)
        #expect(try bench.notes().contains("by the extract \\\"t\\\" before"))
    }

    @Test(arguments: [#""where": "k > 2""#, #""columns": ["id", "k"]"#])
    func anotherExtractOfTheSameTableIsRefused(_ other: String) throws {
        for method in ["drop_create_load", "truncate_load", "append", "upsert"] {
            try bench.configure(["--load-method", method], other, name: "other")
            let before = try bench.digest()
            let refused = try bench.run("extract")
            #expect(refused.code == 2 && refused.all.contains("loaded by the extract \"t\""), "\(refused.all)")
            #expect(try bench.digest() == before)
        }
        #expect(try bench.run("state", "accept", "other", "--other-source").code == 0)
        try bench.configure(["--load-method", "drop_create_load"], other, name: "other")
        #expect(try bench.run("extract").code == 0)
    }

    @Test func rowsOutsideOfANewWhereAreTold() throws {
        try bench.configure(Self.upsert, #""where": "k > 2""#)
        #expect(try bench.run("extract").code == 2)
        #expect(try bench.run("state", "reset", "t").code == 0)
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.notes().contains("another \\\"where\\\""))
        #expect(try bench.rows() == Self.rows)
        _ = try sqlite(bench.destination, "DROP TABLE t")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows() == Self.rows.suffix(3))
    }

    @Test func aBackfillOfAnotherSourceIsRefused() throws {
        let other = bench.directory.path("other.db")
        try bench.fill(other, table: "items", ["1|foreign|foreign|1"])
        try bench.configure(Self.upsert, source: other)
        let before = try bench.digest()
        let refused = try bench.run("backfill", "t", "--from", "0", "--to", "9")
        #expect(refused.code == 2, "\(refused.all)")
        #expect(try bench.digest() == before)
    }

    /// A person who sets the watermark of an empty table means it.
    @Test func anImportedWatermarkHoldsForAnEmptyTable() throws {
        #expect(try bench.run("state", "export", "marks.json").code == 0)
        _ = try sqlite(bench.destination, "DROP TABLE t")
        #expect(try bench.run("state", "import", "marks.json").code == 0)
        _ = try sqlite(bench.source, "INSERT INTO items VALUES (6, 'item 6', 'memo 6', 6)")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows().contains("6|item 6|memo 6|6") && bench.rows().count < 6)
        // From here on it vouches for what is there.
        _ = try sqlite(bench.destination, "DELETE FROM t")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows().count == 6)
    }

    /// Rows that are gone at the source are deleted by hand: told once, and no reason to stop.
    @Test func rowsDeletedByHandAreToldOnce() throws {
        _ = try sqlite(bench.destination, "DELETE FROM t WHERE id = 5")
        _ = try sqlite(bench.source, "INSERT INTO items VALUES (6, 'item 6', 'memo 6', 6)")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.notes().contains("state reset t"))
        _ = try sqlite(bench.source, "INSERT INTO items VALUES (7, 'item 7', 'memo 7', 7)")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.notes() == "[]")
    }

    @Test func aTableThatLosesMostOfItsRowsIsReadAgain() throws {
        _ = try sqlite(bench.destination, "DELETE FROM t WHERE id > 1")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows() == Self.rows)
    }

    /// The file is copied, compacted and moved: the table is the same.
    @Test func aCopyOfTheDestinationGoesOn() throws {
        _ = try sqlite(bench.destination, "VACUUM INTO '\(bench.directory.path("copy.db"))'")
        _ = try sqlite(bench.source, "INSERT INTO items VALUES (6, 'item 6', 'memo 6', 6)")
        #expect(try bench.run("extract", "--destination", bench.directory.path("copy.db")).code == 0)
        #expect(try sqlite(bench.directory.path("copy.db"), "SELECT count(*) FROM t") == "6")
        #expect(
            try sqlite(
                bench.directory.path("copy.db"),
                "SELECT json_extract(record, '$.notes') FROM _kleene_runs ORDER BY rowid DESC"
            ).hasPrefix("[]"))
    }

    /// The table cannot follow, and what is advised goes with an incremental extract.
    @Test func aTypeThatTheTableCannotHoldHasAWayThrough() throws {
        _ = try sqlite(
            bench.source,
            "CREATE TABLE n (id INTEGER PRIMARY KEY, name INTEGER, memo TEXT, k INTEGER NOT NULL); "
                + "INSERT INTO n SELECT id, id, memo, k FROM items; DROP TABLE items; ALTER TABLE n RENAME TO items")
        #expect(try bench.run("extract").code == 6)
        try bench.configure(Self.upsert, #""drift": {"changed": "ignore"}"#)
        let refused = try bench.run("extract")
        #expect(refused.code == 6 && refused.all.contains("drop the table \"t\""), "\(refused.all)")
        #expect(!refused.all.contains("drop_create_load"))
        _ = try sqlite(bench.destination, "DROP TABLE t")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows() == (1...5).map { "\($0)|\($0)|memo \($0)|\($0)" })
    }
}
