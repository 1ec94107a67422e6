import Foundation
import TestSupport
import Testing

/// Copies on a PostgreSQL server held against the mock's NetSuite, which goes on living.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["KLEENE_PG_HOST"] != nil, "there is no PostgreSQL beside the tests"))
struct VerifyPostgresTests {
    typealias Place = PostgresDestinationProcessTests.PostgresPlace

    private let bench: MockBench
    private let schema = "verify_\(UInt64.random(in: .min ... .max))"

    init() throws {
        bench = try MockBench(
            scale: MockBench.chunked,
            extracts: MockBench.transactions(columns: #"["id", "tranid", "memo", "lastmodifieddate"]"#))
        _ = try Place.ask("CREATE SCHEMA \(schema)")
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(
            of: #"{"type": "sqlite", "path": "d.db"}"#, with: Place.member(schema)
        ).write(toFile: path, atomically: true, encoding: .utf8)
        let result = try ask("extract", "--quiet")
        #expect(result.code == 0, "\(result.all)")
    }

    private func ask(_ arguments: String...) throws -> Program.Result {
        try Program(
            directory: bench.directory.url,
            environment: [
                "DESTINATION_PASSWORD": Place.environment["KLEENE_PG_PASSWORD"] ?? "",
                "XDG_STATE_HOME": bench.directory.path("home"),
            ]
        ).run(arguments + ["--mock", "127.0.0.1:\(bench.port)"])
    }

    @Test func aThousandDifferencesOfAllKindsAreFoundAndRepairedWhileTheSourceChanges() throws {
        let each = 250
        let ids = try Place.ask("SELECT id FROM \(schema).t ORDER BY random() LIMIT \(each * 3)").split(separator: "\n")
            .map(String.init)
        func list(_ part: Int) -> [String] { Array(ids[(part * each)..<((part + 1) * each)]) }
        func text(_ part: Int) -> String { list(part).joined(separator: ", ") }
        _ = try Place.ask(
            """
            SET search_path = \(schema); DELETE FROM t WHERE id IN (\(text(0)));
            UPDATE t SET lastmodifieddate = lastmodifieddate - interval '40 days', memo = 'older' WHERE id IN (\(text(1)));
            UPDATE t SET memo = coalesce(memo, '') || ' other' WHERE id IN (\(text(2)));
            INSERT INTO t (id, tranid, lastmodifieddate) SELECT 10000000 + g, 'made up', '2020-01-01' FROM generate_series(1, \(each)) g;
            """)
        let planted = Set(
            list(0).map { "missing \($0)" } + list(1).map { "stale \($0)" } + list(2).map { "different \($0)" }
                + (1...each).map { "extra \(10_000_000 + $0)" })
        try bench.tell([
            "evolve", "start", "every=200", "tables=transaction", "touch=1", "late=0", "bulk=0", "delete=0", "insert=1",
            "update=2", "changes=2", "seed=6",
        ])
        let result = try ask("verify", "--full", "--format", "json")
        try bench.tell("evolve", "stop")
        #expect(result.code == 7, "\(result.all)")
        let differences = try bench.json(result)["differences"] as? [[String: Any]] ?? []
        let seen = Set(
            differences.map { "\($0["kind"] ?? "") \(($0["key"] as? [String: Any])?["id"] ?? "?")" })
        let file = bench.directory.path("snapshot.db")
        try bench.tell("snapshot", file)
        let mark = try Place.ask("SELECT watermark FROM _kleene.watermarks WHERE schema = '\(schema)'")
        let moved = Set(
            try sqlite(file, "SELECT id FROM \"transaction\" WHERE lastmodifieddate > '\(mark)'").split(separator: "\n")
                .map(String.init))
        #expect(seen.subtracting(planted).isEmpty, "\(seen.subtracting(planted).sorted().prefix(9))")
        let unseen = planted.subtracting(seen).filter { !moved.contains(String($0.split(separator: " ")[1])) }
        #expect(unseen.isEmpty && !moved.isEmpty && seen.count > 900, "\(unseen.sorted().prefix(9))")
        let repaired = try ask("verify", "--full", "--repair", "--format", "json")
        #expect(repaired.code == 0, "\(repaired.all)")
        #expect(try ask("verify", "--full").code == 0)
        let history = try ask("verify", "--history", "--format", "jsonl")
        #expect(history.code == 0 && history.output.split(separator: "\n").count == 3, "\(history.all)")
        let runs = try Place.ask(
            "SELECT record->>'action' FROM _kleene.runs WHERE schema = '\(schema)' ORDER BY id DESC LIMIT 1")
        #expect(runs == "repair")
    }

    @Test func rowsThatAreMarkedAsGoneCountAsAbsent() throws {
        let ids = try Place.ask("SELECT id FROM \(schema).t ORDER BY id LIMIT 2").split(separator: "\n")
        _ = try Place.ask(
            """
            SET search_path = \(schema); ALTER TABLE t ADD COLUMN _kleene_deleted_at text;
            UPDATE t SET _kleene_deleted_at = 'monday' WHERE id = \(ids[0])
            """)
        try bench.tell("change", "DELETE FROM \"transaction\" WHERE id = \(ids[1])")
        let result = try bench.json(try ask("verify", "--format", "json"))
        #expect(result["missing"] as? Int == 1 && result["extra"] as? Int == 1, "\(result)")
        #expect(try ask("verify", "--repair").code == 0)
        let marks =
            "SELECT id, _kleene_deleted_at IS NULL FROM \(schema).t WHERE id IN (\(ids[0]), \(ids[1])) ORDER BY id"
        // The extract marks none: what is gone is removed, and a mark that was left over goes with its row.
        #expect(try Place.ask(marks) == "\(ids[0]) t")
        #expect(try ask("verify").code == 0)
    }
}
