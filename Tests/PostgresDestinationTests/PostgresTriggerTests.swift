import Extraction
import Foundation
import Rows
import Staging
import TestSupport
import Testing

@testable import PostgresDestination

/// A person's trigger that drops rows on their way is noticed, whatever the way of the load; one that does not is none of ours.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresTriggerTests {
    private let columns = [
        Column(name: "id", type: .integer), Column(name: "v", type: .integer), Column(name: "name", type: .text),
    ]
    private func rows(_ range: ClosedRange<Int64>, _ name: String, v: Int64 = 1) -> [[Cell?]] {
        range.map { [.integer($0), .integer(v), .text(name)] }
    }

    private static let identity = Way.Identity(columns: ["id"], version: VersionKey(column: "v"))
    static let ways: [Way] = [
        .add(unlessThere: nil), .add(unlessThere: identity), .merge(on: ["id"], newestBy: nil),
        .merge(on: ["id"], newestBy: VersionKey(column: "v")), .replaceGroups(by: "v", marking: nil),
    ]

    private func load(_ bench: PostgresBench, _ rows: [[Cell?]], _ way: Way) throws -> LoadResult {
        let extract = PostgresBench.extract(.upsert, unique: ["id"])
        let lease = try bench.destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        var change = try bench.change(extract, columns, rows, under: lease)
        change.tables[0].way = way
        return try bench.destination.commit(change)[0]
    }

    /// A table with a trigger that drops the row 3 where another is to be written.
    private func prepared(_ body: String) throws -> PostgresBench {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...2, "a"), .upsert, unique: ["id"])
        try bench.query(
            "CREATE FUNCTION dropping() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN \(body) RETURN NEW; END'")
        try bench.query(
            "CREATE TRIGGER g BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION dropping()")
        return bench
    }

    @Test(arguments: ways) func rowThatATriggerDropsStopsTheLoad(way: Way) throws {
        let bench = try prepared("IF NEW.id = 3 THEN RETURN NULL; END IF;")
        let error = #expect(throws: Failure.self) { try load(bench, rows(3...5, "b"), way) }
        #expect(
            error?.message.contains("3 rows were staged, and 2 came into the table. A trigger") == true,
            "\(String(describing: error))")
        #expect(try bench.query("SELECT count(*), max(name) FROM t") == [["2", "a"]])
        // The advice works.
        try bench.query("ALTER TABLE t DISABLE TRIGGER g")
        _ = try load(bench, rows(3...5, "b"), way)
        #expect(try bench.query("SELECT count(*) FROM t WHERE name = 'b'") == [["3"]])
    }

    @Test(arguments: [nil, VersionKey(column: "v")]) func updateThatATriggerDropsStopsTheLoad(version: VersionKey?)
        throws
    {
        let bench = try prepared("IF NEW.id = 2 THEN RETURN NULL; END IF;")
        let error = #expect(throws: Failure.self) {
            try load(bench, rows(1...2, "b", v: 2), .merge(on: ["id"], newestBy: version))
        }
        #expect(error?.message.contains("2 rows were staged, and 1 came") == true, "\(String(describing: error))")
        #expect(try bench.query("SELECT count(*), max(name) FROM t") == [["2", "a"]])
    }

    /// An older row is left out by us, and an unchanged one by a trigger that PostgreSQL brings along.
    @Test func triggerThatDropsNothingIsNoFault() throws {
        let bench = try prepared("NEW.name := NEW.name;")
        try bench.query(
            "CREATE TRIGGER z BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()")
        for way in Self.ways.dropFirst(2).prefix(2) {
            _ = try load(bench, rows(1...2, "a"), way)
            _ = try load(bench, rows(1...4, "b", v: 2), way)
            _ = try load(bench, rows(1...4, "b", v: 2), way)
        }
        _ = try load(bench, rows(1...4, "old", v: 1), Self.ways[3])
        #expect(try bench.query("SELECT count(*), min(name), max(name) FROM t") == [["4", "b", "b"]])
    }

    /// Of a table of keys alone, a row that is there is the one that comes.
    @Test func keyThatIsThereIsNotTakenForDropped() throws {
        let bench = try PostgresBench()
        try bench.load([columns[0]], [[.integer(1)]], .upsert, unique: ["id"])
        try bench.query(
            "CREATE TRIGGER z BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()")
        try bench.load([columns[0]], [[.integer(1)], [.integer(9)]], .upsert, unique: ["id"])
        #expect(try bench.query("SELECT id FROM t ORDER BY 1") == [["1"], ["9"]])
    }
}
