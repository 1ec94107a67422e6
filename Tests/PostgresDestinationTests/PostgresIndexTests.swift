import Extraction
import Rows
import Staging
import TestSupport
import Testing

@testable import PostgresDestination

/// The indexes that kleene-ns makes: there for the columns of the day, whatever is in the way.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresIndexTests {
    private let columns = [
        Column(name: "id", type: .integer), Column(name: "a", type: .integer), Column(name: "b", type: .integer),
    ]
    private func indexes(_ bench: PostgresBench, of table: String = "t") throws -> [[String?]] {
        try bench.query(
            "SELECT indexname, substring(indexdef FROM '\\((.*)\\)') FROM pg_indexes "
                + "WHERE schemaname = '\(bench.schema)' AND tablename = '\(table)' ORDER BY 1")
    }

    @Test func uniqueColumnsThatChangedLeaveNoIndexThatRefusesRows() throws {
        let bench = try PostgresBench()
        try bench.load(columns, [[.integer(1), .integer(1), .integer(1)]], .upsert, unique: ["id"])
        #expect(try indexes(bench) == [["kleene_unique_t", "id"]])
        // The same id twice is no fault by the new key.
        try bench.load(
            columns, [[.integer(1), .integer(1), .integer(2)], [.integer(7), .integer(1), .integer(1)]], .upsert,
            unique: ["a", "b"])
        #expect(try bench.query("SELECT id, a, b FROM t ORDER BY b") == [["7", "1", "1"], ["1", "1", "2"]])
        #expect(try indexes(bench) == [["kleene_unique_t", "a, b"]])
    }

    /// An index of a person's, under whatever name, stays.
    @Test func indexThatAForeignKeyNeedsStays() throws {
        let bench = try PostgresBench()
        try bench.load(columns, [[.integer(1), .integer(1), .integer(1)]], .upsert, unique: ["id"])
        try bench.query("CREATE TABLE notes (tid bigint REFERENCES t (id))")
        try bench.query("CREATE UNIQUE INDEX mine ON t (b, id)")
        try bench.load(columns, [[.integer(2), .integer(1), .integer(2)]], .upsert, unique: ["a", "b"])
        #expect(
            try indexes(bench) == [["kleene_unique_t", "id"], ["kleene_unique_t_2", "a, b"], ["mine", "b, id"]])
    }

    @Test(arguments: [LoadMethod.upsert, .dropCreateLoad])
    func tableThatWasRenamedKeepsItsIndexAndTheNewOneGetsItsOwn(method: LoadMethod) throws {
        let bench = try PostgresBench()
        let rows: [[Cell?]] = [[.integer(1), .integer(1), .integer(1)]]
        try bench.load(columns, rows, .upsert, unique: ["id"])
        try bench.query("ALTER TABLE t RENAME TO t_old")
        try bench.load(columns, rows, method, unique: ["id"])
        try bench.load(columns, rows, .upsert, unique: ["id"])
        #expect(try indexes(bench, of: "t_old") == [["kleene_unique_t", "id"]])
        #expect(try indexes(bench) == [["kleene_unique_t_2", "id"]])
    }

    /// `CREATE INDEX IF NOT EXISTS` asks for the name alone, and would make none.
    @Test(arguments: [LoadIndex.groups, .keys, .versions])
    func indexOfThatNameOverOtherColumnsIsNotTakenForIt(kind: LoadIndex) throws {
        let bench = try PostgresBench()
        try bench.load(columns, [[.integer(1), .integer(1), .integer(1)]])
        try bench.query("CREATE INDEX \(kind.rawValue)t ON t (b)")
        try bench.query("CREATE TABLE \(kind.rawValue)t_2 (id bigint)")
        let session = try bench.session()
        let there = try #require(try ExistingRelation.find(bench.schema, "t", in: session))
        for _ in 1...2 { try kind.make(on: there, ["a", "id"], in: session) }
        #expect(try indexes(bench) == [["\(kind.rawValue)t", "b"], ["\(kind.rawValue)t_3", "a, id"]])
    }

    /// It finds no row: a comparison goes by the collation of the column.
    @Test func indexWithAnotherCollationIsNotTakenForOurs() throws {
        let bench = try PostgresBench()
        try bench.load([Column(name: "a", type: .text)], [[.text("x")]])
        try bench.query("CREATE INDEX kleene_groups_t ON t (a COLLATE \"POSIX\")")
        let session = try bench.session()
        let there = try #require(try ExistingRelation.find(bench.schema, "t", in: session))
        for _ in 1...2 { try LoadIndex.groups.make(on: there, ["a"], in: session) }
        #expect(try indexes(bench) == [["kleene_groups_t", "a COLLATE \"POSIX\""], ["kleene_groups_t_2", "a"]])
    }

    @Test func indexesAreMadeByTheseStatements() {
        #expect(
            LoadIndex.unique.createSQL(LoadIndex.unique.name("t", number: 1), on: "\"s\".\"t\"", ["a", "b"])
                == "CREATE UNIQUE INDEX \"kleene_unique_t\" ON \"s\".\"t\" (\"a\", \"b\")")
        #expect(
            LoadIndex.keys.createSQL(LoadIndex.keys.name("t", number: 2), on: "\"s\".\"t\"", ["a"])
                == "CREATE INDEX \"kleene_keys_t_2\" ON \"s\".\"t\" (\"a\")")
        #expect(LoadIndex.dropSQL("i", in: "s") == "DROP INDEX \"s\".\"i\"")
        let long = String(repeating: "x", count: 63)
        #expect(LoadIndex.groups.name(long, number: 1) != LoadIndex.groups.name(long, number: 2))
        #expect(LoadIndex.groups.name(long, number: 2).utf8.count <= PostgresName.longest)
    }
}
