import Extraction
import Foundation
import Rows
import Staging
import TestSupport
import Testing

@testable import PostgresDestination

/// A source that comes to write the names of its columns in another case: the table keeps its names, and is filled under them.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresSpellingTests {
    private func columns(_ names: String...) -> [Column] {
        names.map { Column(name: $0, type: $0.lowercased() == "name" ? .text : .integer) }
    }
    private var lower: [Column] { columns("id", "v", "name") }
    private var upper: [Column] { columns("ID", "V", "NAME") }

    private func rows(_ range: ClosedRange<Int64>, _ name: String, v: Int64 = 1) -> [[Cell?]] {
        range.map { [.integer($0), .integer(v), .text(name)] }
    }

    @discardableResult
    private func load(
        _ bench: PostgresBench, _ columns: [Column], _ rows: [[Cell?]], _ way: Way? = nil,
        method: LoadMethod = .upsert
    ) throws -> LoadResult {
        let extract = PostgresBench.extract(method, unique: [columns[0].name])
        let lease = try bench.destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        var change = try bench.change(extract, columns, rows, under: lease)
        if let way { change.tables[0].way = way }
        return try bench.destination.commit(change)[0]
    }

    private func names(_ bench: PostgresBench) throws -> [String] {
        try bench.query(
            "SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        ).compactMap { $0[0] }
    }

    private static let mark = Way.Mark(column: MetadataColumn.deletedAt, value: "2024-05-06 07:08:09+00")
    private static let version = VersionKey(column: "V")

    /// Each way with what the table holds behind it, where the rows 1 and 2 were there and 2 and 3 come; or the key of 2.
    static let ways: [(way: Way, held: [String])] = [
        (.replaceAll(keepsDefinition: true), ["2 b", "3 b"]), (.replaceAll(keepsDefinition: false), ["2 b", "3 b"]),
        (.add(unlessThere: nil), ["1 a", "2 a", "2 b", "3 b"]),
        (.add(unlessThere: .init(columns: ["ID"], version: version)), ["1 a", "2 a", "3 b"]),
        (.merge(on: ["ID"], newestBy: nil), ["1 a", "2 b", "3 b"]),
        (.merge(on: ["ID"], newestBy: version), ["1 a", "2 b", "3 b"]),
        (.replaceGroups(by: "V", marking: nil), ["2 b", "3 b"]),
        (.replaceGroups(by: "V", marking: mark), ["1 a gone", "2 b", "3 b"]),
        (.remove(on: ["ID"], marking: nil), ["1 a"]), (.remove(on: ["ID"], marking: mark), ["1 a", "2 a gone"]),
    ]

    @Test(arguments: ways.indices) func eachWayFillsTheColumnsThatAreThere(place: Int) throws {
        let (way, held) = Self.ways[place]
        let bench = try PostgresBench()
        try load(bench, lower, rows(1...2, "a"))
        if way == .add(unlessThere: nil) { try bench.query("DROP INDEX kleene_unique_t") }
        try bench.query("CREATE INDEX by_name ON t (lower(name))")
        let result =
            way.addsRows
            ? try load(bench, upper, rows(2...3, "b"), way) : try load(bench, columns("ID"), [[.integer(2)]], way)
        #expect(result.notes == [])
        #expect(try names(bench).filter { !$0.hasPrefix("_kleene") } == ["id", "v", "name"])
        let gone = way.mark == nil ? "" : " || CASE WHEN _kleene_deleted_at IS NULL THEN '' ELSE ' gone' END"
        #expect(
            try bench.query("SELECT id || ' ' || name\(gone) FROM t ORDER BY id, name").compactMap { $0[0] } == held)
        #expect(
            try bench.query(
                "SELECT count(*) FROM pg_indexes WHERE schemaname = '\(bench.schema)' AND indexname = 'by_name'") == [
                    ["1"]
                ])
        // The books have the table's names too, and what the source calls them.
        let standing = try bench.destination.standing(of: PostgresBench.extract(.upsert, unique: ["ID"]))
        let columns = standing.holding?.columns ?? []
        #expect(columns.map(\.name) == ["id", "v", "name"])
        if way.addsRows { #expect(columns.map(\.sourceName) == ["ID", "V", "NAME"]) }
    }

    /// A name that the configuration gives is written as it stands there; the others stay.
    @Test func tableThatIsMadeAgainHasTheNamesThatAreConfigured() throws {
        let bench = try PostgresBench()
        try load(bench, lower, rows(1...2, "a"), method: .dropCreateLoad)
        let extract = PostgresBench.extract(unique: ["ID"])
        let lease = try bench.destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        var change = try bench.change(extract, upper, rows(1...3, "b"), under: lease)
        change.tables[0].terms.plan.names = ColumnNames([.init("Title", "NAME")])
        _ = try bench.destination.commit(change)
        #expect(try names(bench) == ["id", "v", "NAME"])
    }

    @Test func columnsThatDifferInNothingButCaseAreRefusedWhereItIsNotClearWhichIsMeant() throws {
        let bench = try PostgresBench()
        for (other, now) in [("Name", "NAME"), ("NAME", "NAME")] {
            try bench.query("DROP TABLE IF EXISTS t")
            try load(bench, lower, rows(1...2, "a"))
            try bench.query("ALTER TABLE t ADD COLUMN \"\(other)\" text DEFAULT 'mine'")
            let error = #expect(throws: Failure.self) { try load(bench, columns("ID", "V", now), rows(2...3, "b")) }
            #expect(error?.kind == .drift, "\(String(describing: error))")
            #expect(
                error?.message.contains(
                    "has the columns \"name\" and \"\(other)\", whose names differ in nothing but upper and lower case, and the "
                        + "extract now calls one of them \"\(now)\".") == true, "\(String(describing: error))")
            #expect(try bench.query("SELECT count(*), max(name), max(\"\(other)\") FROM t") == [["2", "a", "mine"]])
            // The name that it has had is clear.
            try load(bench, lower, rows(2...3, "b"))
            // As it is advised.
            let advice = try #require(error?.advice)
            #expect(advice.contains("`ALTER TABLE \"\(bench.schema)\".\"t\" RENAME COLUMN … TO …`"))
            try bench.query("ALTER TABLE t RENAME COLUMN \"\(other)\" TO note")
            try load(bench, columns("ID", "V", now), rows(3...4, "c"))
            #expect(
                try bench.query("SELECT id, name, note FROM t ORDER BY id") == [
                    ["1", "a", "mine"], ["2", "b", "mine"], ["3", "c", "mine"], ["4", "c", "mine"],
                ])
        }
    }

    /// A column that the source has lost is dropped under its own name, and no other in its place.
    @Test func columnOfAPersonIsNotDroppedForOneThatIsSpeltLikeIt() throws {
        let bench = try PostgresBench()
        try load(bench, lower, rows(1...2, "a"))
        try bench.query("ALTER TABLE t DROP COLUMN name")
        try bench.query("ALTER TABLE t ADD COLUMN \"NAME\" text DEFAULT 'mine'")
        var extract = PostgresBench.extract(.upsert, unique: ["id"])
        extract.drift = DriftPolicy()
        extract.drift?.answers[.gone] = .evolve
        let lease = try bench.destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let change = try bench.change(
            extract, columns("id", "v"), [[.integer(3), .integer(1)]], under: lease, gone: ["name"])
        _ = try bench.destination.commit(change)
        #expect(try bench.query("SELECT id, \"NAME\" FROM t ORDER BY id").map { $0[1] } == ["mine", "mine", "mine"])
    }

    @Test func keysThatAreMissingAndTheLargestAreFoundUnderTheNamesOfTheTable() throws {
        let bench = try PostgresBench()
        try load(bench, lower, rows(1...4, "a"))
        let extract = PostgresBench.extract(.upsert, unique: ["ID"])
        let lease = try bench.destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let keys = try bench.change(extract, columns("ID"), [[.integer(2)], [.integer(4)]], under: lease)
        var missing: [String] = []
        try bench.destination.eachMissing(
            from: keys.tables[0].rows, on: ["ID"], of: extract, since: .since(.integer(2), of: "ID"), back: { _ in }
        ) { missing += $0.map { $0[0] } }
        #expect(missing == ["3"])
        #expect(try bench.destination.largest("ID", in: "t") == "4")
    }
}
