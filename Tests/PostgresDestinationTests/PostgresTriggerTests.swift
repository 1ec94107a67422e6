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

    private func load(
        _ bench: PostgresBench, _ rows: [[Cell?]], _ way: Way, of columns: [Column]? = nil
    ) throws -> LoadResult {
        let extract = PostgresBench.extract(.upsert, unique: ["id"])
        let lease = try bench.destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        var change = try bench.change(extract, columns ?? self.columns, rows, under: lease)
        change.tables[0].way = way
        return try bench.destination.commit(change)[0]
    }

    /// A table with the rows 1 and 2, and a trigger in front of each row.
    private func prepared(_ body: String, on events: String = "INSERT OR UPDATE") throws -> PostgresBench {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...2, "a"), .upsert, unique: ["id"])
        try add(body, on: events, to: bench)
        return bench
    }

    private func add(_ body: String, on events: String, to bench: PostgresBench) throws {
        try bench.query(
            "CREATE FUNCTION dropping() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN \(body) IF TG_OP = ''DELETE'' THEN RETURN OLD; END IF; RETURN NEW; END'")
        try bench.query("CREATE TRIGGER g BEFORE \(events) ON t FOR EACH ROW EXECUTE FUNCTION dropping()")
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

    // MARK: Rows that are to go

    private static let mark = Way.Mark(column: MetadataColumn.deletedAt, value: "2024-05-06 07:08:09+00")

    /// A trigger that keeps rows keeps marks too.
    @Test func markThatATriggerKeepsThereStopsTheLoad() throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...2, "a"), .upsert, unique: ["id"])
        _ = try load(bench, [[.integer(1)], [.integer(2)]], .remove(on: ["id"], marking: Self.mark), of: [columns[0]])
        try add("IF OLD.id = 1 THEN RETURN NULL; END IF;", on: "DELETE OR UPDATE", to: bench)
        let error = #expect(throws: Failure.self) {
            try load(
                bench, [[.integer(1)], [.integer(2)]],
                .remove(on: ["id"], marking: .init(column: MetadataColumn.deletedAt, value: nil)), of: [columns[0]])
        }
        #expect(
            error?.message.contains("2 rows were to lose their mark, and 1 row is still marked.") == true,
            "\(String(describing: error))")
    }

    /// Each way by which the rows 1 and 2 go or are marked, with the staged columns and what is said where the row 1 stays.
    static let removals: [(way: Way, columns: Range<Int>, words: String)] = [
        (.replaceAll(keepsDefinition: true), 0..<3, "2 rows were to be removed, and 1 row is still there."),
        (.replaceGroups(by: "v", marking: nil), 0..<3, "1 row was to be removed, and 1 row is still there."),
        (.replaceGroups(by: "v", marking: mark), 0..<3, "1 row was to be marked as deleted, and 1 row is not marked."),
        (.remove(on: ["id"], marking: nil), 0..<1, "2 rows were to be removed, and 1 row is still there."),
        (.remove(on: ["id"], marking: mark), 0..<1, "2 rows were to be marked as deleted, and 1 row is not marked."),
        (.remove(on: ["id", "v"], marking: nil), 0..<2, "1 row was to be removed, and 1 row is still there."),
        (
            .remove(on: ["id", "v"], marking: mark), 0..<2,
            "1 row was to be marked as deleted, and 1 row is not marked."
        ),
    ]

    @Test(arguments: removals.indices) func rowThatATriggerKeepsStopsTheLoad(place: Int) throws {
        let (way, which, words) = Self.removals[place]
        let bench = try PostgresBench()
        // With NULL in a column by which rows are found, where there are two.
        var there = rows(1...2, "a")
        if which.count == 2 { there[0][1] = nil }
        try bench.load(columns, there, .upsert, unique: ["id"])
        try add("IF OLD.id = 1 THEN RETURN NULL; END IF;", on: "DELETE OR UPDATE", to: bench)
        var staged = way.addsRows ? rows(2...3, "b") : there
        if case .replaceAll = way { staged = rows(3...4, "b") }
        staged = staged.map { Array($0[which]) }
        let before = try bench.query("SELECT id, v, name FROM t ORDER BY id")
        let error = #expect(throws: Failure.self) {
            try load(bench, staged, way, of: Array(columns[which]))
        }
        #expect(error?.kind == .destination)
        #expect(
            error?.message.contains("\(words) A trigger, a rule or a policy of the table keeps rows.") == true,
            "\(String(describing: error))")
        #expect(try bench.query("SELECT id, v, name FROM t ORDER BY id") == before)
        // The advice works.
        try bench.query("ALTER TABLE t DISABLE TRIGGER g")
        let result = try load(bench, staged, way, of: Array(columns[which]))
        if !way.addsRows { #expect(result.rowsRemoved == 2) }
        let gone = way.mark == nil ? "" : " AND _kleene_deleted_at IS NULL"
        #expect(try bench.query("SELECT count(*) FROM t WHERE name = 'a'\(gone)") == [["0"]])
    }

    /// The statement tells of none then, and the guard of removals would not count it.
    @Test func rowsThatATriggerRemovesItselfAreCounted() throws {
        let bench = try prepared(
            "IF pg_trigger_depth() = 1 THEN EXECUTE format(''DELETE FROM %I.t WHERE id = %s'', TG_TABLE_SCHEMA, OLD.id); "
                + "RETURN NULL; END IF;", on: "DELETE")
        let result = try load(bench, [[.integer(1)]], .remove(on: ["id"], marking: nil), of: [columns[0]])
        #expect(result.rowsRemoved == 1)
        #expect(try bench.query("SELECT id FROM t") == [["2"]])
    }

    /// The values of a marked row are those that come again: all that an update changes is the mark.
    @Test(arguments: [nil, VersionKey(column: "v")]) func markThatATriggerKeepsStopsTheLoad(version: VersionKey?)
        throws
    {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...2, "a", v: 3), .upsert, unique: ["id"])
        _ = try load(bench, [[.integer(1)]], .remove(on: ["id"], marking: Self.mark), of: [columns[0]])
        try add("IF OLD.id = 1 THEN RETURN NULL; END IF;", on: "UPDATE", to: bench)
        // The same row, and an older one: it is not gone either.
        for v: Int64 in [3, 2] {
            let error = #expect(throws: Failure.self, "\(v)") {
                try load(bench, rows(1...1, "a", v: v), .merge(on: ["id"], newestBy: version))
            }
            #expect(error?.message.contains("1 row was staged, and 0 came") == true, "\(String(describing: error))")
        }
        try bench.query("ALTER TABLE t DISABLE TRIGGER g")
        _ = try load(bench, rows(1...1, "a", v: 2), .merge(on: ["id"], newestBy: version))
        #expect(try bench.query("SELECT count(_kleene_deleted_at) FROM t") == [["0"]])
    }

    /// Rows that a policy does not let a user change are left out without a word.
    @Test func policiesAreAmongWhatMayKeepRows() throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...2, "a"), .upsert, unique: ["id"])
        let role = "kleene_other_\(UInt32.random(in: .min ... .max))"
        try bench.query("CREATE ROLE \(role)")
        defer { _ = try? bench.query("DROP OWNED BY \(role)"); _ = try? bench.query("DROP ROLE \(role)") }
        try bench.query("GRANT USAGE ON SCHEMA \(bench.schema) TO \(role)")
        try bench.query("GRANT SELECT, DELETE ON t TO \(role)")
        let session = try bench.session()
        try session.query("SET ROLE \(role)")
        let there = try #require(try ExistingRelation.find(bench.schema, "t", in: session))
        #expect(try !there.mayChangeRows(in: session))
        try bench.query("CREATE POLICY p ON t FOR SELECT USING (true)")
        try bench.query("ALTER TABLE t ENABLE ROW LEVEL SECURITY")
        #expect(try there.mayChangeRows(in: session))
        #expect(try session.changes(by: "DELETE FROM t") == 0)
    }
}
